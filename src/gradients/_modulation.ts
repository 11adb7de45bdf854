/**
 * The focal function of an outcome and its derivatives, in tfjs ops: src/reference/_modulation.ts has the derivation and the
 * same names. They are for what no kernel computes, label gradients and second derivatives, and keep float32 rounding.
 */
import * as tf from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {complement, negLogSoftmax, sigmoid, softmax, softplus} from './smooth';

/** The probability p of an outcome (a class, or one side of a sigmoid): c = −log p, u = 1 − p, none made from another. */
export interface Outcome {
  readonly c: Tensor;
  readonly p: Tensor;
  readonly u: Tensor;
}

/** The classes of the last axis. */
export function outcomesOfClasses(z: Tensor): Outcome {
  return {c: negLogSoftmax(z), p: softmax(z), u: complement(z)};
}

/** The side of a sigmoid that is certain at t = ∞. */
export function outcomeOfSide(t: Tensor): Outcome {
  const negative = tf.neg(t);
  return {c: softplus(negative), p: sigmoid(t), u: sigmoid(negative)};
}

/** x where it is not 0, and 1 where it is: for a divisor or base whose zeros are taken care of. */
function nonZero(x: Tensor): Tensor {
  return tf.where(tf.equal(x, 0), tf.onesLike(x), x);
}

/** u^exponent with 0^exponent = 0, which some backends compute as e^(exponent·log 0). */
function power(u: Tensor, exponent: number): Tensor {
  return tf.where(tf.equal(u, 0), tf.zerosLike(u), tf.pow(nonZero(u), exponent));
}

/** h = c·p/u, 1 at u = 0 and 0 at p = 0. */
function ratio({c, p, u}: Outcome): Tensor {
  const bounded = tf.where(tf.equal(p, 0), tf.zerosLike(c), c);
  return tf.where(tf.equal(u, 0), tf.onesLike(u), tf.div(tf.mul(bounded, p), nonZero(u)));
}

/** g(c) = u^γ·c. */
export function modulated({c, u}: Outcome, gamma: number): Tensor {
  return gamma === 0 ? c : tf.mul(power(u, gamma), c);
}

/** φ(c) = g′(c) = u^γ·(1 + γ·h). */
export function modulatedSlope(outcome: Outcome, gamma: number): Tensor {
  if (gamma === 0) return tf.onesLike(outcome.c);
  return tf.mul(power(outcome.u, gamma), tf.add(1, tf.mul(gamma, ratio(outcome))));
}

/** u²·φ′(c) = γ·u^(γ+1)·(p·(2 + (γ−1)·h) − h·u). */
export function modulatedCurvature(outcome: Outcome, gamma: number): Tensor {
  if (gamma === 0) return tf.zerosLike(outcome.c);
  const {p, u} = outcome;
  const h = ratio(outcome);
  const bracket = tf.sub(tf.mul(p, tf.add(2, tf.mul(gamma - 1, h))), tf.mul(h, u));
  return tf.mul(tf.mul(gamma, power(u, gamma + 1)), bracket);
}
