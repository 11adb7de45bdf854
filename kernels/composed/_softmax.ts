/**
 * The softmax family in tfjs ops. With the maximal term left out of s, L = log1p(s), c_k = (m−z_k) + L, p_k = e^(z_k−m)/(1+s)
 * and u_k = 1 − p_k (s/(1+s) for the maximal class), r_k = q'_k·u_k^γ·(1 + γ·c_k·p_k/u_k):
 *
 *     ℓ = Σ_k q'_k·u_k^γ·c_k + λ·(m+L)²     ∂ℓ/∂z_k = (R−r_k)·p_k − r_k·u_k + 2λ·(m+L)·p_k
 */
import * as tf from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import type {SoftmaxAttrs, SparseSoftmaxAttrs} from '../../src/kernel_names';

interface Rows {
  readonly labels: Tensor;
  readonly logits: Tensor;
  readonly classWeights: Tensor;
}

/** Everything of a row that both the loss and the gradient need. */
interface RowTerms {
  readonly m: Tensor;
  readonly s: Tensor;
  readonly logSum: Tensor;
  /** −∞ − m is −∞: a masked class. */
  readonly shifted: Tensor;
  /** 1 at one of the maximal classes. */
  readonly maximal: Tensor;
}

function sumRows(x: Tensor): Tensor {
  return tf.sum(x, 1, true);
}

function rowTerms(logits: Tensor): RowTerms {
  const classes = logits.shape[1] ?? 1;
  const m = tf.max(logits, 1, true);
  const shifted = tf.sub(logits, m);
  const maximal = tf.oneHot(tf.argMax<tf.Tensor1D>(logits, 1), classes, 1, 0, 'float32');
  // A NaN compares as false, so it stays in the sum and makes the row NaN.
  const s = sumRows(
    tf.where(tf.logicalAnd(tf.equal(maximal, 1), tf.equal(shifted, 0)), tf.zerosLike(shifted), tf.exp(shifted)),
  );
  return {m, s, logSum: tf.log1p(s), shifted, maximal};
}

/** q'_k = w_k·((1−ε)·q_k + ε/K). */
function targets({labels, classWeights}: Rows, {labelSmoothing}: SoftmaxAttrs): Tensor {
  const classes = labels.shape[1] ?? 1;
  const smoothed = tf.add(tf.mul(labels, 1 - labelSmoothing), labelSmoothing / classes);
  return classWeights.size > 0 ? tf.mul(smoothed, classWeights) : smoothed;
}

function complement(p: Tensor, {s, maximal}: RowTerms): Tensor {
  const maximalU = tf.div(s, tf.add(1, s));
  return tf.where(tf.equal(maximal, 1), tf.mul(maximalU, maximal), tf.sub(1, p));
}

/** u^γ for u ≥ 0: a base of 0 takes its own way, because 0^γ is e^(γ·log 0) on some backends. */
function power(u: Tensor, gamma: number): Tensor {
  return tf.where(tf.equal(u, 0), tf.zerosLike(u), tf.pow(u, gamma));
}

/** [losses of the rows, stats]. */
function rowLosses(rows: Rows, attrs: SoftmaxAttrs): [Tensor, Tensor] {
  const {gamma, zLoss} = attrs;
  const terms = rowTerms(rows.logits);
  const {m, s, logSum, shifted} = terms;
  const q = targets(rows, attrs);
  let element = tf.sub(logSum, shifted);
  if (gamma !== 0) {
    const p = tf.div(tf.exp(shifted), tf.add(1, s));
    element = tf.mul(element, power(complement(p, terms), gamma));
  }
  // 0·∞ = 0: a class of zero target adds nothing, also at a logit of −∞.
  let loss = sumRows(tf.where(tf.equal(q, 0), tf.mul(q, logSum), tf.mul(q, element)));
  if (zLoss !== 0) loss = tf.add(loss, tf.mul(zLoss, tf.square(tf.add(m, logSum))));
  const stats = tf.concat([m, s, tf.zerosLike(s)], 1);
  return [tf.reshape(loss, [-1]), stats];
}

