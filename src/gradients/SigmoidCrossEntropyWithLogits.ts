import {SigmoidCrossEntropyWithLogits, SigmoidCrossEntropyWithLogitsGrad} from '../kernel_names';
import {runLossKernel, type LossGradient} from '../kernel_registry';
import {labelGradient, withFocalDefaults} from './sigmoid';

export const sigmoidCrossEntropyWithLogits: LossGradient<typeof SigmoidCrossEntropyWithLogits> = {
  kernelName: SigmoidCrossEntropyWithLogits,
  gradient: (dy, saved, attrs) => ({
    logits: () => runLossKernel(SigmoidCrossEntropyWithLogitsGrad, {...saved, dy}, attrs)[0],
    labels: () => labelGradient(dy, saved, withFocalDefaults(attrs)),
  }),
};
