import type {SparseSoftmaxCrossEntropyWithLogitsGrad as Name} from '../../src/kernel_names';
import type {WebGPULossKernel} from './_kernel';
import {softmaxGradient} from './_softmax';

export const sparseSoftmaxCrossEntropyWithLogitsGrad: WebGPULossKernel<typeof Name> = (inputs, attrs, backend) =>
  softmaxGradient({inputs, attrs, backend, sparse: true});
