/** What concerns the tape on which tfjs records ops for a gradient, and the one place that asks the engine's `state` about it. */
import {customGrad, engine, type Tensor} from '@tensorflow/tfjs-core';

type Tape = ReturnType<typeof engine>['state']['activeTape'];

/** Typed as an array, but null after a gradient that came to its end, and undefined before the first one. */
function currentTape(): Tape {
  const tape = engine().state.activeTape as Tape | null | undefined;
  return tape ?? [];
}

/** Whether what runs now is recorded. */
export function isTapeOn(): boolean {
  return engine().state.gradientDepth > 0;
}

/** A result of which nothing is recorded: a constant for every gradient. */
export function offTape(compute: () => Tensor): Tensor {
  return customGrad(() => ({value: compute(), gradFunc: (): Tensor[] => []}))();
}

/**
 * Runs a kernel that has a gradient, and saves tensors for it where the tape records the kernel: `toSave` of its outputs.
 *
 * tfjs itself saves clones of what a gradient is registered with (`inputsToSave`). On tfjs-wasm a clone is a copy: of logits and
 * labels, a third of the time of a loss. These are tensors of the same buffers, in the array that tfjs hands to the gradient and
 * disposes of with its tape.
 */
export function savingOnTape<T>(kernelName: string, run: () => T, toSave: (outputs: T) => readonly Tensor[]): T {
  const {length} = currentTape();
  const outputs = run();
  const tape = currentTape();
  const last = tape[tape.length - 1];
  // Inside of another kernel tfjs records nothing, but the clones that were made there.
  if (tape.length > length && last?.kernelName === kernelName) last.saved?.push(...toSave(outputs).map(keptOnTape));
  return outputs;
}

/** Another tensor of the same buffer, of which no tape knows. tf.clone copies on tfjs-wasm. */
export function sameBuffer(x: Tensor): Tensor {
  engine().state.tensorInfo.get(x.dataId)?.backend.incRef(x.dataId);
  return engine().makeTensorFromTensorInfo(x);
}

/** The same, which no tidy disposes of. Where the gradient may be on a tape itself, that knows what it is made of. */
function keptOnTape(x: Tensor): Tensor {
  const isInGradient = engine().state.gradientDepth > 1;
  const linked = (): Tensor => customGrad(() => ({value: sameBuffer(x), gradFunc: (dy: Tensor) => dy}))(x);
  return engine().keep(isInGradient ? linked() : sameBuffer(x));
}

/** Disposes of what the last tape has saved and nobody will use. */
export function freeTape(): void {
  for (const {saved} of currentTape()) saved?.forEach((tensor) => tensor.dispose());
}
