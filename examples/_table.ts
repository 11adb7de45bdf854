import Table from 'cli-table3';
import type {Overconfidence} from './_overconfidence';
import {CURE_COLUMNS, CURE_NOTE, cureIntroduction, cureRows} from './_overconfidence_text';
import {COLUMNS, type Column, type Result, notes} from './_results';

const WIDTH = 100;

/** The results for a terminal of 100 columns, the notes below; in a file, escape sequences for colours would be noise. */
export function terminalTable(results: readonly Result[], colored: boolean): string {
  return [drawn(COLUMNS, results, colored), ...notes(results).map(wrapped)].join('\n');
}

/** The same of the cures for over-confidence. */
export function terminalCureTable(study: Overconfidence, colored: boolean): string {
  const table = drawn(CURE_COLUMNS, cureRows(study), colored);
  return [wrapped(cureIntroduction(study)), table, wrapped(CURE_NOTE)].join('\n');
}

/** Any rows as a table. */
export function drawn<Row>(columns: readonly Column<Row>[], rows: readonly Row[], colored: boolean): string {
  const table = new Table({
    head: columns.map(({head}) => head),
    colAligns: columns.map(({numeric}) => (numeric ? 'right' : 'left')),
    style: colored ? {head: ['bold'], border: ['gray']} : {head: [], border: []},
  });
  for (const row of rows) table.push(columns.map(({cell}) => narrowed(cell(row))));
  return table.toString();
}

/** A name of two words or of a loss with options on two lines. */
function narrowed(text: string): string {
  return text.replace(' ', '\n').replace('(', '\n  (');
}

/** On lines of `WIDTH` columns. */
export function wrapped(text: string): string {
  return text
    .split(' ')
    .reduce<string[]>((lines, word) => {
      const last = lines.at(-1);
      if (last === undefined || last.length + 1 + word.length > WIDTH) return [...lines, word];
      return [...lines.slice(0, -1), `${last} ${word}`];
    }, [])
    .join('\n');
}
