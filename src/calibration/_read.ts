/** Numbers of tensors and arrays in float64, and their shape. */
import {Tensor} from '@tensorflow/tfjs-core';
import {flattenNumbers} from '../ops/_flatten';
import {describe} from '../ops/_validate';
import type {CalibrationInput} from './options';

export interface NumbersOfShape {
  readonly values: Float64Array;
  readonly shape: readonly number[];
}

/**
 * Reads a tensor without waiting for the device, which dataSync would do (and cannot on webgpu). Reading has begun when the
 * call returns: the tensor may be disposed right after.
 */
export async function readNumbers(op: string, argument: string, value: CalibrationInput): Promise<NumbersOfShape> {
  if (!(value instanceof Tensor)) return flattenNumbers(op, argument, value, (length) => new Float64Array(length));
  const {dtype, shape} = value;
  if (value.isDisposed) {
    throw new Error(`${op}: '${argument}' is ${describe(value)} that has been disposed. Dispose it later.`);
  }
  if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool') {
    throw new Error(`${op}: '${argument}' must hold numbers, but is ${describe(value)}.`);
  }
  return {values: Float64Array.from(await value.data<'float32' | 'int32' | 'bool'>()), shape};
}
