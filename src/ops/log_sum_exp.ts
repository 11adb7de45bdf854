import {expandDims, squeeze, tidy, transpose, type Tensor} from '@tensorflow/tfjs-core';
import {logSumExpRows} from '../gradients/_smooth';
import type {NumericLike} from './options';
import {assertDtype, assertInteger, shapeText, toTensor} from './_validate';

/**
 * Computes lse = log Σ_k e^(z_k) along an axis, differentiable any number of times (tf.logSumExp only once).
 *
 * @param logits z, float32, of rank 1 or more.
 * @param axis The axis to sum over, which is removed. Default −1.
 * @returns lse, of the shape of `logits` without `axis`; −∞ where every z is −∞.
 * @throws Error for a wrong dtype, rank or axis.
 *
 * @example
 * ```ts
 * logSumExp([0, 0, 0, 0]).print(); // 1.3863
 * ```
 */
export function logSumExp(logits: Tensor | NumericLike, axis = -1): Tensor {
  return tidy(() => {
    const z = toTensor('logSumExp', 'logits', logits);
    assertDtype('logSumExp', 'logits', z, ['float32'], 'Write logits.toFloat().');
    assertInteger('logSumExp', 'axis', axis);
    const at = axis < 0 ? axis + z.rank : axis;
    if (z.shape[at] === undefined) {
      throw new Error(`logSumExp: 'axis' is ${axis}, but 'logits' has shape ${shapeText(z.shape)}.`);
    }
    const last = z.rank - 1;
    const order = [...z.shape.keys()].filter((i) => i !== at).concat(at);
    const moved = at === last ? z : transpose(z, order);
    return squeeze(
      logSumExpRows(moved.rank === 1 ? expandDims(moved, 0) : moved),
      moved.rank === 1 ? undefined : [last],
    );
  });
}
