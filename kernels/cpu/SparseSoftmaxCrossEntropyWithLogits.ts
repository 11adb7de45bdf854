import type {SparseSoftmaxCrossEntropyWithLogits as Name} from '../../src/kernel_names';
import {sparseSoftmaxLoss} from '../plain/host';
import {tensorsOf, type CpuLossKernel} from './_kernel';

export const sparseSoftmaxCrossEntropyWithLogits: CpuLossKernel<typeof Name> = (inputs, attrs, backend) =>
  sparseSoftmaxLoss(inputs, attrs, tensorsOf(backend));
