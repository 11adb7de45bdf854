/**
 * The upstream gradient that a loss expects while a tape records: a guess, from which only speed follows. Training asks for the
 * gradient of every loss right after it, and a kernel that knows with which factor makes both in one pass over the logits.
 */
import {getBackend, type Tensor} from '@tensorflow/tfjs-core';
import type {ExpectedUpstream} from '../kernel_names';
import {isTapeOn} from '../tape';
import {HOST_BACKENDS} from './_backend';

const NONE: ExpectedUpstream = {};

/** dy, of a mean over the losses 1/N: that is what tf.mean of them and tf.Model.fit hand back. */
export function expectUpstream(dy: number): ExpectedUpstream {
  return isTapeOn() ? {expectedDy: Math.fround(dy)} : NONE;
}

/** 1/divisor, as tf.div has it, and 0 where the divisor is 0. Where a number cannot be read at once, nothing is expected. */
export function expectQuotient(divisor: Tensor): ExpectedUpstream {
  if (!isTapeOn() || !HOST_BACKENDS.includes(getBackend())) return NONE;
  const [value = 0] = divisor.dataSync();
  return {expectedDy: value === 0 ? 0 : Math.fround(1 / value)};
}

/** What is known to come: the number that all of `dy` are, as they are without sample weights. */
export function expectKnown(dy: Tensor): ExpectedUpstream {
  if (!HOST_BACKENDS.includes(getBackend())) return NONE;
  const values = dy.dataSync();
  const [first] = values;
  return first !== undefined && values.every((value) => value === first) ? {expectedDy: first} : NONE;
}

/** dy·a·b, as the gradients of two tf.mul have it. */
export function expectProduct(dy: number, a: number, b: Tensor): ExpectedUpstream {
  if (!isTapeOn() || !HOST_BACKENDS.includes(getBackend())) return NONE;
  const [factor = NaN] = b.dataSync();
  return {expectedDy: Math.fround(Math.fround(Math.fround(dy) * Math.fround(a)) * factor)};
}
