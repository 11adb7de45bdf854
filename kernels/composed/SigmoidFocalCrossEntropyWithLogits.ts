import type {SigmoidFocalCrossEntropyWithLogits as Name} from '../../src/kernel_names';
import {composed} from './_kernel';
import {sigmoidLoss} from './_sigmoid';

export const sigmoidFocalCrossEntropyWithLogits = composed<typeof Name>(sigmoidLoss);
