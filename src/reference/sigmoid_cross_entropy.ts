import {weigh} from './_numbers';
import {
  elementLabelGradient,
  elementLabelLogitHessian,
  elementLogitGradient,
  elementLogitHessian,
  elementLoss,
} from './_sigmoid_element';
import type {SigmoidElement} from './_sigmoid_element';

/** Options of the sigmoid cross-entropy of one element. */
export interface SigmoidCrossEntropyOptions {
  /** ε in [0, 1]. Default 0. */
  readonly labelSmoothing?: number;
  /** w₊ ≥ 0. Default 1. */
  readonly posWeight?: number;
}

// 1 − y′ = (1−ε)·(1−y) + ε/2 is a sum of non-negative terms like y′, and does not cancel.
function element(y: number, {labelSmoothing = 0, posWeight = 1}: SigmoidCrossEntropyOptions): SigmoidElement {
  return {
    positive: posWeight * ((1 - labelSmoothing) * y + labelSmoothing / 2),
    negative: (1 - labelSmoothing) * (1 - y) + labelSmoothing / 2,
    gamma: 0,
  };
}

function sides({posWeight = 1}: SigmoidCrossEntropyOptions): SigmoidElement {
  return {positive: posWeight, negative: 1, gamma: 0};
}

/**
 * Computes the sigmoid cross-entropy (binary cross-entropy with logits) of one element.
 *
 *   ℓ = w₊·y′·softplus(−z) + (1−y′)·softplus(z),   y′ = (1−ε)·y + ε/2
 *
 * (w₊ as PyTorch's BCEWithLogitsLoss; smoothing as tf.losses.sigmoidCrossEntropy.)
 *
 * @param y The label in [0, 1].
 * @param z The logit; at ±∞ the limit, with 0·∞ = 0. NaN gives NaN.
 */
export function loss(y: number, z: number, options: SigmoidCrossEntropyOptions = {}): number {
  return elementLoss(z, element(y, options));
}

/** Computes ∂ℓ/∂z = (1−y′)·σ(z) − w₊·y′·σ(−z). */
export function logitGradient(y: number, z: number, options: SigmoidCrossEntropyOptions = {}): number {
  return elementLogitGradient(z, element(y, options));
}

/** Computes ∂²ℓ/∂z² = (1−y′ + w₊·y′)·σ(z)·σ(−z). */
export function logitHessian(y: number, z: number, options: SigmoidCrossEntropyOptions = {}): number {
  return elementLogitHessian(z, element(y, options));
}

/** Computes ∂ℓ/∂y = (1−ε)·(w₊·softplus(−z) − softplus(z)), −(1−ε)·z for w₊ = 1. */
export function labelGradient(_y: number, z: number, options: SigmoidCrossEntropyOptions = {}): number {
  return weigh(1 - (options.labelSmoothing ?? 0), elementLabelGradient(z, sides(options)));
}

/** Computes ∂²ℓ/∂y∂z = −(1−ε)·(w₊·σ(−z) + σ(z)). */
export function labelLogitHessian(_y: number, z: number, options: SigmoidCrossEntropyOptions = {}): number {
  return (1 - (options.labelSmoothing ?? 0)) * elementLabelLogitHessian(z, sides(options));
}
