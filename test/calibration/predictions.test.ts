/** The forms in which labels and logits come, and what is refused. */
import * as tf from '@tensorflow/tfjs';
import {
  type CalibrationInput,
  type CalibrationOptions,
  brierScore,
  expectedCalibrationError,
  fitTemperature,
  maximumCalibrationError,
  negativeLogLikelihood,
  reliabilityDiagram,
} from '../../src/calibration';
import * as sigmoid from '../../src/reference/sigmoid_cross_entropy';
import * as sparse from '../../src/reference/sparse_softmax_cross_entropy';

beforeAll(() => tf.setBackend('cpu'));

type Measure = (labels: CalibrationInput, logits: CalibrationInput, options?: CalibrationOptions) => Promise<unknown>;

const MEASURES: Readonly<Record<string, Measure>> = {
  brierScore,
  expectedCalibrationError,
  fitTemperature,
  maximumCalibrationError,
  negativeLogLikelihood,
  reliabilityDiagram,
};

const LOGITS = [
  [0.5, -1.25, 2],
  [1.5, 0.25, -0.75],
  [-2, 1, 0.5],
  [0.25, 3, 0.5],
];
const INDICES = [2, 1, 1, 0];
const ONE_HOT = [
  [0, 0, 1],
  [0, 1, 0],
  [0, 1, 0],
  [1, 0, 0],
];

describe('equal labels in other forms give equal results', () => {
  const expected = MEASURES;
  test.each(Object.entries(expected))('%s', async (_, measure) => {
    const result = await measure(INDICES, LOGITS);
    const same: [CalibrationInput, CalibrationInput, CalibrationOptions?][] = [
      [INDICES.map((y) => [y]), LOGITS],
      [Int32Array.from(INDICES), LOGITS.map((z) => Float64Array.from(z))],
      [ONE_HOT, LOGITS],
      [tf.tensor1d(INDICES, 'int32'), tf.tensor2d(LOGITS)],
      [tf.tensor2d(INDICES, [4, 1]), tf.tensor2d(LOGITS)],
      [tf.tensor2d(ONE_HOT, undefined, 'bool'), tf.tensor2d(LOGITS)],
      [INDICES, LOGITS, {activation: 'softmax'}],
      // [N,T,K]
      [
        [INDICES.slice(0, 2), INDICES.slice(2)],
        [LOGITS.slice(0, 2), LOGITS.slice(2)],
      ],
      [tf.tensor3d(INDICES, [2, 2, 1]), tf.tensor3d(LOGITS.flat(), [2, 2, 3])],
      // With rows that do not count, whatever they hold.
      [[...INDICES, -1], [...LOGITS, [NaN, Infinity, 0]], {ignoreIndex: -1}],
    ];
    for (const args of same) expect(await measure(...args)).toEqual(result);
  });

  test.each(Object.entries(expected))('%s, one logit a sample', async (_, measure) => {
    const [labels, logits] = [
      [1, 0, 1, 0, 1],
      [0.5, -1, 3, 1.25, -0.25],
    ];
    const result = await measure(labels, logits);
    const column = (values: readonly number[]): number[][] => values.map((x) => [x]);
    const same: [CalibrationInput, CalibrationInput, CalibrationOptions?][] = [
      [column(labels), column(logits)],
      [labels, column(logits)],
      [column(labels), logits],
      [labels, Float32Array.from(logits)],
      [tf.tensor1d(labels, 'bool'), tf.tensor2d(logits, [5, 1])],
      // Several labels a sample are as many claims.
      [[labels], [logits], {activation: 'sigmoid'}],
      [[...labels, -100], [...logits, NaN], {ignoreIndex: -100}],
    ];
    for (const args of same) expect(await measure(...args)).toEqual(result);
  });
});

test('NLL and Brier score are the reference, to −∞, far apart and saturated', async () => {
  const logits = [
    [0, -Infinity, 2],
    [100, 0, -3],
    [-700, 3e38, 1],
    [0, 1e-3, 0],
  ];
  const labels = [0, 0, 1, 2];
  const losses = labels.map((y, n) => sparse.loss(y, logits[n]!));
  expect(await negativeLogLikelihood(labels, logits)).toBeCloseTo(losses.reduce((a, b) => a + b) / 4, 14);
  // e^−100: 1 − p would be 0.
  expect(await negativeLogLikelihood([0], [[100, 0, -300]])).toBe(sparse.loss(0, [100, 0, -300]));
  expect(await brierScore([1], [40])).toBe(sigmoid.logitGradient(1, 40) ** 2);
  expect(await brierScore([1], [40])).toBeGreaterThan(1e-36);
  const squares = sparse.logitGradient(0, [40, 0, 0]).map((g) => g ** 2);
  expect((await brierScore([0], [[40, 0, 0]])) / squares.reduce((a, b) => a + b)).toBeCloseTo(1, 14);
  expect(await negativeLogLikelihood([1], [[0, -Infinity]])).toBe(Infinity);
});

