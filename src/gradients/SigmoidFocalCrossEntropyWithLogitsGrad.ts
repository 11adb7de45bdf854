import {onesLike} from '@tensorflow/tfjs-core';
import {SigmoidFocalCrossEntropyWithLogitsGrad} from '../kernel_names';
import {runLossKernel, type LossGradient} from '../kernel_registry';
import {gradWrtDy, gradWrtLabels, gradWrtLogits} from './sigmoid';

export const sigmoidFocalCrossEntropyWithLogitsGrad: LossGradient<typeof SigmoidFocalCrossEntropyWithLogitsGrad> = {
  kernelName: SigmoidFocalCrossEntropyWithLogitsGrad,
  gradient: (v, saved, attrs) => ({
    logits: () => gradWrtLogits(v, saved, attrs),
    labels: () => gradWrtLabels(v, saved, attrs),
    dy: () => {
      const [unit] = runLossKernel(SigmoidFocalCrossEntropyWithLogitsGrad, {...saved, dy: onesLike(saved.dy)}, attrs);
      return gradWrtDy(unit, v, attrs);
    },
  }),
};
