import * as tf from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';

/** a/b, and `zeroDivision` where b = 0; NaN stays NaN. */
export function ratio(a: Tensor, b: Tensor, zeroDivision = 0): Tensor {
  const zero = tf.equal(b, 0);
  return tf.where(zero, tf.fill(b.shape, zeroDivision), tf.div(a, tf.where(zero, tf.onesLike(b), b)));
}

/** Σ_i w_i·x_i / Σ_i w_i, and `zeroDivision` where nothing counts. */
export function weightedMean(values: Tensor, weights: Tensor, zeroDivision = 0): Tensor {
  // Kernels are not sure about nothing: on wasm its sum is what was in memory.
  if (weights.size === 0) return tf.scalar(zeroDivision);
  return ratio(tf.sum(tf.mul(values, weights)), tf.sum(weights), zeroDivision);
}
