import type {SigmoidCrossEntropyWithLogitsGrad as Name} from '../../src/kernel_names';
import {sigmoidGradient} from '../plain/host';
import {tensorsOf, type CpuLossKernel} from './_kernel';

export const sigmoidCrossEntropyWithLogitsGrad: CpuLossKernel<typeof Name> = (inputs, attrs, backend) =>
  sigmoidGradient('sigmoidCrossEntropyWithLogitsGrad', inputs, attrs, tensorsOf(backend));
