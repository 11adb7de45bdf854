/** Σ of all entries, also of none: tfjs's own sum of nothing throws on webgl, where it reshapes to [0/0, 0]. */
import * as tf from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';

export function sumOfAll(x: Tensor): Tensor {
  return tf.sum(x.size === 0 ? tf.pad1d(tf.reshape(x, [0]), [0, 1]) : x);
}
