/** Text as it stands between tags or in an attribute. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** Lets lines break between the name of a loss and its options, which are too long together for a phone. */
export function breakable(html: string): string {
  return html.replace(/(\w)\(/g, '$1<wbr />(');
}

export function paragraph(text: string): string {
  return `<p>${breakable(escaped(text))}</p>`;
}
