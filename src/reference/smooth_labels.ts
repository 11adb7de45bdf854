/**
 * Mixes a row of labels with the uniform distribution.
 *
 *   q_k ← (1−ε)·q_k + ε/K
 *
 * (Szegedy et al., "Rethinking the Inception Architecture for Computer Vision", 2016.)
 *
 * @param labels q, K values.
 * @param labelSmoothing ε in [0, 1].
 * @returns K values.
 */
export function smoothLabels(labels: ArrayLike<number>, labelSmoothing: number): Float64Array {
  return Float64Array.from(labels, (q) => (1 - labelSmoothing) * q + labelSmoothing / labels.length);
}
