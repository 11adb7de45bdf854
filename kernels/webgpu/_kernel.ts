import type {WebGPUBackend} from '@tensorflow/tfjs-backend-webgpu';
import type {KernelName} from '../../src/kernel_names';
import type {LossKernel} from '../../src/kernel_registry';

export type WebGPULossKernel<K extends KernelName> = LossKernel<K, WebGPUBackend>;
