/** Class indices are checked here, before TensorFlow sees them: of its errors only a number reaches JavaScript. */
import type {TensorInfo, TypedArray} from '@tensorflow/tfjs-core';
import type {SoftmaxInputs, SparseSoftmaxAttrs} from '../../src/kernel_names';
import {checkIndices} from '../plain/host/_labels';
import type {TensorFlowBackend} from './_kernel';

/** Labels that JavaScript has made are read where they are; those that an op has made are copied. */
export function checkLabels(
  {labels, logits}: SoftmaxInputs<TensorInfo>,
  attrs: SparseSoftmaxAttrs,
  backend: TensorFlowBackend,
): void {
  const values = backend.readSync(labels.dataId) as TypedArray;
  checkIndices(values, logits.shape[logits.shape.length - 1] ?? 1, attrs);
}
