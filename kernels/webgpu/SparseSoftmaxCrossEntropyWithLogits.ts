import type {SparseSoftmaxCrossEntropyWithLogits as Name} from '../../src/kernel_names';
import type {WebGPULossKernel} from './_kernel';
import {softmaxLoss} from './_softmax';

export const sparseSoftmaxCrossEntropyWithLogits: WebGPULossKernel<typeof Name> = (inputs, attrs, backend) =>
  softmaxLoss({inputs, attrs, backend, sparse: true});
