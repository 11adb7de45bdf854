/** Weights beside the labels: in every method, for every form of labels, by the op's weighted mean. */
import * as tf from '@tensorflow/tfjs';
import {
  install,
  loss,
  packSampleWeights,
  sigmoidCrossEntropy,
  sigmoidFocalCrossEntropy,
  softmaxCrossEntropy,
  sparseSoftmaxCrossEntropy,
} from '../../src';
import {FEATURES, METHODS, build, expectClose, inputs, kernel, logitsOf, run} from './_models';

beforeAll(async () => {
  await tf.setBackend('cpu');
  install(tf);
});

const [N, T, K] = [4, 2, 3];
const CLASSES = [2, 0, 1, 1, 0, 2, 2, 1];
const MULTI = [1, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 0, 0, 1, 0, 0, 1, 1, 1, 0, 1, 0, 1, 1];
const WEIGHTS = [0.5, 2, 0, 1, 1, 0, 3, 0.25];

interface Case {
  readonly what: string;
  readonly used: ReturnType<typeof loss>;
  readonly inner: number[];
  readonly units: number;
  readonly y: () => tf.Tensor;
  readonly w: () => tf.Tensor;
  readonly op: (y: tf.Tensor, z: tf.Tensor, w: tf.Tensor) => tf.Tensor;
}

const CASES: Case[] = [
  {
    what: 'class indices [N]',
    used: loss('sparseSoftmaxCrossEntropy', {sampleWeights: true, classWeights: [1, 3, 0.5]}),
    inner: [],
    units: K,
    y: () => tf.tensor1d(CLASSES.slice(0, N), 'int32'),
    w: () => tf.tensor1d(WEIGHTS.slice(0, N)),
    op: (y, z, weights) => sparseSoftmaxCrossEntropy(y, z, {weights, classWeights: [1, 3, 0.5]}),
  },
  {
    what: 'class indices [N,1]',
    used: loss('sparseSoftmaxCrossEntropy', {sampleWeights: true}),
    inner: [],
    units: K,
    y: () => tf.tensor2d(CLASSES.slice(0, N), [N, 1]),
    w: () => tf.tensor2d(WEIGHTS.slice(0, N), [N, 1]),
    op: (y, z, weights) => sparseSoftmaxCrossEntropy(y, z, {weights: tf.reshape(weights, [N])}),
  },
  {
    what: 'a masked sequence [N,T]',
    used: loss('sparseSoftmaxCrossEntropy', {sampleWeights: true, ignoreIndex: 2}),
    inner: [T],
    units: K,
    y: () => tf.tensor2d(CLASSES, [N, T], 'int32'),
    w: () =>
      tf.tensor2d(
        WEIGHTS.map((w) => Number(w > 0)),
        [N, T],
        'int32',
      ),
    op: (y, z, weights) => sparseSoftmaxCrossEntropy(y, z, {weights, ignoreIndex: 2}),
  },
  {
    what: 'probabilities [N,T,K]',
    used: loss('softmaxCrossEntropy', {sampleWeights: true, labelSmoothing: 0.25}),
    inner: [T],
    units: K,
    y: () => tf.oneHot(tf.tensor2d(CLASSES, [N, T], 'int32'), K),
    w: () => tf.tensor2d(WEIGHTS, [N, T]),
    op: (y, z, weights) => softmaxCrossEntropy(y, z, {weights, labelSmoothing: 0.25}),
  },
  {
    what: 'a label [N]',
    used: loss('sigmoidCrossEntropy', {sampleWeights: true}),
    inner: [],
    units: 1,
    y: () => tf.tensor1d(MULTI.slice(0, N)),
    w: () => tf.tensor1d(WEIGHTS.slice(0, N)),
    op: (y, z, weights) => sigmoidCrossEntropy(tf.reshape(y, [N, 1]), z, {weights: tf.reshape(weights, [N, 1])}),
  },
  {
    what: 'labels of several outputs [N,K]',
    used: loss('sigmoidFocalCrossEntropy', {sampleWeights: true, gamma: 1}),
    inner: [],
    units: K,
    y: () => tf.tensor2d(MULTI.slice(0, N * K), [N, K]),
    w: () => tf.tensor1d(WEIGHTS.slice(0, N)),
    op: (y, z, weights) =>
      sigmoidFocalCrossEntropy(y, z, {weights: tf.tile(tf.reshape(weights, [N, 1]), [1, K]), gamma: 1}),
  },
  {
    what: 'labels of several outputs, summed',
    used: loss('sigmoidCrossEntropy', {sampleWeights: true, labelReduction: 'sum'}),
    inner: [T],
    units: K,
    y: () => tf.tensor3d(MULTI, [N, T, K]),
    w: () => tf.tensor2d(WEIGHTS, [N, T]),
    op: (y, z, weights) =>
      tf.mul(sigmoidCrossEntropy(y, z, {weights: tf.tile(tf.reshape(weights, [N, T, 1]), [1, 1, K])}), T * K),
  },
];

