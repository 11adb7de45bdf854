import type {Tensor} from '@tensorflow/tfjs-core';
import type {NumericLike} from '../ops/options';
import {type Score, classScore} from './_class_scores';
import type {ClassScoreOptions} from './options';

const score: Score = ({hits, predicted}) => ({numerator: hits, denominator: predicted});

/**
 * Computes how much of what is predicted is labelled so.
 *
 *     precision = TP / (TP + FP)
 *
 * Labels of the shape of the outputs are one for each output, predicted where the logit is above the threshold; class
 * indices, or one-hot labels with `oneHot: true`, are one class a row, predicted by the largest logit. See
 * {@link ClassScoreOptions} for the averages. Nothing predicted is 0/0, which is `zeroDivision`, 0 as in scikit-learn. A
 * logit of NaN predicts nothing.
 *
 * In `compile` this is the mean over the batches of the precision of each, which is not the precision of all samples: for
 * that, call it on `model.predict`.
 *
 * @param yTrue y: labels of the shape of `yPred` (or without its last axis if that has length 1), or class indices.
 * @param yPred z, float32 logits: [N], [N, 1], [N, K], [N, T, K].
 * @param options See {@link ClassScoreOptions}.
 * @returns A scalar in [0, 1]; NaN for a class index that is no class.
 * @throws Error for a wrong shape, dtype or option.
 *
 * @example
 * ```ts
 * precision([1, 1, 0, 0], [3, -1, 0.5, 2]).print(); // 0.3333
 * ```
 */
export function precision(
  yTrue: Tensor | NumericLike,
  yPred: Tensor | NumericLike,
  options: ClassScoreOptions = {},
): Tensor {
  return classScore('precision', score, yTrue, yPred, options);
}
