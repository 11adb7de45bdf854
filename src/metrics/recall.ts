import type {Tensor} from '@tensorflow/tfjs-core';
import type {NumericLike} from '../ops/options';
import {type Score, classScore} from './_class_scores';
import type {ClassScoreOptions} from './options';

const score: Score = ({hits, labelled}) => ({numerator: hits, denominator: labelled});

/**
 * Computes how much of what is labelled is predicted.
 *
 *     recall = TP / (TP + FN)
 *
 * Labels, predictions and averages are those of {@link precision}. Nothing labelled is 0/0, which is `zeroDivision`, 0 as
 * in scikit-learn. In `compile` this is the mean over the batches of the recall of each.
 *
 * @param yTrue y: labels of the shape of `yPred` (or without its last axis if that has length 1), or class indices.
 * @param yPred z, float32 logits: [N], [N, 1], [N, K], [N, T, K].
 * @param options See {@link ClassScoreOptions}.
 * @returns A scalar in [0, 1]; NaN for a class index that is no class.
 * @throws Error for a wrong shape, dtype or option.
 *
 * @example
 * ```ts
 * recall([1, 1, 0, 0], [3, -1, 0.5, 2], {threshold: 0.2}).print(); // 1
 * ```
 */
export function recall(
  yTrue: Tensor | NumericLike,
  yPred: Tensor | NumericLike,
  options: ClassScoreOptions = {},
): Tensor {
  return classScore('recall', score, yTrue, yPred, options);
}