test('a temperature divides the logits', async () => {
  const halved = LOGITS.map((row) => row.map((z) => z / 2));
  for (const measure of [brierScore, expectedCalibrationError, maximumCalibrationError, negativeLogLikelihood]) {
    expect(await measure(INDICES, LOGITS, {temperature: 2})).toBe(await measure(INDICES, halved));
    expect(await measure(INDICES, LOGITS, {temperature: 2})).not.toBe(await measure(INDICES, LOGITS));
  }
});

describe('bins', () => {
  const logit = (p: number): number => Math.log(p / (1 - p));
  const counts = async (logits: number[], bins: number): Promise<number[]> =>
    (await reliabilityDiagram(new Array<number>(logits.length).fill(1), logits, {bins})).bins.map(({count}) => count);

  test('hold their lower end, the last one both', async () => {
    // σ(0) = 1/2 and σ(∞) = 1 exactly.
    expect(await counts([0, Infinity, -Infinity], 2)).toEqual([1, 2]);
    expect(await counts([800, 0], 4)).toEqual([0, 0, 1, 1]);
  });

  test('are those of their ends also where p·bins rounds', async () => {
    for (const bins of [3, 7, 15, 49, 100]) {
      const logits = Array.from({length: bins - 1}, (_, b) => logit((b + 1) / bins));
      const diagram = await reliabilityDiagram(
        logits.map(() => 1),
        logits,
        {bins},
      );
      for (const {from, to, count, confidence} of diagram.bins) {
        // Of one claim, confidence is its probability.
        if (count === 1) expect(confidence >= from && confidence < to).toBe(true);
      }
    }
  });

  test('totals are of all predictions', async () => {
    const {count, confidence, accuracy} = await reliabilityDiagram([1, 0, 1, 1], [0, 0, 0, Infinity]);
    expect({count, confidence, accuracy}).toEqual({count: 4, confidence: 0.625, accuracy: 0.75});
  });

  test('ties are the first class, and soft labels come true in part', async () => {
    const diagram = await reliabilityDiagram([[0.25, 0.75]], [[1, 1]]);
    expect(diagram.bins[7]).toEqual({from: 7 / 15, to: 8 / 15, count: 1, confidence: 0.5, accuracy: 0.25});
    expect(diagram.expectedCalibrationError).toBe(0.25);
  });
});

test('a tensor may be disposed as soon as the call has returned', async () => {
  const logits = tf.tensor2d(LOGITS);
  const result = negativeLogLikelihood(INDICES, logits);
  logits.dispose();
  expect(await result).toBeCloseTo(await negativeLogLikelihood(INDICES, LOGITS), 14);
});

