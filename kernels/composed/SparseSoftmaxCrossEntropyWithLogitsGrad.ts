import type {SparseSoftmaxCrossEntropyWithLogitsGrad as Name} from '../../src/kernel_names';
import {composed} from './_kernel';
import {sparseGradient} from './_softmax';

export const sparseSoftmaxCrossEntropyWithLogitsGrad = composed<typeof Name>(sparseGradient);
