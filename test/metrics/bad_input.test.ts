/** Every message names the metric, the argument, what came and what was expected. */
import * as tf from '@tensorflow/tfjs';
import {
  binaryAccuracyFromLogits,
  categoricalAccuracyFromLogits,
  f1,
  metric,
  precision,
  recall,
  rocAuc,
  sparseCategoricalAccuracyFromLogits,
  topKCategoricalAccuracy,
} from '../../src';
import {metricForLoss} from '../../src/metrics/by_loss';

beforeAll(() => tf.setBackend('cpu'));

const z = [
  [1, 2, 3],
  [4, 5, 6],
];
/** What TypeScript does not let through. */
const loosely = (f: (...args: never[]) => unknown, ...args: unknown[]): unknown => f(...(args as never[]));

type Case = readonly [what: string, call: () => unknown, message: RegExp];

const CASES: Case[] = [
  [
    'outputs of another dtype',
    () => precision([1], tf.tensor1d([1], 'int32')),
    /precision: 'yPred' must be of dtype float32, but is int32.*tf\.cast/,
  ],
  [
    'outputs without a batch',
    () => binaryAccuracyFromLogits(1, 1),
    /binaryAccuracyFromLogits: 'yPred' must be a batch of logits, but is a scalar/,
  ],
  [
    'labels of another dtype',
    () => loosely(recall, tf.tensor1d(['a']), [1]),
    /recall: 'yTrue' must be of dtype .* but is string/,
  ],
  [
    'no labels',
    () => loosely(recall, undefined, [1]),
    /recall: 'yTrue' must be a tensor, a number or .* but is undefined/,
  ],
  [
    'binary shapes',
    () => binaryAccuracyFromLogits([1, 0, 1], [1, 2]),
    /binaryAccuracyFromLogits: 'yTrue' of shape \[3\] does not fit 'yPred' of shape \[2\]; expected a label for each output, \[2\]/,
  ],
  [
    '[N] against [N, K] is no broadcast',
    () => binaryAccuracyFromLogits([1, 0], z),
    /'yTrue' of shape \[2\] does not fit 'yPred' of shape \[2, 3\]/,
  ],
  ['transposed labels', () => binaryAccuracyFromLogits(tf.ones([3, 2]), z), /Write tf\.reshape\(yTrue, \[2, 3\]\)/],
  [
    'class indices for one-hot',
    () => categoricalAccuracyFromLogits([1, 0], z),
    /categoricalAccuracyFromLogits: .* expected a number for each class, \[2, 3\]\. Class indices are for sparseCategorical/,
  ],
  [
    'one-hot for class indices',
    () => sparseCategoricalAccuracyFromLogits(z, z),
    /sparseCategoricalAccuracyFromLogits: .* expected class indices, \[2\]\. One-hot labels are for categoricalAccuracyFromLogits/,
  ],
  [
    'class indices with oneHot',
    () => f1([1, 0], z, {oneHot: true}),
    /f1: 'yTrue' of shape \[2\] does not fit .* For class indices leave oneHot out/,
  ],
  [
    'class indices of another shape',
    () => topKCategoricalAccuracy([1, 0, 1], z),
    /topKCategoricalAccuracy: 'yTrue' of shape \[3\] does not fit 'yPred' of shape \[2, 3\]; expected class indices, \[2\]/,
  ],
  [
    'an axis that is not there',
    () => sparseCategoricalAccuracyFromLogits([1, 0], z, {axis: 2}),
    /'axis' is 2, but must be an axis of 'yPred', of shape \[2, 3\], and not the first/,
  ],
  [
    'the axis of the samples',
    () => sparseCategoricalAccuracyFromLogits([1, 0, 1], z, {axis: 0}),
    /'axis' is 0, .* and not the first/,
  ],
  [
    'no classes',
    () => sparseCategoricalAccuracyFromLogits([1, 0], tf.zeros([2, 0])),
    /'yPred' of shape \[2, 0\] has no classes on axis 1/,
  ],
  [
    'an axis for labels per output',
    () => precision(z, z, {axis: 1}),
    /precision: 'axis' is for classes, .*\[2, 3\].*oneHot: true/,
  ],
  [
    'an ignored index for labels per output',
    () => rocAuc(z, z, {ignoreIndex: -1}),
    /rocAuc: 'ignoreIndex' is for classes/,
  ],
  [
    'an ignored index for one-hot labels',
    () => topKCategoricalAccuracy(z, z, {ignoreIndex: -1}),
    /topKCategoricalAccuracy: 'ignoreIndex' is for class indices.* weight of 0/,
  ],
  [
    'a threshold for classes',
    () => recall([1, 0], z, {threshold: 0.3}),
    /recall: 'threshold' is for a label per output/,
  ],
  [
    'a class that is not there',
    () => f1([1, 0], z, {classes: [0, 3]}),
    /f1: 'classes' names class 3, but 'yPred' of shape \[2, 3\] has 3/,
  ],
  [
    'weights of another shape',
    () => precision(z, z, {weights: [1, 2, 3]}),
    /precision: 'weights' must hold one number for each row, \[2\], but have the shape \[3\]/,
  ],
  [
    'labels that do not fit the loss',
    () =>
      metricForLoss('ce', {name: 'lossName', family: 'sigmoid', takesClassIndices: false})(tf.ones([3]), tf.ones([2])),
    /crossentropy of lossName: labels of shape \[3\] do not fit; expected \[2\]/,
  ],

  [
    'threshold 0',
    () => binaryAccuracyFromLogits([1], [1], {threshold: 0}),
    /binaryAccuracyFromLogits: 'threshold' must be a probability between 0 and 1.* but is 0/,
  ],
  ['threshold 1', () => precision([1], [1], {threshold: 1}), /'threshold' must be .* but is 1/],
  [
    'k of 0',
    () => topKCategoricalAccuracy([1], [[1, 2]], {k: 0}),
    /topKCategoricalAccuracy: 'k' must be an integer of at least 1, but is 0/,
  ],
  ['k of 1.5', () => topKCategoricalAccuracy([1], [[1, 2]], {k: 1.5}), /'k' must be an integer/],
  [
    'another average',
    () => loosely(precision, [1], [1], {average: 'mean'}),
    /precision: 'average' must be 'micro', 'macro' or 'weighted', but is 'mean'/,
  ],
  [
    'no classes at all',
    () => precision([1], [1], {classes: []}),
    /precision: 'classes' must be an array of at least one class index/,
  ],
  [
    'a class twice',
    () => precision([1], [1], {classes: [1, 1]}),
    /'classes' must be an array of at least one class index, none twice/,
  ],
  ['0/0 of NaN', () => f1([1], [1], {zeroDivision: NaN}), /f1: 'zeroDivision' must be a finite number, but is NaN/],
  [
    'an option of another metric',
    () => loosely(rocAuc, [1], [1], {average: 'macro'}),
    /rocAuc: unknown option 'average'.*The options are/,
  ],
  [
    'a slip',
    () => loosely(precision, [1], [1], {averge: 'macro'}),
    /precision: unknown option 'averge'\. Did you mean 'average'\?/,
  ],
  [
    'weights in place of options',
    () => loosely(precision, [1], [1], tf.ones([1])),
    /precision: 'options' must be an object/,
  ],

  [
    'another metric',
    () => loosely(metric, 'presicion'),
    /metric: unknown metric 'presicion'\. Did you mean 'precision'/,
  ],
  ['an inherited name', () => loosely(metric, 'toString'), /metric: unknown metric 'toString'/],
  [
    'weights in a model',
    () => loosely(metric, 'precision', {weights: [1]}),
    /metric\('precision'\): option 'weights' has no place in a model/,
  ],
  ['options are checked before there is a batch', () => metric('topKCategoricalAccuracy', {k: -1}), /'k' must be/],
  [
    'an unknown option',
    () => loosely(metric, 'f1', {treshold: 0.5}),
    /f1: unknown option 'treshold'\. Did you mean 'threshold'\? .*name/,
  ],
  [
    'a name that a saved model changes',
    () => metric('precision', {name: 'macro_precision'}),
    /metric\('precision'\): 'name' must be in camel case .* 'macro_precision'/,
  ],
  ['an empty name', () => metric('precision', {name: ''}), /'name' must be in camel case/],
];

test.each(CASES)('%s', (_what, call, message) => {
  const before = tf.memory().numTensors;
  expect(() => tf.tidy(() => void call())).toThrow(message);
  expect(tf.memory().numTensors).toBe(before);
});
