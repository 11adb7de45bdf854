/** The gradient that a loss has made ahead (`ExpectedUpstream`): its output there, and its use as the gradient. */
import type {TensorInfo} from '@tensorflow/tfjs-core';
import type {ExpectedUpstream} from '../../../src/kernel_names';
import type {Ahead} from '..';
import type {HostTensors, Workspace} from './_workspace';

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
    output: workspace.ahead.hold(gradient),
    // Asked for when all tensors are made: see HostTensors.values.
    ahead: () => ({upstream, gradient: workspace.float32(gradient)}),
  };
}

/** The gradient made ahead, if it is the one for `dy`. */
export function madeAhead(
  {ahead, dy, logits}: {readonly ahead?: TensorInfo; readonly dy: TensorInfo; readonly logits: TensorInfo},
  {expectedDy}: ExpectedUpstream,
  tensors: Pick<HostTensors, 'ahead' | 'values'>,
): TensorInfo | undefined {
  if (ahead === undefined) return undefined;
  if (tensors.values(dy).every((value) => value === expectedDy)) return tensors.ahead.take(ahead, logits.shape);
  tensors.ahead.drop(ahead);
  return undefined;
}