function rowGradients(rows: Rows, dy: Tensor, {gamma, zLoss, ...attrs}: SoftmaxAttrs): Tensor {
  const terms = rowTerms(rows.logits);
  const {m, s, logSum, shifted} = terms;
  const p = tf.div(tf.exp(shifted), tf.add(1, s));
  const u = complement(p, terms);
  let r = targets(rows, {gamma, zLoss, ...attrs});
  if (gamma !== 0) {
    const c = tf.sub(logSum, shifted);
    const vanishes = tf.logicalOr(tf.equal(p, 0), tf.equal(u, 0));
    const ratio = tf.where(vanishes, tf.zerosLike(p), tf.div(tf.mul(tf.mul(gamma, c), p), u));
    r = tf.mul(r, tf.mul(power(u, gamma), tf.add(1, ratio)));
  }
  let slope = tf.sub(tf.mul(tf.sub(sumRows(r), r), p), tf.mul(r, u));
  if (zLoss !== 0) slope = tf.add(slope, tf.mul(tf.mul(2 * zLoss, tf.add(m, logSum)), p));
  return tf.mul(slope, tf.mul(attrs.reduction === 'none' ? tf.reshape(dy, [-1, 1]) : dy, attrs.scale));
}

function reduced([loss, stats]: [Tensor, Tensor], {reduction, scale}: SoftmaxAttrs): Tensor[] {
  return [reduction === 'none' ? loss : tf.mul(tf.sum(loss), scale), stats];
}

export function denseLoss(rows: Rows, attrs: SoftmaxAttrs): Tensor[] {
  return reduced(rowLosses(rows, attrs), attrs);
}

export function denseGradient(rows: Rows & {dy: Tensor}, attrs: SoftmaxAttrs): Tensor {
  return rowGradients(rows, rows.dy, attrs);
}

/** One-hot targets; NaN in a row whose label is no class, because a backend of unknown kind cannot be asked for its values. */
function oneHotRows(rows: Rows, {ignoreIndex}: SparseSoftmaxAttrs): {dense: Rows; ignored: Tensor | undefined} {
  const {labels, logits} = rows;
  const classes = logits.shape[1] ?? 1;
  const y = tf.cast(labels, 'float32');
  const isClass = tf.logicalAnd(tf.equal(y, tf.floor(y)), tf.logicalAnd(tf.greaterEqual(y, 0), tf.less(y, classes)));
  const indices = tf.cast(tf.where(isClass, y, tf.zerosLike(y)), 'int32') as tf.Tensor1D;
  const valid = tf.where(isClass, tf.zerosLike(y), tf.fill(y.shape, NaN));
  const oneHot = tf.oneHot(indices, classes, 1, 0, 'float32');
  const ignored = ignoreIndex === undefined ? undefined : tf.equal(y, ignoreIndex);
  return {dense: {...rows, labels: tf.add(oneHot, tf.expandDims(valid, 1))}, ignored};
}

export function sparseLoss(rows: Rows, attrs: SparseSoftmaxAttrs): Tensor[] {
  const {dense, ignored} = oneHotRows(rows, attrs);
  const [loss, stats] = rowLosses(dense, attrs);
  return reduced([ignored === undefined ? loss : tf.where(ignored, tf.zerosLike(loss), loss), stats], attrs);
}

export function sparseGradient(rows: Rows & {dy: Tensor}, attrs: SparseSoftmaxAttrs): Tensor {
  const {dense, ignored} = oneHotRows(rows, attrs);
  const gradient = rowGradients(dense, rows.dy, attrs);
  if (ignored === undefined) return gradient;
  const mask = tf.broadcastTo(tf.expandDims(ignored, 1), gradient.shape);
  return tf.where(mask, tf.zerosLike(gradient), gradient);
}
