/** Metrics as functions in a model, without `install`: what tfjs itself makes of them. */
import * as tf from '@tensorflow/tfjs';
import {
  binaryAccuracyFromLogits,
  categoricalAccuracyFromLogits,
  f1,
  loss,
  metric,
  precision,
  recall,
  rocAuc,
  sparseCategoricalAccuracyFromLogits,
  topKCategoricalAccuracy,
} from '../../src';
import {randomNormal} from '../support/random';
import {expectNear} from './_close';
import {argMax, auc, averaged, classCounts, countsOf} from './_plain';

beforeAll(() => tf.setBackend('cpu'));

const N = 23;
const BATCH = 5;
const FEATURES = 3;

const random = randomNormal('model');
const x = Array.from({length: N}, () => Array.from({length: FEATURES}, () => Math.round(random() * 8) / 8));
/** Rows of logits x·W with numbers that are exact in float32. */
const kernelOf = (units: number): number[][] =>
  Array.from({length: FEATURES}, (_f, f) =>
    Array.from({length: units}, (_u, u) => (((f * 5 + u * 3 + 1) % 7) - 3) / 2),
  );
const logitsOf = (units: number): number[][] =>
  x.map(
    (row) =>
      kernelOf(units)[0]?.map((_, u) => row.reduce((sum, v, f) => sum + v * (kernelOf(units)[f]?.[u] ?? NaN), 0)) ?? [],
  );

function build(units: number): tf.LayersModel {
  const model = tf.sequential({layers: [tf.layers.dense({units, useBias: false, inputShape: [FEATURES]})]});
  tf.tidy(() => model.setWeights([tf.tensor2d(kernelOf(units))]));
  return model;
}

/** The mean over the batches, weighted by their size: what tfjs makes of values of batches. */
function overBatches(ofBatch: (start: number, end: number) => number): number {
  let sum = 0;
  for (let start = 0; start < N; start += BATCH) {
    const end = Math.min(start + BATCH, N);
    sum += ofBatch(start, end) * (end - start);
  }
  return sum / N;
}

interface Given {
  readonly what: string;
  readonly units: number;
  readonly loss: string | ((yTrue: tf.Tensor, yPred: tf.Tensor) => tf.Tensor);
  readonly labels: () => tf.Tensor;
  readonly metrics: ((yTrue: tf.Tensor, yPred: tf.Tensor) => tf.Tensor)[];
  readonly expected: {readonly [logName: string]: number};
}

const binary = x.map((row, i) => Number((row[0] ?? 0) + (row[1] ?? 0) + (i % 3) - 1 > 0));
const classes = x.map((row, i) => Math.abs(Math.round((row[0] ?? 0) * 2) + i) % 3);
const z1 = logitsOf(1).map(([z = NaN]) => z);
const z3 = logitsOf(3);
const booleans = (numbers: readonly number[]): boolean[] => numbers.map((v) => v > 0);
const share = (right: readonly boolean[]): number => right.filter(Boolean).length / right.length;
const part =
  <T>(list: readonly T[]) =>
  (start: number, end: number) =>
    list.slice(start, end);
const counts = (start: number, end: number) =>
  countsOf(booleans(part(binary)(start, end)), booleans(part(z1)(start, end)));
const threeCounts = (start: number, end: number) =>
  classCounts(part(classes)(start, end), part(z3)(start, end).map(argMax), 3);

const BINARY = {
  units: 1,
  metrics: [binaryAccuracyFromLogits, precision, recall, f1, metric('rocAuc', {zeroDivision: 0.5, name: 'area'})],
  expected: {
    binaryAccuracyFromLogits: share(z1.map((z, i) => z > 0 === (binary[i] === 1))),
    precision: overBatches((...range) => averaged('precision', [counts(...range)], 'micro')),
    recall: overBatches((...range) => averaged('recall', [counts(...range)], 'micro')),
    f1: overBatches((...range) => averaged('f1', [counts(...range)], 'micro')),
    area: overBatches((start, end) => {
      const area = auc(booleans(part(binary)(start, end)), part(z1)(start, end));
      return Number.isNaN(area) ? 0.5 : area;
    }),
  },
};

const withIndices = {
  sparseCategoricalAccuracyFromLogits: share(z3.map((row, i) => argMax(row) === classes[i])),
  'topKCategoricalAccuracy(k=2)': share(
    z3.map((row, i) => row.filter((v) => v > (row[classes[i] ?? 0] ?? NaN)).length < 2),
  ),
  recall: overBatches((...range) => averaged('recall', threeCounts(...range), 'macro')),
  'precision(average=weighted)': overBatches((...range) => averaged('precision', threeCounts(...range), 'weighted')),
};

