import type {SparseSoftmaxCrossEntropyWithLogitsGrad as Name} from '../../src/kernel_names';
import {sparseSoftmaxGradient} from '../plain/host';
import {tensorsOf, type CpuLossKernel} from './_kernel';

export const sparseSoftmaxCrossEntropyWithLogitsGrad: CpuLossKernel<typeof Name> = (inputs, attrs, backend) =>
  sparseSoftmaxGradient(inputs, attrs, tensorsOf(backend));
