import * as tf from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';

/**
 * What each row adds to the divisor of a mean over class indices: its class weight w_y, or 1 without weights, and 0 if it is
 * ignored. No gradient passes: labels are no quantities, and weights are constants.
 */
export function rowDivisorWeights(
  labels: Tensor,
  classWeights: Tensor | undefined,
  ignoreIndex: number | undefined,
): Tensor {
  const ones = tf.ones(labels.shape);
  const counts = ignoreIndex === undefined ? ones : tf.cast(tf.notEqual(labels, ignoreIndex), 'float32');
  if (classWeights === undefined) return counts;
  // An ignored label may lie outside of the weights, and so may a wrong one where a kernel answers NaN instead of an error.
  // As float32: tfjs-wasm clips the bits of int32 numbers as if they were float32 ones. By way of int32, which NaN is none of.
  const whole = tf.cast(tf.cast(labels, 'int32'), 'float32');
  const inside = tf.cast(tf.clipByValue(whole, 0, classWeights.size - 1), 'int32');
  return tf.mul(counts, tf.gather(classWeights, inside));
}
