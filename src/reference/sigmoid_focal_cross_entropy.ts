import {weigh} from './_numbers';
import {
  elementLabelGradient,
  elementLabelLogitHessian,
  elementLogitGradient,
  elementLogitHessian,
  elementLoss,
} from './_sigmoid_element';
import type {SigmoidElement} from './_sigmoid_element';
import type {SigmoidCrossEntropyOptions} from './sigmoid_cross_entropy';

/** Options of the sigmoid focal cross-entropy of one element. */
export interface SigmoidFocalCrossEntropyOptions extends SigmoidCrossEntropyOptions {
  /** γ ≥ 0. Default 2. */
  readonly gamma?: number;
  /** α in [0, 1]: positives weigh α, negatives 1−α. Default 0.25; null for neither. */
  readonly alpha?: number | null;
}

/** The weights v₊ = w₊·α and v₋ = 1−α of the sides. */
function sides({posWeight = 1, gamma = 2, alpha = 0.25}: SigmoidFocalCrossEntropyOptions): SigmoidElement {
  return {positive: posWeight * (alpha ?? 1), negative: alpha === null ? 1 : 1 - alpha, gamma};
}

// 1 − y′ = (1−ε)·(1−y) + ε/2 is a sum of non-negative terms like y′, and does not cancel.
function element(y: number, options: SigmoidFocalCrossEntropyOptions): SigmoidElement {
  const {positive, negative, gamma} = sides(options);
  const {labelSmoothing = 0} = options;
  return {
    positive: positive * ((1 - labelSmoothing) * y + labelSmoothing / 2),
    negative: negative * ((1 - labelSmoothing) * (1 - y) + labelSmoothing / 2),
    gamma,
  };
}

/**
 * Computes the sigmoid focal cross-entropy of one element.
 *
 *   ℓ = w₊·α·y′·σ(−z)^γ·softplus(−z) + (1−α)·(1−y′)·σ(z)^γ·softplus(z),   y′ = (1−ε)·y + ε/2
 *
 * (Lin et al., "Focal Loss for Dense Object Detection", 2017; soft labels weigh its two sides.)
 *
 * @param y The label in [0, 1].
 * @param z The logit; at ±∞ the limit, with 0·∞ = 0. NaN gives NaN.
 */
export function loss(y: number, z: number, options: SigmoidFocalCrossEntropyOptions = {}): number {
  return elementLoss(z, element(y, options));
}

/**
 * Computes ∂ℓ/∂z = (1−α)·(1−y′)·f(−z) − w₊·α·y′·f(z) with
 * f(t) = σ(−t)^γ·(σ(−t) + γ·σ(t)·softplus(−t)).
 */
export function logitGradient(y: number, z: number, options: SigmoidFocalCrossEntropyOptions = {}): number {
  return elementLogitGradient(z, element(y, options));
}

/** Computes ∂²ℓ/∂z² = −(1−α)·(1−y′)·f′(−z) − w₊·α·y′·f′(z) with f as in `logitGradient`. */
export function logitHessian(y: number, z: number, options: SigmoidFocalCrossEntropyOptions = {}): number {
  return elementLogitHessian(z, element(y, options));
}

/** Computes ∂ℓ/∂y = (1−ε)·(w₊·α·σ(−z)^γ·softplus(−z) − (1−α)·σ(z)^γ·softplus(z)). */
export function labelGradient(_y: number, z: number, options: SigmoidFocalCrossEntropyOptions = {}): number {
  return weigh(1 - (options.labelSmoothing ?? 0), elementLabelGradient(z, sides(options)));
}

/** Computes ∂²ℓ/∂y∂z = −(1−ε)·(w₊·α·f(z) + (1−α)·f(−z)) with f as in `logitGradient`. */
export function labelLogitHessian(_y: number, z: number, options: SigmoidFocalCrossEntropyOptions = {}): number {
  return (1 - (options.labelSmoothing ?? 0)) * elementLabelLogitHessian(z, sides(options));
}
