/** The kernels of the softmax family, dense and sparse: three programs for a loss with its gradient. */
import type {TensorInfo} from '@tensorflow/tfjs-core';
import type {SoftmaxGradInputs} from '../../src/kernel_names';
import {sizeOf, zeros} from './_program';
import {rowGradients} from './_softmax_gradient';
import {rowLosses} from './_softmax_loss';
import {STATS, rowsOf, type SoftmaxCall} from './_softmax_rows';
import {rowStats} from './_softmax_stats';

/** [the loss, the statistics of its rows]. */
export function softmaxLoss(call: SoftmaxCall): TensorInfo[] {
  const {backend, inputs, attrs} = call;
  const shape = attrs.reduction === 'none' ? inputs.logits.shape.slice(0, -1) : [];
  if (sizeOf(inputs.logits) === 0) return [zeros(backend, shape), zeros(backend, [0, STATS])];
  const rows = rowsOf(call);
  const stats = rowStats(call, rows);
  return [rowLosses(call, rows, stats, shape), stats];
}

export function softmaxGradient(call: SoftmaxCall & {readonly inputs: SoftmaxGradInputs<TensorInfo>}): TensorInfo {
  const {backend, inputs} = call;
  if (sizeOf(inputs.logits) === 0) return zeros(backend, inputs.logits.shape);
  return rowGradients(call, rowsOf(call), inputs.stats, inputs.dy);
}
