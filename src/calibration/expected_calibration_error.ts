import {describe} from '../ops/_validate';
import {BINNED_OPTIONS, readBins} from './_bins';
import {calibrationError} from './_claims';
import type {BinnedOptions, CalibrationInput, CalibrationNorm} from './options';

/** Options of `expectedCalibrationError`. */
export interface ExpectedCalibrationErrorOptions extends BinnedOptions {
  /** Default `'l1'`. `'max'` is {@link maximumCalibrationError}. */
  readonly norm?: CalibrationNorm;
}

const OP = 'expectedCalibrationError';

/**
 * Computes how far predicted probabilities are from how often they come true.
 *
 * With n_b predictions in bin b, their mean probability c_b and the share a_b of them that came true:
 *
 *     l1: Σ_b (n_b/n)·|a_b − c_b|        l2: √(Σ_b (n_b/n)·(a_b − c_b)²)        max: max_b |a_b − c_b|
 *
 * The prediction is with a softmax that the most probable class is the label, with a sigmoid (binary, or each label of
 * several) that the label is 1, as in torchmetrics. A bin holds its lower end, and the last one 1. With soft labels a
 * prediction comes true to the degree of its label.
 *
 * @param labels Class indices [...] or [..., 1], or probabilities [..., K]; for a sigmoid, numbers in [0, 1] of the logits' shape.
 * @param logits z, of shape [..., K], or [N] and [..., 1] for one logit a sample.
 * @param options See {@link ExpectedCalibrationErrorOptions}.
 * @returns A number from 0 to 1.
 * @throws Error for a wrong shape or option, RangeError for a label or logit that is none (the promise is rejected).
 *
 * @example
 * ```ts
 * const logits = tf.tensor2d([[2, 0], [0, 3], [1, 0]]);
 * await expectedCalibrationError([0, 1, 1], logits); // 0.2992
 * ```
 *
 * Naeini, Cooper & Hauskrecht, Obtaining Well Calibrated Probabilities Using Bayesian Binning (2015); for networks Guo et
 * al., On Calibration of Modern Neural Networks (2017).
 */
export async function expectedCalibrationError(
  labels: CalibrationInput,
  logits: CalibrationInput,
  options: ExpectedCalibrationErrorOptions = {},
): Promise<number> {
  const bins = await readBins(OP, labels, logits, options, [...BINNED_OPTIONS, 'norm']);
  const {norm = 'l1'} = options;
  if (norm !== 'l1' && norm !== 'l2' && norm !== 'max') {
    throw new Error(`${OP}: 'norm' must be 'l1', 'l2' or 'max', but is ${describe(norm)}.`);
  }
  return calibrationError(bins, norm);
}
