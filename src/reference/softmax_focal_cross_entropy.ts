import {rowLabelGradient, rowLabelLogitHessian, rowLogitGradient, rowLogitHessian, rowLoss} from './_softmax_row';
import {targetSlopes, targetWeights} from './_targets';
import type {Alpha} from './_targets';
import type {SoftmaxCrossEntropyOptions} from './softmax_cross_entropy';

/** Options of the softmax focal cross-entropy of one row. */
export interface SoftmaxFocalCrossEntropyOptions extends SoftmaxCrossEntropyOptions {
  /** γ ≥ 0. Default 2. */
  readonly gamma?: number;
  /** α ≥ 0, one number or one per class. Default null: none. */
  readonly alpha?: Alpha;
}

function parameters(options: SoftmaxFocalCrossEntropyOptions) {
  return {gamma: options.gamma ?? 2, zLoss: options.zLoss ?? 0};
}

function weights(labels: ArrayLike<number>, classes: number, options: SoftmaxFocalCrossEntropyOptions) {
  return targetWeights(labels, classes, options, options.alpha ?? null);
}

function slopes(labels: ArrayLike<number>, classes: number, options: SoftmaxFocalCrossEntropyOptions) {
  return targetSlopes(labels, classes, options, options.alpha ?? null);
}

/**
 * Computes the softmax focal cross-entropy of one row.
 *
 *   ℓ = Σ_k q′_k·(1−p_k)^γ·(−log p_k) + λ·lse²,   q′_k = w_k·α_k·((1−ε)·q_k + ε/K),   p = softmax(z)
 *
 * (Lin et al., "Focal Loss for Dense Object Detection", 2017; for soft labels as in Keras's CategoricalFocalCrossentropy.)
 *
 * @param labels q, K probabilities (any non-negative weights will do).
 * @param logits z, K values; −∞ masks a class. NaN results for a row that is all −∞ or holds a NaN or +∞.
 * @throws RangeError if labels, classWeights or a per-class alpha do not have K entries.
 */
export function loss(
  labels: ArrayLike<number>,
  logits: ArrayLike<number>,
  options: SoftmaxFocalCrossEntropyOptions = {},
): number {
  return rowLoss(weights(labels, logits.length, options), logits, parameters(options));
}

/**
 * Computes ∂ℓ/∂z_i = (Σ_k r_k)·p_i − r_i + 2λ·lse·p_i, K values, with r_k = q′_k·φ(−log p_k) and
 * φ(c) = (1−e^(−c))^γ·(1 + γ·c/(e^c − 1)).
 *
 * The arguments and errors of `loss`.
 */
export function logitGradient(
  labels: ArrayLike<number>,
  logits: ArrayLike<number>,
  options: SoftmaxFocalCrossEntropyOptions = {},
): Float64Array {
  return rowLogitGradient(weights(labels, logits.length, options), logits, parameters(options));
}

/**
 * Computes ∂²ℓ/∂z_i∂z_j = Σ_k q′_k·φ′(c_k)·(p_i − δ_ik)·(p_j − δ_jk) + (Σ_k r_k + 2λ·lse)·p_i·(δ_ij − p_j) + 2λ·p_i·p_j
 * as [i][j], K×K values, with c_k = −log p_k and r, φ as in `logitGradient`.
 *
 * The arguments and errors of `loss`.
 */
export function logitHessian(
  labels: ArrayLike<number>,
  logits: ArrayLike<number>,
  options: SoftmaxFocalCrossEntropyOptions = {},
): Float64Array[] {
  return rowLogitHessian(weights(labels, logits.length, options), logits, parameters(options));
}

/**
 * Computes ∂ℓ/∂q_i = w_i·α_i·(1−ε)·(1−p_i)^γ·(−log p_i), K values; ∞ for a masked class, whatever its label.
 *
 * The arguments and errors of `loss`.
 */
export function labelGradient(
  labels: ArrayLike<number>,
  logits: ArrayLike<number>,
  options: SoftmaxFocalCrossEntropyOptions = {},
): Float64Array {
  return rowLabelGradient(slopes(labels, logits.length, options), logits, parameters(options));
}

/**
 * Computes ∂²ℓ/∂q_i∂z_j = w_i·α_i·(1−ε)·φ(−log p_i)·(p_j − δ_ij) as [i][j], K×K values, with φ as in `logitGradient`.
 *
 * The arguments and errors of `loss`.
 */
export function labelLogitHessian(
  labels: ArrayLike<number>,
  logits: ArrayLike<number>,
  options: SoftmaxFocalCrossEntropyOptions = {},
): Float64Array[] {
  return rowLabelLogitHessian(slopes(labels, logits.length, options), logits, parameters(options));
}
