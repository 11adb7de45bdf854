import {assertInteger, assertNumber} from './_validate';

/** Where the loss of one row with a smoothed hard label is lowest. */
export interface LabelSmoothingOptimum {
  /** p at the label, 1 − ε + ε/K. */
  readonly probability: number;
  /** p of each other class, ε/K. */
  readonly otherProbability: number;
  /** How far the label's logit is above the others, in nats: log(((1−ε)·K + ε)/ε), ∞ without smoothing. */
  readonly logitGap: number;
  /** The loss there, in nats, the entropy of these probabilities: no training gets below it. */
  readonly loss: number;
}

/**
 * Computes what a softmax trained on hard labels with label smoothing goes to.
 *
 *     p_y = 1 − ε + ε/K        p_k = ε/K        z_y − z_k = log(((1−ε)·K + ε)/ε)        ℓ = −p_y·log p_y − (K−1)·p_k·log p_k
 *
 * A loss that has come down to ℓ has nothing left to learn, and logits beyond the gap are pulled back; without smoothing
 * they grow for ever. A sigmoid with smoothing ε goes to the gap of K = 2, as its logit.
 *
 * @param classes K, at least 2.
 * @param labelSmoothing ε in [0, 1].
 * @returns See {@link LabelSmoothingOptimum}.
 * @throws Error for a K or ε out of range.
 *
 * @example
 * ```ts
 * labelSmoothingOptimum(10, 0.1).probability; // 0.91
 * labelSmoothingOptimum(10, 0.1).logitGap; // 4.5109
 * labelSmoothingOptimum(10, 0.1).loss; // 0.5003
 * ```
 *
 * Szegedy et al., Rethinking the Inception Architecture for Computer Vision (2016); the gap: Müller, Kornblith & Hinton,
 * When Does Label Smoothing Help? (2019).
 */
export function labelSmoothingOptimum(classes: number, labelSmoothing: number): LabelSmoothingOptimum {
  assertInteger('labelSmoothingOptimum', 'classes', classes);
  assertNumber('labelSmoothingOptimum', 'classes', classes, 2);
  assertNumber('labelSmoothingOptimum', 'labelSmoothing', labelSmoothing, 0, 1);
  // 1 − p_y, which log1p wants as it is.
  const others = (labelSmoothing * (classes - 1)) / classes;
  const otherProbability = labelSmoothing / classes;
  const probability = 1 - others;
  const logitGap = Math.log1p((classes * (1 - labelSmoothing)) / labelSmoothing);
  // −log p_k = −log p_y + gap, and the probabilities sum to 1.
  const loss = labelSmoothing === 0 ? 0 : others * logitGap - Math.log1p(-others);
  return {probability, otherProbability, logitGap, loss};
}
