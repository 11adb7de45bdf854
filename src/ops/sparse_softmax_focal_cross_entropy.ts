import type {Tensor} from '@tensorflow/tfjs-core';
import {softmaxLoss} from './_softmax';
import type {NumericLike, SparseSoftmaxFocalCrossEntropyOptions} from './options';

const OP = {name: 'sparseSoftmaxFocalCrossEntropy', sparse: true, focal: true} as const;

/**
 * Computes the focal cross-entropy of softmax(logits) with class indices.
 *
 * As {@link softmaxFocalCrossEntropy} with the one-hot target of class y: without smoothing ℓ = w_y·α_y·(1 − p_y)^γ·(−log p_y).
 * The divisor of `'mean'` is that of {@link sparseSoftmaxCrossEntropy}: class weights count in it, α does not.
 *
 * @param labels y, whole numbers 0 … K−1 (int32 or float32), of the shape of `logits` without the class axis, or with 1 there.
 * @param logits z, float32, of shape [..., K] (or with the classes on `options.axis`), in nats.
 * @param options See {@link SparseSoftmaxFocalCrossEntropyOptions}: γ = 2 and no α by default.
 * @returns A scalar, or with `reduction: 'none'` the shape of `logits` without the class axis, in nats.
 * @throws Error for a wrong shape, dtype or option; RangeError for a label that is no class, as
 *   {@link sparseSoftmaxCrossEntropy}.
 *
 * @example
 * ```ts
 * sparseSoftmaxFocalCrossEntropy([1], tf.tensor2d([[1, 3, -1]]), {gamma: 2, alpha: [0.2, 0.5, 0.3]}).print(); // 0.0013
 * ```
 *
 * Lin et al., Focal Loss for Dense Object Detection (2017).
 */
export function sparseSoftmaxFocalCrossEntropy(
  labels: Tensor | NumericLike,
  logits: Tensor | NumericLike,
  options: SparseSoftmaxFocalCrossEntropyOptions = {},
): Tensor {
  return softmaxLoss(OP, labels, logits, options);
}
