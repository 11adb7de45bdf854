/**
 * Softmax, log-sum-exp, sigmoid and softplus in tfjs ops, without their cancellations, differentiable any number of times.
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

/**
 * log(1 + x) for x ≥ 0. tf.log1p is log(1 + x) to the letter on webgl: 0 where x is below 2⁻²⁴. Up to ½ it is 2·atanh(t) with
 * t = x/(2+x), whose series has an error of t¹⁰/11 < 2⁻²⁶ there.
 */
function log1p(x: Tensor): Tensor {
  const t = tf.div(x, tf.add(x, 2));
  const w = tf.square(t);
  const series = [1 / 9, 1 / 7, 1 / 5, 1 / 3, 1].reduce<Tensor>((sum, c) => tf.add(tf.mul(sum, w), c), tf.zerosLike(w));
  return tf.where(tf.lessEqual(x, 0.5), tf.mul(tf.mul(t, 2), series), tf.log1p(x));
}

/** Σ over the last axis, which stays with length 1. */
export function sumRows(x: Tensor): Tensor {
  return tf.sum(x, -1, true);
}

/** weight·x with 0·∞ = 0: what carries no weight does not count, however large it is. NaN stays NaN. */
export function weigh(weight: Tensor, x: Tensor): Tensor {
  const product = tf.mul(weight, x);
  const vanishes = tf.logicalAnd(tf.equal(weight, 0), tf.logicalNot(tf.isNaN(x)));
  return tf.where(vanishes, tf.zerosLike(product), product);
}

/** true at one of the maximal entries of each row. */
function isMaximal(x: Tensor): Tensor {
  const classes = x.shape[x.rank - 1] ?? 1;
  // tf.oneHot refuses a single class.
  // Not expandDims: on webgpu the argMax of a vector has the shape [1].
  const position = tf.reshape(tf.argMax(x, -1), [...x.shape.slice(0, -1), 1]);
  return tf.equal(position, tf.range(0, classes, 1, 'int32'));
}

/** Σ_{j≠k} x_j for each k. The sum of all less x_k would cancel where x_k has nearly all of it. */
export function sumOfOthers(x: Tensor): Tensor {
  const largest = isMaximal(tf.abs(x));
  const rest = sumRows(tf.where(largest, tf.zerosLike(x), x));
  return tf.where(largest, tf.broadcastTo(rest, x.shape), tf.sub(sumRows(x), x));
}

// ---- softmax over the last axis

/** What every function of a row is made of; s leaves the maximal term out, so that 1 − p of its class is not lost. */
interface RowTerms {
  readonly m: Tensor;
  /** Σ e^(z_k−m) over all classes but the maximal one. */
  readonly s: Tensor;
  /** z − m, and what rounding has taken from it. */
  readonly shifted: Tensor;
  readonly lost: Tensor;
  /** e^(z−m). */
  readonly e: Tensor;
  /** true at the class left out. */
  readonly leftOut: Tensor;
}

function rowTerms(z: Tensor): RowTerms {
  const maximal = isMaximal(z);
  // tf.max is at least −1e20 on webgl: the entry itself, as a sum of one term.
  const m = sumRows(tf.where(maximal, z, tf.zerosLike(z)));
  const shifted = tf.sub(z, m);
  // TwoSum (Knuth 1969): half an ULP of a gap of 5 is 2⁻²² of e^−5, which (1−p)^γ multiplies by γ.
  const rounded = tf.sub(shifted, z);
  const error = tf.sub(tf.sub(z, tf.sub(shifted, rounded)), tf.add(m, rounded));
  // NaN stays here too: tf.exp(NaN) is ∞ on webgpu.
  const lost = tf.where(tf.isInf(shifted), tf.zerosLike(error), error);
  const e = tf.mul(tf.exp(shifted), tf.add(1, lost));
  // ∞ − ∞ is no 0, so what makes a row NaN stays in its sum.
  const leftOut = tf.logicalAnd(maximal, tf.equal(shifted, 0));
  const s = sumRows(tf.where(leftOut, tf.zerosLike(e), e));
  return {m, s, shifted, lost, e, leftOut};
}

/**
 * v_k − ⟨v⟩ with ⟨v⟩ = Σ_j p_j·v_j, as u_k·v_k − Σ_{j≠k} p_j·v_j for the maximal class: v_k − ⟨v⟩ itself would cancel where
 * that class has nearly all of the probability.
 */
export function deviation(z: Tensor, v: Tensor): Tensor {
  const product = tf.mul(softmax(z), v);
  const maximal = isMaximal(z);
  const zeros = tf.zerosLike(product);
  const rest = sumRows(tf.where(maximal, zeros, product));
  const mean = tf.add(sumRows(tf.where(maximal, product, zeros)), rest);
  return tf.where(maximal, tf.sub(tf.mul(complement(z), v), rest), tf.sub(v, mean));
}

/** p = softmax(z); ∂⟨dy, p⟩/∂z_k = p_k·(dy_k − ⟨dy⟩). */
export const softmax = differentiable(
  (z) => {
    const {s, e} = rowTerms(z);
    return tf.div(e, tf.add(1, s));
  },
  (z, dy) => tf.mul(softmax(z), deviation(z, dy)),
);

/** u = 1 − p, which is s/(1+s) for the maximal class. */
export const complement = differentiable(
  (z) => {
    const {s, e, leftOut} = rowTerms(z);
    const total = tf.add(1, s);
    const maximal = tf.broadcastTo(tf.div(s, total), z.shape);
    return tf.where(leftOut, maximal, tf.sub(1, tf.div(e, total)));
  },
  (z, dy) => tf.neg(tf.mul(softmax(z), deviation(z, dy))),
);

/** c = lse − z = log1p(s) − (z−m); ∂⟨dy, c⟩/∂z_k = p_k·Σ_{j≠k} dy_j − u_k·dy_k. */
export const negLogSoftmax = differentiable(
  (z) => {
    const {s, shifted, lost} = rowTerms(z);
    return tf.sub(tf.sub(log1p(s), shifted), lost);
  },
  (z, dy) => tf.sub(tf.mul(softmax(z), sumOfOthers(dy)), tf.mul(complement(z), dy)),
);

/** lse = log Σ_k e^(z_k) over the last axis, which stays with length 1; ∂lse/∂z = p. */
export const logSumExpRows = differentiable(
  (z) => {
    const {m, s} = rowTerms(z);
    // A row that is all −∞, or holds +∞, has its maximum for lse.
    return tf.where(tf.isFinite(m), tf.add(m, log1p(s)), m);
  },
  (z, dy) => tf.mul(dy, softmax(z)),
);

// ---- sigmoid

/** σ(t); σ' = σ(t)·σ(−t). */
export const sigmoid = differentiable(
  (t) => tf.sigmoid(t),
  (t, dy) => tf.mul(dy, tf.mul(sigmoid(t), sigmoid(tf.neg(t)))),
);

/** softplus(t) = max(t, 0) + log1p(e^−|t|); softplus' = σ(t). tf.softplus loses what is small. */
export const softplus = differentiable(
  (t) => tf.add(tf.maximum(t, 0), log1p(tf.exp(tf.neg(tf.abs(t))))),
  (t, dy) => tf.mul(dy, sigmoid(t)),
);
