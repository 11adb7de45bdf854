import Table from 'cli-table3';
import {COLUMNS, type Result, notes} from './_results';

const WIDTH = 100;

/** The results for a terminal of 100 columns, the notes below; in a file, escape sequences for colours would be noise. */
export function terminalTable(results: readonly Result[], colored: boolean): string {
  const table = new Table({
    head: COLUMNS.map(({head}) => head),
    colAligns: COLUMNS.map(({numeric}) => (numeric ? 'right' : 'left')),
    style: colored ? {head: ['bold'], border: ['gray']} : {head: [], border: []},
  });
  for (const result of results) table.push(COLUMNS.map(({cell}) => narrowed(cell(result))));
  return [table.toString(), ...notes(results).map(wrapped)].join('\n');
}

/** A name of two words or of a loss with options on two lines. */
function narrowed(text: string): string {
  return text.replace(' ', '\n').replace('(', '\n  (');
}

function wrapped(text: string): string {
  return text
    .split(' ')
    .reduce<string[]>((lines, word) => {
      const last = lines.at(-1);
      if (last === undefined || last.length + 1 + word.length > WIDTH) return [...lines, word];
      return [...lines.slice(0, -1), `${last} ${word}`];
    }, [])
    .join('\n');
}
