/**
 * What the gradients of the sigmoid kernels share: label gradient and second derivatives. kernels/composed/ makes whole
 * kernels of the same functions.
 *
 * One element, with G(t) = g(softplus(−t)), g, φ and κ = u²·φ′ of `_modulation.ts`, y' = (1−ε)·y + ε/2:
 *
 *     G′(t) = −u·φ     G″(t) = κ + p·u·φ
 *     ℓ = a₊·y'·G(z) + a₋·(1−y')·G(−z)
 *     ∂ℓ/∂z   = a₊·y'·G′(z) − a₋·(1−y')·G′(−z)
 *     ∂ℓ/∂y   = (1−ε)·(a₊·G(z) − a₋·G(−z))
 *     ∂²ℓ/∂z² = a₊·y'·G″(z) + a₋·(1−y')·G″(−z)
 *     ∂²ℓ/∂z∂y = (1−ε)·(a₊·G′(z) + a₋·G′(−z))
 */
import * as tf from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import type {SigmoidAttrs, SigmoidFocalAttrs, SigmoidGradInputs, SigmoidInputs} from '../kernel_names';
import {modulated, modulatedCurvature, modulatedSlope, outcomeOfSide} from './_modulation';
import {weigh} from './smooth';

/** BCE is the focal loss with γ = 0 and no class balance. */
export function withFocalDefaults(attrs: SigmoidAttrs): SigmoidFocalAttrs {
  return {gamma: 0, negativeWeight: 1, ...attrs};
}

function firstDerivative(t: Tensor, gamma: number): Tensor {
  const outcome = outcomeOfSide(t);
  return tf.neg(tf.mul(outcome.u, modulatedSlope(outcome, gamma)));
}

function secondDerivative(t: Tensor, gamma: number): Tensor {
  const outcome = outcomeOfSide(t);
  const {p, u} = outcome;
  return tf.add(modulatedCurvature(outcome, gamma), tf.mul(tf.mul(p, u), modulatedSlope(outcome, gamma)));
}

/** dy·scale as a factor of [..., K] tensors. */
function elementFactor(dy: Tensor, attrs: SigmoidFocalAttrs): Tensor {
  const column = attrs.reduction === 'rows' ? tf.expandDims(dy, -1) : dy;
  return attrs.scale === 1 ? column : tf.mul(column, attrs.scale);
}

/** a₊ per label, or one number. */
function positiveWeight(posWeight: Tensor, attrs: SigmoidFocalAttrs): Tensor {
  return posWeight.size > 0 ? tf.mul(posWeight, attrs.positiveWeight) : tf.scalar(attrs.positiveWeight);
}

/** a₊·y' and a₋·(1−y'). */
function sides({labels, posWeight}: SigmoidInputs<Tensor>, attrs: SigmoidFocalAttrs): [Tensor, Tensor] {
  const eps = attrs.labelSmoothing;
  const y = eps === 0 ? labels : tf.add(tf.mul(labels, 1 - eps), eps / 2);
  return [tf.mul(positiveWeight(posWeight, attrs), y), tf.mul(attrs.negativeWeight, tf.sub(1, y))];
}

/** ℓ of each element. */
export function elementLosses(inputs: SigmoidInputs<Tensor>, attrs: SigmoidFocalAttrs): Tensor {
  const [positive, negative] = sides(inputs, attrs);
  const {logits} = inputs;
  const g = (t: Tensor): Tensor => modulated(outcomeOfSide(t), attrs.gamma);
  return tf.add(weigh(positive, g(logits)), weigh(negative, g(tf.neg(logits))));
}

/** dy·∂ℓ/∂z. */
export function logitGradient(dy: Tensor, inputs: SigmoidInputs<Tensor>, attrs: SigmoidFocalAttrs): Tensor {
  const [positive, negative] = sides(inputs, attrs);
  const {logits} = inputs;
  const slope = tf.sub(
    tf.mul(positive, firstDerivative(logits, attrs.gamma)),
    tf.mul(negative, firstDerivative(tf.neg(logits), attrs.gamma)),
  );
  return tf.mul(slope, elementFactor(dy, attrs));
}

/** dy·∂ℓ/∂y. */
export function labelGradient(
  dy: Tensor,
  {logits, posWeight}: SigmoidInputs<Tensor>,
  attrs: SigmoidFocalAttrs,
): Tensor {
  const {gamma, labelSmoothing, negativeWeight} = attrs;
  const slope = tf.sub(
    weigh(tf.mul(positiveWeight(posWeight, attrs), 1 - labelSmoothing), modulated(outcomeOfSide(logits), gamma)),
    weigh(tf.scalar(negativeWeight * (1 - labelSmoothing)), modulated(outcomeOfSide(tf.neg(logits)), gamma)),
  );
  return tf.mul(slope, elementFactor(dy, attrs));
}

/** v·dy·∂²ℓ/∂z². */
export function gradWrtLogits(v: Tensor, saved: SigmoidGradInputs<Tensor>, attrs: SigmoidFocalAttrs): Tensor {
  const {logits, dy} = saved;
  const [positive, negative] = sides(saved, attrs);
  const curvature = tf.add(
    tf.mul(positive, secondDerivative(logits, attrs.gamma)),
    tf.mul(negative, secondDerivative(tf.neg(logits), attrs.gamma)),
  );
  return tf.mul(tf.mul(curvature, v), elementFactor(dy, attrs));
}

/** v·dy·∂²ℓ/∂z∂y. */
export function gradWrtLabels(v: Tensor, saved: SigmoidGradInputs<Tensor>, attrs: SigmoidFocalAttrs): Tensor {
  const {logits, posWeight, dy} = saved;
  const {gamma, labelSmoothing, negativeWeight} = attrs;
  const slope = tf.add(
    tf.mul(positiveWeight(posWeight, attrs), firstDerivative(logits, gamma)),
    tf.mul(negativeWeight, firstDerivative(tf.neg(logits), gamma)),
  );
  return tf.mul(tf.mul(tf.mul(slope, 1 - labelSmoothing), v), elementFactor(dy, attrs));
}

/** Σ v·G over the elements that share one dy, G the gradient at dy = 1. */
export function gradWrtDy(unitGradient: Tensor, v: Tensor, attrs: SigmoidAttrs): Tensor {
  const product = tf.mul(unitGradient, v);
  if (attrs.reduction === 'none') return product;
  return attrs.reduction === 'rows' ? tf.sum(product, -1) : tf.sum(product);
}
