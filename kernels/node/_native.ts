/** Runs a native op: the TensorFlow custom ops of native/ops.cc. */
import type {Tensor, TensorInfo} from '@tensorflow/tfjs-core';
import type {KernelName, SigmoidAttrs, SigmoidFocalAttrs, SparseSoftmaxAttrs} from '../../src/kernel_names';
import type {TensorFlowBackend} from './_kernel';

/** The attributes of any kernel; what a family lacks is left out. */
type AnyAttrs = Pick<SigmoidAttrs, 'labelSmoothing' | 'scale' | 'reduction'> &
  Partial<Omit<SparseSoftmaxAttrs & SigmoidFocalAttrs, 'reduction'>>;

const REDUCTIONS: readonly AnyAttrs['reduction'][] = ['none', 'rows', 'sum'];

/**
 * The attributes as `Options` of native/ops.cc reads them: the bits of float64 numbers, in an int32 tensor. Attributes of
 * TensorFlow's would be float32, and it keeps a kernel for every value it has seen.
 */
function optionBits(attrs: AnyAttrs): Int32Array {
  const {labelSmoothing, gamma = 0, scale, reduction, zLoss = 0, ignoreIndex = NaN} = attrs;
  const {positiveWeight = 1, negativeWeight = 1} = attrs;
  const kind = REDUCTIONS.indexOf(reduction);
  const numbers = [labelSmoothing, gamma, scale, kind, zLoss, ignoreIndex, positiveWeight, negativeWeight];
  return new Int32Array(Float64Array.from(numbers).buffer);
}

/** `inputs` in the order of the op's definition; its last one, the options, is added here. */
export function runNative(
  backend: TensorFlowBackend,
  kernelName: KernelName,
  inputs: readonly TensorInfo[],
  attrs: AnyAttrs,
  outputs: number,
): Tensor[] {
  const bits = optionBits(attrs);
  const shape = [bits.length];
  const dataId = backend.write(bits, shape, 'int32');
  try {
    const options: TensorInfo = {dataId, shape, dtype: 'int32'};
    return backend.executeMultipleOutputs(`TfjsLosses1${kernelName}`, [], [...inputs, options], outputs);
  } finally {
    backend.disposeData(dataId);
  }
}
