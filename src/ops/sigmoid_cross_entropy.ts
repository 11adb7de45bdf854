import type {Tensor} from '@tensorflow/tfjs-core';
import {sigmoidLoss} from './sigmoid_loss';
import type {NumericLike, SigmoidCrossEntropyOptions} from './options';

const OP = {name: 'sigmoidCrossEntropy', focal: false} as const;

/**
 * Computes the binary cross-entropy (BCE) of sigmoid(logits) with labels, each label on its own.
 *
 * With y' = (1−ε)·y + ε/2 each element has
 *
 *     ℓ = w₊·y'·softplus(−z) + (1−y')·softplus(z)        ∂ℓ/∂z = (1−y')·σ(z) − w₊·y'·σ(−z)
 *
 * `'mean'` divides by the number of elements.
 *
 * @param labels y in [0, 1], of the shape of `logits`.
 * @param logits z, float32, of any shape, in nats; the last axis is the labels' for a `posWeight` per label.
 * @param options See {@link SigmoidCrossEntropyOptions}.
 * @returns A scalar, or with `reduction: 'none'` the shape of `logits`, in nats.
 * @throws Error for a wrong shape, dtype or option. z = ±∞ gives the limit, NaN gives NaN.
 *
 * @example
 * ```ts
 * sigmoidCrossEntropy([1, 0], [2, -1], {posWeight: 3}).print(); // 0.3470
 * ```
 */
export function sigmoidCrossEntropy(
  labels: Tensor | NumericLike,
  logits: Tensor | NumericLike,
  options: SigmoidCrossEntropyOptions = {},
): Tensor {
  return sigmoidLoss(OP, labels, logits, options);
}
