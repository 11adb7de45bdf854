/** The gradient that a loss has made ahead (`ExpectedUpstream`): its output there, and its use as the gradient. */
import type {TensorInfo} from '@tensorflow/tfjs-core';
import type {ExpectedUpstream} from '../../../src/kernel_names';
import type {Ahead} from '..';
import type {HostTensors, Workspace} from './_workspace';

/** The output `ahead` (GradientAhead) of a gradient. */
export function aheadOutput({dataId, dtype}: TensorInfo): TensorInfo {
  return {dataId, dtype, shape: [0]};
}

/** A gradient to be made with the loss of `logits`, or undefined where none is expected or the kernels make none. */
export function aheadOf(
  logits: TensorInfo,
  {expectedDy, scale}: ExpectedUpstream & {readonly scale: number},
  workspace: Workspace,
): {readonly output: TensorInfo; readonly ahead: () => Ahead} | undefined {
  if (expectedDy === undefined || !workspace.kernels.areAhead) return undefined;
  const gradient = workspace.result(logits.shape);
  const upstream = {scale, dy: Float32Array.of(expectedDy)};
  return {
    output: aheadOutput(gradient),
    // Asked for when all tensors are made: see HostTensors.values.
    ahead: () => ({upstream, gradient: workspace.float32(gradient)}),
  };
}

/** The gradient made ahead, if it is the one for `dy`. */
export function madeAhead(
  {ahead, dy, logits}: {readonly ahead?: TensorInfo; readonly dy: TensorInfo; readonly logits: TensorInfo},
  {expectedDy}: ExpectedUpstream,
  {values, incRef}: Pick<HostTensors, 'values' | 'incRef'>,
): TensorInfo | undefined {
  if (ahead === undefined || values(dy).some((value) => value !== expectedDy)) return undefined;
  const {dataId, dtype} = ahead;
  incRef(dataId);
  return {dataId, dtype, shape: [...logits.shape]};
}
