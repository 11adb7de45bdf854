import type {TensorInfo} from '@tensorflow/tfjs-core';
import {STATS_COLUMNS, type SoftmaxAttrs} from '../../../src/kernel_names';
import {rowShape, rowsAndClasses} from './_shapes';
import {scaledSum} from './_sum';
import type {Workspace} from './_workspace';

/** The outputs of a softmax loss, [loss, stats], whose rows `fill` writes. */
export function softmaxOutputs(
  logits: TensorInfo,
  {reduction, scale}: SoftmaxAttrs,
  workspace: Workspace,
  fill: (loss: TensorInfo, stats: TensorInfo) => void,
): TensorInfo[] {
  const {count} = rowsAndClasses(logits);
  const shape = rowShape(logits.shape);
  const loss = reduction === 'none' ? workspace.result(shape) : workspace.temporary(shape, 'float32');
  const stats = workspace.result([count, STATS_COLUMNS]);
  fill(loss, stats);
  return [reduction === 'none' ? loss : scaledSum(loss, scale, workspace), stats];
}
