import type {SparseSoftmaxCrossEntropyWithLogitsGrad as Name} from '../../src/kernel_names';
import {sparseSoftmaxCrossEntropyWithLogitsGrad as composed} from '../composed/SparseSoftmaxCrossEntropyWithLogitsGrad';
import {webglKernel} from './_kernel';
import {softmaxGradient} from './_softmax';

export const sparseSoftmaxCrossEntropyWithLogitsGrad = webglKernel<typeof Name>(composed, (inputs, attrs, backend) =>
  softmaxGradient(inputs, attrs, backend, true),
);
