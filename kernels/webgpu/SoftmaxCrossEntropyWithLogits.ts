import type {SoftmaxCrossEntropyWithLogits as Name} from '../../src/kernel_names';
import type {WebGPULossKernel} from './_kernel';
import {softmaxLoss} from './_softmax';

export const softmaxCrossEntropyWithLogits: WebGPULossKernel<typeof Name> = (inputs, attrs, backend) =>
  softmaxLoss({inputs, attrs, backend, sparse: false});
