/** classWeight in fit and fitDataset: right for each form of labels, in training only, by PyTorch's mean. */
import * as tf from '@tensorflow/tfjs';
import {install, loss} from '../../src';
import {
  FEATURES,
  type Targets,
  build,
  expectClose,
  inputs,
  kernel,
  logitsOf,
  one,
  sigmoidRow,
  sizeOf,
  softmaxRow,
  sparseRow,
  sumOf,
} from './_models';

beforeAll(async () => {
  await tf.setBackend('cpu');
  install(tf);
});

const N = 4;
const T = 2;
const K = 3;
const X = inputs(N * T);
const W = [1, 4, 0.5];
const classWeight = {0: 1, 1: 4, 2: 0.5};
const weightOf = (label: number): number => W[label] ?? NaN;

interface Case {
  readonly what: string;
  readonly used: string;
  readonly inner: readonly number[];
  readonly units: number;
  readonly labels: readonly number[];
  readonly shape: readonly number[];
  readonly classWeight: Record<number, number>;
  readonly expected: (weighted: boolean) => number;
}

const CLASSES = [2, 0, 1, 1, 0, 2, 2, 1];
const rowsOf = (units: number, count: number): number[][] => logitsOf(X, kernel(units)).slice(0, count);

/** Σ w_y·ℓ / Σ w_y over rows with class indices; the loss's own class weights and ignored rows are part of both sums. */
function sparseMean(count: number, weighted: boolean, own: readonly number[] = [1, 1, 1], ignored = NaN): number {
  const weight = (label: number): number =>
    label === ignored ? 0 : (own[label] ?? NaN) * (weighted ? weightOf(label) : 1);
  const total = sumOf(rowsOf(K, count), (z, row) => {
    const label = CLASSES[row] ?? NaN;
    return weight(label) === 0 ? 0 : weight(label) * sparseRow('sparseSoftmaxCrossEntropy', label, z).loss;
  });
  return total / sumOf(CLASSES.slice(0, count), weight);
}

const sparse = (shape: number[], inner: number[]): Case => ({
  what: `class indices [${shape}]`,
  used: 'sparseSoftmaxCrossEntropy',
  inner,
  units: K,
  labels: CLASSES.slice(0, sizeOf(shape)),
  shape,
  classWeight,
  expected: (weighted) => sparseMean(N * sizeOf(inner), weighted),
});

const ONE_HOT = CLASSES.map((label) => [0, 1, 2].map((k) => (k === label ? 1 : 0)));
const MULTI = [1, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 0, 0, 1, 0, 0, 1, 1, 1, 0, 1, 0, 1, 1];

const dense = (shape: number[], inner: number[]): Case => ({
  what: `one-hot labels [${shape}]`,
  used: 'softmaxFocalCrossEntropy(gamma=1)',
  inner,
  units: K,
  labels: ONE_HOT.flat().slice(0, sizeOf(shape)),
  shape,
  classWeight,
  // PyTorch's mean over probabilities is by the number of rows.
  expected: (weighted) => {
    const rows = rowsOf(K, N * sizeOf(inner));
    const total = sumOf(rows, (z, row) => {
      const factor = weighted ? weightOf(CLASSES[row] ?? NaN) : 1;
      return factor * softmaxRow('softmaxFocalCrossEntropy', ONE_HOT[row] ?? [], z, {gamma: 1}).loss;
    });
    return total / rows.length;
  },
});

const multiLabel = (shape: number[], inner: number[]): Case => ({
  what: `labels of several outputs [${shape}]`,
  used: 'sigmoidCrossEntropy(posWeight=2)',
  inner,
  units: K,
  labels: MULTI.slice(0, sizeOf(shape)),
  shape,
  classWeight,
  expected: (weighted) => {
    const rows = rowsOf(K, N * sizeOf(inner));
    const total = sumOf(rows, (z, row) =>
      sumOf(
        z,
        (value, k) =>
          (weighted ? weightOf(k) : 1) *
          sigmoidRow('sigmoidCrossEntropy', [MULTI[row * K + k] ?? NaN], [value], {posWeight: 2}).loss,
      ),
    );
    return total / (rows.length * K);
  },
});

