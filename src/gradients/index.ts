import {registerLossGradient} from '../kernel_registry';
import {sigmoidCrossEntropyWithLogits} from './SigmoidCrossEntropyWithLogits';
import {sigmoidCrossEntropyWithLogitsGrad} from './SigmoidCrossEntropyWithLogitsGrad';
import {sigmoidFocalCrossEntropyWithLogits} from './SigmoidFocalCrossEntropyWithLogits';
import {sigmoidFocalCrossEntropyWithLogitsGrad} from './SigmoidFocalCrossEntropyWithLogitsGrad';
import {softmaxCrossEntropyWithLogits} from './SoftmaxCrossEntropyWithLogits';
import {softmaxCrossEntropyWithLogitsGrad} from './SoftmaxCrossEntropyWithLogitsGrad';
import {sparseSoftmaxCrossEntropyWithLogits} from './SparseSoftmaxCrossEntropyWithLogits';
import {sparseSoftmaxCrossEntropyWithLogitsGrad} from './SparseSoftmaxCrossEntropyWithLogitsGrad';

/** Registers the gradient of every kernel, those of the Grad kernels included: second derivatives are right. */
export function registerLossGradients(): void {
  registerLossGradient(softmaxCrossEntropyWithLogits);
  registerLossGradient(softmaxCrossEntropyWithLogitsGrad);
  registerLossGradient(sparseSoftmaxCrossEntropyWithLogits);
  registerLossGradient(sparseSoftmaxCrossEntropyWithLogitsGrad);
  registerLossGradient(sigmoidCrossEntropyWithLogits);
  registerLossGradient(sigmoidCrossEntropyWithLogitsGrad);
  registerLossGradient(sigmoidFocalCrossEntropyWithLogits);
  registerLossGradient(sigmoidFocalCrossEntropyWithLogitsGrad);
}
