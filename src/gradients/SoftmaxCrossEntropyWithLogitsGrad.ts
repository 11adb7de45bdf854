import {onesLike, zerosLike} from '@tensorflow/tfjs-core';
import {SoftmaxCrossEntropyWithLogitsGrad} from '../kernel_names';
import {runLossKernel, type LossGradient} from '../kernel_registry';
import {gradWrtDy, gradWrtLabels, gradWrtLogits} from './softmax';

export const softmaxCrossEntropyWithLogitsGrad: LossGradient<typeof SoftmaxCrossEntropyWithLogitsGrad> = {
  kernelName: SoftmaxCrossEntropyWithLogitsGrad,
  gradient: (v, saved, attrs) => ({
    logits: () => gradWrtLogits({...saved, v, attrs}),
    labels: () => gradWrtLabels({...saved, v, attrs}),
    // A cache of what the logits determine: `logits` above is the total derivative.
    stats: () => zerosLike(saved.stats),
    dy: () => {
      const [unit] = runLossKernel(SoftmaxCrossEntropyWithLogitsGrad, {...saved, dy: onesLike(saved.dy)}, attrs);
      return gradWrtDy(unit, v, attrs);
    },
  }),
};
