import * as tf from '@tensorflow/tfjs';
import {type ModelLoss, listLosses, loss, softmaxCrossEntropy, sparseSoftmaxCrossEntropy} from '../../src';
import {expectClose, sigmoidRow, softmaxRow, sparseRow, sumOf} from './_models';

/** The losses as plain functions, called as tfjs calls them: what comes back sample by sample. */

beforeAll(() => tf.setBackend('cpu'));

const LOGITS = [
  [2, -1, 0.5],
  [0, 3, -2],
  [1, 1, 1],
  [-4, 0.25, 2],
];
const [N, K] = [4, 3];
const logits = (): tf.Tensor => tf.tensor2d(LOGITS);

/** Calls a loss, checks that it returns [N] and keeps no tensor, and returns the values. */
function values(used: ModelLoss, yTrue: tf.Tensor, yPred: tf.Tensor): number[] {
  const before = tf.memory().numTensors;
  const result = used(yTrue, yPred);
  expect(result.shape).toEqual([yPred.shape[0]]);
  expect(tf.memory().numTensors).toBe(before + 1);
  const numbers = Array.from(result.dataSync());
  result.dispose();
  return numbers;
}

describe('one value per sample', () => {
  test('class indices', () => {
    const labels = [0, 2, 1, 2];
    const expected = LOGITS.map((z, row) => sparseRow('sparseSoftmaxCrossEntropy', labels[row] ?? NaN, z).loss);
    expectClose(values(loss('sparseSoftmaxCrossEntropy'), tf.tensor1d(labels, 'int32'), logits()), expected);
  });

  test('class indices, weights and ignored rows: N/D times the row, with D what counts', () => {
    const labels = [0, 2, 1, 2];
    const options = {classWeights: [0.5, 4, 1.5], ignoreIndex: 1};
    const divisor = 0.5 + 1.5 + 1.5;
    const expected = LOGITS.map(
      (z, row) => (sparseRow('sparseSoftmaxCrossEntropy', labels[row] ?? NaN, z, options).loss * N) / divisor,
    );
    const actual = values(loss('sparseSoftmaxCrossEntropy', options), tf.tensor2d(labels, [N, 1]), logits());
    expectClose(actual, expected);
    expect(actual[2]).toBe(0);
    // And so the mean is the op's.
    const [op = NaN] = sparseSoftmaxCrossEntropy(tf.tensor1d(labels, 'int32'), logits(), options).dataSync();
    expectClose([sumOf(actual, (value) => value) / N], [op]);
  });

  test('class indices of several rows a sample: each row weighs the same, whichever sample it is in', () => {
    // Two samples of two rows each, one of them ignored.
    const labels = [0, 9, 1, 2];
    const rows = LOGITS.map(
      (z, row) => sparseRow('sparseSoftmaxFocalCrossEntropy', labels[row] ?? NaN, z, {ignoreIndex: 9}).loss,
    );
    const [a = NaN, b = NaN, c = NaN, d = NaN] = rows;
    expect(b).toBe(0);
    const actual = values(
      loss('sparseSoftmaxFocalCrossEntropy', {ignoreIndex: 9}),
      tf.tensor2d(labels, [2, 2]),
      tf.reshape(logits(), [2, 2, K]),
    );
    expectClose(actual, [(a * 2) / 3, ((c + d) * 2) / 3]);
  });

  test('the classes on another axis', () => {
    const z = tf.transpose(tf.reshape(logits(), [2, 2, K]), [0, 2, 1]);
    const labels = tf.tensor2d([0, 2, 1, 2], [2, 2], 'int32');
    const [a = NaN, b = NaN, c = NaN, d = NaN] = LOGITS.map(
      (row, i) => sparseRow('sparseSoftmaxCrossEntropy', [0, 2, 1, 2][i] ?? NaN, row).loss,
    );
    expectClose(values(loss('sparseSoftmaxCrossEntropy', {axis: 1}), labels, z), [(a + b) / 2, (c + d) / 2]);
    const oneHot = tf.transpose(tf.oneHot(labels, K), [0, 2, 1]);
    expectClose(values(loss('softmaxCrossEntropy', {axis: -2}), oneHot, z), [(a + b) / 2, (c + d) / 2]);
    // With weights, D follows the classes' axis too.
    const classWeights = [1, 5, 2];
    const weighted = loss('sparseSoftmaxCrossEntropy', {axis: 1, classWeights});
    const scale = 2 / (1 + 2 + 5 + 2);
    expectClose(values(weighted, labels, z), [(a + 2 * b) * scale, (5 * c + 2 * d) * scale]);
  });

  test('probabilities: class weights do not divide', () => {
    const q = [
      [0.5, 0.25, 0.25],
      [0, 1, 0],
      [1, 0, 0],
      [0.125, 0.5, 0.375],
    ];
    const options = {classWeights: [0.5, 4, 1.5], labelSmoothing: 0.25};
    const expected = LOGITS.map((z, row) => softmaxRow('softmaxCrossEntropy', q[row] ?? [], z, options).loss);
    const actual = values(loss('softmaxCrossEntropy', options), tf.tensor2d(q), logits());
    expectClose(actual, expected);
    const [op = NaN] = softmaxCrossEntropy(tf.tensor2d(q), logits(), options).dataSync();
    expectClose([sumOf(actual, (value) => value) / N], [op]);
  });

  test('several labels a sample: their mean, or their sum', () => {
    const y = [1, 0, 1, 0, 0, 0, 1, 1, 1, 0, 1, 0];
    const sums = LOGITS.map((z, row) => sigmoidRow('sigmoidCrossEntropy', y.slice(row * K), z).loss);
    const labels = tf.tensor2d(y, [N, K], 'bool');
    expectClose(
      values(loss('sigmoidCrossEntropy'), labels, logits()),
      sums.map((total) => total / K),
    );
    expectClose(
      values(loss('sigmoidCrossEntropy', {labelReduction: 'mean'}), labels, logits()),
      sums.map((total) => total / K),
    );
    expectClose(values(loss('sigmoidCrossEntropy', {labelReduction: 'sum'}), labels, logits()), sums);
    const deep = tf.reshape(logits(), [2, 2, K]);
    const [a = NaN, b = NaN, c = NaN, d = NaN] = sums;
    const summed = loss('sigmoidCrossEntropy', {labelReduction: 'sum'});
    expectClose(values(summed, tf.reshape(labels, [2, 2, K]), deep), [a + b, c + d]);
  });

  test('labels [N] for outputs [N,1] do not become [N,N]', () => {
    const z = [2, -1, 0.5, 7];
    const y = [1, 0, 0, 1];
    const expected = z.map((zi, i) => sigmoidRow('sigmoidFocalCrossEntropy', [y[i] ?? NaN], [zi]).loss);
    const outputs = tf.tensor2d(z, [N, 1]);
    for (const labels of [tf.tensor1d(y), tf.tensor1d(y, 'int32'), tf.tensor1d(y, 'bool'), tf.tensor2d(y, [N, 1])]) {
      expectClose(values(loss('sigmoidFocalCrossEntropy'), labels, outputs), expected);
    }
  });

  test('one sample, one class, no sample', () => {
    for (const name of ['sparseSoftmaxCrossEntropy', 'sparseSoftmaxFocalCrossEntropy'] as const) {
      expect(values(loss(name), tf.tensor2d([[0]]), tf.tensor2d([[3]]))).toEqual([0]);
      expect(values(loss(name, {ignoreIndex: 0}), tf.tensor1d([0]), tf.tensor2d([[3, 1]]))).toEqual([0]);
      expect(values(loss(name, {ignoreIndex: 0}), tf.tensor1d([], 'int32'), tf.tensor2d([], [0, 3]))).toEqual([]);
    }
    expect(values(loss('softmaxCrossEntropy'), tf.tensor2d([[1]]), tf.tensor2d([[3]]))).toEqual([0]);
    expect(values(loss('sigmoidCrossEntropy'), tf.tensor2d([], [0, 1]), tf.tensor2d([], [0, 1]))).toEqual([]);
  });

  test('the weights are numbers of their own', () => {
    const labels = tf.tensor1d([0, 2, 1, 2], 'int32');
    const array = [1, 2, 3];
    const tensor = tf.tensor1d(array);
    const fromArray = loss('sparseSoftmaxCrossEntropy', {classWeights: array});
    const fromTyped = loss('sparseSoftmaxCrossEntropy', {classWeights: Float32Array.from(array)});
    const fromTensor = loss('sparseSoftmaxCrossEntropy', {classWeights: tensor});
    const before = values(fromArray, labels, logits());
    array[0] = 100;
    tensor.dispose();
    for (const used of [fromArray, fromTyped, fromTensor]) {
      expect(values(used, labels, logits())).toEqual(before);
    }
  });
});

