import * as tf from '@tensorflow/tfjs';
import {reduce, rowDivisorWeight} from '../../src/reference';
import {ALL, CLASSES, K, LOGITS, N, type Op, expectNear, labelsOf, logitGradient, numbers, of} from './_ops';

/**
 * From losses to a result. Each loss by itself is the kernels' business (test/conformance): here the losses of
 * `reduction: 'none'` are given, and what they are summed and divided by is put together in float64.
 */

beforeAll(() => tf.setBackend('cpu'));

const IGNORED = -7;

interface Sample {
  readonly why: string;
  readonly ops: readonly Op[];
  readonly options: {
    readonly classWeights?: readonly number[];
    readonly ignoreIndex?: number;
    readonly alpha?: number[];
  };
  readonly labels?: readonly number[];
}

const [dense, sparse] = [of('softmax', 'sigmoid'), of('sparse')];

const SAMPLES: Sample[] = [
  {why: 'plain', ops: ALL, options: {}},
  {why: 'class weights of the labels divide', ops: sparse, options: {classWeights: [0.5, 4, 1.5]}},
  {why: 'ignored rows are out', ops: sparse, options: {ignoreIndex: 2}},
  {
    why: 'an ignored class has a weight of its own',
    ops: sparse,
    options: {ignoreIndex: 2, classWeights: [0.5, 4, 1.5]},
  },
  {
    why: 'an ignored label that is no class has none',
    ops: sparse,
    options: {ignoreIndex: IGNORED, classWeights: [0.5, 4, 1.5]},
    labels: [0, IGNORED, 1, 2],
  },
  {why: 'class weights of probabilities do not divide', ops: of('softmax'), options: {classWeights: [0.5, 4, 1.5]}},
  {why: 'α does not divide', ops: sparse.filter(({focal}) => focal), options: {alpha: [0.5, 4, 1.5]}},
];

const TABLE = SAMPLES.flatMap((sample) => sample.ops.map((op) => ({...sample, op, name: op.name})));

describe.each(TABLE)('$name, $why', ({op, options, labels = CLASSES}) => {
  const y = op.family === 'sparse' ? labels : labelsOf(op);
  const losses = (): number[] => numbers(op.apply(y, LOGITS, {...options, reduction: 'none'}));
  // [N], or [N, K] in the sigmoid family.
  const count = op.family === 'sigmoid' ? N * K : N;
  const divisorWeights =
    op.family === 'sparse' ? labels.map((label) => rowDivisorWeight(label, options)) : new Array<number>(count).fill(1);

  const weights: [string, unknown, (i: number) => number][] = [
    ['no weights', undefined, () => 1],
    ['one for all', 3, () => 3],
    ['one each', Array.from({length: count}, (_, i) => i + 0.5), (i) => i + 0.5],
    ['int32', tf.tidy(() => tf.keep(tf.range(0, count, 1, 'int32'))), (i) => i],
    ['some 0', Array.from({length: count}, (_, i) => i % 2), (i) => i % 2],
  ];
  const inForm = (given: unknown): unknown => {
    if (op.family !== 'sigmoid' || !(Array.isArray(given) || given instanceof tf.Tensor)) return given;
    return tf.reshape(tf.tensor1d(Array.isArray(given) ? given : Array.from(given.dataSync())), [N, K]);
  };

  test.each(weights)('%s', (_what, given, weightOf) => {
    tf.tidy(() => {
      const truth = {weights: Array.from({length: count}, (_, i) => weightOf(i)), divisorWeights};
      const used = given === undefined ? {} : {weights: inForm(given)};
      const apply = (more: object): number[] => numbers(op.apply(y, LOGITS, {...options, ...used, ...more}));
      expectNear(apply({reduction: 'none'}), reduce(losses(), {...truth, reduction: 'none'}));
      expectNear(apply({reduction: 'sum'}), [reduce(losses(), {...truth, reduction: 'sum'})]);
      expectNear(apply({}), [reduce(losses(), truth)]);
      expectNear(apply({reduction: 'mean'}), [reduce(losses(), truth)]);
      for (const normalizer of [10, 0.125, 1e30]) {
        expectNear(apply({normalizer}), [reduce(losses(), {...truth, normalizer})], {absolute: 0});
      }
    });
  });

  test('the gradient is that of each loss over the divisor', () => {
    tf.tidy(() => {
      const z = tf.tensor2d(LOGITS);
      const shape = op.family === 'sigmoid' ? [N, K] : [N];
      const given = tf.reshape(tf.range(1, count + 1), shape);
      const divisor = divisorWeights.reduce((sum, d, i) => sum + d * (i + 1), 0);
      const each = logitGradient((x) => op.apply(y, x, {...options, reduction: 'none'}), z, given).dataSync();
      const mean = logitGradient((x) => op.apply(y, x, {...options, weights: given}), z).dataSync();
      expectNear(
        mean,
        Array.from(each, (g) => g / divisor),
      );
      const normalized = logitGradient(
        (x) => op.apply(y, x, {...options, weights: given, normalizer: 8}),
        z,
      ).dataSync();
      expectNear(
        normalized,
        Array.from(each, (g) => g / 8),
      );
      // And so it is without weights, where the kernel itself reduces.
      const unweighted = logitGradient((x) => op.apply(y, x, {...options, reduction: 'none'}), z).dataSync();
      const total = divisorWeights.reduce((sum, d) => sum + d, 0);
      const plain = logitGradient((x) => op.apply(y, x, options), z).dataSync();
      expectNear(
        plain,
        Array.from(unweighted, (g) => g / total),
      );
    });
  });
});

