/** Numbers and tensors of a check. */
import * as tf from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {random} from '../support/random';
import {sizeOf, type Values} from './case';

export async function withoutLeaks(body: () => Promise<void>): Promise<void> {
  const before = tf.memory().numTensors;
  await body();
  const leaked = tf.memory().numTensors - before;
  if (leaked !== 0) throw new Error(`${leaked} tensors are left over`);
}

export function tensorOf({values, shape}: Values, dtype: tf.DataType = 'float32'): Tensor {
  const typed = dtype === 'int32' ? Int32Array.from(values) : dtype === 'bool' ? Uint8Array.from(values) : values;
  return tf.tensor(typed, [...shape], dtype);
}

/** The values of tensors, which are disposed of. */
export async function take(tensors: readonly Tensor[]): Promise<Float32Array[]> {
  const values = await Promise.all(tensors.map((t) => t.data<'float32'>()));
  tf.dispose([...tensors]);
  return values;
}

export function at(values: ArrayLike<number>, i: number): number {
  const value = values[i];
  if (value === undefined) throw new RangeError(`no entry ${i} among ${values.length}`);
  return value;
}

/** Upstream gradients that differ in size and sign: what is lost in `sum` shows (Liger-Kernel #968). */
export function uneven(seed: string, shape: readonly number[]): Values {
  const next = random(seed);
  const one = () => (next() < 0.5 ? -1 : 1) * (0.25 + 2 * next());
  return {shape, values: Float32Array.from({length: sizeOf(shape)}, one)};
}
