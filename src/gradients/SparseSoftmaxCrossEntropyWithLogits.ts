import {zerosLike} from '@tensorflow/tfjs-core';
import {SparseSoftmaxCrossEntropyWithLogits, SparseSoftmaxCrossEntropyWithLogitsGrad} from '../kernel_names';
import {runLossKernel, type LossGradient} from '../kernel_registry';

export const sparseSoftmaxCrossEntropyWithLogits: LossGradient<typeof SparseSoftmaxCrossEntropyWithLogits> = {
  kernelName: SparseSoftmaxCrossEntropyWithLogits,
  gradient: (dy, saved, attrs) => ({
    logits: () => runLossKernel(SparseSoftmaxCrossEntropyWithLogitsGrad, {...saved, dy}, attrs)[0],
    // A class index is no quantity that a loss could be differentiated by.
    labels: () => zerosLike(saved.labels),
  }),
};
