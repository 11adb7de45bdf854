/** What an op takes as a tensor: one, or a number, a typed array, or arrays of these. */
import {Tensor, tensor} from '@tensorflow/tfjs-core';
import type {NumericLike} from './options';
import {describe, shapeText} from './_validate';

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
  const {values, shape} = flattenNumbers(op, argument, value);
  return tensor(values, shape, 'float32');
}

/**
 * The numbers in order, and their shape. tf.tensor makes NaN of strings, and its errors don't say which argument is ragged.
 *
 * @throws Error that names the place of what is no number, or of an array whose length differs from its neighbours'.
 */
function flattenNumbers(op: string, argument: string, value: unknown): {values: Float32Array; shape: number[]} {
  // Not copied, as in tf.tensor.
  if (value instanceof Float32Array) return {values: value, shape: [value.length]};
  if (typeof value !== 'number' && !isList(value)) {
    throw new Error(
      `${op}: '${argument}' must be a tensor, a number or a (nested) array of numbers, but is ${describe(value)}.`,
    );
  }
  const shape: number[] = [];
  for (let first: unknown = value; isList(first); first = first[0]) shape.push(first.length);
  const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
  const place: number[] = [];
  let next = 0;
  const visit = (entry: unknown): void => {
    const length = shape[place.length];
    if (length === undefined) {
      if (typeof entry !== 'number') {
        throw new Error(`${op}: '${argument}' must hold numbers, but holds ${describe(entry)} at ${shapeText(place)}.`);
      }
      values[next++] = entry;
      return;
    }
    if (!isList(entry) || entry.length !== length) {
      throw new Error(
        `${op}: '${argument}' must be a regular array, here of shape ${shapeText(shape)}, but holds ${describe(entry)} ` +
          `at ${shapeText(place)}.`,
      );
    }
    for (let i = 0; i < length; i++) {
      place.push(i);
      visit(entry[i]);
      place.pop();
    }
  };
  visit(value);
  return {values, shape};
}

/** An array, or a typed one that holds numbers. */
function isList(value: unknown): value is ArrayLike<unknown> {
  if (Array.isArray(value)) return true;
  return (
    ArrayBuffer.isView(value) &&
    !(value instanceof DataView || value instanceof BigInt64Array || value instanceof BigUint64Array)
  );
}
