import type {TensorInfo} from '@tensorflow/tfjs-core';
import {STATS_COLUMNS, type SoftmaxAttrs} from '../../../src/kernel_names';
import {rowShape, rowsAndClasses} from './_shapes';
import type {Ahead} from '..';
import {aheadOf} from './_ahead';
import {scaledSum} from './_sum';
import type {Workspace} from './_workspace';

/** The outputs of a softmax loss, [loss, stats] and perhaps `ahead`, whose rows `fill` writes. */
export function softmaxOutputs(
  logits: TensorInfo,
  attrs: SoftmaxAttrs,
  workspace: Workspace,
  fill: (loss: TensorInfo, stats: TensorInfo, ahead: Ahead | undefined) => void,
): TensorInfo[] {
  const {reduction, scale} = attrs;
  const {count} = rowsAndClasses(logits);
  const shape = rowShape(logits.shape);
  const loss = reduction === 'none' ? workspace.result(shape) : workspace.temporary(shape, 'float32');
  const stats = workspace.result([count, STATS_COLUMNS]);
  const gradient = aheadOf(logits, attrs, workspace);
  fill(loss, stats, gradient?.ahead());
  const result = reduction === 'none' ? loss : scaledSum(loss, scale, workspace);
  return gradient === undefined ? [result, stats] : [result, stats, gradient.output];
}
