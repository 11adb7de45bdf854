/**
 * The linear loss against float64, on every backend that runs in Node. The allowed error is what float32 products cost: a logit is
 * a sum of D products and a bias, off by at most δ = (D+1)·u·(Σ|h·W| + |b|), u = 2⁻²⁴; that moves each probability, and so the
 * gradient of a logit, by a factor of e^(±2δ), and the products with W and h add (K+1)·u and (N+1)·u of their terms.
 */
import * as tf from '@tensorflow/tfjs';
import {linearSoftmaxCrossEntropy, sparseSoftmaxCrossEntropy, type LinearSoftmaxCrossEntropyOptions} from '../../src';
import {linearSoftmaxCrossEntropy as truth, logSumExp, reduce, rowDivisorWeight} from '../../src/reference';
import {peakTensorBytes} from '../../bench/_memory';
import {randomNormal} from '../support/random';
import {onEachBackend} from './_linear_backends';

const U = 2 ** -24;

interface Layer {
  readonly labels: number[];
  readonly hidden: Float32Array;
  readonly kernel: Float32Array;
  readonly bias: Float32Array;
  readonly sizes: readonly [rows: number, features: number, classes: number];
}

type Options = Omit<LinearSoftmaxCrossEntropyOptions, 'weights' | 'classWeights'> & {
  readonly weights?: number[];
  readonly classWeights?: number[];
};

function layer(seed: string, rows: number, features: number, classes: number, number = randomNormal(seed)): Layer {
  const numbers = (length: number, scale: number): Float32Array => new Float32Array(length).map(() => scale * number());
  return {
    labels: Array.from({length: rows}, (_, n) => (n * 7 + 3) % classes),
    hidden: numbers(rows * features, 1),
    kernel: numbers(features * classes, 0.7),
    bias: numbers(classes, 0.5),
    sizes: [rows, features, classes],
  };
}

type Expected = ReturnType<typeof computeExpected>;

/** The truth does not depend on chunks and backends. */
const known = new Map<string, Expected>();

function expected(l: Layer, {chunkSize: _, ...options}: Options, exactProducts: boolean): Expected {
  const key = JSON.stringify([
    l.labels,
    ...[l.hidden, l.kernel, l.bias].map((x) => Array.from(x)),
    options,
    exactProducts,
  ]);
  const result = known.get(key) ?? computeExpected(l, options, exactProducts);
  known.set(key, result);
  return result;
}