describe.each(CASES)('$what', (given) => {
  test('the mean is the op’s, in each method', async () => {
    const count = N * given.inner.reduce((a, b) => a * b, 1);
    const x = tf.tensor(inputs(count), [N, ...given.inner, FEATURES]);
    const z = tf.tensor(logitsOf(inputs(count), kernel(given.units)).flat(), [N, ...given.inner, given.units]);
    const expected = given.op(given.y(), z, given.w().toFloat()).dataSync()[0] ?? NaN;
    const unweighted = given.op(given.y(), z, tf.onesLike(given.w()).toFloat()).dataSync()[0] ?? NaN;
    expect(expected).not.toBeCloseTo(unweighted, 3);
    const y = packSampleWeights(given.y(), given.w());
    const model = build('sequential', given.inner, given.units);
    model.compile({optimizer: tf.train.sgd(0), loss: given.used});
    for (const method of METHODS) expectClose(await run(model, method, x, y), [expected]);
  });
});

test('nothing counts: 0, not NaN', () => {
  const used = loss('sparseSoftmaxCrossEntropy', {sampleWeights: true});
  const y = packSampleWeights(tf.tensor1d([0, 1]), tf.zeros([2]));
  expect(Array.from(used(y, tf.ones([2, K])).dataSync())).toEqual([0, 0]);
});

test('with class weights of fit, both multiply', async () => {
  const model = build('sequential', [], 1);
  model.compile({optimizer: tf.train.sgd(0), loss: loss('sigmoidCrossEntropy', {sampleWeights: true})});
  const y = tf.tensor1d(MULTI.slice(0, N));
  const w = tf.tensor1d(WEIGHTS.slice(0, N));
  const x = tf.tensor2d(inputs(N), [N, FEATURES]);
  const {history} = await model.fit(x, packSampleWeights(y, w), {
    batchSize: N,
    verbose: 0,
    classWeight: {0: 0.5, 1: 3},
  });
  const z = tf.tensor2d(logitsOf(inputs(N), kernel(1)));
  const perElement = sigmoidCrossEntropy(tf.reshape(y, [N, 1]), z, {reduction: 'none'}).dataSync();
  const total = WEIGHTS.slice(0, N).reduce((sum, value) => sum + value, 0);
  const expected = MULTI.slice(0, N).reduce(
    (sum, label, i) => sum + (label === 1 ? 3 : 0.5) * (WEIGHTS[i] ?? NaN) * (perElement[i] ?? NaN),
    0,
  );
  expectClose([Number(history['loss']?.[0])], [expected / total]);
});

test.each<[string, () => tf.Tensor, () => tf.Tensor]>([
  ['other rows', () => tf.zeros([N]), () => tf.zeros([N + 1])],
  ['a weight per class', () => tf.zeros([N, K]), () => tf.zeros([K])],
])('packSampleWeights refuses %s', (_what, y, w) => {
  expect(() => packSampleWeights(y(), w())).toThrow("packSampleWeights: 'weights' of shape");
});

test('labels without weights, and an axis that is not the last, are refused', () => {
  const used = loss('softmaxCrossEntropy', {sampleWeights: true});
  expect(() => used(tf.zeros([N, K]), tf.zeros([N, K]))).toThrow(
    'softmaxCrossEntropy: with sampleWeights, the last axis of the labels must hold 3 labels and a weight, but they have the shape [4, 3].',
  );
  expect(() => loss('softmaxCrossEntropy', {sampleWeights: true, axis: 1})).toThrow(
    'with sampleWeights the classes must be on the last axis, but axis is 1',
  );
});