const binary = (shape: number[]): Case => ({
  what: `a label [${shape}]`,
  used: 'sigmoidFocalCrossEntropy(alpha=null,gamma=1)',
  inner: [],
  units: 1,
  labels: MULTI.slice(0, N),
  shape,
  classWeight: {0: 0.25, 1: 3},
  expected: (weighted) =>
    sumOf(rowsOf(1, N), (z, row) => {
      const label = MULTI[row] ?? NaN;
      const factor = weighted ? ([0.25, 3][label] ?? NaN) : 1;
      return factor * sigmoidRow('sigmoidFocalCrossEntropy', [label], z, {alpha: null, gamma: 1}).loss;
    }) / N,
});

const CASES: Case[] = [
  sparse([N], []),
  sparse([N, 1], []),
  sparse([N, T], [T]),
  sparse([N, T, 1], [T]),
  dense([N, K], []),
  dense([N, T, K], [T]),
  multiLabel([N, K], []),
  multiLabel([N, T, K], [T]),
  binary([N, 1]),
  binary([N]),
  {
    ...sparse([N], []),
    what: 'class weights and ignored rows of the loss itself',
    used: 'sparseSoftmaxCrossEntropy(classWeights=[8,1,2],ignoreIndex=0)',
    expected: (weighted) => sparseMean(N, weighted, [8, 1, 2], 0),
  },
];

describe.each(CASES)('$what', (given) => {
  const x = (): tf.Tensor => tf.tensor(X.slice(0, N * sizeOf(given.inner) * FEATURES), [N, ...given.inner, FEATURES]);

  test.each(['int32', 'float32'] as const)('%s, in fit and fitDataset, but not in validation', async (dtype) => {
    const y = tf.tensor([...given.labels], [...given.shape], dtype);
    const model = build('sequential', given.inner, given.units);
    model.compile({optimizer: tf.train.sgd(0), loss: given.used});
    const xs = x();
    const validationData: [tf.Tensor, tf.Tensor] = [xs, y];
    const args = {verbose: 0, epochs: 1, classWeight: given.classWeight, validationData};
    const dataset = (): tf.data.Dataset<tf.TensorContainer> =>
      tf.data.generator(function* () {
        yield {xs: xs.clone(), ys: y.clone()};
      });
    let before = 0;
    for (const round of [0, 1, 2]) {
      const histories = [
        await model.fit(xs, y, {...args, batchSize: N, shuffle: false}),
        await model.fitDataset(dataset(), args),
      ];
      for (const {history} of histories) {
        expectClose(
          [Number(history['loss']?.[0]), Number(history['val_loss']?.[0])],
          [given.expected(true), given.expected(false)],
        );
      }
      if (round === 2) expect(tf.memory().numTensors).toBe(before);
      before = tf.memory().numTensors;
    }
    // The next fit has none.
    const {history} = await model.fit(xs, y, {verbose: 0, batchSize: N});
    expectClose([Number(history['loss']?.[0])], [given.expected(false)]);
    expect(given.expected(true)).not.toBeCloseTo(given.expected(false), 3);
  });
});

