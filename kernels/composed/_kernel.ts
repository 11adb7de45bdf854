import {tidy, type KernelBackend, type Tensor} from '@tensorflow/tfjs-core';
import type {KernelName, Kernels} from '../../src/kernel_names';
import type {LossKernel} from '../../src/kernel_registry';

export type ComposedLossKernel<K extends KernelName> = LossKernel<K, KernelBackend>;

/**
 * A kernel from tfjs ops. What the engine hands to a kernel are the op's own tensors (it types them as TensorInfo), and
 * tfjs takes tensors back in place of TensorInfo; intermediate ones are disposed here.
 */
export function composed<K extends KernelName>(
  kernel: (inputs: Kernels<Tensor>[K]['inputs'], attrs: Kernels<Tensor>[K]['attrs']) => Tensor | Tensor[],
): ComposedLossKernel<K> {
  return (inputs, attrs) => tidy(() => kernel(inputs as object as Kernels<Tensor>[K]['inputs'], attrs));
}
