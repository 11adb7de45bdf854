/**
 * Name, inputs and attributes of each kernel. A backend implements them in `kernels/<backend>/<Kernel>.ts`.
 *
 * All kernels see the classes (or labels) on the last axis: logits are [..., K], which makes N rows. The ops hand their
 * arguments on as they are, because a reshape before the kernel would be on tfjs's tape, which keeps what it has saved when
 * the kernel refuses a label. Letters as in the README: z logits, q targets, ε smoothing, γ focusing exponent, λ z-loss
 * weight, w class weights.
 */
import type {NamedTensorInfoMap, TensorInfo} from '@tensorflow/tfjs-core';

export const SoftmaxCrossEntropyWithLogits = 'SoftmaxCrossEntropyWithLogits';
export const SoftmaxCrossEntropyWithLogitsGrad = 'SoftmaxCrossEntropyWithLogitsGrad';
export const SparseSoftmaxCrossEntropyWithLogits = 'SparseSoftmaxCrossEntropyWithLogits';
export const SparseSoftmaxCrossEntropyWithLogitsGrad = 'SparseSoftmaxCrossEntropyWithLogitsGrad';
export const SigmoidCrossEntropyWithLogits = 'SigmoidCrossEntropyWithLogits';
export const SigmoidCrossEntropyWithLogitsGrad = 'SigmoidCrossEntropyWithLogitsGrad';
export const SigmoidFocalCrossEntropyWithLogits = 'SigmoidFocalCrossEntropyWithLogits';
export const SigmoidFocalCrossEntropyWithLogitsGrad = 'SigmoidFocalCrossEntropyWithLogitsGrad';

/** Of every loss kernel. */
export interface ExpectedUpstream {
  /**
   * The upstream gradient, one number for all losses, that the gradient kernel will probably be called with; left out where no
   * tape records, and where the number is not known. A kernel may make the gradient for it in the same pass over the logits and
   * return it as its last output, `ahead`.
   */
  readonly expectedDy?: number;
}

/**
 * Softmax family, one row: q'_k = w_k·((1−ε)·q_k + ε/K), c_k = lse − z_k, u_k = 1 − p_k,
 *
 *     ℓ = Σ_k q'_k·u_k^γ·c_k + λ·lse²
 *
 * γ = 0 is cross-entropy. A focal α is part of `classWeights` here; the divisor of a mean is the op's business.
 */
export interface SoftmaxAttrs extends ExpectedUpstream {
  readonly labelSmoothing: number;
  readonly gamma: number;
  readonly zLoss: number;
  /** 'none': ℓ of the logits' shape without the last axis. 'sum': scale·Σ_n ℓ_n, a scalar. */
  readonly reduction: 'none' | 'sum';
  readonly scale: number;
}

export interface SparseSoftmaxAttrs extends SoftmaxAttrs {
  /** Rows with this label have value and gradient 0. Left out: no row is ignored. */
  readonly ignoreIndex?: number;
}

/**
 * Sigmoid family, one element: y' = (1−ε)·y + ε/2, g(t) = softplus(−t)·σ(−t)^γ,
 *
 *     ℓ = a₊·y'·g(z) + a₋·(1−y')·g(−z)
 *
 * with a₊ = positiveWeight·posWeight_k and a₋ = negativeWeight. γ = 0 is BCE.
 */
export interface SigmoidAttrs extends ExpectedUpstream {
  readonly labelSmoothing: number;
  readonly positiveWeight: number;
  /** 'none': ℓ of the logits' shape. 'rows': scale·Σ_k ℓ_nk, without the last axis. 'sum': scale·Σ_nk ℓ_nk, a scalar. */
  readonly reduction: 'none' | 'rows' | 'sum';
  readonly scale: number;
}

export interface SigmoidFocalAttrs extends SigmoidAttrs {
  readonly gamma: number;
  readonly negativeWeight: number;
}

/**
 * `labels`: of the logits' shape; in the sparse form N class indices, of the logits' shape without the last axis or with
 * length 1 there. `classWeights`: [K], or [0] for none (tfjs cannot save an input that is left out).
 */
export interface SoftmaxInputs<T> {
  readonly labels: T;
  readonly logits: T;
  readonly classWeights: T;
}

/**
 * The gradient for `expectedDy`, where the loss kernel has made it: what the gradient kernel returns if `dy` is that number
 * everywhere. The tensor has its buffer but the shape [0]: tfjs makes zeros of the shape of every output that has no upstream
 * gradient.
 */
export interface GradientAhead<T> {
  readonly ahead?: T;
}

