/** What concerns the tape on which tfjs records ops for a gradient, and the one place that asks the engine's `state` about it. */
import {customGrad, engine, type Tensor} from '@tensorflow/tfjs-core';

/** Whether what runs now is recorded. */
export function isTapeOn(): boolean {
  return engine().state.gradientDepth > 0;
}

/** A result of which nothing is recorded: a constant for every gradient. */
export function offTape(compute: () => Tensor): Tensor {
  return customGrad(() => ({value: compute(), gradFunc: (): Tensor[] => []}))();
}

/** Disposes of what the last tape has saved and nobody will use. */
export function freeTape(): void {
  // Typed as an array, but null after a gradient that came to its end.
  const tape = engine().state.activeTape as ReturnType<typeof engine>['state']['activeTape'] | null;
  for (const {saved} of tape ?? []) saved?.forEach((tensor) => tensor.dispose());
}
