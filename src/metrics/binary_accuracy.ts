import * as tf from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import type {NumericLike} from '../ops/options';
import {checkOptions} from './_check_options';
import {inputsOf, labelRows} from './_inputs';
import {weightedMean} from './_ratio';
import {logitOf} from './_threshold';
import type {BinaryAccuracyOptions} from './options';

/**
 * Computes how many outputs are on the right side of the threshold, each label on its own.
 *
 *     accuracy = mean of [z > log(t/(1−t))] = [y > 1/2]
 *
 * For two classes, or several labels a sample. A logit of NaN is never right; 0 if nothing counts.
 *
 * @param yTrue y, labels of the shape of `yPred` (or without its last axis if that has length 1).
 * @param yPred z, float32 logits: [N], [N, 1], [N, K], [N, T, 1], [N, T, K].
 * @param options See {@link BinaryAccuracyOptions}: the threshold t is a probability, 0.5 by default.
 * @returns A scalar in [0, 1].
 * @throws Error for a wrong shape, dtype or option.
 *
 * @example
 * ```ts
 * binaryAccuracyFromLogits([1, 0, 1, 0], [2, 0.25, -1, -3]).print(); // 0.5
 * ```
 */
export function binaryAccuracyFromLogits(
  yTrue: Tensor | NumericLike,
  yPred: Tensor | NumericLike,
  options: BinaryAccuracyOptions = {},
): Tensor {
  checkOptions('binaryAccuracyFromLogits', options);
  return tf.tidy(() => {
    const inputs = inputsOf('binaryAccuracyFromLogits', yTrue, yPred);
    const {logits, positive, counts} = labelRows(inputs, options.weights);
    const threshold = logitOf(options.threshold);
    // Two comparisons, because NaN is neither above nor below; no tf.where, which is wrong on wasm for bool values.
    const right = tf.logicalOr(
      tf.logicalAnd(positive, tf.greater(logits, threshold)),
      tf.logicalAnd(tf.logicalNot(positive), tf.lessEqual(logits, threshold)),
    );
    return weightedMean(tf.mean(tf.cast(right, 'float32'), 1), counts);
  });
}
