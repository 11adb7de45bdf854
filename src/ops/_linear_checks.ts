/** What linearSoftmaxCrossEntropy refuses. */
import type {Tensor} from '@tensorflow/tfjs-core';
import {assertDtype, describe, reshapeAdvice, sameShape, shapeText} from './_validate';

export const OP = 'linearSoftmaxCrossEntropy';

export function assertChunkSize(chunkSize: unknown): void {
  if (!Number.isInteger(chunkSize) || (chunkSize as number) < 1) {
    throw new Error(`${OP}: 'chunkSize' must be an integer of at least 1, but is ${describe(chunkSize)}.`);
  }
}

export function checkLayer(hidden: Tensor, kernel: Tensor, bias: Tensor | null): void {
  assertDtype(OP, 'hidden', hidden, ['float32'], `Write tf.cast(hidden, 'float32').`);
  assertDtype(OP, 'kernel', kernel, ['float32'], `Write tf.cast(kernel, 'float32').`);
  const features = hidden.shape[hidden.rank - 1];
  if (features === undefined) {
    throw new Error(`${OP}: 'hidden' must have an axis of features, but is a scalar. Expected shape [..., D].`);
  }
  const [rows, classes] = kernel.shape;
  if (kernel.rank !== 2 || rows !== features || features === 0 || classes === 0) {
    throw new Error(
      `${OP}: 'kernel' of shape ${shapeText(kernel.shape)} must be [D, K] with D and K of at least 1, where D is ${features}, ` +
        `the last axis of 'hidden' of shape ${shapeText(hidden.shape)}.` +
        (kernel.rank === 2 && classes === features ? ' Write tf.transpose(kernel).' : ''),
    );
  }
  if (bias === null) return;
  assertDtype(OP, 'bias', bias, ['float32'], `Write tf.cast(bias, 'float32').`);
  if (!sameShape(bias.shape, [classes ?? 0])) {
    throw new Error(
      `${OP}: 'bias' of shape ${shapeText(bias.shape)} must be of shape [${classes}], one number per class, or null.` +
        reshapeAdvice('bias', bias.shape, [classes ?? 0]),
    );
  }
}

export function checkLabels(labels: Tensor, shape: readonly number[]): void {
  assertDtype(OP, 'labels', labels, ['int32', 'float32'], `Expected class indices: write tf.cast(labels, 'int32').`);
  if (!sameShape(labels.shape, shape) && !sameShape(labels.shape, [...shape, 1])) {
    throw new Error(
      `${OP}: 'labels' of shape ${shapeText(labels.shape)} must be class indices of shape ${shapeText(shape)} or ` +
        `${shapeText([...shape, 1])}, one per row of 'hidden'.${reshapeAdvice('labels', labels.shape, shape)}`,
    );
  }
}

/** The kernels would name the index of a label in its chunk. */
export function assertClassIndices(labels: Tensor, classes: number, ignoreIndex: number | undefined): void {
  const values = labels.dataSync();
  const index = values.findIndex((y) => y !== ignoreIndex && !(Number.isInteger(y) && y >= 0 && y < classes));
  if (index < 0) return;
  const ignored = ignoreIndex === undefined ? '' : `, or ${ignoreIndex} (ignoreIndex)`;
  throw new RangeError(
    `${OP}: 'labels' holds ${values[index]} at index ${index}. Expected class indices, whole numbers from 0 to ${classes - 1}${ignored}.`,
  );
}
