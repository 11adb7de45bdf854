import type {KernelBackend, NamedAttrMap, Tensor, TensorInfo} from '@tensorflow/tfjs-core';
import type {KernelName} from '../../src/kernel_names';
import type {LossKernel} from '../../src/kernel_registry';
import {usesAddon} from './_addon';

/** What these kernels use of tfjs-node's backend, whose class it does not export. */
export interface TensorFlowBackend extends KernelBackend {
  readonly isUsingGpuDevice: boolean;
  executeMultipleOutputs(
    name: string,
    attrs: readonly NamedAttrMap[],
    inputs: readonly TensorInfo[],
    outputs: number,
  ): Tensor[];
}

export type NodeLossKernel<K extends KernelName> = LossKernel<K, TensorFlowBackend>;

/** The three ways to run a kernel here: on the processor with the addon and without, and on a GPU. */
export interface Ways<K extends KernelName> {
  readonly native: NodeLossKernel<K>;
  readonly host: NodeLossKernel<K>;
  /** tfjs ops, which run where the tensors are. */
  readonly composed: NodeLossKernel<K>;
}

export function nodeKernel<K extends KernelName>({native, host, composed}: Ways<K>): NodeLossKernel<K> {
  return (inputs, attrs, backend) => {
    if (backend.isUsingGpuDevice) return composed(inputs, attrs, backend);
    return usesAddon() ? native(inputs, attrs, backend) : host(inputs, attrs, backend);
  };
}
