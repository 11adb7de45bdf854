import {type Tensor, engine, tidy} from '@tensorflow/tfjs-core';

/**
 * Runs a training step. Where it throws, tfjs leaves behind all that its tape has saved for the gradient that is never
 * taken: kept tensors, which no tidy frees. The tape stays at hand until the next gradient begins, so they are freed here.
 * Of a step that runs inside of another gradient nothing is freed: the outer one may still need its tape.
 */
export function freeOnThrow(step: () => Tensor[]): Tensor[] {
  try {
    return tidy(step);
  } catch (error) {
    const {state} = engine();
    if (state.gradientDepth === 0) {
      // Typed as an array, but null after a gradient that came to its end.
      const tape = state.activeTape as typeof state.activeTape | null;
      for (const {saved} of tape ?? []) saved?.forEach((tensor) => tensor.dispose());
    }
    throw error;
  }
}
