import type {SigmoidFocalCrossEntropyWithLogits as Name} from '../../src/kernel_names';
import {sigmoidLoss} from '../plain/host';
import {tensorsOf, type CpuLossKernel} from './_kernel';

export const sigmoidFocalCrossEntropyWithLogits: CpuLossKernel<typeof Name> = (inputs, attrs, backend) =>
  sigmoidLoss('sigmoidFocalCrossEntropyWithLogits', inputs, attrs, tensorsOf(backend));
