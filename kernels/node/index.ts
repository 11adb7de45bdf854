/** The kernels of tfjs-node: native TensorFlow ops, and what stands in for them without the addon and on a GPU. */
import {registerLossKernels} from '../../src/kernel_registry';
import {registerAddonFlag} from './_addon';
import type {TensorFlowBackend} from './_kernel';
import {sigmoidCrossEntropyWithLogits} from './SigmoidCrossEntropyWithLogits';
import {sigmoidCrossEntropyWithLogitsGrad} from './SigmoidCrossEntropyWithLogitsGrad';
import {sigmoidFocalCrossEntropyWithLogits} from './SigmoidFocalCrossEntropyWithLogits';
import {sigmoidFocalCrossEntropyWithLogitsGrad} from './SigmoidFocalCrossEntropyWithLogitsGrad';
import {softmaxCrossEntropyWithLogits} from './SoftmaxCrossEntropyWithLogits';
import {softmaxCrossEntropyWithLogitsGrad} from './SoftmaxCrossEntropyWithLogitsGrad';
import {sparseSoftmaxCrossEntropyWithLogits} from './SparseSoftmaxCrossEntropyWithLogits';
import {sparseSoftmaxCrossEntropyWithLogitsGrad} from './SparseSoftmaxCrossEntropyWithLogitsGrad';

export function registerNodeKernels(): void {
  registerAddonFlag();
  registerLossKernels<TensorFlowBackend>('tensorflow', {
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
