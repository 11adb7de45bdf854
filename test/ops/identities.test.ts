import * as tf from '@tensorflow/tfjs';
import {smoothLabels} from '../../src';
import {
  ALL,
  CLASSES,
  K,
  LABELS,
  LOGITS,
  N,
  ONE_HOT,
  type OpName,
  expectNear,
  labelsOf,
  logitGradient,
  of,
} from './_ops';

/** What has to be equal by definition: two calls, of one op or of two, whose losses and gradients are the same. */

beforeAll(() => tf.setBackend('cpu'));

interface Call {
  readonly op: OpName;
  readonly labels: unknown;
  readonly options?: object;
  /** Applied to the logits first. */
  readonly of?: (z: tf.Tensor) => tf.Tensor;
}

type Identity = readonly [why: string, a: Call, b: Call];

const floats = {gamma: 1.5, alpha: 0.75};
const classWeights = [0.5, 4, 1.5];

const IDENTITIES: Identity[] = [
  ['γ = 0 without α is BCE', focal('sigmoid', LABELS, {gamma: 0, alpha: null}), plain('sigmoid', LABELS)],
  [
    'γ = 0 without α is BCE, smoothed and weighted',
    focal('sigmoid', LABELS, {gamma: 0, alpha: null, labelSmoothing: 0.1, posWeight: [1, 2, 3]}),
    plain('sigmoid', LABELS, {labelSmoothing: 0.1, posWeight: [1, 2, 3]}),
  ],
  ['γ = 0 is cross-entropy', focal('softmax', ONE_HOT, {gamma: 0}), plain('softmax', ONE_HOT)],
  ['γ = 0 is cross-entropy, sparse', focal('sparseSoftmax', CLASSES, {gamma: 0}), plain('sparseSoftmax', CLASSES)],
  [
    'α = 1/2 is half of no α at twice the weight',
    focal('sigmoid', LABELS, {alpha: 0.5, weights: 2}),
    focal('sigmoid', LABELS, {alpha: null}),
  ],
  [
    'α is a class weight in a sum',
    focal('softmax', ONE_HOT, {alpha: classWeights}),
    focal('softmax', ONE_HOT, {classWeights}),
  ],
  ['class indices are one-hot', plain('sparseSoftmax', CLASSES), plain('softmax', ONE_HOT)],
  [
    'class indices are one-hot, smoothed, weighted, with z-loss',
    plain('sparseSoftmax', CLASSES, {labelSmoothing: 0.25, classWeights, zLoss: 0.125}),
    plain('softmax', ONE_HOT, {labelSmoothing: 0.25, classWeights, zLoss: 0.125}),
  ],
  ['class indices are one-hot, focal', focal('sparseSoftmax', CLASSES, floats), focal('softmax', ONE_HOT, floats)],
  [
    'class indices are one-hot, focal and smoothed',
    focal('sparseSoftmax', CLASSES, {...floats, labelSmoothing: 0.25, classWeights}),
    focal('softmax', ONE_HOT, {...floats, labelSmoothing: 0.25, classWeights}),
  ],
  [
    'smoothing is smoothLabels',
    plain('softmax', ONE_HOT, {labelSmoothing: 0.25}),
    plain('softmax', smoothLabels(ONE_HOT, 0.25)),
  ],
  [
    'smoothing is smoothLabels, focal',
    focal('softmax', ONE_HOT, {labelSmoothing: 0.25}),
    focal('softmax', smoothLabels(ONE_HOT, 0.25)),
  ],
  [
    'smoothing of labels with two values is that of two classes',
    plain('sigmoid', LABELS, {labelSmoothing: 0.25}),
    plain(
      'sigmoid',
      LABELS.map((row) => row.map((y) => 0.75 * y + 0.125)),
    ),
  ],
  [
    'full smoothing forgets the labels',
    plain('softmax', ONE_HOT, {labelSmoothing: 1}),
    plain('softmax', tf.fill([N, K], 1 / K)),
  ],
  [
    'a constant on all logits of a row changes nothing',
    {...plain('softmax', ONE_HOT), of: (z) => tf.add(z, 8)},
    plain('softmax', ONE_HOT),
  ],
  [
    'BCE of −z is BCE of 1 − y',
    {...plain('sigmoid', LABELS), of: tf.neg},
    plain(
      'sigmoid',
      LABELS.map((row) => row.map((y) => 1 - y)),
    ),
  ],
  [
    'focal of −z swaps α and 1 − α with the labels',
    {...focal('sigmoid', LABELS, {alpha: 0.25}), of: tf.neg},
    focal(
      'sigmoid',
      LABELS.map((row) => row.map((y) => 1 - y)),
      {alpha: 0.75},
    ),
  ],
  [
    'posWeight is a weight of the positive elements',
    plain('sigmoid', ONE_HOT, {posWeight: 3}),
    plain('sigmoid', ONE_HOT, {weights: ONE_HOT.map((row) => row.map((y) => 1 + 2 * y))}),
  ],
  [
    'one posWeight is that of each label',
    plain('sigmoid', LABELS, {posWeight: 3}),
    plain('sigmoid', LABELS, {posWeight: [3, 3, 3]}),
  ],
];

