import type {TensorInfo} from '@tensorflow/tfjs-core';
import {STATS_COLUMNS, type SoftmaxAttrs, type SoftmaxGradInputs, type SoftmaxInputs} from '../../../src/kernel_names';
import {madeAhead} from './_ahead';
import {softmaxOutputs} from './_softmax_loss';
import {softmaxRows} from './_softmax_rows';
import {inWorkspace, type HostTensors} from './_workspace';

const NONE = new Float32Array(0);

/** SoftmaxCrossEntropyWithLogits. */
export function softmaxLoss(
  inputs: SoftmaxInputs<TensorInfo>,
  attrs: SoftmaxAttrs,
  tensors: HostTensors,
): TensorInfo[] {
  return inWorkspace(tensors, (workspace) => {
    const labels = workspace.asFloat32(inputs.labels);
    return softmaxOutputs(inputs.logits, attrs, workspace, (loss, stats, ahead) => {
      const rows = softmaxRows(inputs, workspace.float32(labels), stats, attrs, workspace);
      workspace.kernels.softmaxCrossEntropyWithLogits(rows, workspace.float32(loss), ahead);
    });
  });
}

/** SoftmaxCrossEntropyWithLogitsGrad. */
export function softmaxGradient(
  inputs: SoftmaxGradInputs<TensorInfo>,
  attrs: SoftmaxAttrs,
  tensors: HostTensors,
): TensorInfo {
  return inWorkspace(tensors, (workspace) => {
    const made = madeAhead(inputs, attrs, tensors);
    if (made !== undefined) return made;
    const labels = workspace.asFloat32(inputs.labels);
    const gradient = workspace.result(inputs.logits.shape);
    const needed = areOneHot(workspace.float32(inputs.stats)) ? NONE : workspace.float32(labels);
    const rows = softmaxRows(inputs, needed, inputs.stats, attrs, workspace);
    const upstream = {scale: attrs.scale, dy: workspace.float32(inputs.dy)};
    workspace.kernels.softmaxCrossEntropyWithLogitsGrad(rows, upstream, workspace.float32(gradient));
    return gradient;
  });
}

/** Whether the loss has found every row to be one-hot, which spares the gradient its labels. */
function areOneHot(stats: Float32Array): boolean {
  for (let i = STATS_COLUMNS - 1; i < stats.length; i += STATS_COLUMNS) {
    if (stats[i]! < 0) return false;
  }
  return true;
}
