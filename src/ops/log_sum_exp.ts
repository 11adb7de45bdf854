import {expandDims, squeeze, tidy, type Tensor} from '@tensorflow/tfjs-core';
import {logSumExpRows} from '../gradients/smooth';
import {classesLast} from './_classes_last';
import type {NumericLike} from './options';
import {toTensor} from './_to_tensor';
import {assertDtype, assertInteger, shapeText} from './_validate';

/**
 * Computes lse = log Σ_k e^(z_k) along an axis, differentiable any number of times (tf.logSumExp only once).
 *
 * @param logits z, float32, of rank 1 or more.
 * @param axis The axis to sum over, which is removed. Default −1.
 * @returns lse, of the shape of `logits` without `axis`; −∞ where every z is −∞.
 * @throws Error for a wrong dtype, rank or axis, or an axis of length 0.
 *
 * @example
 * ```ts
 * logSumExp([0, 0, 0, 0]).print(); // 1.3863
 * ```
 */
export function logSumExp(logits: Tensor | NumericLike, axis = -1): Tensor {
  return tidy(() => {
    const z = toTensor('logSumExp', 'logits', logits);
    assertDtype('logSumExp', 'logits', z, ['float32'], "Write tf.cast(logits, 'float32').");
    assertInteger('logSumExp', 'axis', axis);
    const at = axis < 0 ? axis + z.rank : axis;
    if (z.shape[at] === undefined) {
      throw new Error(
        `logSumExp: 'axis' is ${axis}, but 'logits' has shape ${shapeText(z.shape)}. ` +
          (z.rank === 0 ? 'Expected shape [..., K].' : `Expected ${-z.rank} to ${z.rank - 1}.`),
      );
    }
    if (z.shape[at] === 0) {
      throw new Error(
        `logSumExp: 'logits' of shape ${shapeText(z.shape)} has nothing to sum: axis ${at} has length 0. Expected at least 1.`,
      );
    }
    const last = z.rank - 1;
    const moved = classesLast(z, at);
    return squeeze(
      logSumExpRows(moved.rank === 1 ? expandDims(moved, 0) : moved),
      moved.rank === 1 ? undefined : [last],
    );
  });
}
