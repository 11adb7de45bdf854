/** How the cpu kernels reach the values of tensors. */
import {util, type TensorInfo, type TypedArray} from '@tensorflow/tfjs-core';
import type {MathBackendCPU} from '@tensorflow/tfjs-backend-cpu';

/** The float32 values of a tensor of this backend. */
export function float32(backend: MathBackendCPU, info: TensorInfo): Float32Array {
  const values = typedArray(backend, info);
  return values instanceof Float32Array ? values : Float32Array.from(values);
}

export function typedArray(backend: MathBackendCPU, info: TensorInfo): TypedArray {
  return backend.data.get(info.dataId).values as TypedArray;
}

/** N and K of [..., K]; a scalar is one row of one class. */
export function rowsAndClasses({shape}: TensorInfo): {count: number; classes: number} {
  return {count: util.sizeFromShape(rowShape(shape)), classes: shape[shape.length - 1] ?? 1};
}

/** The shape of what has one number per row. */
export function rowShape(shape: readonly number[]): number[] {
  return shape.slice(0, -1);
}

/** Σ in float64. */
export function sum(values: Float32Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** scale·dy for each row, from one number per row or one for all. */
export function upstreamOfRows(dy: Float32Array, scale: number, count: number): Float64Array {
  const upstream = new Float64Array(count);
  if (dy.length === 1) return upstream.fill(dy[0]! * scale);
  for (let row = 0; row < count; row++) upstream[row] = dy[row]! * scale;
  return upstream;
}
