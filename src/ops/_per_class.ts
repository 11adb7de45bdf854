/** One number per class (or label), checked. */
import {Tensor, tensor1d} from '@tensorflow/tfjs-core';
import type {PerClass} from './options';
import {describe, shapeText} from './_validate';

/** A float32 tensor of shape [K]; undefined stays undefined. A tensor's values are on the device and are not checked. */
export function perClassTensor(
  op: string,
  argument: string,
  value: PerClass | undefined,
  classes: number,
): Tensor | undefined {
  if (value === undefined) return undefined;
  if (value instanceof Tensor) {
    if (value.rank !== 1 || value.size !== classes || value.dtype !== 'float32') {
      throw new Error(
        `${op}: '${argument}' must be ${classes} float32 numbers, one per class, but is a ${value.dtype} tensor of shape ${shapeText(value.shape)}.`,
      );
    }
    return value;
  }
  if (!(Array.isArray(value) || value instanceof Float32Array) || value.length !== classes) {
    throw new Error(`${op}: '${argument}' must be ${classes} numbers, one per class, but is ${describe(value)}.`);
  }
  const bad = value.findIndex((w: unknown) => typeof w !== 'number' || !Number.isFinite(w) || w < 0);
  if (bad >= 0) {
    throw new Error(
      `${op}: '${argument}' must hold finite numbers of at least 0, but holds ${String(value[bad])} at index ${bad}.`,
    );
  }
  return tensor1d(Float32Array.from(value));
}
