/** The figures in the README and in bench/README.md are those of the last run of the benchmarks, not of somebody's keyboard. */
import {readFileSync} from 'node:fs';
import {LEAST_MEMORY} from '../../bench/_contenders';
import type {SpeedFigure} from '../../bench/_figures';
import {leastMemoryTable} from '../../bench/_speed_tables';
import {allFigures, readmeBlocks, tablesInFull} from '../../bench/_documents';
import {blockOf} from '../../bench/_readme';
import {README_FILE, TABLES_FILE} from '../../bench/_readme_file';

const figures = allFigures();

test('there are figures of every backend', () => {
  for (const byBackend of [figures.accuracy, figures.speed])
    expect(Object.keys(byBackend)).toEqual(['cpu', 'wasm', 'node']);
  expect(Object.keys(figures.browser)).toEqual(['webgl', 'webgpu']);
  expect(Object.keys(figures.linear)).toEqual(['wasm', 'node']);
});

test.each(Object.entries(readmeBlocks(figures)))('the README has the table of %s', (name, block) => {
  expect(blockOf(readFileSync(README_FILE, 'utf8'), name)).toBe(block);
});

test('bench/README.md has all tables', () => {
  expect(readFileSync(TABLES_FILE, 'utf8')).toBe(tablesInFull(figures));
});

test('the distance to the least that the memory allows is our time in units of it', () => {
  const figure = (loss: string, shape: string, [min, median, max]: readonly [number, number, number]): SpeedFigure => {
    const ratio = {min, median, max};
    return {shape, loss, pass: 'gradient', contender: LEAST_MEMORY, ms: 1, nsPerLogit: 1, rounds: 3, ratio};
  };
  const any = Object.values(figures.speed)[0];
  if (any === undefined) throw new Error('there are no figures');
  const speed = [figure('a', '2×3', [0.25, 0.5, 1]), figure('a', '4×5', [1, 1, 1]), figure('b', '4×5', [2, 4, 5])];
  expect(leastMemoryTable({...any, speed})?.rows).toEqual([
    ['a', '2.0× (1.0–4.0)', '1.0×'],
    ['b', '–', '0.25× (0.20–0.50)'],
  ]);
  expect(leastMemoryTable({...any, speed: []})).toBeUndefined();
});
