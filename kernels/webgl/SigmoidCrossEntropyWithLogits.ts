import type {SigmoidCrossEntropyWithLogits as Name} from '../../src/kernel_names';
import {sigmoidCrossEntropyWithLogits as composed} from '../composed/SigmoidCrossEntropyWithLogits';
import {webglKernel} from './_kernel';
import {sigmoidLoss} from './_sigmoid_loss';

export const sigmoidCrossEntropyWithLogits = webglKernel<typeof Name>(composed, sigmoidLoss);
