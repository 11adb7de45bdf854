/** The softmax family in tfjs ops: the functions that src/gradients/ differentiates with, as whole kernels. */
import * as tf from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {logitGradient, oneHotRows, rowLosses, withoutIgnored, type Rows} from '../../src/gradients/softmax';
import {STATS_COLUMNS, type SoftmaxAttrs, type SparseSoftmaxAttrs} from '../../src/kernel_names';

/** [the loss, stats]: the gradient starts anew from the logits, so the cache is empty. */
function withReduction(losses: Tensor, {reduction, scale}: SoftmaxAttrs): [Tensor, Tensor] {
  return [reduction === 'none' ? losses : tf.mul(tf.sum(losses), scale), tf.zeros([0, STATS_COLUMNS])];
}

export function denseLoss(rows: Rows, attrs: SoftmaxAttrs): Tensor[] {
  return withReduction(rowLosses(rows, attrs), attrs);
}

export function denseGradient(rows: Rows & {dy: Tensor}, attrs: SoftmaxAttrs): Tensor {
  return logitGradient(rows, rows.dy, attrs);
}

/** One-hot targets; NaN in a row whose label is no class, because a backend of unknown kind cannot be asked for its values. */
function oneHotOrNaN(rows: Rows): Rows {
  const oneHot = oneHotRows(rows.labels, rows.logits);
  const isClass = tf.greater(tf.sum(oneHot, -1, true), 0);
  return {...rows, labels: tf.where(tf.broadcastTo(isClass, oneHot.shape), oneHot, tf.fill(oneHot.shape, NaN))};
}

export function sparseLoss(rows: Rows, attrs: SparseSoftmaxAttrs): Tensor[] {
  const losses = rowLosses(oneHotOrNaN(rows), attrs);
  const column = withoutIgnored(tf.expandDims(losses, -1), rows.labels, attrs.ignoreIndex);
  return withReduction(tf.squeeze(column, [-1]), attrs);
}

export function sparseGradient(rows: Rows & {dy: Tensor}, attrs: SparseSoftmaxAttrs): Tensor {
  return withoutIgnored(logitGradient(oneHotOrNaN(rows), rows.dy, attrs), rows.labels, attrs.ignoreIndex);
}
