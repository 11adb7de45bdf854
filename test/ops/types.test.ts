import * as tf from '@tensorflow/tfjs';
import {
  classBalancedWeights,
  logSumExp,
  sigmoidCrossEntropy,
  sigmoidFocalCrossEntropy,
  smoothLabels,
  softmaxCrossEntropy,
  softmaxFocalCrossEntropy,
  sparseSoftmaxCrossEntropy,
  sparseSoftmaxFocalCrossEntropy,
} from '../../src';

/**
 * What compiles and what doesn't: `tsc` fails where a line marked @ts-expect-error has no error (jest strips the types
 * without checking them). The functions are never called.
 */
const y: tf.Tensor = tf.zeros([1, 2]);
const z = tf.zeros<tf.Rank.R2>([1, 2]);

const lines: (() => tf.Tensor | number[])[] = [
  // Labels and logits: tensors of any rank, numbers, typed and nested arrays, read-only or not.
  () => softmaxCrossEntropy(y, z),
  () => softmaxCrossEntropy([[0, 1]], [Float32Array.of(1, 2)]),
  () => softmaxCrossEntropy([[0, 1]] as const, z),
  () => sparseSoftmaxCrossEntropy(Int32Array.of(1), z),
  () => sigmoidCrossEntropy(1, tf.scalar(2)),
  // @ts-expect-error names are no class indices
  () => sparseSoftmaxCrossEntropy(['cat'], z),
  // @ts-expect-error nor are booleans
  () => sigmoidCrossEntropy([true], z),
  // @ts-expect-error one label as text
  () => sparseSoftmaxCrossEntropy('1', z),
  // @ts-expect-error null, of a failed look-up
  () => softmaxCrossEntropy(null, z),
  // @ts-expect-error strings among the logits
  () => softmaxCrossEntropy(y, [['1', '2']]),
  // @ts-expect-error the logits are missing
  () => softmaxFocalCrossEntropy(y),
  // @ts-expect-error a promise, await forgotten
  () => softmaxCrossEntropy(y, z.data()),

  // Options by op.
  () => softmaxCrossEntropy(y, z, {labelSmoothing: 0.1, classWeights: [1, 2], axis: 1, zLoss: 1e-4, weights: 2}),
  () => sparseSoftmaxCrossEntropy([1], z, {ignoreIndex: -1, reduction: 'none', classWeights: tf.tensor1d([1, 2])}),
  () => softmaxFocalCrossEntropy(y, z, {gamma: 2, alpha: [1, 2], normalizer: 3}),
  () => sparseSoftmaxFocalCrossEntropy([1], z, {gamma: 2, alpha: null, ignoreIndex: 0}),
  () => sigmoidCrossEntropy(y, z, {posWeight: new Float32Array(2)}),
  () => sigmoidFocalCrossEntropy(y, z, {gamma: 2, alpha: 0.25, posWeight: 2}),
  // @ts-expect-error misspelt: smoothing
  () => softmaxCrossEntropy(y, z, {labelSmothing: 0.1}),
  // @ts-expect-error of the sparse ops only
  () => softmaxCrossEntropy(y, z, {ignoreIndex: 1}),
  // @ts-expect-error of the focal ops only
  () => sparseSoftmaxCrossEntropy([1], z, {gamma: 2}),
  // @ts-expect-error of the focal ops only
  () => sigmoidCrossEntropy(y, z, {alpha: 0.25}),
  // @ts-expect-error of the softmax family only
  () => sigmoidCrossEntropy(y, z, {classWeights: [1, 2]}),
  // @ts-expect-error the sigmoid family has no axis of classes
  () => sigmoidFocalCrossEntropy(y, z, {axis: 1}),
  // @ts-expect-error of the sigmoid family only
  () => softmaxFocalCrossEntropy(y, z, {posWeight: 2}),
  // @ts-expect-error of a model only
  () => softmaxCrossEntropy(y, z, {fromLogits: true}),

  // Their values.
  // @ts-expect-error no such reduction
  () => softmaxCrossEntropy(y, z, {reduction: 'avg'}),
  // @ts-expect-error takes a number
  () => softmaxCrossEntropy(y, z, {labelSmoothing: '0.1'}),
  // @ts-expect-error one per class
  () => softmaxCrossEntropy(y, z, {classWeights: 2}),
  // @ts-expect-error of one axis
  () => softmaxCrossEntropy(y, z, {classWeights: tf.zeros<tf.Rank.R2>([1, 2])}),
  // @ts-expect-error α of the sigmoid family is one number
  () => sigmoidFocalCrossEntropy(y, z, {alpha: [0.2, 0.8]}),
  // @ts-expect-error γ cannot be switched off
  () => softmaxFocalCrossEntropy(y, z, {gamma: null}),
  // @ts-expect-error the third argument of tf.losses is not that of these ops
  () => softmaxCrossEntropy(y, z, tf.ones([1])),

  // Helpers.
  () => logSumExp([[1, 2]], 0),
  () => smoothLabels(y, 0.1, 1),
  () => classBalancedWeights(Int32Array.of(1, 2), 0.9),
  // @ts-expect-error ε is missing
  () => smoothLabels(y),
  // @ts-expect-error a tensor's numbers are on the device
  () => classBalancedWeights(tf.tensor1d([1, 2]), 0.9),
];

test('the lines above are checked by tsc', () => {
  expect(lines.length).toBeGreaterThan(0);
});
