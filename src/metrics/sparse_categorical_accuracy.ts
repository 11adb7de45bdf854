import {tidy, type Tensor} from '@tensorflow/tfjs-core';
import type {NumericLike} from '../ops/options';
import {checkOptions} from './_check_options';
import {classAccuracy} from './_class_accuracy';
import {indexRows, inputsOf} from './_inputs';
import type {SparseCategoricalAccuracyOptions} from './options';

/**
 * Computes how many rows have their largest logit at the class that their label names.
 *
 *     accuracy = mean of [argmax z = y], over the rows with y ≠ ignoreIndex
 *
 * Of equal logits the first counts, as in Keras. A row with a logit of NaN is never right; 0 if nothing counts. A label
 * that is no class (1.9, −1, K) makes the result NaN.
 *
 * @param yTrue y, class indices (int32 or float32) of the shape of `yPred` without the class axis, or with 1 there:
 *   [N], [N, 1], [N, T], [N, T, 1].
 * @param yPred z, float32 logits of shape [N, ..., K] (or with the classes on `options.axis`).
 * @param options See {@link SparseCategoricalAccuracyOptions}.
 * @returns A scalar in [0, 1].
 * @throws Error for a wrong shape, dtype or option.
 *
 * @example
 * ```ts
 * const logits = [[-2, 3, 1], [0, 0.5, 0], [4, 1, 1]];
 * sparseCategoricalAccuracyFromLogits([1, 0, -1], logits, {ignoreIndex: -1}).print(); // 0.5
 * ```
 */
export function sparseCategoricalAccuracyFromLogits(
  yTrue: Tensor | NumericLike,
  yPred: Tensor | NumericLike,
  options: SparseCategoricalAccuracyOptions = {},
): Tensor {
  checkOptions('sparseCategoricalAccuracyFromLogits', options);
  return tidy(() => {
    const inputs = inputsOf('sparseCategoricalAccuracyFromLogits', yTrue, yPred);
    return classAccuracy(indexRows(inputs, options, ' One-hot labels are for categoricalAccuracyFromLogits.'));
  });
}
