import type {Tensor, Tensor1D} from '@tensorflow/tfjs-core';

/** A number, a typed array or nested arrays of numbers: what an op takes in place of a tensor. */
export type NumericLike = number | Float32Array | Int32Array | Uint8Array | readonly NumericLike[];

/** How the values of the rows (or, in the sigmoid family, of the elements) become the result. */
export type Reduction = 'none' | 'sum' | 'mean';

/** One number per class: an array, a typed array, or a tensor of shape [K]. */
export type PerClass = readonly number[] | Float32Array | Tensor1D;

/** Options of every loss. */
export interface ReductionOptions {
  /** Sample weights, broadcast against the result of `reduction: 'none'`. */
  readonly weights?: Tensor | NumericLike;
  /** Default `'mean'`: PyTorch's weighted mean, 0 where nothing counts. */
  readonly reduction?: Reduction;
  /** Replaces the divisor of `'mean'`: for gradient accumulation and data-parallel workers. Positive. */
  readonly normalizer?: number;
}

/** Options of `softmaxCrossEntropy`. */
export interface SoftmaxCrossEntropyOptions extends ReductionOptions {
  /** ε in [0, 1]: q ← (1−ε)·q + ε/K. Default 0. */
  readonly labelSmoothing?: number;
  /** w ≥ 0, one per class; each smoothed class carries its own weight, as in PyTorch. */
  readonly classWeights?: PerClass;
  /** The axis of the classes. Default −1. */
  readonly axis?: number;
  /** λ ≥ 0: adds λ·lse² to each row (lse the log-sum-exp of its logits). Default 0. */
  readonly zLoss?: number;
}

/** Options of `sparseSoftmaxCrossEntropy`. */
export interface SparseSoftmaxCrossEntropyOptions extends SoftmaxCrossEntropyOptions {
  /** Rows with this label do not count: value and gradient 0, out of the mean. Any integer. */
  readonly ignoreIndex?: number;
}

/** Options of `linearSoftmaxCrossEntropy`. */
export interface LinearSoftmaxCrossEntropyOptions extends Omit<SparseSoftmaxCrossEntropyOptions, 'axis'> {
  /**
   * Rows whose logits exist at a time. Default: by the shapes, so that a chunk's memory is in proportion to the kernel's, or at least
   * 16 MB of logits.
   */
  readonly chunkSize?: number;
}

/** What the softmax focal losses add. */
export interface SoftmaxFocalOptions {
  /** γ ≥ 0: the exponent of the modulating factor (1−p)^γ. Default 2; 0 is cross-entropy. */
  readonly gamma?: number;
  /** α ≥ 0, a number or one per class; unlike `classWeights` not in the divisor. `null` (the default) for none. */
  readonly alpha?: number | PerClass | null;
}

/** Options of `softmaxFocalCrossEntropy`. */
export interface SoftmaxFocalCrossEntropyOptions extends SoftmaxCrossEntropyOptions, SoftmaxFocalOptions {}

/** Options of `sparseSoftmaxFocalCrossEntropy`. */
export interface SparseSoftmaxFocalCrossEntropyOptions extends SparseSoftmaxCrossEntropyOptions, SoftmaxFocalOptions {}

/** Options of `sigmoidCrossEntropy`. */
export interface SigmoidCrossEntropyOptions extends ReductionOptions {
  /** ε in [0, 1]: y ← (1−ε)·y + ε/2. Default 0. */
  readonly labelSmoothing?: number;
  /** w₊ ≥ 0, the weight of the positive side: a number, or one per label (the last axis). Default 1. */
  readonly posWeight?: number | PerClass;
}

/** Options of `sigmoidFocalCrossEntropy`. */
export interface SigmoidFocalCrossEntropyOptions extends SigmoidCrossEntropyOptions {
  /** γ ≥ 0: the exponent of the modulating factor (1−p_t)^γ. Default 2; 0 is BCE. */
  readonly gamma?: number;
  /** α in [0, 1]: weighs positives by α, negatives by 1−α. Default 0.25; `null` switches the balance off. */
  readonly alpha?: number | null;
}
