import type {Tensor} from '@tensorflow/tfjs-core';
import {softmaxLoss} from './_softmax';
import type {NumericLike, SoftmaxCrossEntropyOptions} from './options';

const OP = {name: 'softmaxCrossEntropy', sparse: false, focal: false} as const;

/**
 * Computes the cross-entropy of softmax(logits) with target distributions.
 *
 * With q' = w·((1−ε)·q + ε/K), p = softmax(z) and lse = log Σ_k e^(z_k), each row has
 *
 *     ℓ = Σ_k q'_k·(lse − z_k) + λ·lse²        ∂ℓ/∂z_k = (Σ_j q'_j + 2λ·lse)·p_k − q'_k        ∂ℓ/∂q_k = (1−ε)·w_k·(lse − z_k)
 *
 * A loss stays exact however small it is, and labels are differentiable. `'mean'` divides by the number of rows, as
 * PyTorch does for class probabilities.
 *
 * @param labels q, probabilities (any non-negative weights) of the shape of `logits`.
 * @param logits z, float32, of shape [..., K] (or with the classes on `options.axis`), in nats.
 * @param options See {@link SoftmaxCrossEntropyOptions}.
 * @returns A scalar, or with `reduction: 'none'` the shape of `logits` without the class axis, in nats.
 * @throws Error for a wrong shape, dtype or option. A row that holds NaN or +∞, or is all −∞, is NaN.
 *
 * @example
 * ```ts
 * const labels = tf.tensor2d([[0, 1, 0]]);
 * const logits = tf.tensor2d([[1, 3, -1]]);
 * softmaxCrossEntropy(labels, logits, {labelSmoothing: 0.1}).print(); // 0.3429
 * ```
 *
 * Label smoothing: Szegedy et al., Rethinking the Inception Architecture (2016). z-loss: Chowdhery et al., PaLM (2022).
 */
export function softmaxCrossEntropy(
  labels: Tensor | NumericLike,
  logits: Tensor | NumericLike,
  options: SoftmaxCrossEntropyOptions = {},
): Tensor {
  return softmaxLoss(OP, labels, logits, options);
}
