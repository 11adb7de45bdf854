import {type DataName, type DataSet, loadData} from '../../examples/_data';
import {split} from '../../examples/_split';
import {standardiser} from '../../examples/_standardise';

/** Rows of the files, counted by class. */
const COUNTS: {readonly [name in DataName]: readonly number[]} = {
  digits: [178, 182, 177, 183, 181, 182, 181, 179, 174, 180],
  'breast cancer': [212, 357],
};
const FEATURES: {readonly [name in DataName]: number} = {digits: 64, 'breast cancer': 30};

describe.each(['digits', 'breast cancer'] as const)('%s', (name) => {
  const data = loadData(name);

  test('has every sample of its file, a fifth of each class in the test part', () => {
    const forTest = COUNTS[name].map((count) => Math.round(count / 5));
    expect(classCounts(data.test.labels, data.classes)).toEqual(forTest);
    expect(classCounts(data.train.labels, data.classes)).toEqual(
      COUNTS[name].map((count, k) => count - (forTest[k] ?? NaN)),
    );
    for (const {features, labels} of [data.train, data.test]) {
      expect(features).toHaveLength(labels.length);
      expect(new Set(features.map((row) => row.length))).toEqual(new Set([FEATURES[name]]));
    }
    expect(data.features).toBe(FEATURES[name]);
  });

  test('has no sample in both parts', () => {
    const train = new Set(data.train.features.map(String));
    expect(data.test.features.filter((row) => train.has(String(row)))).toEqual([]);
  });

  test('is the same each time', () => {
    // As a whole: jest takes minutes to show how tables of this size differ.
    expect(JSON.stringify(loadData(name)) === JSON.stringify(data)).toBe(true);
  });
});

test('each feature of breast cancer has mean 0 and deviation 1 on the train part, and not on the test part', () => {
  const {train, test} = loadData('breast cancer');
  for (const {mean, deviation} of columnMoments(train.features)) {
    expect(mean).toBeCloseTo(0, 9);
    expect(deviation).toBeCloseTo(1, 9);
  }
  for (const {mean} of columnMoments(test.features)) expect(Math.abs(mean)).toBeGreaterThan(1e-4);
});

test('the pixels of digits together have mean 0 and deviation 1 on the train part, and not on the test part', () => {
  const {train, test}: DataSet = loadData('digits');
  const [trained] = columnMoments(train.features.flat().map((pixel) => [pixel]));
  const [tested] = columnMoments(test.features.flat().map((pixel) => [pixel]));
  expect(trained?.mean).toBeCloseTo(0, 9);
  expect(trained?.deviation).toBeCloseTo(1, 9);
  expect(Math.abs(tested?.mean ?? 0)).toBeGreaterThan(1e-4);
});

describe('split', () => {
  const labels = Array.from({length: 60}, (_, i) => (i % 3 === 0 ? 1 : 0));

  test('takes every row once', () => {
    const {train, test} = split(labels, 0.25, 1);
    expect([...train, ...test].sort((a, b) => a - b)).toEqual([...labels.keys()]);
  });

  test('takes the same share of each class', () => {
    expect(
      classCounts(
        split(labels, 0.25, 1).test.map((row) => labels[row] ?? NaN),
        2,
      ),
    ).toEqual([10, 5]);
  });

  test('is drawn by the seed', () => {
    expect(split(labels, 0.25, 1)).toEqual(split(labels, 0.25, 1));
    expect(split(labels, 0.25, 2)).not.toEqual(split(labels, 0.25, 1));
  });

  test('is not the order of the file', () => {
    const ones = labels.flatMap((label, row) => (label === 1 ? [row] : []));
    expect(split(labels, 0.25, 1).test).not.toEqual(expect.arrayContaining(ones.slice(0, 5)));
  });
});

describe('standardiser', () => {
  const samples = [
    [1, 10, 5],
    [3, 30, 5],
  ];

  test('gives each feature its own scale; a constant one becomes 0 whatever comes', () => {
    expect(standardiser(samples, 'each')([5, 10, 7])).toEqual([3, -1, 0]);
  });

  test('gives all features a common scale', () => {
    // Of 1, 10, 5, 3, 30, 5: mean 9, variance (64 + 1 + 16 + 36 + 441 + 16)/6 = 574/6.
    const deviation = Math.sqrt(574 / 6);
    const [a, b, c] = standardiser(samples, 'common')([9, 0, 18]);
    expect(a).toBe(0);
    expect(b).toBeCloseTo(-9 / deviation, 12);
    expect(c).toBeCloseTo(9 / deviation, 12);
  });
});

function classCounts(labels: readonly number[], classes: number): number[] {
  return Array.from({length: classes}, (_, k) => labels.filter((label) => label === k).length);
}

function columnMoments(rows: readonly (readonly number[])[]): {mean: number; deviation: number}[] {
  return [...(rows[0] ?? []).keys()].map((j) => {
    const column = rows.map((row) => row[j] ?? NaN);
    const mean = column.reduce((sum, x) => sum + x, 0) / column.length;
    return {mean, deviation: Math.sqrt(column.reduce((sum, x) => sum + (x - mean) ** 2, 0) / column.length)};
  });
}
