/** What an op takes as a tensor: one, or a number, a typed array, or arrays of these. */
import {Tensor, tensor} from '@tensorflow/tfjs-core';
import {flattenNumbers} from './_flatten';
import type {NumericLike} from './options';
import {describe} from './_validate';

/** A tensor as it is; numbers become one of dtype float32. Call it inside of tf.tidy. */
export function toTensor(op: string, argument: string, value: Tensor | NumericLike): Tensor {
  if (value instanceof Tensor) {
    if (value.isDisposed) {
      throw new Error(
        `${op}: '${argument}' is ${describe(value)} that has been disposed. Keep it with tf.keep, or dispose it later.`,
      );
    }
    return value;
  }
  // A typed array isn't copied, as in tf.tensor.
  if (value instanceof Float32Array) return tensor(value, [value.length], 'float32');
  const {values, shape} = flattenNumbers(op, argument, value, (length) => new Float32Array(length));
  return tensor(values, shape, 'float32');
}
