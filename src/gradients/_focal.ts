/**
 * Derivatives of the focal function, in tfjs ops, for everything that no kernel computes: label gradients and
 * second derivatives. They are accurate to float32 rounding, not to the few ULP of the kernels.
 *
 * With c = −log p, u = 1 − p = 1 − e^−c and h = c/(e^c − 1):
 *
 *     g(c)  = u^γ·c
 *     φ(c)  = g'(c)  = u^γ + γ·u^(γ−1)·e^−c·c              = u^γ·(1 + γ·h)           since e^−c·c/u = h
 *     φ'(c)          = γ·u^(γ−1)·e^−c·(2 + (γ−1)·h − c)      from u' = e^−c and u·h' = e^−c·(1 − c − h)
 */
import * as tf from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {sigmoid, softplus} from './_smooth';

/** h = c/(e^c − 1), which is 1 at c = 0 and 0 at ∞. Beyond c = 80 it is below 1e-33; the bound keeps ∞/∞ out. */
function expm1Ratio(c: Tensor): Tensor {
  const bounded = tf.clipByValue(c, 1e-3, 80);
  return tf.where(tf.less(c, 1e-3), tf.sub(1, tf.mul(0.5, c)), tf.div(bounded, tf.expm1(bounded)));
}

/** u^exponent for u ≥ 0, with 0^0 = 1 and, for a negative exponent, 0 at u = 0: its factors vanish faster. */
function power(u: Tensor, exponent: number): Tensor {
  if (exponent === 0) return tf.onesLike(u);
  return tf.where(tf.greater(u, 0), tf.pow(tf.maximum(u, 1e-37), exponent), tf.zerosLike(u));
}

/** g(c). */
export function focal(c: Tensor, gamma: number): Tensor {
  if (gamma === 0) return c;
  return tf.mul(power(tf.neg(tf.expm1(tf.neg(c))), gamma), c);
}

/** φ(c) = g'(c). */
export function focalSlope(c: Tensor, gamma: number): Tensor {
  if (gamma === 0) return tf.onesLike(c);
  const u = tf.neg(tf.expm1(tf.neg(c)));
  return tf.mul(power(u, gamma), tf.add(1, tf.mul(gamma, expm1Ratio(c))));
}

/** φ'(c) = g''(c). */
export function focalCurvature(c: Tensor, gamma: number): Tensor {
  if (gamma === 0) return tf.zerosLike(c);
  const bounded = tf.minimum(c, 100);
  const u = tf.neg(tf.expm1(tf.neg(bounded)));
  const bracket = tf.sub(tf.add(2, tf.mul(gamma - 1, expm1Ratio(bounded))), bounded);
  return tf.mul(tf.mul(gamma, power(u, gamma - 1)), tf.mul(tf.exp(tf.neg(bounded)), bracket));
}

/** g(softplus(−t)) as a function of the signed logit t, with u = σ(−t) = e^(−softplus(t)). */
export function focalOfLogit(t: Tensor, gamma: number): Tensor {
  const c = softplus(tf.neg(t));
  return gamma === 0 ? c : tf.mul(tf.exp(tf.mul(-gamma, softplus(t))), c);
}

/** ∂g(softplus(−t))/∂t = −u·φ(c) = −u^(γ+1)·(1 + γ·h), because ∂c/∂t = −u. */
export function focalOfLogitSlope(t: Tensor, gamma: number): Tensor {
  if (gamma === 0) return tf.neg(sigmoid(tf.neg(t)));
  const h = expm1Ratio(softplus(tf.neg(t)));
  return tf.neg(tf.mul(tf.exp(tf.mul(-gamma - 1, softplus(t))), tf.add(1, tf.mul(gamma, h))));
}

/**
 * ∂²g(softplus(−t))/∂t² = u·σ(t)·φ(c) + u²·φ'(c) = u^(γ+1)·σ(t)·(1 + γ·h + γ·(2 + (γ−1)·h − c)),
 * from ∂u/∂t = −u·σ(t) and e^−c = σ(t).
 */
export function focalOfLogitCurvature(t: Tensor, gamma: number): Tensor {
  const both = tf.mul(sigmoid(t), tf.exp(tf.mul(-gamma - 1, softplus(t))));
  if (gamma === 0) return both;
  // Beyond c = 1e30 the factor u^(γ+1)·σ(t) is 0; the bound keeps 0·∞ out.
  const c = tf.minimum(softplus(tf.neg(t)), 1e30);
  const h = expm1Ratio(c);
  const bracket = tf.add(tf.add(1, tf.mul(gamma, h)), tf.mul(gamma, tf.sub(tf.add(2, tf.mul(gamma - 1, h)), c)));
  return tf.mul(both, bracket);
}
