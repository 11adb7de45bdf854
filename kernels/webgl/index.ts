/** Fused fragment shaders for WebGL 2. Types of the backend only: the instance comes from whoever runs the kernel. */
import type {MathBackendWebGL} from '@tensorflow/tfjs-backend-webgl';
import {registerLossKernels} from '../../src/kernel_registry';
import {registerShaderFlag} from './_kernel';
import {sigmoidCrossEntropyWithLogits} from './SigmoidCrossEntropyWithLogits';
import {sigmoidCrossEntropyWithLogitsGrad} from './SigmoidCrossEntropyWithLogitsGrad';
import {sigmoidFocalCrossEntropyWithLogits} from './SigmoidFocalCrossEntropyWithLogits';
import {sigmoidFocalCrossEntropyWithLogitsGrad} from './SigmoidFocalCrossEntropyWithLogitsGrad';
import {softmaxCrossEntropyWithLogits} from './SoftmaxCrossEntropyWithLogits';
import {softmaxCrossEntropyWithLogitsGrad} from './SoftmaxCrossEntropyWithLogitsGrad';
import {sparseSoftmaxCrossEntropyWithLogits} from './SparseSoftmaxCrossEntropyWithLogits';
import {sparseSoftmaxCrossEntropyWithLogitsGrad} from './SparseSoftmaxCrossEntropyWithLogitsGrad';

export function registerWebGLKernels(): void {
  registerShaderFlag();
  registerLossKernels<MathBackendWebGL>('webgl', {
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
