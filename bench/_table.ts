/** A table, and its two looks: in a terminal and in Markdown. */
import Table3 from 'cli-table3';

export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  /** Cells of `head`'s length each. */
  readonly rows: readonly (readonly string[])[];
  /** How many columns on the left are names; the others are numbers and are aligned to the right. */
  readonly names: number;
}

export function toTerminal({title, head, rows, names}: Table): string {
  const table = new Table3({
    head: [...head],
    colAligns: head.map((_, column) => (column < names ? 'left' : 'right')),
    style: {head: [], border: [], compact: true},
  });
  for (const row of rows) table.push([...row]);
  return `${title}\n${table.toString()}`;
}

/** Padded as prettier pads it, so that a README made of it stays as it was made. */
export function toMarkdown({title, head, rows, names}: Table): string {
  const widths = head.map((name, column) => Math.max(3, name.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string => {
    const padded = cells.map((cell, column) => {
      const width = widths[column] ?? 0;
      return column < names ? cell.padEnd(width) : cell.padStart(width);
    });
    return `| ${padded.join(' | ')} |`;
  };
  const rule = line(widths.map((width, column) => (column < names ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)));
  return [title, '', line(head), rule, ...rows.map(line)].join('\n');
}
