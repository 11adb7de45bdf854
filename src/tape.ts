/** What concerns the tape on which tfjs records ops for a gradient. */
import {customGrad, engine, type Tensor} from '@tensorflow/tfjs-core';

/** Whether what runs now is recorded. tfjs's engine says so in its public `state` only. */
export function isTapeOn(): boolean {
  return engine().state.gradientDepth > 0;
}

/** A result of which nothing is recorded: a constant for every gradient. */
export function offTape(compute: () => Tensor): Tensor {
  return customGrad(() => ({value: compute(), gradFunc: (): Tensor[] => []}))();
}
