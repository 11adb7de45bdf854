import {util, type TensorInfo} from '@tensorflow/tfjs-core';

/** N and K of [..., K]; a scalar is one row of one class. */
export function rowsAndClasses({shape}: TensorInfo): {count: number; classes: number} {
  return {count: util.sizeFromShape(rowShape(shape)), classes: shape[shape.length - 1] ?? 1};
}

/** The shape of what has one number per row. */
export function rowShape(shape: readonly number[]): number[] {
  return shape.slice(0, -1);
}
