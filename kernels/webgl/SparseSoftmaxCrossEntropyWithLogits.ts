import type {SparseSoftmaxCrossEntropyWithLogits as Name} from '../../src/kernel_names';
import {sparseSoftmaxCrossEntropyWithLogits as composed} from '../composed/SparseSoftmaxCrossEntropyWithLogits';
import {webglKernel} from './_kernel';
import {softmaxLoss} from './_softmax';

export const sparseSoftmaxCrossEntropyWithLogits = webglKernel<typeof Name>(composed, (inputs, attrs, backend) =>
  softmaxLoss(inputs, attrs, backend, true),
);
