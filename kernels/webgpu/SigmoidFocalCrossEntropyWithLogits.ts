import type {SigmoidFocalCrossEntropyWithLogits as Name} from '../../src/kernel_names';
import type {WebGPULossKernel} from './_kernel';
import {sigmoidLoss} from './_sigmoid';

export const sigmoidFocalCrossEntropyWithLogits: WebGPULossKernel<typeof Name> = (inputs, attrs, backend) =>
  sigmoidLoss({inputs, attrs, backend});
