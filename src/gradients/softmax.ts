/**
 * What the gradients of the dense and the sparse softmax kernels share: label gradient and second derivatives.
 * kernels/composed/ makes whole kernels of the same functions.
 *
 * One row, over the last axis: q'_k = w_k·((1−ε)·q_k + ε/K), g, φ and κ = u²·φ′ of `_modulation.ts` at each class,
 * r_k = q'_k·φ(c_k), R = Σ_k r_k:
 *
 *     ℓ = Σ_k q'_k·g(c_k) + λ·lse²
 *     ∂ℓ/∂z_k = (R−r_k)·p_k − r_k·u_k + 2λ·lse·p_k
 *     ∂ℓ/∂q_k = w_k·(1−ε)·g(c_k)
 */
import * as tf from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import type {SoftmaxAttrs} from '../kernel_names';
import {modulated, modulatedCurvature, modulatedSlope, outcomesOfClasses} from './_modulation';
import {deviation, logSumExpRows, sumOfOthers, sumRows, weigh} from './smooth';

/** The smallest normal float32. */
const MIN_NORMAL = 2 ** -126;

/** The inputs of a softmax kernel, with dense targets q. */
export interface Rows {
  readonly labels: Tensor;
  readonly logits: Tensor;
  readonly classWeights: Tensor;
}

/** dy·scale as a factor of [..., K] tensors: [..., 1] for `reduction: 'none'`, a scalar for `'sum'`. */
function rowFactor(dy: Tensor, attrs: SoftmaxAttrs): Tensor {
  const column = attrs.reduction === 'none' ? tf.expandDims(dy, -1) : dy;
  return attrs.scale === 1 ? column : tf.mul(column, attrs.scale);
}

/** w_k·x, or x where there are no weights. */
function weighted(x: Tensor, classWeights: Tensor): Tensor {
  return classWeights.size > 0 ? tf.mul(x, classWeights) : x;
}

/** q'. */
function targets({labels, logits, classWeights}: Rows, {labelSmoothing}: SoftmaxAttrs): Tensor {
  if (labelSmoothing === 0) return weighted(labels, classWeights);
  const classes = logits.shape[logits.rank - 1] ?? 1;
  return weighted(tf.add(tf.mul(labels, 1 - labelSmoothing), labelSmoothing / classes), classWeights);
}

/** ℓ of each row. */
export function rowLosses(rows: Rows, attrs: SoftmaxAttrs): Tensor {
  const {gamma, zLoss} = attrs;
  const loss = tf.sum(weigh(targets(rows, attrs), modulated(outcomesOfClasses(rows.logits), gamma)), -1);
  if (zLoss === 0) return loss;
  return tf.add(loss, tf.mul(zLoss, tf.square(tf.squeeze(logSumExpRows(rows.logits), [-1]))));
}

/** dy·∂ℓ/∂z. */
export function logitGradient(rows: Rows, dy: Tensor, attrs: SoftmaxAttrs): Tensor {
  const {gamma, zLoss} = attrs;
  const outcomes = outcomesOfClasses(rows.logits);
  const {p, u} = outcomes;
  const r = tf.mul(targets(rows, attrs), modulatedSlope(outcomes, gamma));
  let others = sumOfOthers(r);
  if (zLoss !== 0) others = tf.add(others, tf.mul(2 * zLoss, logSumExpRows(rows.logits)));
  return tf.mul(tf.sub(tf.mul(others, p), tf.mul(r, u)), rowFactor(dy, attrs));
}

/** dy·∂ℓ/∂q. */
export function labelGradient({logits, classWeights}: Omit<Rows, 'labels'>, dy: Tensor, attrs: SoftmaxAttrs): Tensor {
  const g = modulated(outcomesOfClasses(logits), attrs.gamma);
  const slope = weigh(weighted(tf.scalar(1 - attrs.labelSmoothing), classWeights), g);
  return tf.mul(slope, rowFactor(dy, attrs));
}

/** What a `…Grad` kernel was called with, and the upstream gradient v of its output. */
export interface GradKernelCall extends Rows {
  readonly dy: Tensor;
  readonly v: Tensor;
  readonly attrs: SoftmaxAttrs;
}

