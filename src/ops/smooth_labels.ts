import {add, cast, mul, tidy, type Tensor} from '@tensorflow/tfjs-core';
import type {NumericLike} from './options';
import {toTensor} from './_to_tensor';
import {assertDtype, assertInteger, assertNumber, shapeText} from './_validate';

/**
 * Smooths target distributions: q ← (1−ε)·q + ε/K, with K the size of `axis`. The losses do this themselves
 * (`labelSmoothing`); this is for targets that go elsewhere, such as metrics.
 *
 * @param labels q, of rank 1 or more.
 * @param labelSmoothing ε in [0, 1].
 * @param axis The axis of the classes. Default −1.
 * @returns The smoothed targets, float32, of the shape of `labels`.
 * @throws Error for a wrong dtype, axis or ε.
 *
 * @example
 * ```ts
 * smoothLabels([[0, 1, 0, 0]], 0.2).print(); // [[0.05, 0.85, 0.05, 0.05]]
 * ```
 *
 * Szegedy et al., Rethinking the Inception Architecture for Computer Vision (2016).
 */
export function smoothLabels(labels: Tensor | NumericLike, labelSmoothing: number, axis = -1): Tensor {
  return tidy(() => {
    const q = toTensor('smoothLabels', 'labels', labels);
    assertDtype('smoothLabels', 'labels', q, ['float32', 'int32', 'bool'], 'Expected probabilities.');
    assertNumber('smoothLabels', 'labelSmoothing', labelSmoothing, 0, 1);
    assertInteger('smoothLabels', 'axis', axis);
    const classes = q.shape[axis < 0 ? axis + q.rank : axis];
    if (classes === undefined) {
      throw new Error(
        `smoothLabels: 'axis' is ${axis}, but 'labels' has shape ${shapeText(q.shape)}. ` +
          (q.rank === 0 ? 'Expected shape [..., K].' : `Expected ${-q.rank} to ${q.rank - 1}.`),
      );
    }
    return add(mul(cast(q, 'float32'), 1 - labelSmoothing), labelSmoothing / classes);
  });
}
