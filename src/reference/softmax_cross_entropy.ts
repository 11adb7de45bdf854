import {rowLabelGradient, rowLabelLogitHessian, rowLogitGradient, rowLogitHessian, rowLoss} from './_softmax_row';
import {targetSlopes, targetWeights} from './_targets';
import type {TargetOptions} from './_targets';

/** Options of the softmax cross-entropy of one row. */
export interface SoftmaxCrossEntropyOptions extends TargetOptions {
  /** λ ≥ 0: adds λ·lse². Default 0. */
  readonly zLoss?: number;
}

const NO_ALPHA = null;

function parameters(options: SoftmaxCrossEntropyOptions) {
  return {gamma: 0, zLoss: options.zLoss ?? 0};
}

/**
 * Computes the softmax cross-entropy of one row.
 *
 *   ℓ = Σ_k q′_k·(lse − z_k) + λ·lse²,   q′_k = w_k·((1−ε)·q_k + ε/K)
 *
 * Smoothing: Szegedy et al. 2016; λ: Mesh TensorFlow's z-loss (Shazeer et al. 2018), as in PaLM (Chowdhery et al. 2022).
 *
 * @param labels q, K probabilities (any non-negative weights will do).
 * @param logits z, K values; −∞ masks a class. NaN results for a row that is all −∞ or holds a NaN or +∞.
 * @throws RangeError if labels or classWeights do not have K entries.
 */
export function loss(
  labels: ArrayLike<number>,
  logits: ArrayLike<number>,
  options: SoftmaxCrossEntropyOptions = {},
): number {
  return rowLoss(targetWeights(labels, logits.length, options, NO_ALPHA), logits, parameters(options));
}

/**
 * Computes ∂ℓ/∂z_i = (Σ_k q′_k)·p_i − q′_i + 2λ·lse·p_i, p = softmax(z), K values.
 *
 * The arguments and errors of `loss`.
 */
export function logitGradient(
  labels: ArrayLike<number>,
  logits: ArrayLike<number>,
  options: SoftmaxCrossEntropyOptions = {},
): Float64Array {
  return rowLogitGradient(targetWeights(labels, logits.length, options, NO_ALPHA), logits, parameters(options));
}

/**
 * Computes ∂²ℓ/∂z_i∂z_j = (Σ_k q′_k + 2λ·lse)·p_i·(δ_ij − p_j) + 2λ·p_i·p_j as [i][j], K×K values.
 *
 * The arguments and errors of `loss`.
 */
export function logitHessian(
  labels: ArrayLike<number>,
  logits: ArrayLike<number>,
  options: SoftmaxCrossEntropyOptions = {},
): Float64Array[] {
  return rowLogitHessian(targetWeights(labels, logits.length, options, NO_ALPHA), logits, parameters(options));
}

/**
 * Computes ∂ℓ/∂q_i = w_i·(1−ε)·(lse − z_i), K values; ∞ for a masked class, whatever its label.
 *
 * The arguments and errors of `loss`.
 */
export function labelGradient(
  labels: ArrayLike<number>,
  logits: ArrayLike<number>,
  options: SoftmaxCrossEntropyOptions = {},
): Float64Array {
  return rowLabelGradient(targetSlopes(labels, logits.length, options, NO_ALPHA), logits, parameters(options));
}

/**
 * Computes ∂²ℓ/∂q_i∂z_j = w_i·(1−ε)·(p_j − δ_ij) as [i][j], K×K values.
 *
 * The arguments and errors of `loss`.
 */
export function labelLogitHessian(
  labels: ArrayLike<number>,
  logits: ArrayLike<number>,
  options: SoftmaxCrossEntropyOptions = {},
): Float64Array[] {
  return rowLabelLogitHessian(targetSlopes(labels, logits.length, options, NO_ALPHA), logits, parameters(options));
}
