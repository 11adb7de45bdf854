import {onesLike} from '@tensorflow/tfjs-core';
import {SigmoidCrossEntropyWithLogitsGrad} from '../kernel_names';
import {runLossKernel, type LossGradient} from '../kernel_registry';
import {gradWrtDy, gradWrtLabels, gradWrtLogits, withFocalDefaults} from './sigmoid';

export const sigmoidCrossEntropyWithLogitsGrad: LossGradient<typeof SigmoidCrossEntropyWithLogitsGrad> = {
  kernelName: SigmoidCrossEntropyWithLogitsGrad,
  gradient: (v, saved, attrs) => ({
    logits: () => gradWrtLogits(v, saved, withFocalDefaults(attrs)),
    labels: () => gradWrtLabels(v, saved, withFocalDefaults(attrs)),
    dy: () => {
      const [unit] = runLossKernel(SigmoidCrossEntropyWithLogitsGrad, {...saved, dy: onesLike(saved.dy)}, attrs);
      return gradWrtDy(unit, v, attrs);
    },
  }),
};