describe('refused, with what came and what to write', () => {
  const cases: [string, CalibrationInput, CalibrationInput, object, RegExp][] = [
    ['a scalar', tf.scalar(1), tf.scalar(1), {}, /'logits' must be of shape .*, but is a scalar/],
    ['numbers of no array', 1 as unknown as number[], 1 as unknown as number[], {}, /but is a scalar/],
    ['text', ['a'] as unknown as number[], [1], {}, /'labels' must hold numbers, but holds 'a' at \[0\]/],
    ['a ragged array', [0, 1], [[1, 2], [3]], {}, /'logits' must be a regular array, here of shape \[2, 2\]/],
    [
      'strings as a tensor',
      tf.tensor1d(['a']),
      [1],
      {},
      /'labels' must hold numbers, but is a string tensor of shape \[1\]/,
    ],
    ['no array', {} as unknown as number[], [1], {}, /'labels' must be a tensor, .* but is an object/],
    ['nothing', [], [], {}, /nothing to measure: 'logits' of shape \[0\]\./],
    ['all ignored', [-1, -1], [1, 2], {ignoreIndex: -1}, /nothing to measure: .* all 'ignoreIndex', -1/],
    [
      'labels of another length',
      [0, 1, 2],
      LOGITS,
      {},
      /'labels' of shape \[3\] must be class indices of shape \[4\] or \[4, 1\]/,
    ],
    ['labels to reshape', [[2, 1, 1, 0]], LOGITS, {}, /Write tf\.reshape\(labels, \[4\]\)/],
    [
      'class indices for a sigmoid',
      INDICES,
      LOGITS,
      {activation: 'sigmoid'},
      /'labels' of shape \[4\] must have the shape of 'logits' of a sigmoid, \[4, 3\]/,
    ],
    [
      'one logit for a softmax',
      [0, 1],
      [[1], [2]],
      {activation: 'softmax'},
      /two classes or more, but have shape \[2, 1\]\. .*activation: 'sigmoid'/,
    ],
    [
      'several labels for a softmax',
      [[1, 1, 0]],
      [LOGITS[0]!],
      {},
      /those of row 0 sum to 2\. .*activation: 'sigmoid'/,
    ],
    ['a padded row', [...ONE_HOT.slice(1), [0, 0, 0]], LOGITS, {}, /those of row 3 sum to 0/],
    ['a negative probability', [[1.5, -0.5, 0]], [LOGITS[0]!], {}, /those of row 0 hold -0\.5/],
    ['NaN as a probability', [[NaN, 1, 0]], [LOGITS[0]!], {}, /those of row 0 sum to NaN/],
    ['ignoreIndex with probabilities', ONE_HOT, LOGITS, {ignoreIndex: -1}, /'ignoreIndex' goes with class indices/],
    ['a class that is none', [2, 1, 3, 0], LOGITS, {}, /whole numbers from 0 to 2, but label 2 is 3/],
    ['a class of −1', [2, 1, -1, 0], LOGITS, {}, /label 2 is -1\. Labels that do not count need ignoreIndex/],
    ['half a class', [2, 1.5, 1, 0], LOGITS, {}, /label 1 is 1\.5/],
    ['a label beyond 1', [0, 2], [1, 2], {}, /'labels' of a sigmoid must be numbers from 0 to 1, but label 1 is 2/],
    ['NaN as a logit', [0, 1], [1, NaN], {}, /'logits' hold NaN at 1/],
    [
      'NaN in a row',
      [0, 1],
      [
        [0, 1],
        [NaN, 1],
      ],
      {},
      /'logits' of row 1 hold NaN: such a row has no probabilities/,
    ],
    ['+∞ in a row', [0], [[Infinity, 1]], {}, /'logits' of row 0 hold Infinity/],
    ['a row of −∞', [0], [[-Infinity, -Infinity]], {}, /'logits' of row 0 are all -Infinity/],
    [
      'an activation that is none',
      INDICES,
      LOGITS,
      {activation: 'relu'},
      /'activation' must be 'softmax' or 'sigmoid', but is 'relu'/,
    ],
    ['half an ignoreIndex', INDICES, LOGITS, {ignoreIndex: 0.5}, /'ignoreIndex' must be an integer, but is 0\.5/],
    [
      'a misspelt option',
      INDICES,
      LOGITS,
      {ignoreindex: 0},
      /unknown option 'ignoreindex'\. Did you mean 'ignoreIndex'\?/,
    ],
    ['no options', INDICES, LOGITS, [], /'options' must be an object/],
  ];
  test.each(cases)('%s', async (_, labels, logits, options, message) => {
    for (const [name, measure] of Object.entries(MEASURES)) {
      await expect(measure(labels, logits, options)).rejects.toThrow(message);
      await expect(measure(labels, logits, options)).rejects.toThrow(new RegExp(`^${name}: `));
    }
  });

  test('what only some take', async () => {
    for (const bins of [0, 1.5, NaN, '15']) {
      const options = {bins} as {bins: number};
      for (const measure of [expectedCalibrationError, maximumCalibrationError, reliabilityDiagram]) {
        await expect(measure(INDICES, LOGITS, options)).rejects.toThrow(
          /'bins' must be a whole number of at least 1, but/,
        );
      }
    }
    const norm = 'L1' as 'l1';
    await expect(expectedCalibrationError(INDICES, LOGITS, {norm})).rejects.toThrow(/'norm' must be 'l1', .* is 'L1'/);
    await expect(maximumCalibrationError(INDICES, LOGITS, {norm} as object)).rejects.toThrow(/unknown option 'norm'/);
    for (const temperature of [0, -1, NaN, Infinity]) {
      await expect(brierScore(INDICES, LOGITS, {temperature})).rejects.toThrow(
        /'temperature' must be a finite number above/,
      );
    }
    await expect(fitTemperature(INDICES, LOGITS, {temperature: 1} as object)).rejects.toThrow(/unknown option 'temp/);
  });

  test('a tensor that is gone', async () => {
    const logits = tf.tensor2d(LOGITS);
    logits.dispose();
    await expect(brierScore(INDICES, logits)).rejects.toThrow(/'logits' is a float32 tensor .* has been disposed/);
  });
});