/** `dy`: of the shape of the loss. `stats`: the forward kernel's second output. */
export interface SoftmaxGradInputs<T> extends SoftmaxInputs<T>, GradientAhead<T> {
  readonly stats: T;
  readonly dy: T;
}

/** `labels`: of the logits' shape. `posWeight`: [K], or [0] for none. */
export interface SigmoidInputs<T> {
  readonly labels: T;
  readonly logits: T;
  readonly posWeight: T;
}

export interface SigmoidGradInputs<T> extends SigmoidInputs<T>, GradientAhead<T> {
  readonly dy: T;
}

/** Inputs and attributes by kernel name, for T = TensorInfo in a kernel and T = Tensor in a gradient. */
export interface Kernels<T> {
  [SoftmaxCrossEntropyWithLogits]: {inputs: SoftmaxInputs<T>; attrs: SoftmaxAttrs};
  [SoftmaxCrossEntropyWithLogitsGrad]: {inputs: SoftmaxGradInputs<T>; attrs: SoftmaxAttrs};
  [SparseSoftmaxCrossEntropyWithLogits]: {inputs: SoftmaxInputs<T>; attrs: SparseSoftmaxAttrs};
  [SparseSoftmaxCrossEntropyWithLogitsGrad]: {inputs: SoftmaxGradInputs<T>; attrs: SparseSoftmaxAttrs};
  [SigmoidCrossEntropyWithLogits]: {inputs: SigmoidInputs<T>; attrs: SigmoidAttrs};
  [SigmoidCrossEntropyWithLogitsGrad]: {inputs: SigmoidGradInputs<T>; attrs: SigmoidAttrs};
  [SigmoidFocalCrossEntropyWithLogits]: {inputs: SigmoidInputs<T>; attrs: SigmoidFocalAttrs};
  [SigmoidFocalCrossEntropyWithLogitsGrad]: {inputs: SigmoidGradInputs<T>; attrs: SigmoidFocalAttrs};
}

export type KernelName = keyof Kernels<unknown>;

type Saving<K extends KernelName> = {
  readonly inputs: ReadonlyArray<keyof Kernels<unknown>[K]['inputs'] & string>;
  readonly outputs: readonly string[];
};

const OF_SOFTMAX = {inputs: ['labels', 'logits', 'classWeights'], outputs: ['stats', 'ahead']} as const;
const OF_SIGMOID = {inputs: ['labels', 'logits', 'posWeight'], outputs: ['ahead']} as const;
const OF_SOFTMAX_GRAD = {inputs: [...OF_SOFTMAX.inputs, 'stats', 'dy'], outputs: []} as const;
const OF_SIGMOID_GRAD = {inputs: [...OF_SIGMOID.inputs, 'dy'], outputs: []} as const;

/** What the gradient of a kernel is made of, in this order: its inputs, and its outputs behind the first one. */
export const SAVED: {readonly [K in KernelName]: Saving<K>} = {
  [SoftmaxCrossEntropyWithLogits]: OF_SOFTMAX,
  [SoftmaxCrossEntropyWithLogitsGrad]: OF_SOFTMAX_GRAD,
  [SparseSoftmaxCrossEntropyWithLogits]: OF_SOFTMAX,
  [SparseSoftmaxCrossEntropyWithLogitsGrad]: OF_SOFTMAX_GRAD,
  [SigmoidCrossEntropyWithLogits]: OF_SIGMOID,
  [SigmoidCrossEntropyWithLogitsGrad]: OF_SIGMOID_GRAD,
  [SigmoidFocalCrossEntropyWithLogits]: OF_SIGMOID,
  [SigmoidFocalCrossEntropyWithLogitsGrad]: OF_SIGMOID_GRAD,
};

/**
 * Columns of `stats`, the [N, 4] cache that the softmax kernels hand to their gradient: a reference r, the sum
 * s = high + low of e^(z_k − r) over all classes but one, and a class. The class left out of s is the label's in a row whose
 * target is a single class (without smoothing; r is any number that keeps s finite) and the maximal one, with r = max_k z_k,
 * otherwise. Two float32 numbers hold s because the rounding to one would be in all of the gradient; leaving a term out is
 * what keeps a small loss: 1 + s rounds to 1 from s = 2⁻²⁴ on.
 *
 * The last column is y in a row whose label, before smoothing, is q_y = 1, which spares the gradient reading [N, K] labels, and −1
 * otherwise. The kernels of a GPU may use the columns in their own way: nobody else reads them.
 */
export const STATS_COLUMNS = 4;

export type TensorInfos = NamedTensorInfoMap & Record<string, TensorInfo>;
