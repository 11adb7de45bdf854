import type {SigmoidCrossEntropyWithLogitsGrad as Name} from '../../src/kernel_names';
import {composed} from './_kernel';
import {sigmoidGradient} from './_sigmoid';

export const sigmoidCrossEntropyWithLogitsGrad = composed<typeof Name>(sigmoidGradient);
