import type {SoftmaxCrossEntropyWithLogitsGrad as Name} from '../../src/kernel_names';
import {softmaxCrossEntropyWithLogitsGrad as composed} from '../composed/SoftmaxCrossEntropyWithLogitsGrad';
import {webglKernel} from './_kernel';
import {softmaxGradient} from './_softmax';

export const softmaxCrossEntropyWithLogitsGrad = webglKernel<typeof Name>(composed, (inputs, attrs, backend) =>
  softmaxGradient(inputs, attrs, backend, false),
);
