/** The webgpu backend: WGSL programs of this package's own, run by the backend instance that tfjs hands to a kernel. */
import type {WebGPUBackend} from '@tensorflow/tfjs-backend-webgpu';
import {registerLossKernels} from '../../src/kernel_registry';
import {sigmoidCrossEntropyWithLogits} from './SigmoidCrossEntropyWithLogits';
import {sigmoidCrossEntropyWithLogitsGrad} from './SigmoidCrossEntropyWithLogitsGrad';
import {sigmoidFocalCrossEntropyWithLogits} from './SigmoidFocalCrossEntropyWithLogits';
import {sigmoidFocalCrossEntropyWithLogitsGrad} from './SigmoidFocalCrossEntropyWithLogitsGrad';
import {softmaxCrossEntropyWithLogits} from './SoftmaxCrossEntropyWithLogits';
import {softmaxCrossEntropyWithLogitsGrad} from './SoftmaxCrossEntropyWithLogitsGrad';
import {sparseSoftmaxCrossEntropyWithLogits} from './SparseSoftmaxCrossEntropyWithLogits';
import {sparseSoftmaxCrossEntropyWithLogitsGrad} from './SparseSoftmaxCrossEntropyWithLogitsGrad';

export function registerWebGPUKernels(): void {
  registerLossKernels<WebGPUBackend>('webgpu', {
    SoftmaxCrossEntropyWithLogits: softmaxCrossEntropyWithLogits,
    SoftmaxCrossEntropyWithLogitsGrad: softmaxCrossEntropyWithLogitsGrad,
    SparseSoftmaxCrossEntropyWithLogits: sparseSoftmaxCrossEntropyWithLogits,
    SparseSoftmaxCrossEntropyWithLogitsGrad: sparseSoftmaxCrossEntropyWithLogitsGrad,
    SigmoidCrossEntropyWithLogits: sigmoidCrossEntropyWithLogits,
    SigmoidCrossEntropyWithLogitsGrad: sigmoidCrossEntropyWithLogitsGrad,
    SigmoidFocalCrossEntropyWithLogits: sigmoidFocalCrossEntropyWithLogits,
    SigmoidFocalCrossEntropyWithLogitsGrad: sigmoidFocalCrossEntropyWithLogitsGrad,
  });
}
