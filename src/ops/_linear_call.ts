/** A call of linearSoftmaxCrossEntropy, and what its reduction makes of the losses ℓ_n: Σ_n r_n·ℓ_n with r_n = w_n/divisor. */
import * as tf from '@tensorflow/tfjs-core';
import type {Tensor, Tensor1D, Tensor2D} from '@tensorflow/tfjs-core';
import type {SparseSoftmaxAttrs} from '../kernel_names';
import type {CheckedReduction} from './_reduce';
import {rowDivisorWeights} from './row_divisor_weights';
import {sumOfAll} from './_sum_of_all';

export interface LinearCall {
  readonly labels: Tensor;
  readonly hidden: Tensor;
  readonly kernel: Tensor2D;
  readonly bias: Tensor1D | null;
  readonly classWeights: Tensor | undefined;
  readonly reduction: CheckedReduction;
  /** Of the losses. */
  readonly shape: number[];
  readonly attrs: Omit<SparseSoftmaxAttrs, 'reduction' | 'scale'>;
  /** undefined: chosen by the shapes. */
  readonly chunkSize: number | undefined;
}

export function divides({classWeights, attrs}: LinearCall): boolean {
  return classWeights !== undefined || attrs.ignoreIndex !== undefined;
}

/** d_n, of the shape of the losses. */
export function divisorWeights({labels, classWeights, attrs, shape}: LinearCall): Tensor {
  return tf.reshape(rowDivisorWeights(labels, classWeights, attrs.ignoreIndex), shape);
}

/** w_n, of the shape of the losses. */
export function sampleWeights({reduction: {weights}, shape}: LinearCall): Tensor {
  const ones = tf.ones(shape);
  return weights === undefined ? ones : tf.mul(ones, tf.cast(weights, 'float32'));
}

/** 1/divisor of a sum or mean; 0 for a divisor of 0. */
function inverseDivisor(call: LinearCall): Tensor {
  const {reduction, normalizer} = call.reduction;
  if (reduction === 'sum') return tf.scalar(1);
  if (normalizer !== undefined) return tf.scalar(1 / normalizer);
  const weights = sampleWeights(call);
  const divisor = sumOfAll(divides(call) ? tf.mul(weights, divisorWeights(call)) : weights);
  const zero = tf.equal(divisor, 0);
  return tf.where(zero, tf.zerosLike(divisor), tf.div(1, tf.where(zero, tf.onesLike(divisor), divisor)));
}

/** r_n = w_n/divisor, so that a sum or mean is Σ_n r_n·ℓ_n. [N]. */
export function rowFactors(call: LinearCall): Tensor1D {
  return tf.tidy(() => tf.reshape<tf.Rank.R1>(tf.mul(sampleWeights(call), inverseDivisor(call)), [call.labels.size]));
}

/**
 * dy·∂L/∂w_n: ℓ_n for 'none', ℓ_n/divisor for 'sum' and with a normalizer, and of L = Σ w_n·ℓ_n / Σ w_n·d_n
 * (ℓ_n − L·d_n)/divisor.
 */
export function weightGradient(call: LinearCall, losses: Tensor, value: Tensor, dy: Tensor): Tensor {
  const {reduction, normalizer, weights} = call.reduction;
  return tf.tidy(() => {
    const perRow = tf.reshape(losses, call.shape);
    if (reduction === 'none') return sumInto(tf.mul(perRow, dy), weights?.shape ?? []);
    const ownMean = reduction === 'mean' && normalizer === undefined;
    const share = !ownMean ? perRow : tf.sub(perRow, divides(call) ? tf.mul(value, divisorWeights(call)) : value);
    return sumInto(tf.mul(share, tf.mul(inverseDivisor(call), dy)), weights?.shape ?? []);
  });
}

/** Sums what was broadcast from `shape`. */
function sumInto(x: Tensor, shape: readonly number[]): Tensor {
  const offset = x.rank - shape.length;
  const axes = x.shape.flatMap((n, i) => (i < offset || (shape[i - offset] === 1 && n !== 1) ? [i] : []));
  return tf.reshape(axes.length === 0 ? x : x.size === 0 ? tf.zeros([...shape]) : tf.sum(x, axes), [...shape]);
}
