import {SigmoidFocalCrossEntropyWithLogits, SigmoidFocalCrossEntropyWithLogitsGrad} from '../kernel_names';
import {runLossKernel, type LossGradient} from '../kernel_registry';
import {labelGradient} from './sigmoid';

export const sigmoidFocalCrossEntropyWithLogits: LossGradient<typeof SigmoidFocalCrossEntropyWithLogits> = {
  kernelName: SigmoidFocalCrossEntropyWithLogits,
  gradient: (dy, saved, attrs) => ({
    logits: () => runLossKernel(SigmoidFocalCrossEntropyWithLogitsGrad, {...saved, dy}, attrs)[0],
    labels: () => labelGradient(dy, saved, attrs),
  }),
};
