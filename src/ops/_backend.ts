/** Runs a kernel of ours on the current backend; a backend that has none gets the composition of tfjs ops, said once. */
import {getBackend, getKernel, type Tensor} from '@tensorflow/tfjs-core';
import {registerComposedKernels} from '../../kernels/composed';
import type {KernelName, Kernels} from '../kernel_names';
import {runLossKernel} from '../kernel_registry';

/** Kernels that are not registered by the main entry. */
const HOW_TO_GET_THEM: Readonly<Record<string, string>> = {
  tensorflow: ` Write import 'tfjs-losses/node' beside the import of tfjs-node.`,
};

/** Backends where reading a number does not wait for a device. */
export const HOST_BACKENDS: readonly string[] = ['cpu', 'wasm', 'tensorflow'];

export function runOnBackend<K extends KernelName>(
  kernelName: K,
  inputs: Kernels<Tensor>[K]['inputs'],
  attrs: Kernels<Tensor>[K]['attrs'],
): Tensor {
  return outputsOnBackend(kernelName, inputs, attrs)[0];
}

/** All outputs of the kernel: the loss kernels of the softmax family have the `stats` for their gradient as a second one. */
export function outputsOnBackend<K extends KernelName>(
  kernelName: K,
  inputs: Kernels<Tensor>[K]['inputs'],
  attrs: Kernels<Tensor>[K]['attrs'],
): [Tensor, ...Tensor[]] {
  const backendName = getBackend();
  if (getKernel(kernelName, backendName) == null) {
    registerComposedKernels(backendName);
    console.warn(
      `tfjs-losses has no kernels of its own for the backend '${backendName}': its losses are composed of tfjs ops there, ` +
        `which is right but slower and less exact.${HOW_TO_GET_THEM[backendName] ?? ''}`,
    );
  }
  return runLossKernel(kernelName, inputs, attrs);
}
