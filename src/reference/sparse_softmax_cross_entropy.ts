import {oneHot} from './_targets';
import * as soft from './softmax_cross_entropy';
import type {SoftmaxCrossEntropyOptions} from './softmax_cross_entropy';

/** Options of the softmax cross-entropy of one row with a class index. */
export interface SparseSoftmaxCrossEntropyOptions extends SoftmaxCrossEntropyOptions {
  /** A row with this label does not count: loss and derivatives are 0, whatever its logits. Any integer; none by default. */
  readonly ignoreIndex?: number;
}

/**
 * Computes the softmax cross-entropy of one row whose label is a class index.
 *
 *   ℓ(y, z) = ℓ(q, z),   q_k = δ_ky,   with ℓ(q, z) from `softmax_cross_entropy.ts`; 0 if y = ignoreIndex
 *
 * @param label y, a whole number in [0, K), or ignoreIndex.
 * @param logits z, K values; −∞ masks a class. NaN results for a row that is all −∞ or holds a NaN or +∞.
 * @throws RangeError naming the label if it is neither, or if classWeights does not have K entries.
 */
export function loss(label: number, logits: ArrayLike<number>, options: SparseSoftmaxCrossEntropyOptions = {}): number {
  if (label === options.ignoreIndex) return 0;
  return soft.loss(oneHot(label, logits.length), logits, options);
}

/**
 * Computes ∂ℓ/∂z_i, K values; zeros if y = ignoreIndex.
 *
 * The arguments and errors of `loss`.
 */
export function logitGradient(
  label: number,
  logits: ArrayLike<number>,
  options: SparseSoftmaxCrossEntropyOptions = {},
): Float64Array {
  if (label === options.ignoreIndex) return new Float64Array(logits.length);
  return soft.logitGradient(oneHot(label, logits.length), logits, options);
}

/**
 * Computes ∂²ℓ/∂z_i∂z_j as [i][j], K×K values; zeros if y = ignoreIndex.
 *
 * The arguments and errors of `loss`.
 */
export function logitHessian(
  label: number,
  logits: ArrayLike<number>,
  options: SparseSoftmaxCrossEntropyOptions = {},
): Float64Array[] {
  if (label === options.ignoreIndex) return Array.from(logits, () => new Float64Array(logits.length));
  return soft.logitHessian(oneHot(label, logits.length), logits, options);
}
