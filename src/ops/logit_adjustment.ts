import {assertNumber} from './_validate';
import {checkCounts} from './_counts';

/**
 * Computes what the loss of an imbalanced training set adds to the logits, by the prior of each class.
 *
 *     a_k = τ·log π_k        π_k = n_k / Σ_j n_j
 *
 * Trained on z + a, the plain logits z rank the classes by p(x|k), whatever their frequencies: their arg max minimises the
 * balanced error. Give a to the loss alone (`loss('sparseSoftmaxCrossEntropy', {logitAdjustment: a})`), not to predictions.
 *
 * @param counts n_k ≥ 1, the number of samples per class.
 * @param tau τ ≥ 0. Default 1; 0 adjusts nothing.
 * @returns a, one number per class, in nats.
 * @throws Error for a count below 1 or a negative τ.
 *
 * @example
 * ```ts
 * logitAdjustment([900, 100]); // [-0.1053…, -2.3025…]
 * ```
 *
 * Menon et al., Long-tail learning via logit adjustment (2021).
 */
export function logitAdjustment(counts: ArrayLike<number>, tau = 1): number[] {
  const checked = checkCounts('logitAdjustment', 'counts', counts, 1);
  assertNumber('logitAdjustment', 'tau', tau, 0);
  const total = checked.reduce((a, b) => a + b, 0);
  return checked.map((n) => tau * Math.log(n / total));
}
