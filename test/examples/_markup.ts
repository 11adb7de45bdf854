/** What is wrong with the tags of a page that closes every element itself, as XML does; undefined if nothing is. */
export function tagError(page: string): string | undefined {
  const body = page.replace(/^<!DOCTYPE html>/, '').replace(/<style>[^<]*<\/style>/g, '');
  const open: string[] = [];
  const TAG = /<(\/?)([A-Za-z][\w-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/g;
  for (const [, closes, name = '', , alone] of body.matchAll(TAG)) {
    if (alone) continue;
    if (!closes) open.push(name);
    else if (open.at(-1) === name) open.pop();
    else return `</${name}> closes <${open.at(-1) ?? 'nothing'}>`;
  }
  if (open.length > 0) return `<${open.join('><')}> stays open`;
  const rest = body.replaceAll(TAG, '');
  const stray = /[<>]|&(?!(?:amp|lt|gt|quot);)/.exec(rest);
  return stray === null ? undefined : `stray '${rest.slice(stray.index, stray.index + 20)}'`;
}
