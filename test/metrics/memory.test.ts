import * as tf from '@tensorflow/tfjs';
import * as losses from '../../src';
import {type ModelMetric, metric} from '../../src';
import {metricForLoss, ownMetricForLoss} from '../../src/metrics/by_loss';

beforeAll(() => tf.setBackend('cpu'));

const sparse = {name: 'test', family: 'softmax', takesClassIndices: true, ignoreIndex: -1} as const;
const dense = {name: 'test', family: 'softmax', takesClassIndices: false} as const;
const sigmoid = {name: 'test', family: 'sigmoid', takesClassIndices: false} as const;

const z = tf.randomNormal([6, 3], 0, 1, 'float32', 3);
const indices = tf.tensor1d([0, 1, 2, -1, 1, 0], 'int32');
const column = tf.reshape(indices, [6, 1]);
const oneHot = tf.oneHot(tf.tensor1d([0, 1, 2, 2, 1, 0], 'int32'), 3);

const METRICS: [string, ModelMetric, tf.Tensor][] = [
  ['binary', losses.binaryAccuracyFromLogits, oneHot],
  ['categorical', losses.categoricalAccuracyFromLogits, oneHot],
  ['sparse', metric('sparseCategoricalAccuracyFromLogits', {ignoreIndex: -1}), column],
  ['top k', metric('topKCategoricalAccuracy', {k: 2, ignoreIndex: -1}), indices],
  ['precision', losses.precision, oneHot],
  ['recall of classes', metric('recall', {oneHot: true, classes: [0, 2]}), oneHot],
  ['F₁ of indices', metric('f1', {average: 'weighted', ignoreIndex: -1}), indices],
  ['AUC', losses.rocAuc, oneHot],
  ['AUC of classes', metric('rocAuc', {ignoreIndex: -1}), indices],
  ...([sparse, dense, sigmoid] as const).flatMap((loss): [string, ModelMetric, tf.Tensor][] => {
    const labels = loss === sparse ? column : oneHot;
    const preparation = {
      splitLabels: (yTrue: tf.Tensor) => ({labels: tf.clone(yTrue), weights: tf.ones([6])}),
      toLogits: (outputs: tf.Tensor) => tf.mul(outputs, 2),
    };
    return [
      [`accuracy by loss, ${loss.family}`, metricForLoss('acc', loss, preparation), labels],
      [`cross-entropy by loss, ${loss.family}`, metricForLoss('ce', loss, preparation), labels],
      [`precision by loss, ${loss.family}`, ownMetricForLoss(losses.precision, loss, preparation) ?? losses.f1, labels],
    ];
  }),
];

test.each(METRICS)('%s leaves its result and nothing else', (_what, compute, labels) => {
  const {numTensors, numBytes} = tf.memory();
  const result = compute(labels, z);
  expect(tf.memory().numTensors).toBe(numTensors + 1);
  result.dispose();
  expect(tf.memory()).toMatchObject({numTensors, numBytes});
});

test.each(METRICS)('%s beside a loss in a gradient leaves nothing', (_what, compute, labels) => {
  const {numTensors, numBytes} = tf.memory();
  const {value, grads} = tf.variableGrads(() => {
    const product = tf.mul(scale, z);
    kept.push(tf.keep(compute(labels, product)));
    return tf.mean(tf.square(product));
  });
  tf.dispose([value, grads, ...kept.splice(0)]);
  expect(tf.memory()).toMatchObject({numTensors, numBytes});
});

const scale = tf.variable(tf.scalar(2));
const kept: tf.Tensor[] = [];

test.each(['AUC', 'F₁ of indices'])('%s reads nothing back, so it runs on WebGPU', (what) => {
  const [, compute, labels = z] = METRICS.find(([name]) => name === what) ?? [];
  const reads = jest.spyOn(tf.Tensor.prototype, 'dataSync');
  const arrays = jest.spyOn(tf.Tensor.prototype, 'arraySync');
  compute?.(labels, z).dispose();
  expect(compute).toBeDefined();
  expect(reads).not.toHaveBeenCalled();
  expect(arrays).not.toHaveBeenCalled();
  jest.restoreAllMocks();
});
