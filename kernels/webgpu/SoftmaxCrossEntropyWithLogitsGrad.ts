import type {SoftmaxCrossEntropyWithLogitsGrad as Name} from '../../src/kernel_names';
import type {WebGPULossKernel} from './_kernel';
import {softmaxGradient} from './_softmax';

export const softmaxCrossEntropyWithLogitsGrad: WebGPULossKernel<typeof Name> = (inputs, attrs, backend) =>
  softmaxGradient({inputs, attrs, backend, sparse: false});
