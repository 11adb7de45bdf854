import {likelihoodOf} from './_likelihood';
import type {CalibrationInput, CalibrationOptions} from './options';
import {readPredictions} from './_predictions';

/**
 * Computes the mean negative log-likelihood of the labels, in float64.
 *
 *     softmax: −Σ_k q_k·log p_k a row        sigmoid: −y·log σ(z) − (1−y)·log σ(−z) a logit
 *
 * What `sparseSoftmaxCrossEntropy` and its relatives train on, without smoothing or weights.
 *
 * @param labels Class indices [...] or [..., 1], or probabilities q [..., K]; for a sigmoid, y in [0, 1] of the logits' shape.
 * @param logits z, of shape [..., K], or [N] and [..., 1] for one logit a sample.
 * @param options See {@link CalibrationOptions}.
 * @returns A number of at least 0, in nats; ∞ if a label has a logit of −∞.
 * @throws Error for a wrong shape or option, RangeError for a label or logit that is none (the promise is rejected).
 *
 * @example
 * ```ts
 * await negativeLogLikelihood([0, 1], [[2, 0], [0, 3]]); // 0.0878
 * await negativeLogLikelihood([0, 1], [[2, 0], [0, 3]], {temperature: 0.5}); // 0.0103
 * ```
 */
export async function negativeLogLikelihood(
  labels: CalibrationInput,
  logits: CalibrationInput,
  options: CalibrationOptions = {},
): Promise<number> {
  return likelihoodOf(await readPredictions('negativeLogLikelihood', labels, logits, options)).at(1).value;
}
