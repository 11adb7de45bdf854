/** Runs a native op: the TensorFlow custom ops of native/ops.cc. */
import type {Tensor, TensorInfo, TypedArray} from '@tensorflow/tfjs-core';
import type {KernelName, SigmoidAttrs, SigmoidFocalAttrs, SparseSoftmaxAttrs} from '../../src/kernel_names';
import {aheadOutput, madeAhead} from '../plain/host';
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
  const {positiveWeight = 1, negativeWeight = 1, expectedDy = NaN} = attrs;
  const kind = REDUCTIONS.indexOf(reduction);
  const numbers = [labelSmoothing, gamma, scale, kind, zLoss, ignoreIndex, positiveWeight, negativeWeight, expectedDy];
  return new Int32Array(Float64Array.from(numbers).buffer);
}

/** A loss; its last output in TensorFlow is the gradient made ahead, or nothing. */
export function runNativeLoss(
  backend: TensorFlowBackend,
  kernelName: KernelName,
  inputs: readonly TensorInfo[],
  attrs: AnyAttrs,
  outputs: number,
): TensorInfo[] {
  const all = runNative(backend, kernelName, inputs, attrs, outputs + 1);
  const ahead = all.pop();
  if (ahead === undefined) throw new Error(`${kernelName}: TensorFlow has returned nothing.`);
  if (attrs.expectedDy === undefined) {
    ahead.dispose();
    return all;
  }
  const held = aheadOutput(ahead);
  // What is left is the tensor that it returns.
  backend.incRef(held.dataId);
  ahead.dispose();
  return [...all, held];
}

/** The gradient that the loss has made ahead, or what `run` makes. */
export function nativeGradient(
  backend: TensorFlowBackend,
  inputs: Parameters<typeof madeAhead>[0],
  attrs: AnyAttrs,
  run: () => Tensor[],
): TensorInfo | TensorInfo[] {
  const values = ({dataId}: TensorInfo): TypedArray => backend.readSync(dataId) as TypedArray;
  return madeAhead(inputs, attrs, {values, incRef: (dataId) => backend.incRef(dataId)}) ?? run();
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
    return backend.executeMultipleOutputs(`TfjsLosses2${kernelName}`, [], [...inputs, options], outputs);
  } finally {
    backend.disposeData(dataId);
  }
}
