import type {SigmoidFocalCrossEntropyWithLogitsGrad as Name} from '../../src/kernel_names';
import {composed} from './_kernel';
import {sigmoidGradient} from './_sigmoid';

export const sigmoidFocalCrossEntropyWithLogitsGrad = composed<typeof Name>(sigmoidGradient);
