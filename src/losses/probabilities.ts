import {type Tensor, add, log, mul, step, sub, tidy} from '@tensorflow/tfjs-core';

/** The least normal float32: its log, −87.3, stands for the log of 0, and 1/it is finite. */
const LEAST = 2 ** -126;
/** Half of 1 − p for the largest float32 p below 1: what a p rounded to 1 stands for. */
const LEAST_COMPLEMENT = 2 ** -25;

/**
 * Turns probabilities back into logits.
 *
 *     softmax: z = log p        sigmoid: z = log p − log(1 − p)
 *
 * A loss of these logits is as exact as the probabilities are. In the softmax family that is a lot: the loss of a label
 * with p_y ≈ 1 comes from the other classes, log1p(Σ_(k≠y) p_k/p_y), so a loss of 1e-30 survives although p_y is 1 in
 * float32; a class with p = 0 (a logit gap beyond 87) counts as 2^−126. A sigmoid loses all that is above: p is 1 in
 * float32 from a logit of 17.3 on, and its own gradient is 0 there. Train on logits where you can: `logitsOf` takes the
 * last activation off a model.
 *
 * @param probabilities Of any shape, float32; the classes of a softmax on any axis. They need not sum to 1.
 * @param activation Which activation they come from.
 * @returns Logits of the same shape, in nats. What is no probability (below 0 or above 1) becomes NaN in the sigmoid
 *   family, and below 0 in the softmax family.
 *
 * @example
 * ```ts
 * logitsFromProbabilities(tf.tensor1d([0.5, 0.9]), 'sigmoid').print(); // [0, 2.197]
 * ```
 */
export function logitsFromProbabilities(probabilities: Tensor, activation: 'softmax' | 'sigmoid'): Tensor {
  return tidy(() => {
    // Adding keeps a gradient at 0, which a maximum would not; from 2^−102 on it changes nothing.
    const logP = log(add(probabilities, LEAST));
    if (activation === 'softmax') {
      return logP;
    }
    const complement = sub(1, probabilities);
    const rounded = sub(1, step(complement));
    return sub(logP, log(add(complement, mul(rounded, LEAST_COMPLEMENT))));
  });
}
