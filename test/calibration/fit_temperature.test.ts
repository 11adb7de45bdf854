import {fitTemperature, negativeLogLikelihood} from '../../src/calibration';
import {random} from '../support/random';

/** Two classes a row: sure by `gap`, right in `right` of `of` rows. */
function rows(gap: number, right: number, of: number): {labels: number[]; logits: number[][]} {
  return {
    labels: Array.from({length: of}, (_, n) => Number(n >= right)),
    logits: Array.from({length: of}, () => [gap, 0]),
  };
}

describe('in closed form: log-odds gap/T = log(right/wrong)', () => {
  // From hopelessly sure to hopelessly unsure: β is found over the whole range of float32.
  test.each([1e-30, 1e-6, 0.01, 1, 6, 100, 1e6, 3e38])('a gap of %d', async (gap) => {
    const {labels, logits} = rows(gap, 3, 4);
    const {temperature, nllAfter, converged, iterations} = await fitTemperature(labels, logits);
    expect(temperature / (gap / Math.log(3))).toBeCloseTo(1, 12);
    expect(nllAfter).toBeCloseTo(-(0.75 * Math.log(0.75) + 0.25 * Math.log(0.25)), 13);
    expect(converged).toBe(true);
    expect(iterations).toBeLessThan(60);
  });

  test.each([1e-6, 1, 100])('binary, a logit of %d', async (z) => {
    const {temperature} = await fitTemperature([1, 1, 1, 0], [z, z, z, z]);
    expect(temperature / (z / Math.log(3))).toBeCloseTo(1, 12);
  });

  test('nearly all right: T is small, but there', async () => {
    const {labels, logits} = rows(6, 99_999, 100_000);
    const {temperature, converged} = await fitTemperature(labels, logits);
    expect(temperature).toBeCloseTo(6 / Math.log(99_999), 12);
    expect(converged).toBe(true);
  });
});

test('binary logits and their two-class form have one temperature', async () => {
  const logits = [2, -1, 0.5, 3, -0.25];
  const labels = [1, 0, 0, 1, 1];
  const binary = await fitTemperature(labels, logits);
  const classes = await fitTemperature(
    labels,
    logits.map((z) => [0, z]),
  );
  expect(classes.temperature).toBeCloseTo(binary.temperature, 12);
  expect(classes.nllAfter).toBeCloseTo(binary.nllAfter, 14);
});

test('the NLL is lowest there, and what the measure says it is', async () => {
  const next = random('temperature');
  const logits = Array.from({length: 300}, () => Array.from({length: 8}, () => 20 * (next() - 0.5)));
  const labels = logits.map((z) => (next() < 0.6 ? z.indexOf(Math.max(...z)) : Math.floor(8 * next())));
  const fit = await fitTemperature(labels, logits);
  const at = (temperature: number): Promise<number> => negativeLogLikelihood(labels, logits, {temperature});
  expect(fit.nllBefore).toBeCloseTo(await at(1), 13);
  expect(fit.nllAfter).toBeCloseTo(await at(fit.temperature), 13);
  for (const factor of [0.5, 0.99, 0.999, 1.001, 1.01, 2]) {
    expect(await at(factor * fit.temperature)).toBeGreaterThan(fit.nllAfter);
  }
  expect(fit.nllAfter).toBeLessThan(fit.nllBefore);
});

test('a model that is calibrated keeps its temperature', async () => {
  const {labels, logits} = rows(Math.log(3), 3, 4);
  const fit = await fitTemperature(labels, logits);
  expect(fit.temperature).toBeCloseTo(1, 14);
  expect(fit.nllAfter).toBe(fit.nllBefore);
});

test('a masked class stays out of it', async () => {
  const {labels, logits} = rows(6, 3, 4);
  const masked = logits.map((z) => [...z, -Infinity]);
  expect(await fitTemperature(labels, masked)).toEqual(await fitTemperature(labels, logits));
});

test('infinite logits that are right change nothing but the mean', async () => {
  const [labels, logits] = [
    [1, 1, 1, 0],
    [2, 2, 2, 2],
  ];
  const {temperature, nllAfter} = await fitTemperature(labels, logits);
  const more = await fitTemperature([...labels, 1, 0, 1, 0], [...logits, Infinity, -Infinity, Infinity, -Infinity]);
  expect(more.temperature).toBe(temperature);
  expect(more.nllAfter).toBeCloseTo(nllAfter / 2, 14);
});

test('where iterations do not suffice, it says so', async () => {
  const {labels, logits} = rows(6, 3, 4);
  const fit = await fitTemperature(labels, logits, {maxIterations: 2});
  expect(fit).toMatchObject({iterations: 2, converged: false});
  expect(fit.nllAfter).toBeLessThan(fit.nllBefore);
});

describe('no temperature is best', () => {
  const cases: [string, number[] | number[][], number[] | number[][], RegExp][] = [
    [
      'all right',
      [0, 1],
      [
        [3, 0],
        [0, 1],
      ],
      /predict every label right, so the NLL falls all the way to temperature 0/,
    ],
    ['all right, binary', [1, 0], [0.1, -4], /predict every label right/],
    [
      'all right or tied',
      [0, 1],
      [
        [2, 2],
        [0, 1],
      ],
      /predict every label right/,
    ],
    [
      'all wrong',
      [1, 0],
      [
        [3, 0],
        [0, 1],
      ],
      /uniform probabilities fit these labels better/,
    ],
    [
      'as often wrong as right',
      [0, 1],
      [
        [3, 0],
        [3, 0],
      ],
      /uniform probabilities fit these labels better/,
    ],
    [
      'nothing but ties',
      [0, 1],
      [
        [2, 2],
        [2, 2],
      ],
      /uniform probabilities fit/,
    ],
    ['all wrong, binary', [1, 0], [-1, 2], /uniform probabilities fit these labels better/],
    ['logits of 0', [1, 0], [0, 0], /uniform probabilities fit/],
    [
      'an impossible label',
      [1, 0],
      [
        [1, -Infinity],
        [1, 0],
      ],
      /says it is impossible/,
    ],
    ['an impossible label, binary', [0, 1], [Infinity, 1], /says it is impossible/],
  ];
  test.each(cases)('%s', async (_, labels, logits, message) => {
    await expect(fitTemperature(labels, logits)).rejects.toThrow(message);
    await expect(fitTemperature(labels, logits)).rejects.toThrow(/^fitTemperature: /);
  });
});

test('options are checked', async () => {
  const {labels, logits} = rows(6, 3, 4);
  await expect(fitTemperature(labels, logits, {maxIterations: 0})).rejects.toThrow(
    /'maxIterations' must be .* above 0/,
  );
  await expect(fitTemperature(labels, logits, {maxIterations: 1.5})).rejects.toThrow(
    /'maxIterations' must be an integer/,
  );
  await expect(fitTemperature(labels, logits, {tolerance: 0})).rejects.toThrow(/'tolerance' must be .* above 0/);
});
