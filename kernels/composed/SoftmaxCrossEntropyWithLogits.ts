import type {SoftmaxCrossEntropyWithLogits as Name} from '../../src/kernel_names';
import {composed} from './_kernel';
import {denseLoss} from './_softmax';

export const softmaxCrossEntropyWithLogits = composed<typeof Name>(denseLoss);
