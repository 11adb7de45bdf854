import type {TensorInfo} from '@tensorflow/tfjs-core';
import type {SoftmaxGradInputs, SoftmaxInputs, SparseSoftmaxAttrs} from '../../../src/kernel_names';
import {classIndices} from './_labels';
import {rowsAndClasses} from './_shapes';
import {madeAhead} from './_ahead';
import {softmaxOutputs} from './_softmax_loss';
import {softmaxRows} from './_softmax_rows';
import {inWorkspace, type HostTensors} from './_workspace';

/** SparseSoftmaxCrossEntropyWithLogits. */
export function sparseSoftmaxLoss(
  inputs: SoftmaxInputs<TensorInfo>,
  attrs: SparseSoftmaxAttrs,
  tensors: HostTensors,
): TensorInfo[] {
  return inWorkspace(tensors, (workspace) => {
    const labels = classIndices(inputs.labels, rowsAndClasses(inputs.logits).classes, attrs, workspace);
    return softmaxOutputs(inputs.logits, attrs, workspace, (loss, stats, ahead) => {
      const rows = softmaxRows(inputs, workspace.int32(labels), stats, attrs, workspace);
      workspace.kernels.sparseSoftmaxCrossEntropyWithLogits(rows, workspace.float32(loss), ahead);
    });
  });
}

/** SparseSoftmaxCrossEntropyWithLogitsGrad. */
export function sparseSoftmaxGradient(
  inputs: SoftmaxGradInputs<TensorInfo>,
  attrs: SparseSoftmaxAttrs,
  tensors: HostTensors,
): TensorInfo {
  return inWorkspace(tensors, (workspace) => {
    const made = madeAhead(inputs, attrs, tensors);
    if (made !== undefined) return made;
    const labels = classIndices(inputs.labels, rowsAndClasses(inputs.logits).classes, attrs, workspace);
    const gradient = workspace.result(inputs.logits.shape);
    const rows = softmaxRows(inputs, workspace.int32(labels), inputs.stats, attrs, workspace);
    const upstream = {scale: attrs.scale, dy: workspace.float32(inputs.dy)};
    workspace.kernels.sparseSoftmaxCrossEntropyWithLogitsGrad(rows, upstream, workspace.float32(gradient));
    return gradient;
  });
}