function plain(family: 'softmax' | 'sparseSoftmax' | 'sigmoid', labels: unknown, options = {}): Call {
  return {op: `${family}CrossEntropy`, labels, options};
}

function focal(family: 'softmax' | 'sparseSoftmax' | 'sigmoid', labels: unknown, options = {}): Call {
  return {op: `${family}FocalCrossEntropy`, labels, options};
}

function apply({op, labels, options, of: change = (z) => z}: Call, z: tf.Tensor, reduction: string): tf.Tensor {
  const found = ALL.find(({name}) => name === op);
  if (found === undefined) throw new Error(op);
  return found.apply(labels, change(z), {...options, reduction});
}

test.each(IDENTITIES)('%s', (_why, a, b) => {
  tf.tidy(() => {
    const z = tf.tensor2d(LOGITS);
    const near = {relative: 2e-6, absolute: 4e-7};
    for (const reduction of ['none', 'sum']) {
      const [left, right] = [apply(a, z, reduction), apply(b, z, reduction)];
      expect(left.shape).toEqual(right.shape);
      expectNear(left.dataSync(), right.dataSync(), near);
      // A loss of 0 on both sides would prove nothing.
      expect(left.abs().min().dataSync()[0]).toBeGreaterThan(1e-5);
    }
    const gradient = (call: Call) => (x: tf.Tensor) => logitGradient((v) => apply(call, v, 'sum'), x);
    expectNear(gradient(a)(z).dataSync(), gradient(b)(z).dataSync(), near);
    const direction = tf.tensor2d(LOGITS.map((row) => row.map((x) => Math.sin(5 * x))));
    const second = (call: Call): tf.Tensor => logitGradient(gradient(call), z, direction);
    expectNear(second(a).dataSync(), second(b).dataSync(), near);
  });
});

describe('an ignored row is a row that is not there', () => {
  const [kept, ignored] = [[0, 2], -1];
  const labels = CLASSES.map((y, row) => (kept.includes(row) ? y : ignored));
  const rows = of('sparse').flatMap((op) =>
    [{}, {labelSmoothing: 0.25, classWeights, zLoss: 0.125}].map((options) => [op.name, op, options] as const),
  );
  test.each(rows)('%s %#', (_name, op, options) => {
    tf.tidy(() => {
      const z = tf.tensor2d(LOGITS);
      const subset = tf.gather(z, tf.tensor1d(kept, 'int32'));
      for (const reduction of ['sum', 'mean']) {
        const all = (x: tf.Tensor): tf.Tensor => op.apply(labels, x, {...options, ignoreIndex: ignored, reduction});
        const some = (x: tf.Tensor): tf.Tensor =>
          op.apply(
            kept.map((row) => CLASSES[row]),
            x,
            {...options, reduction},
          );
        expectNear(all(z).dataSync(), some(subset).dataSync());
        const expected = new Float32Array(N * K);
        const part = logitGradient(some, subset).dataSync();
        kept.forEach((row, i) => expected.set(part.slice(i * K, (i + 1) * K), row * K));
        expectNear(logitGradient(all, z).dataSync(), expected);
      }
    });
  });
});

test.each(ALL)('$name: batches add up under one normalizer (gradient accumulation)', (op) => {
  tf.tidy(() => {
    const labels = labelsOf(op);
    const normalizer = 10;
    const whole = op.apply(labels, LOGITS, {normalizer}).dataSync();
    const halves = [0, 2].map((from) =>
      op.apply(labels.slice(from, from + 2), LOGITS.slice(from, from + 2), {normalizer}),
    );
    expectNear(tf.addN(halves).dataSync(), whole);
  });
});
