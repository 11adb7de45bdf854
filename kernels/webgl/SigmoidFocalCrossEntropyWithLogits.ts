import type {SigmoidFocalCrossEntropyWithLogits as Name} from '../../src/kernel_names';
import {sigmoidFocalCrossEntropyWithLogits as composed} from '../composed/SigmoidFocalCrossEntropyWithLogits';
import {webglKernel} from './_kernel';
import {sigmoidLoss} from './_sigmoid_loss';

export const sigmoidFocalCrossEntropyWithLogits = webglKernel<typeof Name>(composed, sigmoidLoss);
