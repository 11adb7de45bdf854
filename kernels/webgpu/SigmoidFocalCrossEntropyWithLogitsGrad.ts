import type {SigmoidFocalCrossEntropyWithLogitsGrad as Name} from '../../src/kernel_names';
import type {WebGPULossKernel} from './_kernel';
import {sigmoidGradient} from './_sigmoid';

export const sigmoidFocalCrossEntropyWithLogitsGrad: WebGPULossKernel<typeof Name> = (inputs, attrs, backend) =>
  sigmoidGradient({inputs, attrs, backend});
