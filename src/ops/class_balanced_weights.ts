import {checkCounts} from './_counts';
import {assertNumber} from './_validate';

/**
 * Computes class weights from class counts by the effective number of samples.
 *
 *     E_k = (1 − β^(n_k)) / (1 − β)        w_k = K·(1/E_k) / Σ_j (1/E_j)
 *
 * so the weights sum to K. β = 0 weighs all classes alike, β → 1 by inverse frequency (which β = 1 is, by its limit
 * E_k = n_k).
 *
 * @param counts n_k ≥ 1, the number of samples per class.
 * @param beta β in [0, 1]. The paper uses 0.9 to 0.9999.
 * @returns w, one number per class, for `classWeights`.
 * @throws Error for a count below 1 or a β outside [0, 1].
 *
 * @example
 * ```ts
 * classBalancedWeights([900, 100], 0.999); // [0.2764…, 1.7235…]
 * ```
 *
 * Cui et al., Class-Balanced Loss Based on Effective Number of Samples (2019).
 */
export function classBalancedWeights(counts: ArrayLike<number>, beta: number): number[] {
  const checked = checkCounts('classBalancedWeights', 'counts', counts, 1);
  assertNumber('classBalancedWeights', 'beta', beta, 0, 1);
  // 1 − β^n = −expm1(n·log β) keeps its digits where β^n is close to 1.
  const inverse = checked.map((n) => (beta === 1 ? 1 / n : (1 - beta) / -Math.expm1(n * Math.log(beta))));
  const sum = inverse.reduce((a, b) => a + b, 0);
  return inverse.map((w) => (inverse.length * w) / sum);
}
