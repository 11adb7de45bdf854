import type {TensorInfo} from '@tensorflow/tfjs-core';
import type {HostTensors} from './_workspace';

/** Of src/add_to_rows.ts, where tensors are arrays. */
export function addToRows(sum: TensorInfo, term: TensorInfo, row: number, {values}: Pick<HostTensors, 'values'>): void {
  const [, columns = 0] = sum.shape;
  const from = values(term);
  const to = values(sum).subarray(row * columns);
  for (let i = 0; i < from.length; i++) to[i] = to[i]! + from[i]!;
}
