import type {CalibrationInput, CalibrationOptions} from './options';
import {type SigmoidPredictions, type SoftmaxPredictions, readPredictions} from './_predictions';
import {writeDifferences, writeExponentials} from './_softmax';

/**
 * Computes the mean squared distance of predicted probabilities from the labels.
 *
 *     softmax: Σ_k (p_k − q_k)² a row        sigmoid: (σ(z) − y)² a logit
 *
 * The softmax form is Brier's own, from 0 to 2; the sigmoid form is from 0 to 1, half of what two classes would give.
 *
 * @param labels Class indices [...] or [..., 1], or probabilities q [..., K]; for a sigmoid, y in [0, 1] of the logits' shape.
 * @param logits z, of shape [..., K], or [N] and [..., 1] for one logit a sample.
 * @param options See {@link CalibrationOptions}.
 * @returns A number of at least 0.
 * @throws Error for a wrong shape or option, RangeError for a label or logit that is none (the promise is rejected).
 *
 * @example
 * ```ts
 * await brierScore([0, 1], [[2, 0], [0, 3]]); // 0.0165
 * await brierScore([0, 1], [-2, 3]); // 0.0082
 * ```
 *
 * Brier, Verification of Forecasts Expressed in Terms of Probability (1950).
 */
export async function brierScore(
  labels: CalibrationInput,
  logits: CalibrationInput,
  options: CalibrationOptions = {},
): Promise<number> {
  const predictions = await readPredictions('brierScore', labels, logits, options);
  const total = predictions.activation === 'softmax' ? softmaxTotal(predictions) : sigmoidTotal(predictions);
  return total / predictions.count;
}

// In the letters of _softmax.ts, p_M − q_M = (1 − q_M·s)/s = (1 − q_M − q_M·rest)/s, which for q_M = 1 is −rest/s, exactly.

function softmaxTotal({count, classes, logits, target}: SoftmaxPredictions): number {
  const e = new Float64Array(classes);
  let total = 0;
  for (let n = 0; n < count; n++) {
    const q = target(n);
    const argMax = writeDifferences(logits(n), e);
    const rest = writeExponentials(e, argMax, 1, e);
    const s = 1 + rest;
    for (let k = 0; k < classes; k++) {
      const difference = k === argMax ? (1 - q[k]! - q[k]! * rest) / s : e[k]! / s - q[k]!;
      total += difference ** 2;
    }
  }
  return total;
}

// With E = e^(−|z|), σ(z) − y is (1 − y − y·E)/(1 + E) for z > 0 and ((1 − y)·E − y)/(1 + E) otherwise.

function sigmoidTotal({logits, labels}: SigmoidPredictions): number {
  return logits.reduce((total, z, n) => {
    const y = labels[n]!;
    const E = Math.exp(-Math.abs(z));
    const numerator = z > 0 ? 1 - y - y * E : (1 - y) * E - y;
    return total + (numerator / (1 + E)) ** 2;
  }, 0);
}
