import * as tf from '@tensorflow/tfjs';

/** The value of a scalar, which is disposed. */
export function valueOf(metric: tf.Tensor): number {
  expect(metric.shape).toEqual([]);
  expect(metric.dtype).toBe('float32');
  const [value = NaN] = metric.dataSync();
  metric.dispose();
  return value;
}

/** Fails unless |actual − expected| ≤ tolerance; NaN is NaN alone. A few roundings of float32 numbers up to 1. */
export function expectNear(actual: number, expected: number, what = '', tolerance = 5e-7): void {
  if (!(Object.is(actual, expected) || Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected)))) {
    throw new Error(`${what}: got ${actual}, expected ${expected}.`);
  }
}
