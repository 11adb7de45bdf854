import * as tf from '@tensorflow/tfjs-core';
import type {Tensor, Tensor2D} from '@tensorflow/tfjs-core';
import type {NumericLike} from '../ops/options';
import {checkOptions} from './_check_options';
import {type Inputs, areLabelsPerOutput, inputsOf, labelRows, rowsOfClasses} from './_inputs';
import {oneVsRestLogits} from './_one_vs_rest';
import {ratio, weightedMean} from './_ratio';
import type {RocAucOptions} from './options';

/**
 * Computes the area under the ROC curve: how likely a positive scores above a negative.
 *
 *     AUC = P(z₊ > z₋) + ½·P(z₊ = z₋)
 *
 * exactly, as the Mann-Whitney statistic, with no grid of thresholds. Labels of the shape of the outputs are one for each
 * output, scored by its logit; with several the mean over the labels is taken. Class indices, or one-hot labels with
 * `oneHot: true`, are one class a row: the mean over the classes of each against the rest, scored by the logit
 * log(p_k/(1 − p_k)) of its softmax. Labels and classes that have no positive or no negative are left out of the mean; where
 * none is left, or a score is NaN, the result is NaN (`zeroDivision` for the former).
 *
 * In `compile` this is the mean over the batches of the AUC of each, which is not the AUC of all samples (for that, call it on
 * `model.predict`), and NaN as soon as a batch holds one class alone, unless `zeroDivision` says otherwise.
 *
 * @param yTrue y: labels of the shape of `yPred` (or without its last axis if that has length 1), or class indices.
 * @param yPred z, float32 logits: [N], [N, 1], [N, K], [N, T, K].
 * @param options See {@link RocAucOptions}.
 * @returns A scalar in [0, 1], or NaN; NaN too for a class index that is no class.
 * @throws Error for a wrong shape, dtype or option.
 *
 * @example
 * ```ts
 * rocAuc([1, 1, 0, 0], [3, 0.5, 0.5, -2]).print(); // 0.875
 * ```
 *
 * Mann & Whitney, On a Test of Whether One of Two Random Variables is Stochastically Larger than the Other (1947).
 */
export function rocAuc(yTrue: Tensor | NumericLike, yPred: Tensor | NumericLike, options: RocAucOptions = {}): Tensor {
  checkOptions('rocAuc', options);
  const {zeroDivision = NaN} = options;
  return tf.tidy(() => {
    const columns = columnsOf(inputsOf('rocAuc', yTrue, yPred), options);
    if (columns.scores.size === 0) return tf.scalar(zeroDivision);
    const {areas, pairs} = areaPerColumn(columns);
    // An area of NaN stays, whether or not it counts: 0·NaN is NaN.
    const defined = tf.cast(tf.notEqual(pairs, 0), 'float32');
    return weightedMean(areas, defined, zeroDivision);
  });
}

/** [C, R]: a column of the outputs in each row here. */
interface Columns {
  readonly scores: Tensor2D;
  /** What each score counts for, above 0 as a positive and below as a negative; NaN if its label is none. */
  readonly signs: Tensor;
}

function columnsOf(inputs: Inputs, options: RocAucOptions): Columns {
  if (areLabelsPerOutput(inputs, options)) {
    const {logits, positive, counts} = labelRows(inputs, options.weights);
    return columns(logits, positive, counts);
  }
  const {logits, labels, counts} = rowsOfClasses(inputs, options);
  const classes = logits.shape[1];
  // tf.oneHot asks for two classes; of a single one every row is a positive.
  if (classes === 1) return columns(logits, tf.onesLike(logits), counts);
  return columns(oneVsRestLogits(logits), tf.oneHot(labels, classes), counts);
}

function columns(scores: Tensor2D, positive: Tensor, counts: Tensor): Columns {
  const [rows, width] = scores.shape;
  // A column is a row already, and transposing is slow on cpu.
  const transposed = (x: Tensor): Tensor2D => (width === 1 ? tf.reshape(x, [1, rows]) : tf.transpose(x as Tensor2D));
  const sign = tf.sub(tf.mul(tf.cast(transposed(positive), 'float32'), 2), 1);
  return {scores: transposed(scores), signs: tf.mul(sign, counts)};
}

/**
 * The AUC of each column, [C], and the weight of its pairs of a positive and a negative. Sorted by falling score, each
 * negative has above it the positives so far:
 *
 *     AUC = Σ_negatives (Σ positives so far) / (P·N)
 *
 * Equal scores come out in the order of their index, and from the reversed scores in the opposite order: the mean of both
 * counts every pair of equals by ½.
 */
function areaPerColumn({scores, signs}: Columns): {areas: Tensor; pairs: Tensor} {
  const [rows, count] = scores.shape;
  const forward = tf.topk(scores, count).indices;
  const backward = tf.sub(tf.scalar(count - 1, 'int32'), tf.topk(tf.reverse(scores, 1), count).indices);
  const pairs = tf.mul(tf.sum(positives(signs), 1), tf.sum(negatives(signs), 1));
  const ordered = (order: Tensor): Tensor => {
    const sorted = inOrder(signs, order, rows, count);
    return sumRows(tf.mul(tf.cumsum(positives(sorted), 1), negatives(sorted)), rows, count);
  };
  const areas = ratio(tf.mul(tf.add(ordered(forward), ordered(backward)), 0.5), pairs);
  const isNaN = tf.logicalOr(tf.isNaN(tf.max(scores, 1)), tf.isNaN(tf.sum(signs, 1)));
  return {areas: tf.where(isNaN, tf.fill(areas.shape, NaN), areas), pairs};
}

function positives(signs: Tensor): Tensor {
  return tf.where(tf.greater(signs, 0), signs, tf.zerosLike(signs));
}

function negatives(signs: Tensor): Tensor {
  return positives(tf.neg(signs));
}

/**
 * The sum of each row, by blocks of √count: the rounding of a float32 sum grows with its length, where a backend adds up one
 * by one (wasm), and these are sums of up to count²/4.
 */
function sumRows(x: Tensor, rows: number, count: number): Tensor {
  const block = Math.ceil(Math.sqrt(count));
  const padded = tf.concat([x, tf.zeros([rows, block * block - count])], 1);
  return tf.sum(tf.sum(tf.reshape(padded, [rows, block, block]), 2), 1);
}

/** The entries of each row in an order of its own. Of the flat tensor: a gather in batches is not on every backend. */
function inOrder(x: Tensor, order: Tensor, rows: number, count: number): Tensor {
  const starts = tf.reshape(tf.mul(tf.range(0, rows, 1, 'int32'), tf.scalar(count, 'int32')), [rows, 1]);
  const indices = rows === 1 ? order : tf.add(order, starts);
  const flat = tf.reshape(tf.cast(indices, 'int32'), [rows * count]);
  return tf.reshape(tf.gather(tf.reshape(x, [rows * count]), flat), [rows, count]);
}
