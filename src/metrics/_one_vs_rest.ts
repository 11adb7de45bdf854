import * as tf from '@tensorflow/tfjs-core';
import type {Tensor2D} from '@tensorflow/tfjs-core';

/**
 * The logit of each class against the rest, which orders rows as the softmax's p_k does and stays apart where p_k rounds
 * to 1:
 *
 *     log(p_k/(1 − p_k)) = z_k − log Σ_{j≠k} e^(z_j)
 *
 * With b the class of the largest logit m, s = Σ_{j≠b} e^(z_j − m):
 *
 *     k ≠ b:  (z_k − m) − log(1 + s − e^(z_k − m))        nothing cancels: 1 + s − e^(z_k − m) ≥ 1
 *     k = b:  m − m₂ − log Σ_{j≠b} e^(z_j − m₂)           with m₂ the second largest logit, as s may underflow
 */
export function oneVsRestLogits(z: Tensor2D): Tensor2D {
  const isLargest = tf.cast(tf.oneHot(tf.argMax(z, 1), z.shape[1]), 'bool');
  const rest = tf.where(isLargest, tf.fill(z.shape, -Infinity), z);
  const m = tf.max(z, 1, true);
  const second = tf.max(rest, 1, true);
  // Where every other class is masked (or there is none) the logit is ∞.
  const m2 = tf.where(tf.equal(second, -Infinity), tf.zerosLike(second), second);
  const largest = tf.sub(tf.sub(m, m2), tf.log(tf.sum(tf.exp(tf.sub(rest, m2)), 1, true)));
  const e = tf.exp(tf.sub(rest, m));
  const others: Tensor2D = tf.sub(tf.sub(z, m), tf.log(tf.sub(tf.add(1, tf.sum(e, 1, true)), e)));
  return tf.where<Tensor2D>(isLargest, tf.broadcastTo(largest, z.shape), others);
}
