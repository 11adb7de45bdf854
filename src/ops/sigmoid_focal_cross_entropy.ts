import type {Tensor} from '@tensorflow/tfjs-core';
import {sigmoidLoss} from './sigmoid_loss';
import type {NumericLike, SigmoidFocalCrossEntropyOptions} from './options';

const OP = {name: 'sigmoidFocalCrossEntropy', focal: true} as const;

/**
 * Computes the focal form of BCE with logits: elements that are already right count less.
 *
 * With y' = (1−ε)·y + ε/2, g(t) = softplus(−t)·σ(−t)^γ, each element has
 *
 *     ℓ = α·w₊·y'·g(z) + (1−α)·(1−y')·g(−z)
 *
 * which for hard labels is α_t·(1 − p_t)^γ·(−log p_t). σ(−t)^γ is computed as e^(−γ·softplus(t)), so value and gradient
 * are finite for every γ ≥ 0; γ = 0 with `alpha: null` is {@link sigmoidCrossEntropy}.
 *
 * @param labels y in [0, 1], of the shape of `logits`.
 * @param logits z, float32, of any shape, in nats; the last axis is the labels' for a `posWeight` per label.
 * @param options See {@link SigmoidFocalCrossEntropyOptions}: γ = 2 and α = 0.25 by default.
 * @returns A scalar, or with `reduction: 'none'` the shape of `logits`, in nats.
 * @throws Error for a wrong shape, dtype or option. z = ±∞ gives the limit, NaN gives NaN.
 *
 * @example
 * ```ts
 * sigmoidFocalCrossEntropy([1, 0], [2, -1], {gamma: 2, alpha: 0.25}).print(); // 0.0087
 * ```
 *
 * Lin et al., Focal Loss for Dense Object Detection (2017).
 */
export function sigmoidFocalCrossEntropy(
  labels: Tensor | NumericLike,
  logits: Tensor | NumericLike,
  options: SigmoidFocalCrossEntropyOptions = {},
): Tensor {
  return sigmoidLoss(OP, labels, logits, options);
}