/**
 * The derivative with respect to the logits of ⟨v, G⟩, G = dy·∂ℓ/∂z the output of the Grad kernel. With
 * ∂p_i/∂z_j = p_i·(δ_ij − p_j), ∂c_k/∂z_j = p_j − δ_kj, d_k = v_k − ⟨v⟩ and ω_k = q'_k·κ_k·(−d_k/u_k),
 *
 *     ∂⟨v, G⟩/∂z_j = dy·[ −ω_j + p_j·Σ_{k≠j} ω_k/u_k + (R + 2λ·lse)·p_j·d_j + 2λ·p_j·⟨v⟩ ]
 *
 * where no factor is ∞ (κ is of order u^(γ+1)), and nothing cancels that is exact in src/reference/_softmax_row.ts.
 */
export function gradWrtLogits({dy, v, attrs, ...rows}: GradKernelCall): Tensor {
  const {logits} = rows;
  const {gamma, zLoss} = attrs;
  const outcomes = outcomesOfClasses(logits);
  const {p, u} = outcomes;
  const q = targets(rows, attrs);
  const d = deviation(logits, v);
  let factor = sumRows(tf.mul(q, modulatedSlope(outcomes, gamma)));
  if (zLoss !== 0) factor = tf.add(factor, tf.mul(2 * zLoss, logSumExpRows(logits)));
  let result = tf.mul(factor, tf.mul(p, d));
  if (gamma !== 0) {
    // u² below the least float32 leaves κ = 0, which must not meet 1/0.
    const inverse = tf.div(1, tf.maximum(u, MIN_NORMAL));
    const omega = tf.neg(tf.mul(tf.mul(q, modulatedCurvature(outcomes, gamma)), tf.mul(d, inverse)));
    const share = tf.mul(omega, inverse);
    result = tf.add(result, tf.sub(tf.mul(p, sumOfOthers(share)), omega));
  }
  if (zLoss !== 0) result = tf.add(result, tf.mul(2 * zLoss, tf.mul(p, sumRows(tf.mul(p, v)))));
  return tf.mul(result, rowFactor(dy, attrs));
}

/** ∂⟨v, G⟩/∂q_j = −dy·w_j·(1−ε)·φ(c_j)·d_j. */
export function gradWrtLabels({logits, classWeights, dy, v, attrs}: Omit<GradKernelCall, 'labels'>): Tensor {
  const slope = tf.mul(modulatedSlope(outcomesOfClasses(logits), attrs.gamma), attrs.labelSmoothing - 1);
  return tf.mul(tf.mul(weighted(slope, classWeights), deviation(logits, v)), rowFactor(dy, attrs));
}

/** ∂⟨v, G⟩/∂dy = Σ_k v_k·G_k at dy = 1 (over all rows too where dy is one number). */
export function gradWrtDy(unitGradient: Tensor, v: Tensor, attrs: SoftmaxAttrs): Tensor {
  const product = tf.mul(unitGradient, v);
  return attrs.reduction === 'none' ? tf.sum(product, -1) : tf.sum(product);
}

/** Class indices of [...] (or [..., 1]) as one-hot targets of the shape of the logits; a row without that class is 0. */
export function oneHotRows(labels: Tensor, logits: Tensor): Tensor {
  const classes = logits.shape[logits.rank - 1] ?? 1;
  const column = tf.reshape(tf.cast(labels, 'float32'), [...logits.shape.slice(0, -1), 1]);
  // tf.oneHot refuses a single class.
  return tf.cast(tf.equal(column, tf.range(0, classes, 1, 'float32')), 'float32');
}

/** x with zeros in the rows whose label is `ignoreIndex`. */
export function withoutIgnored(x: Tensor, labels: Tensor, ignoreIndex: number | undefined): Tensor {
  if (ignoreIndex === undefined) return x;
  const column = tf.reshape(tf.equal(labels, ignoreIndex), [...x.shape.slice(0, -1), 1]);
  return tf.where(tf.broadcastTo(column, x.shape), tf.zerosLike(x), x);
}
