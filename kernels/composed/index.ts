/** Compositions of tfjs ops, for backends without kernels of their own (react-native, custom ones). */
import type {KernelBackend} from '@tensorflow/tfjs-core';
import {registerLossKernels} from '../../src/kernel_registry';
import {sigmoidCrossEntropyWithLogits} from './SigmoidCrossEntropyWithLogits';
import {sigmoidCrossEntropyWithLogitsGrad} from './SigmoidCrossEntropyWithLogitsGrad';
import {sigmoidFocalCrossEntropyWithLogits} from './SigmoidFocalCrossEntropyWithLogits';
import {sigmoidFocalCrossEntropyWithLogitsGrad} from './SigmoidFocalCrossEntropyWithLogitsGrad';
import {softmaxCrossEntropyWithLogits} from './SoftmaxCrossEntropyWithLogits';
import {softmaxCrossEntropyWithLogitsGrad} from './SoftmaxCrossEntropyWithLogitsGrad';
import {sparseSoftmaxCrossEntropyWithLogits} from './SparseSoftmaxCrossEntropyWithLogits';
import {sparseSoftmaxCrossEntropyWithLogitsGrad} from './SparseSoftmaxCrossEntropyWithLogitsGrad';

/** tfjs runs the ops inside a kernel off its tape, so the gradients of `src/gradients` hold here too. */
export function registerComposedKernels(backendName: string): void {
  registerLossKernels<KernelBackend>(backendName, {
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
