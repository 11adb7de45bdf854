import {add, mul, type Tensor} from '@tensorflow/tfjs-core';
import type {NumericLike} from '../ops/options';
import {type Score, classScore} from './_class_scores';
import type {ClassScoreOptions} from './options';

const score: Score = ({hits, predicted, labelled}) => ({
  numerator: mul(hits, 2),
  denominator: add(predicted, labelled),
});

/**
 * Computes the harmonic mean of precision and recall.
 *
 *     F₁ = 2·TP / (2·TP + FP + FN)
 *
 * Labels, predictions and averages are those of {@link precision}: `'macro'` is the mean of the classes' F₁, not the F₁ of
 * their means. Nothing labelled and nothing predicted is 0/0, which is `zeroDivision`, 0 as in scikit-learn. In `compile`
 * this is the mean over the batches of the F₁ of each.
 *
 * @param yTrue y: labels of the shape of `yPred` (or without its last axis if that has length 1), or class indices.
 * @param yPred z, float32 logits: [N], [N, 1], [N, K], [N, T, K].
 * @param options See {@link ClassScoreOptions}.
 * @returns A scalar in [0, 1]; NaN for a class index that is no class.
 * @throws Error for a wrong shape, dtype or option.
 *
 * @example
 * ```ts
 * const logits = [[2, 1, 0], [0, 3, 1], [1, 2, 0], [0, 1, 4]];
 * f1([0, 1, 2, 2], logits).print(); // 0.7778
 * f1([0, 1, 2, 2], logits, {average: 'weighted'}).print(); // 0.75
 * ```
 */
export function f1(yTrue: Tensor | NumericLike, yPred: Tensor | NumericLike, options: ClassScoreOptions = {}): Tensor {
  return classScore('f1', score, yTrue, yPred, options);
}
