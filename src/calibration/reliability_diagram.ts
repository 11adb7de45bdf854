import {readBins} from './_bins';
import {calibrationError} from './_claims';
import type {BinnedOptions, CalibrationInput} from './options';
import type {ReliabilityBin} from './reliability_bin';

/** The data of a reliability diagram. */
export interface ReliabilityDiagram {
  /** All bins, the empty ones too, in order. */
  readonly bins: readonly ReliabilityBin[];
  /** n: how many predictions there are. */
  readonly count: number;
  /** The mean probability of all predictions. */
  readonly confidence: number;
  /** The share of all predictions that came true: with a softmax the accuracy, with a sigmoid the share of label 1. */
  readonly accuracy: number;
  /** Σ_b (n_b/n)·|a_b − c_b|. */
  readonly expectedCalibrationError: number;
  /** max_b |a_b − c_b|. */
  readonly maximumCalibrationError: number;
}

/**
 * Computes the data of a reliability diagram: by how sure predictions are, how often they come true.
 *
 * Arguments and predictions are those of `expectedCalibrationError`. `reliabilityDiagramSvg` draws the result,
 * `showReliabilityDiagram` shows it in tfjs-vis.
 *
 * @param labels Class indices [...] or [..., 1], or probabilities [..., K]; for a sigmoid, numbers in [0, 1] of the logits' shape.
 * @param logits z, of shape [..., K], or [N] and [..., 1] for one logit a sample.
 * @param options See {@link BinnedOptions}.
 * @returns Bins, totals and both calibration errors.
 * @throws Error for a wrong shape or option, RangeError for a label or logit that is none (the promise is rejected).
 *
 * @example
 * ```ts
 * const diagram = await reliabilityDiagram([0, 1, 1], [[2, 0], [0, 3], [1, 0]], {bins: 5});
 * diagram.bins.map(({count}) => count); // [0, 0, 0, 1, 2]
 * diagram.bins[4].confidence; // 0.9167
 * diagram.bins[4].accuracy; // 1
 * ```
 *
 * Murphy & Winkler, Reliability of Subjective Probability Forecasts of Precipitation and Temperature (1977).
 */
export async function reliabilityDiagram(
  labels: CalibrationInput,
  logits: CalibrationInput,
  options: BinnedOptions = {},
): Promise<ReliabilityDiagram> {
  const bins = await readBins('reliabilityDiagram', labels, logits, options);
  const filled = bins.filter((bin) => bin.count > 0);
  const count = filled.reduce((sum, bin) => sum + bin.count, 0);
  return {
    bins,
    count,
    confidence: filled.reduce((sum, bin) => sum + bin.count * bin.confidence, 0) / count,
    accuracy: filled.reduce((sum, bin) => sum + bin.count * bin.accuracy, 0) / count,
    expectedCalibrationError: calibrationError(bins, 'l1'),
    maximumCalibrationError: calibrationError(bins, 'max'),
  };
}
