import type {TensorInfo} from '@tensorflow/tfjs-core';
import type {SoftmaxGradInputs, SoftmaxInputs, SparseSoftmaxAttrs} from '../../../src/kernel_names';
import {classIndices} from './_labels';
import {rowsAndClasses} from './_shapes';
import {softmaxOutputs} from './_softmax_loss';
import {inWorkspace, type HostTensors} from './_workspace';

/** SparseSoftmaxCrossEntropyWithLogits. */
export function sparseSoftmaxLoss(
  inputs: SoftmaxInputs<TensorInfo>,
  attrs: SparseSoftmaxAttrs,
  tensors: HostTensors,
): TensorInfo[] {
  return inWorkspace(tensors, (workspace) => {
    const {count, classes} = rowsAndClasses(inputs.logits);
    const labels = classIndices(inputs.labels, classes, attrs, workspace);
    return softmaxOutputs(inputs.logits, attrs, workspace, (loss, stats) => {
      workspace.kernels.sparseSoftmaxCrossEntropyWithLogits(
        {
          ...attrs,
          count,
          classes,
          logits: workspace.float32(inputs.logits),
          labels: workspace.int32(labels),
          weights: workspace.float32(inputs.classWeights),
          stats: workspace.float32(stats),
        },
        workspace.float32(loss),
      );
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
    const {count, classes} = rowsAndClasses(inputs.logits);
    const labels = classIndices(inputs.labels, classes, attrs, workspace);
    const gradient = workspace.result(inputs.logits.shape);
    workspace.kernels.sparseSoftmaxCrossEntropyWithLogitsGrad(
      {
        ...attrs,
        count,
        classes,
        logits: workspace.float32(inputs.logits),
        labels: workspace.int32(labels),
        weights: workspace.float32(inputs.classWeights),
        stats: workspace.float32(inputs.stats),
      },
      {scale: attrs.scale, dy: workspace.float32(inputs.dy)},
      workspace.float32(gradient),
    );
    return gradient;
  });
}