describe('labels that do not fit', () => {
  const shapes: [Parameters<typeof loss>[0], number[], number[], string][] = [
    ['softmaxCrossEntropy', [4], [4, 3], 'expected [4,3], a probability for each class (for class indices there are'],
    ['softmaxCrossEntropy', [4, 1], [4, 3], 'expected [4,3]'],
    [
      'softmaxFocalCrossEntropy',
      [4, 2, 3],
      [4, 3],
      "labels of shape [4,2,3] do not fit the model's outputs of shape [4,3]",
    ],
    ['softmaxCrossEntropy', [1, 3], [4, 3], 'expected [4,3]'],
    [
      'sparseSoftmaxCrossEntropy',
      [4, 3],
      [4, 3],
      'expected [4] or [4,1], a class index for each row (for one-hot labels',
    ],
    ['sparseSoftmaxCrossEntropy', [], [1, 3], 'labels of shape [] do not fit'],
    ['sparseSoftmaxCrossEntropy', [3], [4, 3], 'expected [4] or [4,1]'],
    ['sparseSoftmaxFocalCrossEntropy', [4], [4, 2, 3], 'expected [4,2] or [4,2,1]'],
    ['sparseSoftmaxFocalCrossEntropy', [8], [4, 2, 3], 'expected [4,2] or [4,2,1]'],
    ['sigmoidCrossEntropy', [4], [4, 3], 'expected [4,3], a label for each output'],
    ['sigmoidCrossEntropy', [1, 4], [4, 1], 'expected [4,1]'],
    ['sigmoidFocalCrossEntropy', [3], [4, 3], 'expected [4,3]'],
  ];
  test.each(shapes)('%s: %j for %j', (name, labels, outputs, message) => {
    const used = loss(name);
    const pair = [tf.zeros(labels), tf.zeros(outputs)] as const;
    const before = tf.memory().numTensors;
    expect(() => used(...pair)).toThrow(message);
    expect(() => used(...pair)).toThrow(`${name}: `);
    expect(tf.memory().numTensors).toBe(before);
  });

  test.each([0, 2, -2, -3])('axis %d of outputs [N,K]', (axis) => {
    for (const name of ['softmaxCrossEntropy', 'sparseSoftmaxCrossEntropy'] as const) {
      expect(() => loss(name, {axis})(tf.zeros([N]), logits())).toThrow(
        `${name}: axis ${axis} must be an axis of the outputs, which have the shape [4,3], and not the first`,
      );
    }
  });

  test('values are the op’s to check', () => {
    const used = loss('sparseSoftmaxCrossEntropy', {classWeights: [1, 2, 3]});
    expect(() => used(tf.tensor1d([0, 1, 3, 2], 'int32'), logits())).toThrow(RangeError);
    expect(() => used(tf.tensor1d([0, 1, 1.5, 2]), logits())).toThrow('1.5');
    expect(() => loss('softmaxCrossEntropy', {classWeights: [1, 2]})(tf.ones([N, K]), logits())).toThrow(
      'classWeights',
    );
  });
});

