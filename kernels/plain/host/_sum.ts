import type {TensorInfo} from '@tensorflow/tfjs-core';
import type {Workspace} from './_workspace';

/** scale·Σ values, added in float64. */
export function scaledSum(tensor: TensorInfo, scale: number, workspace: Workspace): TensorInfo {
  let total = 0;
  for (const value of workspace.float32(tensor)) total += value;
  const sum = workspace.result([]);
  workspace.float32(sum)[0] = scale * total;
  return sum;
}