/** Value, gradients, and how far each may be off. */
function computeExpected(l: Layer, options: Options, exactProducts: boolean) {
  const {labels, hidden, kernel, bias, sizes} = l;
  const [N, D, K] = sizes;
  const {
    classWeights = new Array<number>(K).fill(1),
    labelSmoothing = 0,
    zLoss = 0,
    weights,
    reduction = 'mean',
  } = options;
  const {ignoreIndex} = options;
  const z = truth.logits(l);
  const rowLosses = truth.losses(l, options);
  const divides = options.classWeights !== undefined || ignoreIndex !== undefined;
  const divisorWeights = labels.map((y) => (divides ? rowDivisorWeight(y, options) : 1));
  const reduceOptions = {
    reduction,
    divisorWeights,
    ...(weights === undefined ? {} : {weights}),
    ...(options.normalizer === undefined ? {} : {normalizer: options.normalizer}),
  };
  const value = reduce(rowLosses, reduceOptions);
  // Σ r·ℓ is linear in ℓ: its derivative is its value at a unit vector. 'none' is summed with uneven factors.
  const factors = labels.map((_, n) => {
    const unit = Float64Array.from(labels, (__, i) => (i === n ? 1 : 0));
    const reduced = reduce(unit, reduceOptions);
    return typeof reduced === 'number' ? reduced : (reduced[n] ?? NaN) * upstream(n);
  });
  const gradients = truth.gradients(l, factors, options);

  const heaviest = Math.max(...classWeights);
  const abs = {labels, hidden: hidden.map(Math.abs), kernel: kernel.map(Math.abs), bias: bias.map(Math.abs)};
  const delta = truth.logits(abs).map((row) => (exactProducts ? 0 : (D + 1) * U * Math.max(...row)));
  const lse = z.map((row) => logSumExp(row));
  const lossErrors = Array.from(rowLosses, (loss, n) => {
    const terms = 2 * heaviest + 2 * zLoss * Math.abs(lse[n] ?? 0);
    return terms * (delta[n] ?? 0) + 4 * U * Math.abs(loss);
  });
  // Entries of g, and the size of their terms: p − q is one term where the label is all of the target.
  const unitGradients = labels.map(
    (y, n) => truth.gradients({labels: [y], hidden: hidden.slice(n * D, n * D + D), kernel, bias}, [1], options).bias,
  );
  const gErrors = unitGradients.map((row, n) =>
    row.map((g, k) => {
      const p = Math.exp((z[n]?.[k] ?? 0) - (lse[n] ?? 0));
      const target = (labels[n] === k ? 1 - labelSmoothing : 0) + labelSmoothing / K;
      const soft = heaviest * (p + target) + 2 * zLoss * (Math.abs(lse[n] ?? 0) + 1) * p;
      const terms = labels[n] === ignoreIndex ? 0 : labelSmoothing === 0 && zLoss === 0 ? Math.abs(g) : soft;
      return (2 * (delta[n] ?? 0) + 10 * U) * terms;
    }),
  );
  const r = factors.map(Math.abs);
  const g = (n: number, k: number, count: number): number =>
    (r[n] ?? 0) * ((gErrors[n]?.[k] ?? 0) + (count + 4) * U * Math.abs(unitGradients[n]?.[k] ?? 0));
  const total = (count: number, term: (i: number) => number): number =>
    Array.from({length: count}, (_, i) => term(i)).reduce((a, b) => a + b, 0);
  const errors = {
    value:
      reduction === 'none'
        ? lossErrors.map((e, n) => e * Math.abs(weights?.[n] ?? 1))
        : [total(N, (n) => (r[n] ?? 0) * ((lossErrors[n] ?? 0) + (N + 4) * U * Math.abs(rowLosses[n] ?? 0)))],
    hidden: Array.from({length: N * D}, (_, i) => {
      const [n, d] = [Math.floor(i / D), i % D];
      return total(K, (k) => g(n, k, K) * Math.abs(kernel[d * K + k] ?? 0));
    }),
    kernel: Array.from({length: D * K}, (_, i) => {
      const [d, k] = [Math.floor(i / K), i % K];
      return total(N, (n) => g(n, k, N) * Math.abs(hidden[n * D + d] ?? 0));
    }),
    bias: Array.from({length: K}, (_, k) => total(N, (n) => g(n, k, N))),
  };
  return {value: typeof value === 'number' ? [value] : value, gradients, errors};
}

/** The upstream gradient of row n of 'none'. */
function upstream(n: number): number {
  return [0.5, -1.25, 2][n % 3] ?? 1;
}

function expectWithin(what: string, actual: tf.Tensor, wanted: ArrayLike<number>, errors: readonly number[]): void {
  const values = actual.dataSync();
  expect(values).toHaveLength(wanted.length);
  values.forEach((x, i) => {
    const y = wanted[i] ?? NaN;
    // The least float32 apart, which is where a product flushes to 0.
    const bound = (errors[i] ?? 0) + 2 ** -126;
    if (!(Math.abs(x - y) <= bound)) throw new Error(`${what}, entry ${i}: ${x}, expected ${y} within ${bound}`);
  });
}

interface Check {
  readonly dtype?: 'int32' | 'float32';
  readonly withBias?: boolean;
  readonly exactProducts?: boolean;
}

function check(
  l: Layer,
  options: Options,
  {dtype = 'int32', withBias = true, exactProducts = false}: Check = {},
): void {
  tf.tidy(() => {
    const [N, D, K] = l.sizes;
    const labels = tf.tensor(l.labels, [N], dtype);
    const hidden = tf.tensor(l.hidden, [N, D]);
    const kernel = tf.tensor(l.kernel, [D, K]);
    const bias = tf.tensor(l.bias, [K]);
    const zeroBias = {...l, bias: withBias ? l.bias : new Float32Array(K)};
    const {value, gradients, errors} = expected(zeroBias, options, exactProducts);
    const loss = (h: tf.Tensor, w: tf.Tensor, b?: tf.Tensor): tf.Tensor =>
      linearSoftmaxCrossEntropy(labels, h, w, b ?? null, options);
    // Without a tape the loss is made alone, with one beside its gradient.
    expectWithin('value', loss(hidden, kernel, withBias ? bias : undefined), value, errors.value);
    const dy =
      options.reduction === 'none'
        ? tf.tensor(
            Array.from({length: N}, (_, n) => upstream(n)),
            [N],
          )
        : tf.scalar(1);
    const result = tf.valueAndGrads((h: tf.Tensor, w: tf.Tensor, b?: tf.Tensor) => loss(h, w, b));
    const {value: again, grads} = result(withBias ? [hidden, kernel, bias] : [hidden, kernel], dy);
    expectWithin('value under a gradient', again, value, errors.value);
    expect(grads.map(({shape}) => shape)).toEqual([[N, D], [D, K], [K]].slice(0, grads.length));
    expectWithin('hidden', grads[0]!, gradients.hidden, errors.hidden);
    expectWithin('kernel', grads[1]!, gradients.kernel, errors.kernel);
    if (withBias) expectWithin('bias', grads[2]!, gradients.bias, errors.bias);
  });
}

