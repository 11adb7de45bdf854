import type {SparseSoftmaxCrossEntropyWithLogits as Name} from '../../src/kernel_names';
import {composed} from './_kernel';
import {sparseLoss} from './_softmax';

export const sparseSoftmaxCrossEntropyWithLogits = composed<typeof Name>(sparseLoss);
