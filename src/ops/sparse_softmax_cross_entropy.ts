import type {Tensor} from '@tensorflow/tfjs-core';
import {softmaxLoss} from './_softmax';
import type {NumericLike, SparseSoftmaxCrossEntropyOptions} from './options';

const OP = {name: 'sparseSoftmaxCrossEntropy', sparse: true, focal: false} as const;

/**
 * Computes the cross-entropy of softmax(logits) with class indices.
 *
 * As {@link softmaxCrossEntropy} with the one-hot target of class y; without smoothing ℓ = w_y·log1p(Σ_{k≠y} e^(z_k − z_y)).
 * `'mean'` divides by Σ_n w_{y_n} over the rows that are not ignored, as PyTorch does for class indices; 0 if none is left.
 *
 * @param labels y, whole numbers 0 … K−1 (int32 or float32), of the shape of `logits` without the class axis, or with 1 there.
 * @param logits z, float32, of shape [..., K] (or with the classes on `options.axis`), in nats.
 * @param options See {@link SparseSoftmaxCrossEntropyOptions}.
 * @returns A scalar, or with `reduction: 'none'` the shape of `logits` without the class axis, in nats.
 * @throws Error for a wrong shape, dtype or option; RangeError for a label that is no class, with its index and value, on
 *   cpu, wasm and node (NaN in its row on webgl and webgpu).
 *
 * @example
 * ```ts
 * const logits = tf.tensor2d([[1, 3, -1], [0, 0, 2]]);
 * sparseSoftmaxCrossEntropy([1, -100], logits, {ignoreIndex: -100}).print(); // 0.1429
 * ```
 *
 * Small losses: Blanchard, Higham & Higham, Accurately computing the log-sum-exp and softmax functions (2021).
 */
export function sparseSoftmaxCrossEntropy(
  labels: Tensor | NumericLike,
  logits: Tensor | NumericLike,
  options: SparseSoftmaxCrossEntropyOptions = {},
): Tensor {
  return softmaxLoss(OP, labels, logits, options);
}
