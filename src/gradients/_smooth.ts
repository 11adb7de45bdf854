/**
 * Softmax, log-sum-exp, sigmoid and softplus that can be differentiated any number of times.
 *
 * tfjs differentiates `exp`, `sigmoid` and `softmax` through their saved *outputs*, and a saved output has lost its
 * path on the tape: the second derivative throws or is silently wrong (tfjs#3252). Each function here saves its
 * *input* and writes its derivative in terms of the functions of this file, so the chain never breaks.
 */
import * as tf from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';

function differentiable(
  value: (x: Tensor) => Tensor,
  gradient: (x: Tensor, dy: Tensor) => Tensor,
): (x: Tensor) => Tensor {
  return tf.customGrad((x, save) => {
    const input = x as Tensor;
    (save as tf.GradSaveFunc)([input]);
    return {value: value(input), gradFunc: (dy: Tensor, [saved]: Tensor[]) => gradient(saved as Tensor, dy)};
  });
}

/** Σ over the last axis, which stays with length 1. */
export function sumRows(x: Tensor): Tensor {
  return tf.sum(x, -1, true);
}

/** p = softmax(z) over the last axis; ∂⟨dy, p⟩/∂z = p∘(dy − ⟨p, dy⟩). */
export const softmax = differentiable(
  (z) => tf.softmax(z),
  (z, dy) => {
    const p = softmax(z);
    return tf.mul(p, tf.sub(dy, sumRows(tf.mul(p, dy))));
  },
);

/** lse = log Σ_k e^(z_k) over the last axis, which stays with length 1; ∂lse/∂z = p. */
export const logSumExpRows = differentiable(
  (z) => {
    const max = tf.max(z, -1, true);
    // A row that is all −∞ (or holds +∞) has lse = its maximum; subtracting it would give ∞ − ∞.
    const shift = tf.where(tf.isFinite(max), max, tf.zerosLike(max));
    return tf.add(tf.log(sumRows(tf.exp(tf.sub(z, shift)))), shift);
  },
  (z, dy) => tf.mul(dy, softmax(z)),
);

/** σ(t); σ' = σ(t)·σ(−t). */
export const sigmoid = differentiable(
  (t) => tf.sigmoid(t),
  (t, dy) => tf.mul(dy, tf.mul(sigmoid(t), sigmoid(tf.neg(t)))),
);

/** softplus(t) = max(t, 0) + log1p(e^−|t|); softplus' = σ(t). */
export const softplus = differentiable(
  (t) => tf.add(tf.relu(t), tf.log1p(tf.exp(tf.neg(tf.abs(t))))),
  (t, dy) => tf.mul(dy, sigmoid(t)),
);
