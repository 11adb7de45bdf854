import {type Tensor, reshape, transpose} from '@tensorflow/tfjs-core';

/** The same tensor with an axis, counted from the front, moved to the end. */
export function classesLast(x: Tensor, classAxis: number): Tensor {
  if (classAxis === x.rank - 1) return x;
  const order = [...x.shape.keys()].filter((i) => i !== classAxis).concat(classAxis);
  const shape = order.map((i) => x.shape[i] ?? 0);
  // tfjs-wasm divides by zero in the transpose of nothing.
  return x.size === 0 ? reshape(x, shape) : transpose(x, order);
}
