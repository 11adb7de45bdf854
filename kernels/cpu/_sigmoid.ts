/** What the sigmoid kernels of this backend share: tensors in, tensors out. */
import type {TensorInfo} from '@tensorflow/tfjs-core';
import type {MathBackendCPU} from '@tensorflow/tfjs-backend-cpu';
import type {SigmoidAttrs, SigmoidFocalAttrs, SigmoidInputs} from '../../src/kernel_names';
import type {SigmoidRows, SigmoidUpstream} from '../plain';
import {float32, rowShape, rowsAndClasses, sum, upstreamOfRows} from './_tensors';

const NONE = new Float32Array(0);

/** BCE is the focal loss with γ = 0 and no class balance. */
export function sigmoidRows(
  inputs: SigmoidInputs<TensorInfo>,
  attrs: SigmoidAttrs & Partial<SigmoidFocalAttrs>,
  backend: MathBackendCPU,
): SigmoidRows {
  const {gamma = 0, negativeWeight = 1} = attrs;
  return {
    ...attrs,
    ...rowsAndClasses(inputs.logits),
    gamma,
    negativeWeight,
    logits: float32(backend, inputs.logits),
    labels: float32(backend, inputs.labels),
    posWeight: float32(backend, inputs.posWeight),
    perElement: attrs.reduction === 'none',
  };
}

/** The loss of the elements or rows as the kernel's result. */
export function reducedSigmoidLoss(
  loss: Float32Array,
  {logits}: SigmoidInputs<TensorInfo>,
  {reduction, scale}: SigmoidAttrs,
  backend: MathBackendCPU,
): TensorInfo {
  if (reduction === 'sum') return backend.makeTensorInfo([], 'float32', Float32Array.of(scale * sum(loss)));
  const shape = reduction === 'none' ? logits.shape : rowShape(logits.shape);
  return backend.makeTensorInfo(shape, 'float32', scale === 1 ? loss : loss.map((value) => value * scale));
}

export function sigmoidUpstream(
  {count, perElement}: SigmoidRows,
  dy: TensorInfo,
  {scale}: SigmoidAttrs,
  backend: MathBackendCPU,
): SigmoidUpstream {
  const values = float32(backend, dy);
  return perElement
    ? {rows: new Float64Array(count).fill(scale), elements: values}
    : {rows: upstreamOfRows(values, scale, count), elements: NONE};
}
