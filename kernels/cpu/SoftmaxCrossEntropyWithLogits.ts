import type {SoftmaxCrossEntropyWithLogits as Name} from '../../src/kernel_names';
import {softmaxLoss} from '../plain/host';
import {tensorsOf, type CpuLossKernel} from './_kernel';

export const softmaxCrossEntropyWithLogits: CpuLossKernel<typeof Name> = (inputs, attrs, backend) =>
  softmaxLoss(inputs, attrs, tensorsOf(backend));
