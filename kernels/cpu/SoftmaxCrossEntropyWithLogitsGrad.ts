import type {SoftmaxCrossEntropyWithLogitsGrad as Name} from '../../src/kernel_names';
import {softmaxGradient} from '../plain/host';
import {tensorsOf, type CpuLossKernel} from './_kernel';

export const softmaxCrossEntropyWithLogitsGrad: CpuLossKernel<typeof Name> = (inputs, attrs, backend) =>
  softmaxGradient(inputs, attrs, tensorsOf(backend));
