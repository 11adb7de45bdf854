/**
 * The one place where typed kernels and gradients meet tfjs's untyped registries.
 *
 * tfjs hands every kernel `{inputs: {[name]: TensorInfo | undefined}, attrs: {[name]: …}, backend: {}}`. `Kernels`
 * says what really is in them, because the ops of this package are the only callers; the casts below state that once.
 */
import {
  engine,
  getGradient,
  getKernel,
  registerGradient,
  registerKernel,
  type GradFunc,
  type KernelFunc,
  type Tensor,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import {SAVED, type GradientAhead, type KernelName, type Kernels} from './kernel_names';
import {isTapeOn, savingOnTape} from './tape';

/** A kernel of a backend of type `B`, typed by its name. */
export type LossKernel<K extends KernelName, B> = (
  inputs: Kernels<TensorInfo>[K]['inputs'],
  attrs: Kernels<TensorInfo>[K]['attrs'],
  backend: B,
) => TensorInfo | TensorInfo[];

/** All kernels of a backend. A missing one does not compile. */
export type LossKernels<B> = {readonly [K in KernelName]: LossKernel<K, B>};

/** Registers every kernel for the backend called `backendName`, whose instances are of type `B`. */
export function registerLossKernels<B>(backendName: string, kernels: LossKernels<B>): void {
  for (const [kernelName, kernel] of Object.entries(kernels)) registerTypedKernel(kernelName, backendName, kernel);
}

/** Registers a kernel whose inputs and attributes are what its callers hand it: of any types, hence `never`. */
export function registerTypedKernel(
  kernelName: string,
  backendName: string,
  kernel: (inputs: never, attrs: never, backend: never) => TensorInfo | TensorInfo[],
): void {
  // A second copy of this package (ESM beside CJS) shares tfjs's registry: the first one stays, without a warning.
  if (getKernel(kernelName, backendName) != null) return;
  type Untyped = (inputs: object, attrs: object | undefined, backend: object) => TensorInfo | TensorInfo[];
  const untyped = kernel as Untyped;
  const kernelFunc: KernelFunc = ({inputs, attrs, backend}) => untyped(inputs, attrs, backend);
  registerKernel({kernelName, backendName, kernelFunc});
}

/** Runs a kernel on the current backend and puts it on the tape, with all inputs and outputs but the first one. */
export function runLossKernel<K extends KernelName>(
  kernelName: K,
  inputs: Kernels<Tensor>[K]['inputs'],
  attrs: Kernels<Tensor>[K]['attrs'],
): [Tensor, ...Tensor[]] {
  const run = (): [Tensor, ...Tensor[]] => {
    const outputs: Tensor | Tensor[] = engine().runKernel(kernelName, {...inputs}, {...attrs});
    return Array.isArray(outputs) ? (outputs as [Tensor, ...Tensor[]]) : [outputs];
  };
  const byName: Readonly<Record<string, Tensor>> = {...inputs};
  return savingOnTape(kernelName, run, ([, ...others]) => {
    const saved = SAVED[kernelName].inputs.map((name) => byName[name]);
    return [...saved, ...others].filter((tensor) => tensor !== undefined);
  });
}

/** What a gradient gets back: the saved inputs by name, and the outputs `stats` and `ahead` where the kernel has them. */
export type Saved<K extends KernelName> = Kernels<Tensor>[K]['inputs'] &
  GradientAhead<Tensor> & {readonly stats: Tensor};

/** The gradient of a kernel: a thunk per input, run only for those that are asked for. */
export interface LossGradient<K extends KernelName> {
  readonly kernelName: K;
  readonly gradient: (
    dy: Tensor,
    saved: Saved<K>,
    attrs: Kernels<Tensor>[K]['attrs'],
  ) => {readonly [I in keyof Kernels<Tensor>[K]['inputs']]?: () => Tensor};
}

/** Registers a gradient. */
export function registerLossGradient<K extends KernelName>({kernelName, gradient}: LossGradient<K>): void {
  if (getGradient(kernelName) != null) return;
  const {inputs, outputs} = SAVED[kernelName];
  const names: readonly string[] = [...inputs, ...outputs];
  type Untyped = (dy: Tensor, saved: object, attrs: object) => Record<string, () => Tensor>;
  const untyped = gradient as Untyped;
  const gradFunc: GradFunc = (dys, saved, attrs) => {
    // A kernel with several outputs gets an array; only the loss, its first output, is differentiable.
    const dy = Array.isArray(dys) ? dys[0] : dys;
    if (dy === undefined) throw new Error(`${kernelName}: the gradient was called without an upstream gradient.`);
    const byName: Record<string, Tensor> = {};
    names.forEach((name, i) => {
      const tensor = saved[i];
      // A gradient that is differentiated has to be made of the logits, on the tape.
      if (tensor !== undefined && !(name === 'ahead' && isTapeOn())) byName[name] = tensor;
    });
    return untyped(dy, byName, attrs);
  };
  // It saves nothing of its own: see runLossKernel.
  registerGradient({kernelName, gradFunc});
}
