/**
 * tfjs-losses: stable cross-entropy, BCE-with-logits, focal and label-smoothed losses for TensorFlow.js.
 *
 * Importing it registers the kernels of the backends that need nothing but JavaScript, and every gradient.
 */
import {registerCpuKernels} from '../kernels/cpu';
import {registerLossGradients} from './gradients';

registerLossGradients();
registerCpuKernels();

export type * from './ops/options';
export * from './ops';
export * from './losses';
