import type {SoftmaxCrossEntropyWithLogits as Name} from '../../src/kernel_names';
import {softmaxCrossEntropyWithLogits as composed} from '../composed/SoftmaxCrossEntropyWithLogits';
import {webglKernel} from './_kernel';
import {softmaxLoss} from './_softmax';

export const softmaxCrossEntropyWithLogits = webglKernel<typeof Name>(composed, (inputs, attrs, backend) =>
  softmaxLoss(inputs, attrs, backend, false),
);
