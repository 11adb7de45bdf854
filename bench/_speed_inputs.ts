/** Inputs of the speed measurements. peers.py makes its own of the same distribution. */
import * as tf from '@tensorflow/tfjs';
import type {Tensor} from '@tensorflow/tfjs';
import {isSigmoid, type LossCase} from './_losses';
import {seededRandom} from './_random';

export interface Shape {
  readonly rows: number;
  readonly classes: number;
}

export interface Inputs {
  readonly labels: Tensor;
  readonly logits: Tensor;
}

/** Logits of deviation 2; a random class per row, or in the sigmoid family a fair coin per element. */
export function speedInputs(lossCase: LossCase, {rows, classes}: Shape): Inputs {
  const random = seededRandom(rows * 31 + classes);
  const size = rows * classes;
  const logits = tf.tensor2d(
    new Float32Array(size).map(() => 2 * random.normal()),
    [rows, classes],
  );
  if (isSigmoid(lossCase)) {
    return {
      logits,
      labels: tf.tensor2d(
        new Float32Array(size).map(() => random.below(2)),
        [rows, classes],
      ),
    };
  }
  const indices = new Int32Array(rows).map(() => random.below(classes));
  if (lossCase.labels === 'index') return {logits, labels: tf.tensor1d(indices, 'int32')};
  const oneHot = new Float32Array(size);
  indices.forEach((index, row) => (oneHot[row * classes + index] = 1));
  return {logits, labels: tf.tensor2d(oneHot, [rows, classes])};
}