describe('options', () => {
  test.each(listLosses())('%s: those of the op that make no sense in a model', (name) => {
    for (const option of ['weights', 'reduction', 'normalizer']) {
      expect(() => loss<string>(name, {[option]: 1})).toThrow(
        `loss('${name}'): option '${option}' has no place in a model`,
      );
    }
  });

  test.each(listLosses())('%s: fromLogits is true or false', (name) => {
    expect(() => loss<string>(name, {fromLogits: 1})).toThrow("option 'fromLogits' must be true or false, got 1");
    expect(loss<string>(name, {fromLogits: true}).name).toBe(name);
  });

  const wrong: [string, Record<string, string | number | boolean | null | number[]>, string][] = [
    ['softmaxCrossEntropy', {labelSmoothing: 2}, "option 'labelSmoothing' must be a number in [0, 1], got 2."],
    ['softmaxCrossEntropy', {labelSmoothing: [0.1]}, 'must be a number in [0, 1], got [0.1].'],
    ['softmaxCrossEntropy', {classWeights: 2}, "option 'classWeights' must be an array of numbers of at least 0"],
    ['softmaxCrossEntropy', {classWeights: [1, -1]}, 'got [1, -1].'],
    ['softmaxCrossEntropy', {axis: 0.5}, "option 'axis' must be an integer, got 0.5."],
    ['softmaxCrossEntropy', {zLoss: -1}, "option 'zLoss' must be a number of at least 0, got -1."],
    ['softmaxCrossEntropy', {ignoreIndex: 1}, "unknown option 'ignoreIndex'."],
    ['softmaxCrossEntropy', {gamma: 1}, "unknown option 'gamma'."],
    ['softmaxCrossEntropy', {labelReduction: 'sum'}, "unknown option 'labelReduction'."],
    ['softmaxCrossEntropy', {constructor: 1}, "unknown option 'constructor'."],
    ['sparseSoftmaxCrossEntropy', {ignoreIndex: '1'}, "option 'ignoreIndex' must be an integer, got '1'."],
    ['sparseSoftmaxFocalCrossEntropy', {gamma: -1}, "option 'gamma' must be a number of at least 0, got -1."],
    ['softmaxFocalCrossEntropy', {alpha: [-1, 1]}, "option 'alpha' must be null, a number of at least 0 or an array"],
    ['sigmoidCrossEntropy', {posWeight: -1}, "option 'posWeight' must be a number of at least 0 or an array"],
    ['sigmoidCrossEntropy', {alpha: 0.5}, "unknown option 'alpha'."],
    ['sigmoidCrossEntropy', {classWeights: [1]}, "unknown option 'classWeights'."],
    ['sigmoidCrossEntropy', {labelReduction: 'none'}, "option 'labelReduction' must be 'mean' or 'sum', got 'none'."],
    ['sigmoidFocalCrossEntropy', {alpha: 2}, "option 'alpha' must be null or a number in [0, 1], got 2."],
    ['sigmoidFocalCrossEntropy', {alpha: [0.5]}, "option 'alpha' must be null or a number in [0, 1], got [0.5]."],
  ];
  test.each(wrong)('%s %j', (name, options, message) => {
    expect(() => loss<string>(name, options)).toThrow(message);
  });
});
