import {util, type TensorInfo, type TypedArray} from '@tensorflow/tfjs-core';
import type {MathBackendCPU} from '@tensorflow/tfjs-backend-cpu';
import type {KernelName} from '../../src/kernel_names';
import type {LossKernel} from '../../src/kernel_registry';
import type {HostTensors} from '../plain/host';
import {unwritten} from './_allocator';
import {rowKernels} from './_row_kernels';

export type CpuLossKernel<K extends KernelName> = LossKernel<K, MathBackendCPU>;

/** Tensors of this backend are JavaScript arrays. */
export function tensorsOf(backend: MathBackendCPU): HostTensors {
  return {
    kernels: rowKernels(),
    make: (shape, dtype) => backend.makeTensorInfo([...shape], dtype, unwritten(util.sizeFromShape([...shape]), dtype)),
    values: (tensor) => valuesOf(backend, tensor),
    dispose: (tensor) => backend.disposeIntermediateTensorInfo(tensor),
    incRef: (dataId) => backend.incRef(dataId),
  };
}

/** tf.cast to float32 leaves whole numbers in the array that they are in. */
function valuesOf(backend: MathBackendCPU, {dataId, dtype}: TensorInfo): TypedArray {
  const values = backend.data.get(dataId).values as TypedArray;
  return dtype === 'float32' && !(values instanceof Float32Array) ? Float32Array.from(values) : values;
}
