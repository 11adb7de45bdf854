/** The sigmoid family in tfjs ops: the formulas of kernels/plain/_sigmoid_element.ts. */
import * as tf from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {withFocalDefaults} from '../../src/gradients/_sigmoid';
import type {SigmoidAttrs, SigmoidFocalAttrs, SigmoidGradInputs, SigmoidInputs} from '../../src/kernel_names';

/** p = a₊·y' and n = a₋·(1−y'). */
function sides({labels, posWeight}: SigmoidInputs<Tensor>, attrs: SigmoidFocalAttrs): {p: Tensor; n: Tensor} {
  const {labelSmoothing, positiveWeight, negativeWeight} = attrs;
  const y = tf.add(tf.mul(labels, 1 - labelSmoothing), labelSmoothing / 2);
  const positive = tf.mul(y, positiveWeight);
  return {
    p: posWeight.size > 0 ? tf.mul(positive, posWeight) : positive,
    n: tf.mul(tf.sub(1, y), negativeWeight),
  };
}

/** softplus(t) = max(t, 0) + log1p(e^−|t|); tf.softplus loses what is small. */
function softplus(t: Tensor): Tensor {
  return tf.add(tf.maximum(t, 0), tf.log1p(tf.exp(tf.neg(tf.abs(t)))));
}

/** 0·∞ = 0: a side of zero weight costs nothing. */
function weigh(weight: Tensor, x: Tensor): Tensor {
  return tf.where(tf.logicalAnd(tf.equal(weight, 0), tf.logicalNot(tf.isNaN(x))), tf.zerosLike(x), tf.mul(weight, x));
}

export function sigmoidLoss(inputs: SigmoidInputs<Tensor>, bce: SigmoidAttrs | SigmoidFocalAttrs): Tensor {
  const attrs = {...withFocalDefaults(bce), ...bce};
  const {gamma, reduction, scale} = attrs;
  const {p, n} = sides(inputs, attrs);
  const up = softplus(inputs.logits);
  const down = softplus(tf.neg(inputs.logits));
  const focus = (x: Tensor): Tensor => (gamma === 0 ? tf.onesLike(x) : tf.exp(tf.mul(-gamma, x)));
  const loss = tf.add(weigh(p, weighted(down, focus(up))), weigh(n, weighted(up, focus(down))));
  if (reduction === 'none') return loss;
  return tf.mul(reduction === 'rows' ? tf.sum(loss, 1) : tf.sum(loss), scale);
}

/** softplus·factor, where ∞·0 is 0. */
function weighted(x: Tensor, factor: Tensor): Tensor {
  return tf.where(tf.equal(factor, 0), tf.zerosLike(x), tf.mul(x, factor));
}

export function sigmoidGradient(inputs: SigmoidGradInputs<Tensor>, bce: SigmoidAttrs | SigmoidFocalAttrs): Tensor {
  const attrs = {...withFocalDefaults(bce), ...bce};
  const {gamma, reduction, scale} = attrs;
  const {p, n} = sides(inputs, attrs);
  const z = inputs.logits;
  const e = tf.exp(tf.neg(tf.abs(z)));
  const larger = tf.div(1, tf.add(1, e));
  const smaller = tf.mul(e, larger);
  const isPositive = tf.greaterEqual(z, 0);
  const sigmoid = tf.where(isPositive, larger, smaller);
  const sigmoidNegative = tf.where(isPositive, smaller, larger);
  let up = sigmoid;
  let down = sigmoidNegative;
  if (gamma !== 0) {
    const plus = softplus(z);
    const minus = softplus(tf.neg(z));
    up = tf.mul(tf.add(sigmoid, tf.mul(gamma, weighted(plus, sigmoidNegative))), tf.exp(tf.mul(-gamma, minus)));
    down = tf.mul(tf.add(sigmoidNegative, tf.mul(gamma, weighted(minus, sigmoid))), tf.exp(tf.mul(-gamma, plus)));
  }
  const factor = tf.mul(reduction === 'rows' ? tf.expandDims(inputs.dy, 1) : inputs.dy, scale);
  return tf.mul(tf.sub(tf.mul(n, up), tf.mul(p, down)), factor);
}