const SHAPES: [rows: number, features: number, classes: number][] = [
  [7, 5, 11],
  [1, 3, 4],
  [13, 1, 3],
  [5, 4, 1],
  [33, 17, 130],
];

const ignored = (l: Layer): Layer => ({...l, labels: l.labels.map((y, n) => (n % 3 === 1 ? -100 : y))});

const OPTIONS: [string, Options][] = [
  ['mean', {}],
  ['sum', {reduction: 'sum'}],
  ['none', {reduction: 'none'}],
  ['normalizer', {normalizer: 3}],
  ['smoothing', {labelSmoothing: 0.1}],
  ['z-loss', {zLoss: 0.01}],
  ['class weights', {classWeights: Array.from({length: 11}, (_, k) => k % 4)}],
  ['sample weights', {weights: [1, 2, 0, 0.5, 3, 1, 0.25]}],
  ['sample weights, sum', {weights: [1, 2, 0, 0.5, 3, 1, 0.25], reduction: 'sum'}],
  ['sample weights, none', {weights: [1, 2, 0, 0.5, 3, 1, 0.25], reduction: 'none'}],
  ['sample weights, normalizer', {weights: [1, 2, 0, 0.5, 3, 1, 0.25], normalizer: 2}],
  [
    'all of them',
    {
      weights: [1, 2, 0, 0.5, 3, 1, 0.25],
      classWeights: Array.from({length: 11}, (_, k) => 0.5 + (k % 4)),
      labelSmoothing: 0.2,
      zLoss: 1e-3,
      ignoreIndex: -100,
    },
  ],
];

