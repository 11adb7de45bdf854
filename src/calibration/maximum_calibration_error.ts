import {readBins} from './_bins';
import {calibrationError} from './_claims';
import type {BinnedOptions, CalibrationInput} from './options';

/**
 * Computes the largest distance of any bin between predicted probability and how often it comes true.
 *
 *     max_b |a_b − c_b|
 *
 * in the letters, and with the arguments, of {@link expectedCalibrationError}. A bin with few predictions counts as much as
 * a full one: use fewer bins, or more samples, for a steady value.
 *
 * @param labels As there.
 * @param logits As there.
 * @param options See {@link BinnedOptions}.
 * @returns A number from 0 to 1.
 * @throws Error for a wrong shape or option, RangeError for a label or logit that is none (the promise is rejected).
 *
 * @example
 * ```ts
 * await maximumCalibrationError([0, 1, 1], [[2, 0], [0, 3], [1, 0]]); // 0.7311
 * ```
 *
 * Naeini, Cooper & Hauskrecht, Obtaining Well Calibrated Probabilities Using Bayesian Binning (2015).
 */
export async function maximumCalibrationError(
  labels: CalibrationInput,
  logits: CalibrationInput,
  options: BinnedOptions = {},
): Promise<number> {
  return calibrationError(await readBins('maximumCalibrationError', labels, logits, options), 'max');
}