const CASES: Given[] = [
  {...BINARY, what: '[N, 1] float32', loss: loss('sigmoidCrossEntropy'), labels: () => tf.tensor2d(binary, [N, 1])},
  {...BINARY, what: '[N] int32', loss: loss('sigmoidCrossEntropy'), labels: () => tf.tensor1d(binary, 'int32')},
  {
    what: 'class indices',
    units: 3,
    // The built-in loss lets labels through that have not the outputs' shape.
    loss: 'sparseCategoricalCrossentropy',
    labels: () => tf.tensor2d(classes, [N, 1]),
    metrics: [
      sparseCategoricalAccuracyFromLogits,
      metric('topKCategoricalAccuracy', {k: 2}),
      recall,
      metric('precision', {average: 'weighted'}),
    ],
    expected: withIndices,
  },
  {
    what: 'one-hot',
    units: 3,
    loss: loss('softmaxCrossEntropy'),
    labels: () => tf.cast(tf.oneHot(tf.tensor1d(classes, 'int32'), 3), 'float32'),
    metrics: [
      categoricalAccuracyFromLogits,
      topKCategoricalAccuracy,
      metric('recall', {oneHot: true, name: 'macroRecall'}),
      rocAuc,
    ],
    expected: {
      categoricalAccuracyFromLogits: withIndices.sparseCategoricalAccuracyFromLogits,
      topKCategoricalAccuracy: 1,
      macroRecall: withIndices.recall,
    },
  },
];

describe.each(CASES)('$what', ({units, loss: used, labels, metrics, expected}) => {
  function compiled(): tf.LayersModel {
    const model = build(units);
    model.compile({optimizer: tf.train.sgd(0), loss: used, metrics});
    return model;
  }
  const entries = Object.entries(expected);
  const dataset = (xs: tf.Tensor, ys: tf.Tensor): tf.data.Dataset<{xs: tf.Tensor; ys: tf.Tensor}> =>
    tf.data.generator(function* () {
      for (let start = 0; start < N; start += BATCH) {
        const size = Math.min(BATCH, N - start);
        yield {xs: tf.slice(xs, [start], [size]), ys: tf.slice(ys, [start], [size])};
      }
    });

  test('fit, with validation, twice', async () => {
    const [xs, ys] = [tf.tensor2d(x), labels()];
    const model = compiled();
    let before = 0;
    for (const round of [0, 1]) {
      const {history} = await model.fit(xs, ys, {
        epochs: 1,
        batchSize: BATCH,
        shuffle: false,
        verbose: 0,
        validationData: [xs, ys],
      });
      for (const [name, value] of entries) {
        expectNear(Number(history[name]?.[0]), value, name, 3e-6);
        expectNear(Number(history[`val_${name}`]?.[0]), value, `val_${name}`, 3e-6);
      }
      if (round === 1) expect(tf.memory().numTensors).toBe(before);
      before = tf.memory().numTensors;
    }
  });

  test('fitDataset, evaluateDataset', async () => {
    const [xs, ys] = [tf.tensor2d(x), labels()];
    const model = compiled();
    const {history} = await model.fitDataset(dataset(xs, ys), {epochs: 1, verbose: 0});
    const values = (await model.evaluateDataset(dataset(xs, ys), {})) as tf.Scalar[];
    for (const [name, value] of entries) {
      expectNear(Number(history[name]?.[0]), value, name, 3e-6);
      const at = model.metricsNames.indexOf(name);
      expectNear(values[at]?.dataSync()[0] ?? NaN, value, `evaluateDataset, ${name}`, 3e-6);
    }
  });

  test('evaluate, trainOnBatch', async () => {
    const [xs, ys] = [tf.tensor2d(x), labels()];
    const model = compiled();
    const evaluated = model.evaluate(xs, ys, {batchSize: BATCH}) as tf.Scalar[];
    for (const [name, value] of entries) {
      const at = model.metricsNames.indexOf(name);
      expectNear(evaluated[at]?.dataSync()[0] ?? NaN, value, name, 3e-6);
    }
    const y2 = ys.rank === 1 ? tf.reshape(ys, [N, 1]) : ys;
    const trained = (await model.trainOnBatch(xs, y2)) as number[];
    const whole = metrics.map((one) => tf.tidy(() => one(y2, tf.tensor2d(logitsOf(units))).dataSync()[0] ?? NaN));
    whole.forEach((value, i) => expectNear(trained[i + 1] ?? NaN, value, metrics[i]?.name, 3e-6));
  });
});

test('the mean of the batches is not the metric of all samples: call it on predict for that', () => {
  const all = averaged('f1', [counts(0, N)], 'micro');
  expect(Math.abs(BINARY.expected.f1 - all)).toBeGreaterThan(1e-3);
  const model = build(1);
  const f = tf.tidy(() => f1(tf.tensor1d(binary), model.predict(tf.tensor2d(x)) as tf.Tensor).dataSync()[0]);
  expectNear(f ?? NaN, all);
});
