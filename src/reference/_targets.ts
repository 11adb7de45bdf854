import {at, checkLength} from './_numbers';
import {smoothLabels} from './smooth_labels';

/** What turns labels into target weights. */
export interface TargetOptions {
  /** ε in [0, 1]. Default 0. */
  readonly labelSmoothing?: number;
  /** w, one per class. Default 1. */
  readonly classWeights?: ArrayLike<number>;
}

/** Focal's α: one number, one per class, or null for none. */
export type Alpha = number | ArrayLike<number> | null;

/** w_k·α_k. */
function classFactors(classes: number, {classWeights}: TargetOptions, alpha: Alpha): Float64Array {
  if (classWeights !== undefined) checkLength('classWeights', classWeights, classes);
  if (alpha !== null && typeof alpha !== 'number') checkLength('alpha', alpha, classes);
  return new Float64Array(classes).map((_, k) => {
    const a = alpha === null ? 1 : typeof alpha === 'number' ? alpha : at(alpha, k);
    return (classWeights === undefined ? 1 : at(classWeights, k)) * a;
  });
}

/** The target weights q′_k = w_k·α_k·((1−ε)·q_k + ε/K) of labels q. */
export function targetWeights(
  labels: ArrayLike<number>,
  classes: number,
  options: TargetOptions,
  alpha: Alpha,
): Float64Array {
  checkLength('labels', labels, classes);
  const smoothed = smoothLabels(labels, options.labelSmoothing ?? 0);
  return classFactors(classes, options, alpha).map((factor, k) => factor * at(smoothed, k));
}

/** ∂q′_k/∂q_k = w_k·α_k·(1−ε). */
export function targetSlopes(
  labels: ArrayLike<number>,
  classes: number,
  options: TargetOptions,
  alpha: Alpha,
): Float64Array {
  checkLength('labels', labels, classes);
  return classFactors(classes, options, alpha).map((factor) => factor * (1 - (options.labelSmoothing ?? 0)));
}

/** The labels δ_ky of a class index y. Throws a RangeError unless y is a whole number in [0, K). */
export function oneHot(index: number, classes: number): Float64Array {
  if (!Number.isInteger(index) || index < 0 || index >= classes) {
    throw new RangeError(`class index ${index} is not a whole number in [0, ${classes})`);
  }
  const labels = new Float64Array(classes);
  labels[index] = 1;
  return labels;
}
