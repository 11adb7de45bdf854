import {SoftmaxCrossEntropyWithLogits, SoftmaxCrossEntropyWithLogitsGrad} from '../kernel_names';
import {runLossKernel, type LossGradient} from '../kernel_registry';
import {labelGradient} from './softmax';

export const softmaxCrossEntropyWithLogits: LossGradient<typeof SoftmaxCrossEntropyWithLogits> = {
  kernelName: SoftmaxCrossEntropyWithLogits,
  gradient: (dy, saved, attrs) => ({
    logits: () => runLossKernel(SoftmaxCrossEntropyWithLogitsGrad, {...saved, dy}, attrs)[0],
    labels: () => labelGradient(saved, dy, attrs),
  }),
};
