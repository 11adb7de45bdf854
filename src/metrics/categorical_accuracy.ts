import {tidy, type Tensor} from '@tensorflow/tfjs-core';
import type {NumericLike} from '../ops/options';
import {checkOptions} from './_check_options';
import {classAccuracy} from './_class_accuracy';
import {inputsOf, oneHotRows} from './_inputs';
import type {CategoricalAccuracyOptions} from './options';

/**
 * Computes how many rows have their largest logit at the class of their one-hot label.
 *
 *     accuracy = mean of [argmax z = argmax y]
 *
 * Of equal logits the first counts, as in Keras. A row with a logit of NaN is never right; 0 if nothing counts.
 *
 * @param yTrue y, one-hot labels or probabilities of the shape of `yPred`.
 * @param yPred z, float32 logits of shape [N, ..., K] (or with the classes on `options.axis`).
 * @param options See {@link CategoricalAccuracyOptions}.
 * @returns A scalar in [0, 1].
 * @throws Error for a wrong shape, dtype or option.
 *
 * @example
 * ```ts
 * categoricalAccuracyFromLogits([[0, 1, 0], [1, 0, 0]], [[-2, 3, 1], [0, 0.5, 0]]).print(); // 0.5
 * ```
 */
export function categoricalAccuracyFromLogits(
  yTrue: Tensor | NumericLike,
  yPred: Tensor | NumericLike,
  options: CategoricalAccuracyOptions = {},
): Tensor {
  checkOptions('categoricalAccuracyFromLogits', options);
  return tidy(() => {
    const inputs = inputsOf('categoricalAccuracyFromLogits', yTrue, yPred);
    return classAccuracy(oneHotRows(inputs, options, ' Class indices are for sparseCategoricalAccuracyFromLogits.'));
  });
}
