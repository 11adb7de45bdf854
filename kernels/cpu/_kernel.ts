import type {MathBackendCPU} from '@tensorflow/tfjs-backend-cpu';
import type {KernelName} from '../../src/kernel_names';
import type {LossKernel} from '../../src/kernel_registry';

export type CpuLossKernel<K extends KernelName> = LossKernel<K, MathBackendCPU>;