describe('weights broadcast', () => {
  const T = 2;
  const shapes: [Op[], number[], number[][]][] = [
    [of('softmax', 'sparse'), [N, T], [[], [1], [T], [1, T], [N, 1], [1, 1], [N, T]]],
    [of('sigmoid'), [N, K], [[], [1], [K], [1, K], [N, 1], [1, 1], [N, K]]],
  ];
  const rows = shapes.flatMap(([ops, shape, list]) =>
    ops.flatMap((op) => list.map((weightShape) => [op.name, weightShape, shape, op] as const)),
  );
  test.each(rows)('%s: %j against %j', (_name, weightShape, shape, op) => {
    tf.tidy(() => {
      const z = op.family === 'sigmoid' ? tf.tensor2d(LOGITS) : tf.randomNormal([N, T, K], 0, 1, 'float32', 3);
      const y = op.family === 'sparse' ? tf.ones([N, T], 'int32') : tf.fill(z.shape, 0.25);
      const size = weightShape.reduce((a, b) => a * b, 1);
      const weights = tf.tensor(
        Array.from({length: size}, (_, i) => i + 1),
        weightShape,
      );
      const full = tf.broadcastTo(weights, shape);
      for (const reduction of ['none', 'sum', 'mean']) {
        const result = op.apply(y, z, {weights, reduction});
        const expected = op.apply(y, z, {weights: full, reduction});
        expect(result.shape).toEqual(expected.shape);
        expectNear(result.dataSync(), expected.dataSync());
      }
    });
  });
});

describe('nothing counts: 0 with a gradient of 0, where PyTorch says NaN', () => {
  const zero: [string, readonly Op[], object, number[]?][] = [
    ['all ignored', sparse, {ignoreIndex: IGNORED}, [IGNORED, IGNORED, IGNORED, IGNORED]],
    ['all ignored, with class weights', sparse, {ignoreIndex: IGNORED, classWeights: [1, 2, 3]}, [-7, -7, -7, -7]],
    ['all ignored, with weights', sparse, {ignoreIndex: IGNORED, weights: [1, 2, 3, 4]}, [-7, -7, -7, -7]],
    ['all classes of weight 0', sparse, {classWeights: [0, 0, 0]}],
    ['the labels’ classes of weight 0', sparse, {classWeights: [0, 1, 0], labelSmoothing: 0}, [0, 2, 2, 0]],
    ['all weights 0', ALL, {weights: 0}],
    ['weights that cancel', of('softmax', 'sparse'), {weights: [1, -1, 2, -2]}],
    ['weights that cancel', of('sigmoid'), {weights: [[1], [-1], [2], [-2]]}],
  ];
  const rows = zero.flatMap(([why, ops, options, labels]) =>
    ops.map((op) => [op.name, why, op, options, labels] as const),
  );
  test.each(rows)('%s: %s', (_name, _why, op, options, labels) => {
    tf.tidy(() => {
      const y = labels ?? labelsOf(op);
      const z = tf.tensor2d(LOGITS);
      const zeros = new Array<number>(N * K).fill(0);
      expect(numbers(op.apply(y, z, options))).toEqual([0]);
      const gradient = (x: tf.Tensor): tf.Tensor => logitGradient((v) => op.apply(y, v, options), x);
      expectNear(gradient(z).dataSync(), zeros, {absolute: 0});
      expectNear(tf.grad(gradient)(z).dataSync(), zeros, {absolute: 0});
    });
  });

  test.each(dense)('$name: the weights themselves have a gradient', (op) => {
    tf.tidy(() => {
      const weights = tf.ones(op.family === 'sigmoid' ? [N, K] : [N]);
      const losses = op.apply(labelsOf(op), LOGITS, {reduction: 'none'}).dataSync();
      // ∂(Σ w·ℓ / Σ w)/∂w_i = (ℓ_i − mean)/Σ w.
      const mean = reduce(losses);
      const gradient = logitGradient((w) => op.apply(labelsOf(op), LOGITS, {weights: w}), weights).dataSync();
      expectNear(
        gradient,
        Array.from(losses, (loss) => (loss - mean) / losses.length),
      );
    });
  });
});