describe('two outputs', () => {
  const classes = CLASSES.slice(0, N);
  const flags = MULTI.slice(0, N);
  const ys = (): Targets => ({classes: tf.tensor1d(classes, 'int32'), flag: tf.tensor2d(flags, [N, 1])});
  const twoOutputs = (flagLoss: string): tf.LayersModel => {
    const input = tf.input({shape: [FEATURES]});
    const first = tf.layers.dense({units: K, useBias: false, name: 'classes'});
    const second = tf.layers.dense({units: 1, useBias: false, name: 'flag'});
    const model = tf.model({inputs: input, outputs: [one(first.apply(input)), one(second.apply(input))]});
    tf.tidy(() => model.setWeights([tf.tensor2d(kernel(K)), tf.tensor2d(kernel(1))]));
    model.compile({optimizer: tf.train.sgd(0), loss: ['sparseSoftmaxCrossEntropy', flagLoss]});
    return model;
  };
  const x = (): tf.Tensor => tf.tensor2d(X.slice(0, N * FEATURES), [N, FEATURES]);

  test('each has its own, one of them a loss of tfjs', async () => {
    const squares = rowsOf(1, N).map(([z = NaN], row) => (z - (flags[row] ?? NaN)) ** 2);
    const weightedSquares = sumOf(squares, (value, row) => value * (flags[row] === 1 ? 3 : 0.25)) / N;
    for (const given of [{classes: classWeight, flag: {0: 0.25, 1: 3}}, [classWeight, {0: 0.25, 1: 3}]]) {
      const {history} = await twoOutputs('meanSquaredError').fit(x(), ys(), {
        verbose: 0,
        batchSize: N,
        classWeight: given,
      });
      expectClose(
        ['classes_loss', 'flag_loss'].map((name) => Number(history[name]?.[0])),
        [sparseMean(N, true), weightedSquares],
      );
    }
  });

  test('one of them has none', async () => {
    const model = twoOutputs('sigmoidCrossEntropy');
    const {history} = await model.fit(x(), ys(), {verbose: 0, batchSize: N, classWeight: {classes: classWeight}});
    const plain = sumOf(rowsOf(1, N), (z, row) => sigmoidRow('sigmoidCrossEntropy', [flags[row] ?? NaN], z).loss) / N;
    expectClose(
      ['classes_loss', 'flag_loss'].map((name) => Number(history[name]?.[0])),
      [sparseMean(N, true), plain],
    );
  });

  test('weights of one output for a model of two are refused', async () => {
    await expect(twoOutputs('sigmoidCrossEntropy').fit(x(), ys(), {verbose: 0, classWeight})).rejects.toThrow(
      'fit: the model has the outputs classes, flag, so classWeight must be a list, or a dict by their names.',
    );
  });
});

describe('errors', () => {
  const fit = (classWeight: tf.ModelFitArgs['classWeight'], extra: object = {}): Promise<unknown> => {
    const model = build('functional', [], K);
    model.compile({optimizer: 'sgd', loss: loss('sparseSoftmaxCrossEntropy')});
    return model.fit(tf.ones([N, FEATURES]), tf.zeros([N]), {
      verbose: 0,
      ...(classWeight === undefined ? {} : {classWeight}),
      ...extra,
    });
  };

  test.each<[tf.ModelFitArgs['classWeight'], string]>([
    [
      {0: 1, 1: 1},
      "classWeight of output 'logits' must have a number of at least 0 for each of the classes 0 to 2, but class 2 has undefined. Write 2: 1",
    ],
    [{0: 1, 1: -1, 2: 1}, 'but class 1 has -1'],
    [{0: 1, 1: 1, 2: NaN}, 'but class 2 has NaN'],
    [
      {0: 1, 1: 1, 2: 1, 3: 1},
      "classWeight of output 'logits' has a weight for '3', which is no class; there are 0 to 2.",
    ],
  ])('%j', async (given, message) => {
    await expect(fit(given)).rejects.toThrow(message);
  });

  test('sample weights', async () => {
    await expect(fit(undefined, {sampleWeight: tf.ones([N])})).rejects.toThrow(
      'fit: tfjs has no sample weights. Put them beside the labels, y = packSampleWeights(labels, weights)',
    );
  });

  test('after a failing fit the weights are gone', async () => {
    const model = build('functional', [], K);
    model.compile({optimizer: tf.train.sgd(0), loss: 'sparseSoftmaxCrossEntropy'});
    const x = tf.tensor2d(X.slice(0, N * FEATURES), [N, FEATURES]);
    await expect(model.fit(x, tf.fill([N], 7), {verbose: 0, classWeight})).rejects.toThrow(RangeError);
    const {history} = await model.fit(x, tf.tensor1d(CLASSES.slice(0, N)), {verbose: 0, batchSize: N});
    expectClose([Number(history['loss']?.[0])], [sparseMean(N, false)]);
  });
});
