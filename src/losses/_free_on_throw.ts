import {type Tensor, tidy} from '@tensorflow/tfjs-core';
import {freeTape, isTapeOn} from '../tape';

/**
 * Runs a training step. Where it throws, tfjs leaves behind all that its tape has saved for the gradient that is never
 * taken: kept tensors, which no tidy frees. The tape stays at hand until the next gradient begins, so they are freed here.
 * Of a step that runs inside of another gradient nothing is freed: the outer one may still need its tape.
 */
export function freeOnThrow(step: () => Tensor[]): Tensor[] {
  try {
    return tidy(step);
  } catch (error) {
    if (!isTapeOn()) freeTape();
    throw error;
  }
}
