/** Reductions: what becomes of the losses of rows or elements. */
import * as tf from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import type {ExpectedUpstream} from '../kernel_names';
import {offTape} from '../tape';
import type {Reduction, ReductionOptions} from './options';
import {sumOfAll} from './_sum_of_all';
import {expectQuotient, expectUpstream} from './_expected_upstream';
import {toTensor} from './_to_tensor';
import {assertDtype, assertPositive, describe, shapeText} from './_validate';

export const REDUCTION_OPTIONS = ['weights', 'reduction', 'normalizer'] as const;

const REDUCTIONS: readonly Reduction[] = ['none', 'sum', 'mean'];

export interface CheckedReduction {
  readonly reduction: Reduction;
  readonly weights: Tensor | undefined;
  readonly normalizer: number | undefined;
}

/** Call it inside of tf.tidy: weights given as numbers become a tensor. */
export function checkReduction(op: string, options: ReductionOptions): CheckedReduction {
  const {reduction = 'mean', normalizer, weights} = options;
  if (!REDUCTIONS.includes(reduction)) {
    throw new Error(`${op}: 'reduction' must be 'none', 'sum' or 'mean', but is ${describe(reduction)}.`);
  }
  if (normalizer !== undefined) {
    if (reduction !== 'mean') {
      throw new Error(
        `${op}: 'normalizer' replaces the divisor of reduction 'mean', but 'reduction' is '${reduction}'. Leave one of them out.`,
      );
    }
    assertPositive(op, 'normalizer', normalizer);
  }
  if (weights === undefined) return {reduction, normalizer, weights};
  const given = toTensor(op, 'weights', weights);
  assertDtype(op, 'weights', given, ['float32', 'int32', 'bool'], 'Expected numbers.');
  return {reduction, normalizer, weights: given};
}

/** How to get the losses from a kernel, and what they count for in a mean. */
export interface Losses {
  /** The shape of the losses with reduction 'none'. */
  readonly shape: readonly number[];
  /** Runs the kernel: 'none' gives the losses, 'sum' scale·Σ. */
  readonly run: (reduction: 'none' | 'sum', scale: number, expected: ExpectedUpstream) => Tensor;
  /** What each loss adds to the divisor of a mean, of a shape that reshapes to `shape`; undefined: 1 each. */
  readonly divisorWeights: (() => Tensor) | undefined;
}

/**
 * 'none': w_i·ℓ_i. 'sum': Σ_i w_i·ℓ_i. 'mean': Σ_i w_i·ℓ_i / Σ_i w_i·d_i, d the divisor weights, or over
 * `normalizer`; 0 where the divisor is 0 (PyTorch says NaN, pytorch#70348).
 */
export function reduceLosses(op: string, losses: Losses, {reduction, weights, normalizer}: CheckedReduction): Tensor {
  const shape = [...losses.shape];
  const count = shape.reduce((a, b) => a * b, 1);
  if (weights === undefined) {
    if (reduction === 'none') return losses.run('none', 1, expectUpstream(1 / count));
    // Of a loss that is what is minimized.
    const one = expectUpstream(1);
    if (reduction === 'sum') return losses.run('sum', 1, one);
    if (normalizer !== undefined) return losses.run('sum', 1 / normalizer, one);
    const weightsOf = losses.divisorWeights;
    if (weightsOf === undefined) return losses.run('sum', count === 0 ? 0 : 1 / count, one);
    // A constant; on the tape it would leave behind what was saved for it when the kernel refuses a label.
    const divisor = offTape(() => sumOfAll(weightsOf()));
    return divide(losses.run('sum', 1, expectQuotient(divisor)), divisor);
  }

  const perLoss = losses.run('none', 1, {});
  assertBroadcasts(op, weights, shape);
  const floatWeights = tf.cast(weights, 'float32');
  const weighted = tf.mul(perLoss, floatWeights);
  if (reduction === 'none') return weighted;
  const total = sumOfAll(weighted);
  if (reduction === 'sum') return total;
  if (normalizer !== undefined) return tf.mul(total, 1 / normalizer);
  const ones = losses.divisorWeights === undefined ? tf.ones(shape) : tf.reshape(losses.divisorWeights(), shape);
  return divide(total, sumOfAll(tf.mul(ones, floatWeights)));
}

/** x = 0, with a derivative of 0: tf.equal has none at all, and sample weights may be differentiated. */
const isZero = tf.customGrad((x, save) => {
  const input = x as Tensor;
  (save as tf.GradSaveFunc)([input]);
  return {value: tf.equal(input, 0), gradFunc: (_dy: Tensor, saved: Tensor[]) => saved.map((s) => tf.zerosLike(s))};
});

/** total/divisor, and 0 with a gradient of 0 where the divisor is 0. */
function divide(total: Tensor, divisor: Tensor): Tensor {
  const zero = isZero(divisor);
  // The gradient of tf.divNoNan is 0/0 at 0: the divisor is replaced before it is divided by.
  const quotient = tf.div(total, tf.where(zero, tf.onesLike(divisor), divisor));
  return tf.where(zero, tf.zerosLike(quotient), quotient);
}

/** Weights give each loss of `shape` one factor, by tfjs's rules of broadcasting. */
export function assertBroadcasts(op: string, weights: Tensor, shape: readonly number[]): void {
  const offset = shape.length - weights.rank;
  const fits = offset >= 0 && weights.shape.every((n, i) => n === 1 || n === shape[offset + i]);
  if (!fits) {
    throw new Error(
      `${op}: 'weights' of shape ${shapeText(weights.shape)} do not broadcast to the losses of shape ${shapeText(shape)}. ` +
        `Give one weight per loss, or axes of length 1.`,
    );
  }
}
