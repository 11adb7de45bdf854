/** Metrics with options, their names, and their way through a saved model. */
import * as tf from '@tensorflow/tfjs';
import * as losses from '../../src';
import {f1, metric, precision, rocAuc, topKCategoricalAccuracy} from '../../src';
import {afterSaving} from '../../src/losses/canonical';
import {keepMetricNames, metricConfigOf, metricFromText, withName} from '../../src/metrics/metric';
import type {MetricOptions} from '../../src';
import {valueOf} from './_close';

beforeAll(() => tf.setBackend('cpu'));

const z = [
  [1, 4, 3],
  [-1, 0, 2],
  [0, 5, 1],
  [2, 1, 1],
];
const y = [2, 2, 1, 0];
const tensors = (): [tf.Tensor, tf.Tensor] => [tf.tensor1d(y), tf.tensor2d(z)];

test('the options are those of the function', () => {
  tf.tidy(() => {
    for (const average of ['micro', 'macro', 'weighted'] as const) {
      const expected = valueOf(precision(y, z, {average}));
      expect(valueOf(metric('precision', {average})(...tensors()))).toBe(expected);
    }
    expect(valueOf(metric('precision', {average: 'macro'})(...tensors()))).not.toBe(
      valueOf(metric('precision', {average: 'micro'})(...tensors())),
    );
    expect(valueOf(metric('topKCategoricalAccuracy', {k: 2})(...tensors()))).toBe(
      valueOf(topKCategoricalAccuracy(y, z, {k: 2})),
    );
    expect(valueOf(metric('rocAuc')(...tensors()))).toBe(valueOf(rocAuc(y, z)));
  });
});

test('names: the metric as text, or as asked for', () => {
  expect(metric('precision').name).toBe('precision');
  expect(metric('precision', {average: 'macro', classes: [2, 0]}).name).toBe('precision(average=macro,classes=[2,0])');
  expect(metric('binaryAccuracyFromLogits', {threshold: 0.25}).name).toBe('binaryAccuracyFromLogits(threshold=0.25)');
  expect(metric('f1', {oneHot: true, name: 'macroF'}).name).toBe('macroF');
});

test('a text gives the same metric, also after tfjs has changed its case twice', () => {
  const all = [
    metric('precision', {average: 'weighted', classes: [2, 0], ignoreIndex: -100, name: 'weightedPrecision'}),
    metric('binaryAccuracyFromLogits', {threshold: 1e-7}),
    metric('categoricalAccuracyFromLogits', {axis: 1}),
    metric('sparseCategoricalAccuracyFromLogits', {axis: -2, ignoreIndex: 255}),
    metric('topKCategoricalAccuracy', {k: 10}),
    metric('recall', {oneHot: true, zeroDivision: 1}),
    metric('f1'),
    metric('rocAuc', {zeroDivision: 0.5}),
  ];
  for (const one of all) {
    const config = metricConfigOf(one);
    const text = config?.text ?? '';
    expect(afterSaving(text)).toBe(text);
    const again = metricFromText(text);
    expect(metricConfigOf(again)).toEqual(config);
    expect(again?.name).toBe(one.name);
  }
});

test('the functions themselves have a config, other values have none', () => {
  expect(metricConfigOf(f1)).toEqual({name: 'f1', options: {}, text: 'f1'});
  for (const other of [valueOf, 'precision', undefined, null, {}, tf.metrics.precision]) {
    expect(metricConfigOf(other)).toBeUndefined();
  }
  expect(metricFromText('mse')).toBeUndefined();
  expect(metricFromText('toString')).toBeUndefined();
  expect(() => metricFromText('precision(average=mean)')).toThrow(/'average' must be/);
  expect(() => metricFromText('precision(average=')).toThrow(/cannot be read/);
});

test('what the caller changes later does not reach the metric', () => {
  const classes = [0, 1];
  const some = metric('recall', {classes});
  classes[0] = 2;
  tf.tidy(() => {
    expect(valueOf(some(...tensors()))).toBe(valueOf(losses.recall(y, z, {classes: [0, 1]})));
    expect(valueOf(some(...tensors()))).not.toBe(valueOf(losses.recall(y, z, {classes})));
  });
  expect(Object.keys(some)).toEqual([]);
});

test('an option that is undefined is the default', () => {
  const options: {k?: number | undefined} = {k: undefined};
  expect(metric('topKCategoricalAccuracy', options as {k?: number}).name).toBe('topKCategoricalAccuracy');
});

test('names in the logs survive a minifier', () => {
  const names = ['precision', 'recall', 'f1', 'rocAuc', 'topKCategoricalAccuracy', 'binaryAccuracyFromLogits'] as const;
  for (const name of names) {
    withName(losses[name], 'a');
    expect(losses[name].name).toBe('a');
  }
  keepMetricNames();
  for (const name of names) expect(losses[name].name).toBe(name);
});

test('types: options by the name of the metric', () => {
  const named = <Name extends keyof MetricOptions>(name: Name): Name => name;
  // @ts-expect-error: k is no option of precision.
  expect(() => metric('precision', {k: 3})).toThrow(/unknown option 'k'/);
  // @ts-expect-error: no such metric.
  expect(() => metric('accuracy')).toThrow(/unknown metric 'accuracy'/);
  expect(named('rocAuc')).toBe('rocAuc');
});
