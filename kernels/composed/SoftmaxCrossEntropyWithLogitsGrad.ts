import type {SoftmaxCrossEntropyWithLogitsGrad as Name} from '../../src/kernel_names';
import {composed} from './_kernel';
import {denseGradient} from './_softmax';

export const softmaxCrossEntropyWithLogitsGrad = composed<typeof Name>(denseGradient);
