import {checkCounts} from './_counts';
import {describe} from './_validate';

/**
 * Computes the weight of each label's positives that balances them with its negatives.
 *
 *     w₊ = (N − n) / n
 *
 * @param positives n ≥ 1, the number of samples with label 1, for each label.
 * @param samples N ≥ n, the number of samples.
 * @returns w₊, one number per label, for the option `posWeight` of the sigmoid losses.
 * @throws Error for a count below 1 or above the number of samples.
 *
 * @example
 * ```ts
 * posWeightFromCounts([50, 10], 100); // [1, 9]
 * ```
 */
export function posWeightFromCounts(positives: ArrayLike<number>, samples: number): number[] {
  return checkCounts('posWeightFromCounts', 'positives', positives, 1).map((n, label) => {
    if (!(Number.isFinite(samples) && samples >= n)) {
      throw new Error(
        `posWeightFromCounts: 'samples' must be a number of at least ${n}, the positives of label ${label}, but is ` +
          `${describe(samples)}.`,
      );
    }
    return (samples - n) / n;
  });
}
