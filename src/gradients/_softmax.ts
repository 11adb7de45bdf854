/** What the gradients of the dense and the sparse softmax kernels share: label gradient and second derivatives. */
import * as tf from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import type {SoftmaxAttrs} from '../kernel_names';
import {focal, focalCurvature, focalSlope} from './_focal';
import {logSumExpRows, softmax, sumRows} from './_smooth';

/** dy·scale as a factor of [N, K] tensors: [N, 1] for `reduction: 'none'`, a scalar for `'sum'`. */
function rowFactor(dy: Tensor, attrs: SoftmaxAttrs): Tensor {
  const column = attrs.reduction === 'none' ? tf.expandDims(dy, 1) : dy;
  return attrs.scale === 1 ? column : tf.mul(column, attrs.scale);
}

function hasWeights(classWeights: Tensor): boolean {
  return classWeights.size > 0;
}

/** w_k·x, or x where there are no weights. */
function weighted(x: Tensor, classWeights: Tensor): Tensor {
  return hasWeights(classWeights) ? tf.mul(x, classWeights) : x;
}

/** q'_k = w_k·((1−ε)·q_k + ε/K). */
function effectiveTargets(labels: Tensor, classWeights: Tensor, {labelSmoothing}: SoftmaxAttrs): Tensor {
  const classes = labels.shape[1] ?? 1;
  const smoothed = labelSmoothing === 0 ? labels : tf.add(tf.mul(labels, 1 - labelSmoothing), labelSmoothing / classes);
  return weighted(smoothed, classWeights);
}

/** ∂ℓ/∂q_k = w_k·(1−ε)·g(c_k), with c_k = lse − z_k. */
export function labelGradient(logits: Tensor, classWeights: Tensor, dy: Tensor, attrs: SoftmaxAttrs): Tensor {
  const c = tf.sub(logSumExpRows(logits), logits);
  const slope = weighted(tf.mul(focal(c, attrs.gamma), 1 - attrs.labelSmoothing), classWeights);
  return tf.mul(slope, rowFactor(dy, attrs));
}

/** The inputs of a softmax `…Grad` kernel, with dense targets q, and the upstream gradient v of its output. */
export interface GradKernelCall {
  readonly labels: Tensor;
  readonly logits: Tensor;
  readonly classWeights: Tensor;
  readonly dy: Tensor;
  readonly v: Tensor;
  readonly attrs: SoftmaxAttrs;
}

/**
 * The Grad kernel computes G_k = dy·((R + 2λ·lse)·p_k − r_k) with r_k = q'_k·φ(c_k), R = Σ_k r_k. Its derivative with
 * respect to the logits, contracted with v, where ⟨a⟩ = Σ_k a_k·p_k, ρ_k = q'_k·φ'(c_k), P = Σ_k ρ_k, and
 * ∂c_k/∂z_j = p_j − δ_kj, ∂p_k/∂z_j = p_k·(δ_kj − p_j), ∂lse/∂z_j = p_j:
 *
 *     ∂⟨v, G⟩/∂z_j = dy·[ p_j·(P·⟨v⟩ − Σ_k v_k·ρ_k) + ρ_j·(v_j − ⟨v⟩)
 *                         + (R + 2λ·lse)·p_j·(v_j − ⟨v⟩) + 2λ·p_j·⟨v⟩ ]
 */
export function gradWrtLogits({labels, logits, classWeights, dy, v, attrs}: GradKernelCall): Tensor {
  const {gamma, zLoss} = attrs;
  const targets = effectiveTargets(labels, classWeights, attrs);
  const p = softmax(logits);
  const mean = sumRows(tf.mul(v, p));
  const deviation = tf.sub(v, mean);
  const needsLse = gamma !== 0 || zLoss !== 0;
  const lse = needsLse ? logSumExpRows(logits) : undefined;

  let factor: Tensor;
  let result: Tensor | undefined;
  if (gamma === 0 || lse === undefined) {
    factor = sumRows(targets);
  } else {
    const c = tf.sub(lse, logits);
    const r = tf.mul(targets, focalSlope(c, gamma));
    const rho = tf.mul(targets, focalCurvature(c, gamma));
    factor = sumRows(r);
    const inner = tf.sub(tf.mul(sumRows(rho), mean), sumRows(tf.mul(v, rho)));
    result = tf.add(tf.mul(p, inner), tf.mul(rho, deviation));
  }
  if (zLoss !== 0 && lse !== undefined) {
    factor = tf.add(factor, tf.mul(2 * zLoss, lse));
    const zTerm = tf.mul(2 * zLoss, tf.mul(p, mean));
    result = result === undefined ? zTerm : tf.add(result, zTerm);
  }
  const main = tf.mul(factor, tf.mul(p, deviation));
  return tf.mul(result === undefined ? main : tf.add(main, result), rowFactor(dy, attrs));
}

/** ∂⟨v, G⟩/∂q_j = dy·w_j·(1−ε)·φ(c_j)·(⟨v⟩ − v_j). */
export function gradWrtLabels({logits, classWeights, dy, v, attrs}: Omit<GradKernelCall, 'labels'>): Tensor {
  const mean = sumRows(tf.mul(v, softmax(logits)));
  const c = tf.sub(logSumExpRows(logits), logits);
  const slope = weighted(tf.mul(focalSlope(c, attrs.gamma), 1 - attrs.labelSmoothing), classWeights);
  return tf.mul(tf.mul(slope, tf.sub(mean, v)), rowFactor(dy, attrs));
}

/** ∂⟨v, G⟩/∂dy = Σ_k v_k·G_k at dy = 1 (over all rows too where dy is one number). */
export function gradWrtDy(unitGradient: Tensor, v: Tensor, attrs: SoftmaxAttrs): Tensor {
  const product = tf.mul(unitGradient, v);
  return attrs.reduction === 'none' ? tf.sum(product, 1) : tf.sum(product);
}
