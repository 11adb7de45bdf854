import {sub, tidy, zerosLike, type Tensor} from '@tensorflow/tfjs-core';
import type {NumericLike, ReductionOptions} from './options';
import {REDUCTION_OPTIONS} from './_reduce';
import {softmaxCrossEntropy} from './softmax_cross_entropy';
import {sparseSoftmaxCrossEntropy} from './sparse_softmax_cross_entropy';
import {toTensor} from './_to_tensor';
import {assertDtype, assertKnownOptions, assertNumber, sameShape} from './_validate';

/** Options of `labelSmoothingTerms`. */
export interface LabelSmoothingTermsOptions extends ReductionOptions {
  /** ε in [0, 1]. */
  readonly labelSmoothing: number;
  /** The axis of the classes. Default −1. */
  readonly axis?: number;
  /** Rows with this class index do not count. Any integer; none by default. */
  readonly ignoreIndex?: number;
}

/** The parts of a smoothed loss, each reduced as the loss is. Dispose of them as of any tensor. */
export interface LabelSmoothingTerms {
  /** ℓ, what the op with `labelSmoothing` returns. */
  readonly loss: Tensor;
  /** H(q, p), the cross-entropy with the labels as they are. */
  readonly crossEntropy: Tensor;
  /** KL(u‖p): how far the probabilities are from uniform. */
  readonly divergence: Tensor;
  /** H(u) = log K, the entropy of the uniform distribution. */
  readonly entropy: Tensor;
}

const OP = 'labelSmoothingTerms';

/**
 * Splits a softmax cross-entropy with label smoothing into what the labels ask for and what smoothing adds.
 *
 *     ℓ = (1−ε)·H(q, p) + ε·(KL(u‖p) + H(u))        u_k = 1/K,  H(u) = log K
 *
 * In a training that goes well H(q, p) falls, and KL(u‖p) levels off instead of growing for ever: it holds confidence down.
 * At the optimum of hard labels (see {@link labelSmoothingOptimum}) neither is at its own minimum.
 *
 * @param labels Class indices, of the shape of `logits` without the class axis or with 1 there, or probabilities q of the shape
 *   of `logits`.
 * @param logits z, float32, of shape [..., K] (or with the classes on `options.axis`), in nats.
 * @param options See {@link LabelSmoothingTermsOptions}; ε has to be given.
 * @returns Four tensors, in nats, differentiable in logits: scalars, or with `reduction: 'none'` a value per row.
 * @throws As `softmaxCrossEntropy` and `sparseSoftmaxCrossEntropy` do.
 *
 * @example
 * ```ts
 * const terms = labelSmoothingTerms([1], tf.tensor2d([[1, 3, -1]]), {labelSmoothing: 0.1});
 * terms.loss.print(); // 0.3429
 * terms.crossEntropy.print(); // 0.1429
 * terms.divergence.print(); // 1.0443
 * terms.entropy.print(); // 1.0986
 * ```
 *
 * Szegedy et al., Rethinking the Inception Architecture for Computer Vision (2016), section 7; as a divergence: Pereyra et
 * al., Regularizing Neural Networks by Penalizing Confident Output Distributions (2017).
 */
export function labelSmoothingTerms(
  labels: Tensor | NumericLike,
  logits: Tensor | NumericLike,
  options: LabelSmoothingTermsOptions,
): LabelSmoothingTerms {
  assertKnownOptions(OP, options, [...REDUCTION_OPTIONS, 'labelSmoothing', 'axis', 'ignoreIndex']);
  const {labelSmoothing, ignoreIndex, ...rest} = options;
  assertNumber(OP, 'labelSmoothing', labelSmoothing, 0, 1);
  return tidy(() => {
    const z = toTensor(OP, 'logits', logits);
    assertDtype(OP, 'logits', z, ['float32'], "Write tf.cast(logits, 'float32').");
    const y = toTensor(OP, 'labels', labels);
    const probabilities = sameShape(y.shape, z.shape);
    if (probabilities && ignoreIndex !== undefined) {
      throw new Error(
        `${OP}: 'ignoreIndex' goes with class indices, but 'labels' have the shape of 'logits'. Give 'weights' of 0 instead.`,
      );
    }
    const smoothed = (x: Tensor, epsilon: number): Tensor =>
      probabilities
        ? softmaxCrossEntropy(y, x, {...rest, labelSmoothing: epsilon})
        : sparseSoftmaxCrossEntropy(y, x, {
            ...rest,
            labelSmoothing: epsilon,
            ...(ignoreIndex === undefined ? {} : {ignoreIndex}),
          });
    // With ε = 1 the target is u whatever the label, and the same rows count. Equal logits have p = u, and KL(u‖u) = 0.
    const entropy = smoothed(zerosLike(z), 1);
    return {
      loss: smoothed(z, labelSmoothing),
      crossEntropy: smoothed(z, 0),
      divergence: sub(smoothed(z, 1), entropy),
      entropy,
    };
  });
}