onEachBackend(() => {
  describe.each([1, 3, 7, 100, undefined])('chunks of %p rows', (chunkSize) => {
    const chunks = chunkSize === undefined ? {} : {chunkSize};
    test.each(SHAPES)('%i rows, %i features, %i classes', (...sizes) => {
      check(layer(sizes.join(), ...sizes), chunks);
      check(layer(sizes.join(), ...sizes), chunks, {withBias: false, dtype: 'float32'});
      check(ignored(layer(sizes.join(), ...sizes)), {...chunks, ignoreIndex: -100});
    });

    test.each(OPTIONS)('%s', (_, options) => {
      const l = layer('options', 7, 5, 11);
      check(options.ignoreIndex === undefined ? l : ignored(l), {...options, ...chunks});
    });

    test('saturated rows keep small losses and the label’s gradient', () => {
      // Whole numbers, so that the products are exact: logits are ±40, ±100 and their sums.
      const l: Layer = {
        labels: [0, 1, 2, 2],
        hidden: Float32Array.of(1, 0, 0, 1, 1, 1, -1, 0),
        kernel: Float32Array.of(40, 0, -8, 0, 60, -40),
        bias: Float32Array.of(0, 0, 16),
        sizes: [4, 2, 3],
      };
      for (const reduction of ['sum', 'mean', 'none'] as const) check(l, {...chunks, reduction}, {exactProducts: true});
    });
  });

  test('no rows: nothing to average, gradients of 0', () => {
    tf.tidy(() => {
      const [h, w, b] = [tf.zeros([0, 3]), tf.ones([3, 4]), tf.ones([4])];
      const f = (...xs: tf.Tensor[]): tf.Tensor => linearSoftmaxCrossEntropy(tf.zeros([0]), xs[0]!, xs[1]!, xs[2]!);
      const {value, grads} = tf.valueAndGrads(f)([h, w, b]);
      expect(value.dataSync()).toEqual(Float32Array.of(0));
      expect(grads.map((g) => g.shape)).toEqual([[0, 3], [3, 4], [4]]);
      expect(tf.max(tf.abs(grads[1]!)).dataSync()[0]).toBe(0);
      const none = linearSoftmaxCrossEntropy(tf.zeros([0]), h, w, b, {reduction: 'none'});
      expect(none.shape).toEqual([0]);
    });
  });

  test('all rows ignored: 0, with gradients of 0', () => {
    tf.tidy(() => {
      const f = (...xs: tf.Tensor[]): tf.Tensor =>
        linearSoftmaxCrossEntropy([-1, -1], xs[0]!, xs[1]!, null, {ignoreIndex: -1, chunkSize: 1});
      const {value, grads} = tf.valueAndGrads(f)([tf.ones([2, 3]), tf.ones([3, 4])]);
      for (const x of [value, ...grads]) expect(tf.max(tf.abs(x)).dataSync()[0]).toBe(0);
    });
  });

  test('sequences, labels with a last axis of 1, and numbers for tensors', () => {
    tf.tidy(() => {
      const h = tf.randomNormal([2, 3, 4], 0, 1, 'float32', 1);
      const w = tf.randomNormal([4, 5], 0, 1, 'float32', 2);
      const labels = tf.tensor([0, 1, 2, 3, 4, 0], [2, 3], 'int32');
      const options = {reduction: 'none', chunkSize: 4} as const;
      const result = linearSoftmaxCrossEntropy(labels, h, w, [1, 2, 3, 4, 5], options);
      expect(result.shape).toEqual([2, 3]);
      const column = linearSoftmaxCrossEntropy(tf.expandDims(labels, -1), h, w, [1, 2, 3, 4, 5], options);
      expect(column.dataSync()).toEqual(result.dataSync());
      const numbers = linearSoftmaxCrossEntropy(labels.arraySync(), h, w, tf.range(1, 6), options);
      expect(numbers.dataSync()).toEqual(result.dataSync());
      const gradient = tf.grad((x: tf.Tensor) => tf.sum(linearSoftmaxCrossEntropy(labels, x, w, null, options)))(h);
      expect(gradient.shape).toEqual([2, 3, 4]);
    });
  });

  test('an upstream factor multiplies the gradients', () => {
    tf.tidy(() => {
      const l = layer('upstream', 7, 5, 11);
      const inputs = [tf.tensor(l.hidden, [7, 5]), tf.tensor(l.kernel, [5, 11]), tf.tensor(l.bias)];
      const f =
        (factor: number) =>
        (...xs: tf.Tensor[]) =>
          tf.mul(linearSoftmaxCrossEntropy(l.labels, xs[0]!, xs[1]!, xs[2]!, {chunkSize: 3}), factor);
      const once = tf.grads(f(1))(inputs);
      const four = tf.grads(f(4))(inputs);
      once.forEach((g, i) => expect(four[i]!.dataSync()).toEqual(tf.mul(g, 4).dataSync()));
    });
  });

  test.each([['none'], ['sum'], ['mean'], ['normalizer']])('sample weights are differentiable, %s', (name) => {
    tf.tidy(() => {
      const l = ignored(layer('weights', 6, 5, 11));
      const [h, w, b] = [tf.tensor(l.hidden, [6, 5]), tf.tensor(l.kernel, [5, 11]), tf.tensor(l.bias)] as const;
      const reduction = name === 'normalizer' ? {normalizer: 3} : {reduction: name as 'none'};
      const options = {...reduction, ignoreIndex: -100, classWeights: Array.from({length: 11}, (_, k) => 1 + (k % 3))};
      const labels = tf.tensor(l.labels, [2, 3], 'int32');
      const logits = tf.reshape(tf.add(tf.matMul(h as tf.Tensor2D, w as tf.Tensor2D), b), [2, 3, 11]);
      for (const weights of [tf.tensor([1, 2, 3, 0.5, 2, 1], [2, 3]), tf.tensor([2, 3, 1]), tf.tensor([[2], [3]])]) {
        const ours = tf.grad((v: tf.Tensor) =>
          tf.sum(
            linearSoftmaxCrossEntropy(labels, tf.reshape(h, [2, 3, 5]), w, b, {...options, weights: v, chunkSize: 4}),
          ),
        )(weights);
        const plain = tf.grad((v: tf.Tensor) =>
          tf.sum(sparseSoftmaxCrossEntropy(labels, logits, {...options, weights: v})),
        )(weights);
        expect(ours.shape).toEqual(weights.shape);
        expect(tf.max(tf.abs(tf.sub(ours, plain))).dataSync()[0]).toBeLessThan(1e-5);
      }
    });
  });

  test('the kernels of this package run, and nothing of N·K numbers is made', async () => {
    const [N, D, K] = [64, 8, 500];
    const inputs = [
      tf.randomNormal([N, D], 0, 1, 'float32', 1),
      tf.randomNormal([D, K], 0, 1, 'float32', 2),
      tf.zeros([K]),
    ];
    const labels = tf.zeros([N], 'int32');
    for (const reduction of ['mean', 'none'] as const) {
      const f = (...xs: tf.Tensor[]): tf.Tensor =>
        tf.sum(linearSoftmaxCrossEntropy(labels, xs[0]!, xs[1]!, xs[2]!, {reduction, chunkSize: 4}));
      let peak = 0;
      const {kernels} = await tf.profile(async () => {
        peak = await peakTensorBytes(() => tf.dispose(tf.grads(f)(inputs)));
        return tf.scalar(0);
      });
      const names = kernels.map(({name}) => name);
      const forward = reduction === 'mean' ? N / 4 : N / 2;
      expect(names.filter((name) => name === 'SparseSoftmaxCrossEntropyWithLogits')).toHaveLength(forward);
      expect(names.filter((name) => name === 'SparseSoftmaxCrossEntropyWithLogitsGrad')).toHaveLength(N / 4);
      for (const {outputShapes} of kernels) {
        for (const shape of outputShapes) expect(shape.reduce((a, b) => a * b, 1)).toBeLessThan((N * K) / 4);
      }
      expect(peak).toBeLessThan(N * K * 4);
    }
    tf.dispose([...inputs, labels]);
  });

  test('512 rows, 256 features and 50,000 classes take a fifth of the memory of all logits at once', async () => {
    // tfjs's own cpu backend would take minutes for the products.
    if (tf.getBackend() === 'cpu') return;
    const [N, D, K] = [512, 256, 50_000];
    const inputs = [tf.randomNormal([N, D], 0, 1, 'float32', 1), tf.fill([D, K], 0.01), tf.zeros([K])];
    const labels = tf.zeros([N], 'int32');
    const f = (...xs: tf.Tensor[]): tf.Tensor => linearSoftmaxCrossEntropy(labels, xs[0]!, xs[1]!, xs[2]!);
    const peak = await peakTensorBytes(() => tf.dispose(tf.grads(f)(inputs)));
    tf.dispose([...inputs, labels]);
    const gradients = 4 * (N * D + D * K + K);
    // npm run bench:linear measures four tensors of N·K numbers for the plain way, which takes half a minute on wasm.
    expect(peak - gradients).toBeLessThan((4 * 4 * N * K) / 5);
  }, 120_000);

  test('inputs that are disposed of before the gradients are asked for', () => {
    tf.tidy(() => {
      const table = tf.tensor(layer('tied', 7, 5, 11).kernel, [11, 5]);
      const h = tf.tensor(layer('tied', 7, 5, 11).hidden, [7, 5]);
      const tied = (of: typeof linearSoftmaxCrossEntropy) => (x: tf.Tensor) =>
        tf.tidy(() => of([0, 1, 2, 3, 4, 5, 6], tf.mul(h, 2), tf.transpose(x), null, {chunkSize: 3}));
      const plain: typeof linearSoftmaxCrossEntropy = (labels, hidden, kernel) =>
        sparseSoftmaxCrossEntropy(labels, tf.matMul(hidden, kernel));
      const [ours, theirs] = [tf.grad(tied(linearSoftmaxCrossEntropy))(table), tf.grad(tied(plain))(table)];
      expect(tf.max(tf.abs(tf.sub(ours, theirs))).dataSync()[0]).toBeLessThan(1e-5);
    });
  });

  test('200 steps leave no tensor and no byte, and train', () => {
    const l = layer('steps', 12, 4, 9);
    const hidden = tf.tensor(l.hidden, [12, 4]);
    const kernel = tf.variable(tf.tensor(l.kernel, [4, 9]));
    const bias = tf.variable(tf.tensor(l.bias, [9]));
    const optimizer = tf.train.sgd(0.5);
    const all = [
      {},
      {weights: tf.ones([12]), ignoreIndex: 3},
      {reduction: 'none', classWeights: new Float32Array(9).fill(2)},
      {weights: [1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6], reduction: 'none'},
    ] as const;
    const lossAt = (i: number): tf.Scalar =>
      tf.mean(linearSoftmaxCrossEntropy(l.labels, hidden, kernel, bias, {...all[i % 4], chunkSize: 5}));
    const first = tf.tidy(() => lossAt(0).dataSync()[0] ?? NaN);
    const step = (i: number): void => void optimizer.minimize(() => lossAt(i));
    for (let i = 0; i < 4; i++) step(i);
    const {numTensors, numBytes, numDataBuffers} = tf.memory();
    for (let i = 0; i < 200; i++) step(i);
    expect(tf.memory()).toMatchObject({numTensors, numBytes, numDataBuffers});
    expect(tf.tidy(() => lossAt(0).dataSync()[0])).toBeLessThan(first);
    optimizer.dispose();
    tf.dispose([hidden, kernel, bias, all[1].weights]);
  });

  test.each([
    [-1, 'int32'],
    [11, 'int32'],
    [1.5, 'float32'],
    [NaN, 'float32'],
  ] as const)('label %p is a RangeError with its index, and leaves nothing', (label, dtype) => {
    const l = layer('bad', 7, 5, 11);
    const inputs = [tf.tensor(l.hidden, [7, 5]), tf.tensor(l.kernel, [5, 11]), tf.tensor(l.bias)];
    const labels = tf.tensor([0, 1, 2, 3, 4, label, 6], [7], dtype);
    const weights = tf.ones([7]);
    for (const options of [{}, {weights}, {reduction: 'none'}, {classWeights: new Float32Array(11).fill(1)}] as const) {
      const f = (...xs: tf.Tensor[]): tf.Tensor =>
        linearSoftmaxCrossEntropy(labels, xs[0]!, xs[1]!, xs[2]!, {...options, chunkSize: 2});
      const {numTensors, numBytes} = tf.memory();
      const message = `linearSoftmaxCrossEntropy: 'labels' holds ${label} at index 5. Expected class indices, whole numbers from 0 to 10.`;
      expect(() => f(...inputs)).toThrow(new RangeError(message));
      expect(() => tf.grads(f)(inputs)).toThrow(new RangeError(message));
      expect(tf.memory()).toMatchObject({numTensors, numBytes});
    }
    tf.dispose([...inputs, labels, weights]);
  });

  test.each(['none', 'sum'] as const)('a second derivative is an error that says so, %s', (reduction) => {
    tf.tidy(() => {
      const w = tf.ones([3, 4]);
      const f = (x: tf.Tensor): tf.Tensor => tf.sum(linearSoftmaxCrossEntropy([1, 2], x, w, null, {reduction}));
      const slope = (x: tf.Tensor): tf.Tensor => tf.sum(tf.square(tf.grad(f)(x)));
      expect(() => tf.grad(slope)(tf.ones([2, 3]))).toThrow(
        /^linearSoftmaxCrossEntropy: it has no second derivatives\. Write sparseSoftmaxCrossEntropy/,
      );
    });
  });
});

