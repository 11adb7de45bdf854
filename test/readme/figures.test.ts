/** The figures in the README and in bench/README.md are those of the last run of the benchmarks, not of somebody's keyboard. */
import {readFileSync} from 'node:fs';
import {allFigures, readmeBlocks, tablesInFull} from '../../bench/_documents';
import {blockOf} from '../../bench/_readme';
import {README_FILE, TABLES_FILE} from '../../bench/_readme_file';

const figures = allFigures();

test('there are figures', () => {
  for (const byBackend of [figures.accuracy, figures.speed]) expect(Object.keys(byBackend)).toContain('cpu');
});

test.each(Object.entries(readmeBlocks(figures)))('the README has the table of %s', (name, block) => {
  expect(blockOf(readFileSync(README_FILE, 'utf8'), name)).toBe(block);
});

test('bench/README.md has all tables', () => {
  expect(readFileSync(TABLES_FILE, 'utf8')).toBe(tablesInFull(figures));
});
