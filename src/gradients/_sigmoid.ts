/**
 * What the gradients of the sigmoid kernels share: label gradient and second derivatives.
 *
 * One element: ℓ = a₊·y'·g(z) + a₋·(1−y')·g(−z) with y' = (1−ε)·y + ε/2 and g, g', g'' of `_focal.ts` in the logit:
 *
 *     ∂ℓ/∂z   = a₊·y'·g'(z) − a₋·(1−y')·g'(−z)
 *     ∂ℓ/∂y   = (1−ε)·(a₊·g(z) − a₋·g(−z))
 *     ∂²ℓ/∂z² = a₊·y'·g''(z) + a₋·(1−y')·g''(−z)
 *     ∂²ℓ/∂z∂y = (1−ε)·(a₊·g'(z) + a₋·g'(−z))
 */
import * as tf from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import type {SigmoidAttrs, SigmoidFocalAttrs, SigmoidGradInputs, SigmoidInputs} from '../kernel_names';
import {focalOfLogit, focalOfLogitCurvature, focalOfLogitSlope} from './_focal';

/** BCE is the focal loss with γ = 0 and no class balance. */
export function withFocalDefaults(attrs: SigmoidAttrs): SigmoidFocalAttrs {
  return {...attrs, gamma: 0, negativeWeight: 1};
}

/** dy·scale as a factor of [N, K] tensors. */
function elementFactor(dy: Tensor, attrs: SigmoidFocalAttrs): Tensor {
  const column = attrs.reduction === 'rows' ? tf.expandDims(dy, 1) : dy;
  return attrs.scale === 1 ? column : tf.mul(column, attrs.scale);
}

/** a₊ per label, or one number. */
function positiveWeight(posWeight: Tensor, attrs: SigmoidFocalAttrs): Tensor {
  return posWeight.size > 0 ? tf.mul(posWeight, attrs.positiveWeight) : tf.scalar(attrs.positiveWeight);
}

/** a₊·y'·positive + a₋·(1−y')·negative. */
function mix(positive: Tensor, negative: Tensor, saved: SigmoidInputs<Tensor>, attrs: SigmoidFocalAttrs): Tensor {
  const eps = attrs.labelSmoothing;
  const y = eps === 0 ? saved.labels : tf.add(tf.mul(saved.labels, 1 - eps), eps / 2);
  return tf.add(
    tf.mul(tf.mul(positiveWeight(saved.posWeight, attrs), y), positive),
    tf.mul(tf.mul(attrs.negativeWeight, tf.sub(1, y)), negative),
  );
}

/** dy·∂ℓ/∂y. */
export function labelGradient(dy: Tensor, saved: SigmoidInputs<Tensor>, attrs: SigmoidFocalAttrs): Tensor {
  const {logits, posWeight} = saved;
  const {gamma, labelSmoothing, negativeWeight} = attrs;
  const slope = tf.sub(
    tf.mul(positiveWeight(posWeight, attrs), focalOfLogit(logits, gamma)),
    tf.mul(negativeWeight, focalOfLogit(tf.neg(logits), gamma)),
  );
  return tf.mul(tf.mul(slope, 1 - labelSmoothing), elementFactor(dy, attrs));
}

/** v·dy·∂²ℓ/∂z². */
export function gradWrtLogits(v: Tensor, saved: SigmoidGradInputs<Tensor>, attrs: SigmoidFocalAttrs): Tensor {
  const {logits, dy} = saved;
  const curvature = mix(
    focalOfLogitCurvature(logits, attrs.gamma),
    focalOfLogitCurvature(tf.neg(logits), attrs.gamma),
    saved,
    attrs,
  );
  return tf.mul(tf.mul(curvature, v), elementFactor(dy, attrs));
}

/** v·dy·∂²ℓ/∂z∂y. */
export function gradWrtLabels(v: Tensor, saved: SigmoidGradInputs<Tensor>, attrs: SigmoidFocalAttrs): Tensor {
  const {logits, posWeight, dy} = saved;
  const {gamma, labelSmoothing, negativeWeight} = attrs;
  const slope = tf.add(
    tf.mul(positiveWeight(posWeight, attrs), focalOfLogitSlope(logits, gamma)),
    tf.mul(negativeWeight, focalOfLogitSlope(tf.neg(logits), gamma)),
  );
  return tf.mul(tf.mul(tf.mul(slope, 1 - labelSmoothing), v), elementFactor(dy, attrs));
}

/** Σ v·G over the elements that share one dy, G the gradient at dy = 1. */
export function gradWrtDy(unitGradient: Tensor, v: Tensor, attrs: SigmoidAttrs): Tensor {
  const product = tf.mul(unitGradient, v);
  if (attrs.reduction === 'none') return product;
  return attrs.reduction === 'rows' ? tf.sum(product, 1) : tf.sum(product);
}
