import type {Tensor} from '@tensorflow/tfjs-core';
import {softmaxLoss} from './_softmax';
import type {NumericLike, SoftmaxFocalCrossEntropyOptions} from './options';

const OP = {name: 'softmaxFocalCrossEntropy', sparse: false, focal: true} as const;

/**
 * Computes the focal cross-entropy of softmax(logits) with target distributions: cross-entropy that fades out for
 * classes that are already right.
 *
 * With q' = w·α·((1−ε)·q + ε/K), c_k = lse − z_k = −log p_k, each row has
 *
 *     ℓ = Σ_k q'_k·(1 − p_k)^γ·c_k + λ·lse²
 *
 * which is Keras's categorical focal cross-entropy; γ = 0 is {@link softmaxCrossEntropy}.
 *
 * @param labels q, probabilities (any non-negative weights) of the shape of `logits`.
 * @param logits z, float32, of shape [..., K] (or with the classes on `options.axis`), in nats.
 * @param options See {@link SoftmaxFocalCrossEntropyOptions}: γ = 2 and no α by default.
 * @returns A scalar, or with `reduction: 'none'` the shape of `logits` without the class axis, in nats.
 * @throws Error for a wrong shape, dtype or option.
 *
 * @example
 * ```ts
 * softmaxFocalCrossEntropy(tf.tensor2d([[0, 1, 0]]), tf.tensor2d([[1, 3, -1]]), {gamma: 2}).print(); // 0.0025
 * ```
 *
 * Lin et al., Focal Loss for Dense Object Detection (2017).
 */
export function softmaxFocalCrossEntropy(
  labels: Tensor | NumericLike,
  logits: Tensor | NumericLike,
  options: SoftmaxFocalCrossEntropyOptions = {},
): Tensor {
  return softmaxLoss(OP, labels, logits, options);
}
