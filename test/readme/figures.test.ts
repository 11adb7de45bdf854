/** The README's figures are those of the last run of the benchmarks, not of somebody's keyboard. */
import {readFileSync} from 'node:fs';
import {accuracyBlock} from '../../bench/_accuracy_tables';
import {FIGURES_FILE, readFigures, type AccuracyFigures, type SpeedFigures} from '../../bench/_figures';
import {blocksOf} from '../../bench/_readme';
import {README_FILE} from '../../bench/_readme_file';
import {speedBlock} from '../../bench/_speed_tables';

const README = readFileSync(README_FILE, 'utf8');

test('npm run bench -- --readme has written the tables of speed and memory', () => {
  const figures = readFigures<SpeedFigures>(FIGURES_FILE.bench);
  const expected = Object.entries(figures).map(([backend, ofBackend]) => ({backend, content: speedBlock(ofBackend)}));
  expect(expected).not.toEqual([]);
  expect(blocksOf(README, 'bench')).toEqual(expected);
});

test('npm run accuracy -- --readme has written the tables of errors', () => {
  const figures = readFigures<AccuracyFigures>(FIGURES_FILE.accuracy);
  const expected = Object.entries(figures).map(([backend, of]) => ({backend, content: accuracyBlock(of)}));
  expect(expected).not.toEqual([]);
  expect(blocksOf(README, 'accuracy')).toEqual(expected);
});
