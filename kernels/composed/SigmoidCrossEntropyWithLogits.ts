import type {SigmoidCrossEntropyWithLogits as Name} from '../../src/kernel_names';
import {composed} from './_kernel';
import {sigmoidLoss} from './_sigmoid';

export const sigmoidCrossEntropyWithLogits = composed<typeof Name>(sigmoidLoss);
