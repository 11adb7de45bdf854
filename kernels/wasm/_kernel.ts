import type {BackendWasm} from '@tensorflow/tfjs-backend-wasm';
import type {KernelName} from '../../src/kernel_names';
import type {LossKernel} from '../../src/kernel_registry';
import type {HostTensors} from '../plain/host';
import {rowKernels} from './_row_kernels';

export type WasmLossKernel<K extends KernelName> = LossKernel<K, BackendWasm>;

/** Tensors of this backend are parts of its memory, which `make` may grow, and growing detaches views of it. */
export function tensorsOf(backend: BackendWasm): HostTensors {
  return {
    kernels: rowKernels(backend),
    make: (shape, dtype) => backend.makeOutput([...shape], dtype),
    values: (tensor) => backend.typedArrayFromHeap(tensor),
    dispose: ({dataId}) => void backend.disposeData(dataId),
    incRef: (dataId) => backend.incRef(dataId),
  };
}
