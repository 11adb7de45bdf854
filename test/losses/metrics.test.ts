/** Metrics by name in a model with a loss of this package, compared with float64 over the same logits. */
import * as tf from '@tensorflow/tfjs';
import {install, loss, metric, packSampleWeights, precision, registerLoss, rocAuc} from '../../src';
import {
  FEATURES,
  type Method,
  METHODS,
  build,
  expectClose,
  inputs,
  kernel,
  logitsOf,
  one,
  run,
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
const CLASSES = [2, 0, 1, 1, 0, 2, 2, 1];
const MULTI = [1, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 0, 0, 1, 0, 0, 1, 1, 1, 0, 1, 0, 1, 1];
const argMax = (z: readonly number[]): number => z.indexOf(Math.max(...z));

interface Case {
  readonly what: string;
  readonly used: string;
  readonly inner: readonly number[];
  readonly units: number;
  readonly y: () => tf.Tensor;
  readonly accuracy: number;
  readonly crossentropy: number;
}

function rows(units: number, count: number): number[][] {
  return logitsOf(inputs(count), kernel(units));
}

function mean(values: readonly number[]): number {
  return sumOf(values, (value) => value) / values.length;
}

function indices(shape: number[], inner: number[], dtype: 'int32' | 'float32', ignoreIndex?: number): Case {
  const count = N * sizeOf(inner);
  const counted = rows(K, count)
    .map((z, row) => ({z, y: CLASSES[row] ?? NaN}))
    .filter(({y}) => y !== ignoreIndex);
  return {
    what: `class indices ${dtype} [${shape}]${ignoreIndex === undefined ? '' : `, ${ignoreIndex} ignored`}`,
    // Options of the loss that the metrics must not have: smoothing, focus, class weights.
    used: `sparseSoftmaxFocalCrossEntropy(classWeights=[1,5,2],${ignoreIndex === undefined ? '' : `ignoreIndex=${ignoreIndex},`}labelSmoothing=0.25)`,
    inner,
    units: K,
    y: () => tf.tensor(CLASSES.slice(0, count), shape, dtype),
    accuracy: mean(counted.map(({z, y}) => Number(argMax(z) === y))),
    crossentropy: mean(counted.map(({z, y}) => sparseRow('sparseSoftmaxCrossEntropy', y, z).loss)),
  };
}

function oneHot(shape: number[], inner: number[]): Case {
  const count = N * sizeOf(inner);
  const labels = CLASSES.slice(0, count).map((y) => [0, 1, 2].map((k) => Number(k === y)));
  return {
    what: `one-hot labels [${shape}]`,
    used: 'softmaxCrossEntropy(labelSmoothing=0.25,zLoss=0.5)',
    inner,
    units: K,
    y: () => tf.tensor(labels.flat(), shape),
    accuracy: mean(rows(K, count).map((z, row) => Number(argMax(z) === CLASSES[row]))),
    crossentropy: mean(rows(K, count).map((z, row) => softmaxRow('softmaxCrossEntropy', labels[row] ?? [], z).loss)),
  };
}

function sigmoid(shape: number[], inner: number[], units: number): Case {
  const count = N * sizeOf(inner);
  const elements = rows(units, count)
    .flat()
    .map((z, i) => ({z, y: MULTI[i] ?? NaN}));
  return {
    what: `labels of ${units} outputs [${shape}]`,
    used: 'sigmoidFocalCrossEntropy(labelSmoothing=0.25,posWeight=3)',
    inner,
    units,
    y: () => tf.tensor(MULTI.slice(0, count * units), shape),
    accuracy: mean(elements.map(({z, y}) => Number(Number(z > 0) === y))),
    crossentropy: mean(elements.map(({z, y}) => sigmoidRow('sigmoidCrossEntropy', [y], [z]).loss)),
  };
}

const CASES: Case[] = [
  indices([N], [], 'int32'),
  indices([N], [], 'float32'),
  indices([N, 1], [], 'int32'),
  indices([N, T], [T], 'int32'),
  indices([N, T, 1], [T], 'float32', 1),
  oneHot([N, K], []),
  oneHot([N, T, K], [T]),
  sigmoid([N, 1], [], 1),
  sigmoid([N], [], 1),
  sigmoid([N, K], [], K),
  sigmoid([N, T, K], [T], K),
  sigmoid([N, T, 1], [T], 1),
];

describe.each(CASES)('$what', (given) => {
  const x = (): tf.Tensor => tf.tensor(inputs(N * sizeOf(given.inner)), [N, ...given.inner, FEATURES]);

  test.each(METHODS)('%s', async (method) => {
    for (const metrics of [
      ['accuracy', 'crossentropy'],
      ['acc', 'ce'],
    ]) {
      expectClose(await measured(given, method, metrics), [given.accuracy, given.crossentropy]);
    }
  });

  test('the log keys are those of tfjs', async () => {
    const model = build('sequential', given.inner, given.units);
    model.compile({optimizer: tf.train.sgd(0), loss: given.used, metrics: ['accuracy', 'ce']});
    expect(model.metrics).toEqual(['accuracy', 'ce']);
    const y = given.y();
    const {history} = await model.fit(x(), y, {batchSize: N, verbose: 0, validationData: [x(), y]});
    expect(Object.keys(history).sort()).toEqual(['acc', 'ce', 'loss', 'val_acc', 'val_ce', 'val_loss']);
    expectClose(
      [Number(history['val_acc']?.[0]), Number(history['val_ce']?.[0])],
      [given.accuracy, given.crossentropy],
    );
  });

  async function measured(used: Case, method: Method, metrics: string[]): Promise<number[]> {
    const model = build('functional', used.inner, used.units);
    model.compile({optimizer: tf.train.sgd(0), loss: used.used, metrics});
    const [xs, ys] = [x(), used.y()];
    await run(model, method, xs, ys);
    const before = tf.memory().numTensors;
    const values = await run(model, method, xs, ys);
    expect(tf.memory().numTensors).toBe(before);
    return values.slice(1);
  }
});

test('the truths of the table differ from what tfjs would say', () => {
  expect(CASES.some(({accuracy}) => accuracy > 0 && accuracy < 1)).toBe(true);
});

describe('other metrics', () => {
  const x = (): tf.Tensor => tf.tensor2d(inputs(N), [N, FEATURES]);

  test('by function, configured, by name and as text mean the same', async () => {
    const macro = metric('precision', {average: 'macro', name: 'macroPrecision'});
    const model = build('sequential', [], K);
    model.compile({
      optimizer: tf.train.sgd(0),
      loss: 'sparseSoftmaxCrossEntropy',
      metrics: [precision, 'precision', macro, 'precision(average=macro,name=second)', 'topKCategoricalAccuracy(k=2)'],
    });
    expect(model.metrics).toEqual([
      'precision',
      'precision',
      'precision(average=macro,name=macroPrecision)',
      'precision(average=macro,name=second)',
      'topKCategoricalAccuracy(k=2)',
    ]);
    const y = tf.tensor1d(CLASSES.slice(0, N));
    const [, byFunction = NaN, byName = NaN, configured = NaN, text = NaN, top2 = NaN] = await run(
      model,
      'evaluate',
      x(),
      y,
    );
    const logits = tf.tensor2d(rows(K, N));
    expect([byFunction, byName]).toEqual(Array(2).fill(precision(y, logits).arraySync()));
    expect([configured, text]).toEqual(Array(2).fill(precision(y, logits, {average: 'macro'}).arraySync()));
    const inTop2 = rows(K, N).map((z, row) => z.filter((value) => value > (z[CLASSES[row] ?? NaN] ?? NaN)).length < 2);
    expect(top2).toBe(mean(inTop2.map(Number)));
    expect(model.metricsNames.slice(1)).toEqual([
      'precision',
      'precision',
      'macroPrecision',
      'second',
      'topKCategoricalAccuracy(k=2)',
    ]);
  });

  test('tfjs’s own, and functions of the user’s', async () => {
    const squares = (yTrue: tf.Tensor, yPred: tf.Tensor): tf.Tensor => tf.mean(tf.square(tf.sub(yTrue, yPred)));
    const model = build('sequential', [], K);
    model.compile({optimizer: tf.train.sgd(0), loss: 'softmaxCrossEntropy', metrics: ['mse', squares]});
    const y = tf.oneHot(tf.tensor1d(CLASSES.slice(0, N), 'int32'), K).toFloat();
    const [, mse = NaN, own = NaN] = await run(model, 'evaluate', x(), y);
    expectClose([mse], [own]);
  });

  test('for each output by its own loss; one of tfjs keeps tfjs’s', async () => {
    const input = tf.input({shape: [FEATURES]});
    const outputs = [
      one(tf.layers.dense({units: K, useBias: false, name: 'classes'}).apply(input)),
      one(tf.layers.dense({units: 1, useBias: false, name: 'flag'}).apply(input)),
      one(tf.layers.dense({units: 1, useBias: false, name: 'plain', activation: 'sigmoid'}).apply(input)),
    ];
    const model = tf.model({inputs: input, outputs});
    tf.tidy(() => model.setWeights([tf.tensor2d(kernel(K)), tf.tensor2d(kernel(1)), tf.tensor2d(kernel(1))]));
    const flags = MULTI.slice(0, N);
    const ys = {
      classes: tf.tensor1d(CLASSES.slice(0, N)),
      flag: tf.tensor2d(flags, [N, 1]),
      plain: tf.tensor2d(flags, [N, 1]),
    };
    const losses = ['sparseSoftmaxCrossEntropy', 'sigmoidCrossEntropy', 'binaryCrossentropy'];
    const classAccuracy = mean(rows(K, N).map((z, row) => Number(argMax(z) === CLASSES[row])));
    const flagAccuracy = mean(rows(1, N).map(([z = NaN], row) => Number(Number(z > 0) === flags[row])));
    model.compile({optimizer: tf.train.sgd(0), loss: losses, metrics: ['accuracy']});
    expect(model.metricsNames.slice(4)).toEqual(['classes_acc', 'flag_acc', 'plain_acc']);
    expectClose((await run(model, 'evaluate', x(), ys)).slice(4), [classAccuracy, flagAccuracy, flagAccuracy]);
    model.compile({optimizer: tf.train.sgd(0), loss: losses, metrics: {flag: 'accuracy', classes: 'acc'}});
    expectClose((await run(model, 'evaluate', x(), ys)).slice(4), [classAccuracy, flagAccuracy]);
  });

  test('of probabilities, and with sample weights', async () => {
    const classes = CLASSES.slice(0, N);
    const weights = [0.5, 2, 0, 1];
    const input = tf.input({shape: [FEATURES]});
    const layer = tf.layers.dense({units: K, useBias: false, activation: 'softmax'});
    const model = tf.model({inputs: input, outputs: one(layer.apply(input))});
    tf.tidy(() => model.setWeights([tf.tensor2d(kernel(K))]));
    model.compile({
      optimizer: tf.train.sgd(0),
      loss: loss('sparseSoftmaxCrossEntropy', {fromLogits: false, sampleWeights: true}),
      metrics: ['accuracy', 'crossentropy'],
    });
    const y = packSampleWeights(tf.tensor1d(classes), tf.tensor1d(weights));
    const total = sumOf(weights, (w) => w);
    const weighted = (f: (z: number[], y: number) => number): number =>
      sumOf(rows(K, N), (z, row) => (weights[row] ?? NaN) * f(z, classes[row] ?? NaN)) / total;
    const crossentropy = weighted((z, label) => sparseRow('sparseSoftmaxCrossEntropy', label, z).loss);
    const accuracy = weighted((z, label) => Number(argMax(z) === label));
    for (const method of METHODS) {
      expectClose(await run(model, method, x(), y), [crossentropy, accuracy, crossentropy], 1e-5);
    }
  });

  test('a registered loss leaves accuracy to tfjs', async () => {
    registerLoss('meanOfLogits', () => (_yTrue, yPred) => tf.mean(yPred, 1));
    const model = build('sequential', [], K);
    model.compile({optimizer: tf.train.sgd(0), loss: 'meanOfLogits', metrics: ['accuracy']});
    expect(model.metricsNames).toEqual(['loss', 'acc']);
  });

  test('rocAuc of one output', async () => {
    const model = build('sequential', [], 1);
    model.compile({optimizer: tf.train.sgd(0), loss: 'sigmoidCrossEntropy', metrics: [rocAuc]});
    const y = tf.tensor2d(MULTI.slice(0, N), [N, 1]);
    const z = rows(1, N).map(([value = NaN]) => value);
    const pairs = z.flatMap((a, i) =>
      z.flatMap((b, j) => (MULTI[i] === 1 && MULTI[j] === 0 ? [a > b ? 1 : a === b ? 0.5 : 0] : [])),
    );
    expectClose((await run(model, 'evaluate', x(), y)).slice(1), [mean(pairs)]);
  });
});