describe('bad input', () => {
  beforeAll(() => tf.setBackend('cpu'));

  type Args = readonly [labels?: unknown, hidden?: unknown, kernel?: unknown, bias?: unknown, options?: unknown];
  const [Y, H, W, B] = [
    [0, 1],
    [
      [1, 2, 3],
      [4, 5, 6],
    ],
    [
      [1, 2],
      [3, 4],
      [5, 6],
    ],
    [1, 2],
  ] as const;
  const cases: [why: string, args: () => Args, ...parts: string[]][] = [
    ['labels null', () => [null, H, W, B], "'labels' must be a tensor", 'but is null'],
    ['labels too few', () => [[0], H, W, B], "'labels' of shape [1] must be class indices of shape [2] or [2, 1]"],
    ['labels transposed', () => [[[0, 1]], H, W, B], 'Write tf.reshape(labels, [2]).'],
    ['labels bool', () => [tf.ones([2], 'bool'), H, W, B], "'labels' must be of dtype int32 or float32, but is bool"],
    ['hidden undefined', () => [Y, undefined, W, B], "'hidden' must be a tensor", 'but is undefined'],
    ['hidden int32', () => [Y, tf.ones([2, 3], 'int32'), W, B], "'hidden' must be of dtype float32, but is int32"],
    ['hidden a scalar', () => [Y, 1, W, B], "'hidden' must have an axis of features, but is a scalar"],
    ['kernel transposed', () => [Y, H, tf.ones([2, 3]), B], "'kernel' of shape [2, 3]", 'Write tf.transpose(kernel).'],
    ['kernel of rank 3', () => [Y, H, tf.ones([3, 2, 1]), B], "'kernel' of shape [3, 2, 1] must be [D, K]"],
    ['kernel without classes', () => [Y, H, tf.ones([3, 0]), B], 'D and K of at least 1'],
    ['kernel without features', () => [Y, tf.ones([2, 0]), tf.ones([0, 2]), B], 'D and K of at least 1'],
    ['kernel bool', () => [Y, H, tf.ones([3, 2], 'bool'), B], "'kernel' must be of dtype float32, but is bool"],
    ['bias left out', () => [Y, H, W], "'bias' must be a tensor", 'but is undefined'],
    [
      'bias too long',
      () => [Y, H, W, [1, 2, 3]],
      "'bias' of shape [3] must be of shape [2], one number per class, or null.",
    ],
    ['bias a row', () => [Y, H, W, [[1, 2]]], 'Write tf.reshape(bias, [2]).'],
    ['bias int32', () => [Y, H, W, tf.ones([2], 'int32')], "'bias' must be of dtype float32, but is int32"],
    ['options for bias', () => [Y, H, W, {ignoreIndex: 1}], "'bias' must be a tensor", 'an object (Object)'],
    ['unknown option', () => [Y, H, W, B, {axis: 1}], "unknown option 'axis'", 'zLoss, ignoreIndex, chunkSize'],
    ['a misspelt option', () => [Y, H, W, B, {chunksize: 1}], "unknown option 'chunksize'", 'chunkSize'],
    ['chunkSize 0', () => [Y, H, W, B, {chunkSize: 0}], "'chunkSize' must be an integer of at least 1, but is 0."],
    ['chunkSize 1.5', () => [Y, H, W, B, {chunkSize: 1.5}], 'but is 1.5.'],
    ['chunkSize text', () => [Y, H, W, B, {chunkSize: '8'}], "but is '8'."],
    ['smoothing', () => [Y, H, W, B, {labelSmoothing: 2}], "'labelSmoothing' must be a finite number from 0 to 1"],
    ['z-loss', () => [Y, H, W, B, {zLoss: -1}], "'zLoss' must be a finite number of at least 0"],
    ['ignoreIndex', () => [Y, H, W, B, {ignoreIndex: 0.5}], "'ignoreIndex' must be an integer"],
    ['class weights', () => [Y, H, W, B, {classWeights: [1]}], "'classWeights' must be 2 numbers, one per class"],
    ['weights', () => [Y, H, W, B, {weights: [1, 2, 3]}], "'weights' of shape [3] do not broadcast"],
    ['reduction', () => [Y, H, W, B, {reduction: 'avg'}], "'reduction' must be 'none', 'sum' or 'mean'"],
    ['normalizer', () => [Y, H, W, B, {reduction: 'sum', normalizer: 2}], "'normalizer' replaces the divisor"],
    [
      'a disposed kernel',
      () => [Y, H, disposed(), B],
      "'kernel' is a float32 tensor of shape [3, 2] that has been disposed",
    ],
  ];
  test.each(cases)('%s', (_, args, ...parts) => {
    tf.tidy(() => {
      const given = args();
      const before = tf.memory().numTensors;
      const call = linearSoftmaxCrossEntropy as (...all: unknown[]) => tf.Tensor;
      let message = '';
      try {
        call(...given);
      } catch (error) {
        message = error instanceof Error ? error.message : String(error);
      }
      expect(message).toMatch(/^linearSoftmaxCrossEntropy: /);
      for (const part of parts) expect(message).toContain(part);
      expect(tf.memory().numTensors).toBe(before);
    });
  });

  function disposed(): tf.Tensor {
    const tensor = tf.zeros([3, 2]);
    tensor.dispose();
    return tensor;
  }
});
