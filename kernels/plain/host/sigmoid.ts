import type {TensorInfo} from '@tensorflow/tfjs-core';
import type {SigmoidAttrs, SigmoidFocalAttrs, SigmoidGradInputs, SigmoidInputs} from '../../../src/kernel_names';
import type {SigmoidRows} from '..';
import {aheadOf, madeAhead} from './_ahead';
import {rowShape, rowsAndClasses} from './_shapes';
import {scaledSum} from './_sum';
import {inWorkspace, type HostTensors, type Workspace} from './_workspace';

type Sigmoid = 'sigmoidCrossEntropyWithLogits' | 'sigmoidFocalCrossEntropyWithLogits';
/** BCE is the focal loss with γ = 0 and no class balance. */
type Attrs = SigmoidAttrs & Partial<SigmoidFocalAttrs>;

function sigmoidRows(
  {logits, posWeight}: SigmoidInputs<TensorInfo>,
  labels: TensorInfo,
  attrs: Attrs,
  workspace: Workspace,
): SigmoidRows {
  const {labelSmoothing, positiveWeight, gamma = 0, negativeWeight = 1, reduction} = attrs;
  const {count, classes} = rowsAndClasses(logits);
  return {
    count,
    classes,
    labelSmoothing,
    positiveWeight,
    gamma,
    negativeWeight,
    logits: workspace.float32(logits),
    labels: workspace.float32(labels),
    posWeight: workspace.float32(posWeight),
    perElement: reduction === 'none',
  };
}

/** SigmoidCrossEntropyWithLogits and SigmoidFocalCrossEntropyWithLogits. */
export function sigmoidLoss(
  kernel: Sigmoid,
  inputs: SigmoidInputs<TensorInfo>,
  attrs: Attrs,
  tensors: HostTensors,
): TensorInfo[] {
  const {reduction, scale} = attrs;
  return inWorkspace(tensors, (workspace) => {
    const labels = workspace.asFloat32(inputs.labels);
    const shape = reduction === 'none' ? inputs.logits.shape : rowShape(inputs.logits.shape);
    const loss = reduction === 'sum' ? workspace.temporary(shape, 'float32') : workspace.result(shape);
    const gradient = aheadOf(inputs.logits, attrs, workspace);
    const rows = sigmoidRows(inputs, labels, attrs, workspace);
    workspace.kernels[kernel](rows, workspace.float32(loss), gradient?.ahead());
    if (reduction !== 'sum' && scale !== 1) scaleBy(scale, loss, workspace);
    const result = reduction === 'sum' ? scaledSum(loss, scale, workspace) : loss;
    return gradient === undefined ? [result] : [result, gradient.output];
  });
}

function scaleBy(scale: number, tensor: TensorInfo, workspace: Workspace): void {
  const values = workspace.float32(tensor);
  for (let i = 0; i < values.length; i++) values[i] = values[i]! * scale;
}

/** SigmoidCrossEntropyWithLogitsGrad and SigmoidFocalCrossEntropyWithLogitsGrad. */
export function sigmoidGradient(
  kernel: `${Sigmoid}Grad`,
  inputs: SigmoidGradInputs<TensorInfo>,
  attrs: Attrs,
  tensors: HostTensors,
): TensorInfo {
  return inWorkspace(tensors, (workspace) => {
    const made = madeAhead(inputs, attrs, tensors);
    if (made !== undefined) return made;
    const labels = workspace.asFloat32(inputs.labels);
    const gradient = workspace.result(inputs.logits.shape);
    const rows = sigmoidRows(inputs, labels, attrs, workspace);
    const upstream = {scale: attrs.scale, dy: workspace.float32(inputs.dy)};
    workspace.kernels[kernel](rows, upstream, workspace.float32(gradient));
    return gradient;
  });
}
