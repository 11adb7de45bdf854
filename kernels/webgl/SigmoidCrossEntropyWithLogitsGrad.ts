import type {SigmoidCrossEntropyWithLogitsGrad as Name} from '../../src/kernel_names';
import {sigmoidCrossEntropyWithLogitsGrad as composed} from '../composed/SigmoidCrossEntropyWithLogitsGrad';
import {webglKernel} from './_kernel';
import {sigmoidGradient} from './_sigmoid_gradient';

export const sigmoidCrossEntropyWithLogitsGrad = webglKernel<typeof Name>(composed, sigmoidGradient);
