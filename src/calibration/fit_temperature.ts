import {assertInteger, assertPositive} from '../ops/_validate';
import {type Likelihood, likelihoodOf} from './_likelihood';
import type {CalibrationInput, PredictionOptions} from './options';
import {readPredictions} from './_predictions';

/** Options of `fitTemperature`. */
export interface FitTemperatureOptions extends PredictionOptions {
  /** How many evaluations of the NLL there may be. Default 100; about 10 are usual. */
  readonly maxIterations?: number;
  /** The relative change of the temperature at which it is taken as found. Default 1e-10. */
  readonly tolerance?: number;
}

/** A fitted temperature. */
export interface TemperatureFit {
  /** T: divide logits by it. Above 1, the model was too sure; below 1, too unsure. */
  readonly temperature: number;
  /** The mean NLL of the given logits, in nats. */
  readonly nllBefore: number;
  /** The mean NLL of logits/T, in nats. */
  readonly nllAfter: number;
  /** How many times the NLL was evaluated to find T. */
  readonly iterations: number;
  /** False if `maxIterations` came first: T is then the best so far. */
  readonly converged: boolean;
}

const OP = 'fitTemperature';

/**
 * Fits the temperature T > 0 by which logits have to be divided so that probabilities fit labels best (temperature scaling).
 *
 *     T = argmin_T NLL(labels, logits/T)
 *
 * The NLL is convex in β = 1/T; its root f′(β) = 0 is found by Newton's method, kept inside a bracket. Predicted classes stay
 * what they are. Fit on samples that the model did not train on, then use `{temperature}` in the measures here, or
 * `tf.div(logits, temperature)`.
 *
 * @param labels Class indices [...] or [..., 1], or probabilities [..., K]; for a sigmoid, numbers in [0, 1] of the logits' shape.
 * @param logits z, of shape [..., K], or [N] and [..., 1] for one logit a sample.
 * @param options See {@link FitTemperatureOptions}.
 * @returns See {@link TemperatureFit}.
 * @throws Error for a wrong shape or option, and where no temperature is best: if every label is predicted right (T would
 *   go to 0), if uniform probabilities fit better than any temperature (T would go to ∞), or if a label has a logit
 *   of −∞. RangeError for a label or logit that is none. The promise is rejected.
 *
 * @example
 * ```ts
 * // Sure by 6 nats, and right in three cases of four.
 * const logits = tf.tensor2d([[6, 0], [0, 6], [6, 0], [0, 6]]);
 * const fit = await fitTemperature([0, 1, 0, 0], logits);
 * fit.temperature; // 5.4614
 * fit.nllBefore; // 1.5025
 * fit.nllAfter; // 0.5623
 * ```
 *
 * Guo, Pleiss, Sun & Weinberger, On Calibration of Modern Neural Networks (2017).
 */
export async function fitTemperature(
  labels: CalibrationInput,
  logits: CalibrationInput,
  options: FitTemperatureOptions = {},
): Promise<TemperatureFit> {
  const known = ['activation', 'ignoreIndex', 'maxIterations', 'tolerance'];
  const likelihood = likelihoodOf(await readPredictions(OP, labels, logits, options, known));
  const {maxIterations = 100, tolerance = 1e-10} = options;
  assertInteger(OP, 'maxIterations', maxIterations);
  assertPositive(OP, 'maxIterations', maxIterations);
  assertPositive(OP, 'tolerance', tolerance);
  checkThatMinimumExists(likelihood);
  const {beta, ...found} = minimise(likelihood, maxIterations, tolerance);
  return {
    temperature: 1 / beta,
    nllBefore: likelihood.at(1).value,
    nllAfter: likelihood.at(beta).value,
    ...found,
  };
}

// f is convex, so f′ grows from f′(0) to its limit: f has a minimum at a β in (0, ∞) exactly if f′(0) < 0 < lim f′.

function checkThatMinimumExists({at, limitSlope}: Likelihood): void {
  if (limitSlope === Infinity) {
    throw new Error(
      `${OP}: a label has a logit that says it is impossible (-Infinity, or for a sigmoid Infinity of the wrong sign), so the ` +
        `NLL is infinite at every temperature. Leave such samples out, or mask with large finite numbers.`,
    );
  }
  if (at(0).slope >= 0) {
    throw new Error(
      `${OP}: no temperature is best: the higher it is, the lower the NLL, as uniform probabilities fit these labels better ` +
        `than the logits at any temperature. Check that labels and logits belong together, and that the model has learnt.`,
    );
  }
  if (limitSlope === 0) {
    throw new Error(
      `${OP}: no temperature is best: the logits predict every label right, so the NLL falls all the way to temperature 0. ` +
        `Fit on more samples, that the model did not train on.`,
    );
  }
}

/** Newton's method on f′, within the bracket (low, high) that the signs of f′ seen so far give. */
function minimise(
  {at}: Likelihood,
  maxIterations: number,
  tolerance: number,
): {beta: number; iterations: number; converged: boolean} {
  let beta = 1;
  let [low, high] = [0, Infinity];
  for (let iterations = 1; iterations <= maxIterations; iterations++) {
    const {slope, curvature} = at(beta);
    if (slope < 0) low = beta;
    else high = beta;
    const newton = beta - slope / curvature;
    // At the end a step is too small to move β, which is an end of the bracket.
    const next = newton === beta || (newton > low && newton < high) ? newton : between(low, high);
    const change = Math.abs(next - beta);
    if (slope === 0 || change <= tolerance * beta)
      return {beta: slope === 0 ? beta : next, iterations, converged: true};
    beta = next;
  }
  return {beta, iterations: maxIterations, converged: false};
}

/** Far from everything known, as the scale of the logits may be any, and in the middle of its logarithm where both ends are. */
function between(low: number, high: number): number {
  if (low === 0) return high / 8;
  return high === Infinity ? 8 * low : Math.sqrt(low) * Math.sqrt(high);
}
