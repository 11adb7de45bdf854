import type {TensorInfo} from '@tensorflow/tfjs-core';
import type {SoftmaxAttrs, SoftmaxInputs} from '../../../src/kernel_names';
import type {SoftmaxRows} from '..';
import {rowsAndClasses} from './_shapes';
import type {Workspace} from './_workspace';

/** What the row kernels of the softmax family take. Spelt out: spreading the attributes takes as long as a small batch. */
export function softmaxRows<Labels>(
  {logits, classWeights}: Pick<SoftmaxInputs<TensorInfo>, 'logits' | 'classWeights'>,
  labels: Labels,
  stats: TensorInfo,
  {labelSmoothing, gamma, zLoss}: SoftmaxAttrs,
  workspace: Workspace,
): SoftmaxRows<Labels> {
  const {count, classes} = rowsAndClasses(logits);
  return {
    count,
    classes,
    logits: workspace.float32(logits),
    labels,
    labelSmoothing,
    weights: workspace.float32(classWeights),
    stats: workspace.float32(stats),
    gamma,
    zLoss,
  };
}
