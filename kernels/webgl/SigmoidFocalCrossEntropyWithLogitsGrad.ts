import type {SigmoidFocalCrossEntropyWithLogitsGrad as Name} from '../../src/kernel_names';
import {sigmoidFocalCrossEntropyWithLogitsGrad as composed} from '../composed/SigmoidFocalCrossEntropyWithLogitsGrad';
import {webglKernel} from './_kernel';
import {sigmoidGradient} from './_sigmoid_gradient';

export const sigmoidFocalCrossEntropyWithLogitsGrad = webglKernel<typeof Name>(composed, sigmoidGradient);
