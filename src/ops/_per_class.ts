/** One number per class (or label), checked. */
import {Tensor, tensor1d} from '@tensorflow/tfjs-core';
import type {PerClass} from './options';
import {describe} from './_validate';

/**
 * A float32 tensor of shape [count]. A tensor's values are on the device and are not checked.
 *
 * @param expected What the argument takes, in words.
 */
export function perClassTensor(
  op: string,
  argument: string,
  value: PerClass,
  count: number,
  expected = `${count} numbers, one per class`,
): Tensor {
  if (value instanceof Tensor) {
    if (value.rank !== 1 || value.size !== count || value.dtype !== 'float32' || value.isDisposed) {
      const state = value.isDisposed ? ', disposed' : '';
      throw new Error(
        `${op}: '${argument}' must be ${expected} (as a tensor: float32 of shape [${count}]), but is ${describe(value)}${state}.`,
      );
    }
    return value;
  }
  if (!(Array.isArray(value) || value instanceof Float32Array) || value.length !== count) {
    throw new Error(`${op}: '${argument}' must be ${expected}, but is ${describe(value)}.`);
  }
  const bad = value.findIndex((w: unknown) => typeof w !== 'number' || !Number.isFinite(w) || w < 0);
  if (bad >= 0) {
    throw new Error(
      `${op}: '${argument}' must hold finite numbers of at least 0, but holds ${describe(value[bad])} at index ${bad}.`,
    );
  }
  return tensor1d(Float32Array.from(value));
}
