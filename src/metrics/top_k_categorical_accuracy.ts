import * as tf from '@tensorflow/tfjs-core';
import type {Tensor, Tensor2D} from '@tensorflow/tfjs-core';
import type {NumericLike} from '../ops/options';
import {sameShape} from '../ops/_validate';
import {checkOptions} from './_check_options';
import {indexRows, inputsOf, oneHotRows} from './_inputs';
import {weightedMean} from './_ratio';
import type {TopKCategoricalAccuracyOptions} from './options';

/**
 * Computes how many rows have their class among the k largest logits.
 *
 *     accuracy = mean of [fewer than k logits are above z_y]
 *
 * which is TensorFlow's `in_top_k`: classes that tie at the boundary are all in. Unlike there, ±∞ are numbers like
 * others: a masked class (−∞) does not make its row wrong. A row with a logit of NaN is; 0 if nothing counts. A class
 * index that is no class makes the result NaN.
 *
 * @param yTrue y, one-hot labels of the shape of `yPred`, or class indices of its shape without the class axis (or with 1).
 * @param yPred z, float32 logits of shape [N, ..., K] (or with the classes on `options.axis`).
 * @param options See {@link TopKCategoricalAccuracyOptions}: k = 5 by default.
 * @returns A scalar in [0, 1].
 * @throws Error for a wrong shape, dtype or option.
 *
 * @example
 * ```ts
 * topKCategoricalAccuracy([2, 0], [[1, 4, 3], [-1, 0, 2]], {k: 2}).print(); // 0.5
 * ```
 */
export function topKCategoricalAccuracy(
  yTrue: Tensor | NumericLike,
  yPred: Tensor | NumericLike,
  options: TopKCategoricalAccuracyOptions = {},
): Tensor {
  checkOptions('topKCategoricalAccuracy', options);
  return tf.tidy(() => {
    const inputs = inputsOf('topKCategoricalAccuracy', yTrue, yPred);
    const rowsOf = sameShape(inputs.labels.shape, inputs.logits.shape) ? oneHotRows : indexRows;
    const {logits, labels, counts} = rowsOf(inputs, options);
    // tf.topk of nothing throws on webgpu.
    if (logits.size === 0) return tf.scalar(0);
    const k = Math.min(options.k ?? 5, logits.shape[1]);
    // Fewer than k logits are above z_y just if z_y is not below the k-th largest.
    const least = tf.squeeze(tf.slice(tf.topk(logits, k).values, [0, k - 1], [-1, 1]), [1]);
    const areNumbers = tf.logicalNot(tf.isNaN(tf.max(logits, 1)));
    const within = tf.logicalAnd(tf.greaterEqual(labelLogits(logits, labels), least), areNumbers);
    return weightedMean(tf.cast(within, 'float32'), counts);
  });
}

/** z_y of each row, [R]. */
function labelLogits(logits: Tensor2D, labels: Tensor): Tensor {
  const [rows, classes] = logits.shape;
  // In the flat tensor: a gather in batches is not on every backend.
  const starts = tf.mul(tf.range(0, rows, 1, 'int32'), tf.scalar(classes, 'int32'));
  return tf.gather(tf.reshape(logits, [rows * classes]), tf.add(starts, labels));
}
