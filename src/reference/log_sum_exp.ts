import {softmaxRow} from './_softmax_row';

/**
 * Computes lse = log Σ_k e^(z_k).
 *
 *   lse = m + log1p(Σ_{k≠M} e^(z_k − m)),   m = z_M = max_k z_k
 *
 * (Blanchard, Higham & Higham, "Accurately computing the log-sum-exp and softmax functions", 2021.)
 *
 * @param logits z, K values.
 * @returns lse; −∞ for no logits or logits that are all −∞, +∞ if one is +∞, NaN if one is NaN.
 */
export function logSumExp(logits: ArrayLike<number>): number {
  return softmaxRow(logits)?.lse ?? Array.from(logits).reduce((a, b) => Math.max(a, b), -Infinity);
}
