/** Labels and outputs as rows. Everything here runs inside of tf.tidy. */
import * as tf from '@tensorflow/tfjs-core';
import type {Tensor, Tensor2D} from '@tensorflow/tfjs-core';
import type {NumericLike} from '../ops/options';
import {toTensor} from '../ops/_to_tensor';
import type {OneHotOption} from './options';
import {assertDtype, fits, reshapeAdvice, sameShape, shapeText} from '../ops/_validate';

/** Labels and outputs, as tensors of dtypes that make sense. */
export interface Inputs {
  readonly metric: string;
  readonly labels: Tensor;
  readonly logits: Tensor;
}

export function inputsOf(metric: string, yTrue: Tensor | NumericLike, yPred: Tensor | NumericLike): Inputs {
  const logits = toTensor(metric, 'yPred', yPred);
  assertDtype(metric, 'yPred', logits, ['float32'], "Expected logits: write tf.cast(yPred, 'float32').");
  if (logits.rank === 0) throw new Error(`${metric}: 'yPred' must be a batch of logits, but is a scalar.`);
  const labels = toTensor(metric, 'yTrue', yTrue);
  assertDtype(metric, 'yTrue', labels, ['float32', 'int32', 'bool'], 'Expected numbers.');
  return {metric, labels, logits};
}

/** A label for each output: R rows of K labels. */
export interface LabelRows {
  readonly logits: Tensor2D;
  /** true where the label is above 1/2: smoothed labels count as the hard ones that they come from. */
  readonly positive: Tensor2D;
  /** [R]: what each row counts for. */
  readonly counts: Tensor;
}

export function labelRows({metric, labels, logits}: Inputs, weights: Tensor | NumericLike | undefined): LabelRows {
  if (!fits(labels.shape, logits.shape)) {
    throw unfit(metric, labels, logits, `a label for each output, ${shapeText(logits.shape)}`, logits.shape);
  }
  // [N] and [N, 1] are both one label a row.
  const rowShape = logits.rank === 1 ? logits.shape : logits.shape.slice(0, -1);
  const count = size(rowShape);
  const width = logits.rank === 1 ? 1 : (logits.shape[logits.rank - 1] ?? 1);
  return {
    logits: tf.reshape(logits, [count, width]),
    positive: tf.greater(tf.reshape(tf.cast(labels, 'float32'), [count, width]), 0.5),
    counts: rowWeights(metric, weights, rowShape) ?? tf.ones([count]),
  };
}

/** One class a row: R rows of K classes. */
export interface ClassRows {
  readonly logits: Tensor2D;
  /** [R], int32, each a class. */
  readonly labels: Tensor;
  /** [R]: what each row counts for. 0 if it is ignored, NaN if its label is no class: that must not pass in silence. */
  readonly counts: Tensor;
}

export interface ClassRowOptions {
  readonly axis?: number;
  readonly ignoreIndex?: number;
  readonly weights?: Tensor | NumericLike;
}

/** Rows with class indices as labels; `forOneHot` says what to write for one-hot ones. */
export function indexRows({metric, labels, logits}: Inputs, options: ClassRowOptions, forOneHot = ''): ClassRows {
  const {at, rowShape, rows} = splitClasses(metric, logits, options.axis);
  const column = logits.shape.map((n, i) => (i === at ? 1 : n));
  if (!fits(labels.shape, rowShape) && !sameShape(labels.shape, column)) {
    const advice = sameShape(labels.shape, logits.shape) ? forOneHot : '';
    throw unfit(metric, labels, logits, `class indices, ${shapeText(rowShape)}`, rowShape, advice);
  }
  const classes = logits.shape[at] ?? 1;
  const y = tf.reshape(tf.cast(labels, 'float32'), [size(rowShape)]);
  const isClass = tf.logicalAnd(tf.logicalAnd(tf.greaterEqual(y, 0), tf.less(y, classes)), tf.equal(tf.floor(y), y));
  const whole = tf.where(isClass, tf.onesLike(y), tf.fill([y.size], NaN));
  const {ignoreIndex, weights} = options;
  const counts = ignoreIndex === undefined ? whole : tf.where(tf.equal(y, ignoreIndex), tf.zerosLike(y), whole);
  const perRow = rowWeights(metric, weights, rowShape);
  return {
    logits: rows,
    labels: tf.cast(tf.where(isClass, y, tf.zerosLike(y)), 'int32'),
    counts: perRow === undefined ? counts : tf.mul(counts, perRow),
  };
}

/**
 * Rows with one-hot labels, or probabilities, whose largest (the first of equals) is the class; `forIndices` says what to
 * write for class indices.
 */
export function oneHotRows({metric, labels, logits}: Inputs, options: ClassRowOptions, forIndices = ''): ClassRows {
  const {at, rowShape, rows} = splitClasses(metric, logits, options.axis);
  if (!sameShape(labels.shape, logits.shape)) {
    throw unfit(
      metric,
      labels,
      logits,
      `a number for each class, ${shapeText(logits.shape)}`,
      logits.shape,
      fits(labels.shape, rowShape) ? forIndices : '',
    );
  }
  if (options.ignoreIndex !== undefined) {
    throw new Error(
      `${metric}: 'ignoreIndex' is for class indices, but 'yTrue' has the shape of 'yPred', ${shapeText(labels.shape)}. ` +
        'Give such rows a weight of 0.',
    );
  }
  const y = labels.dtype === 'bool' ? tf.cast(labels, 'float32') : labels;
  return {
    logits: rows,
    labels: tf.argMax(asRows(y, at), 1),
    counts: rowWeights(metric, options.weights, rowShape) ?? tf.ones([rows.shape[0]]),
  };
}

/** Rows with class indices, or one-hot labels if the option says so. */
export function rowsOfClasses(inputs: Inputs, options: ClassRowOptions & OneHotOption): ClassRows {
  return options.oneHot === true
    ? oneHotRows(inputs, options, ' For class indices leave oneHot out.')
    : indexRows(inputs, options);
}

/**
 * Whether there is a label for each output, on its own, rather than one class for each row.
 *
 * @throws Error for options that only make sense for classes.
 */
export function areLabelsPerOutput({metric, labels, logits}: Inputs, options: ClassRowOptions & OneHotOption): boolean {
  if (options.oneHot === true || !fits(labels.shape, logits.shape)) return false;
  const option = options.axis !== undefined ? 'axis' : options.ignoreIndex !== undefined ? 'ignoreIndex' : undefined;
  if (option !== undefined) {
    throw new Error(
      `${metric}: '${option}' is for classes, but 'yTrue' of shape ${shapeText(labels.shape)} holds a label for each ` +
        `output. If they are one-hot, write oneHot: true.`,
    );
  }
  return true;
}

/** The class of each row, [R] int32: the largest logit's, the first of equals; −1 where a logit is NaN. */
export function predictedClasses(logits: Tensor2D): Tensor {
  const largest = tf.max(logits, 1);
  return tf.where(tf.isNaN(largest), tf.fill([logits.shape[0]], -1, 'int32'), tf.argMax(logits, 1));
}

export function size(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

/** The axis of the classes from the front, after the first: that holds the samples. */
export function classAxis(metric: string, logits: Tensor, axis = -1): number {
  const at = axis < 0 ? axis + logits.rank : axis;
  if (at < 1 || at >= logits.rank) {
    throw new Error(
      `${metric}: 'axis' is ${axis}, but must be an axis of 'yPred', of shape ${shapeText(logits.shape)}, and not the ` +
        `first, which holds the samples.`,
    );
  }
  if (logits.shape[at] === 0) {
    throw new Error(`${metric}: 'yPred' of shape ${shapeText(logits.shape)} has no classes on axis ${at}.`);
  }
  return at;
}

interface SplitClasses {
  readonly at: number;
  readonly rowShape: number[];
  readonly rows: Tensor2D;
}

function splitClasses(metric: string, logits: Tensor, axis: number | undefined): SplitClasses {
  const at = classAxis(metric, logits, axis);
  return {at, rowShape: logits.shape.filter((_, i) => i !== at), rows: asRows(logits, at)};
}

/** [R, K], the classes of axis `at` last. */
function asRows(x: Tensor, at: number): Tensor2D {
  const last = x.rank - 1;
  const moved = at === last ? x : tf.transpose(x, [...x.shape.keys()].filter((i) => i !== at).concat(at));
  const classes = x.shape[at] ?? 1;
  return tf.reshape(moved, [x.size / classes, classes]);
}

function rowWeights(
  metric: string,
  weights: Tensor | NumericLike | undefined,
  rowShape: readonly number[],
): Tensor | undefined {
  if (weights === undefined) return undefined;
  const given = toTensor(metric, 'weights', weights);
  assertDtype(metric, 'weights', given, ['float32', 'int32', 'bool'], 'Expected numbers.');
  if (!fits(given.shape, rowShape)) {
    throw new Error(
      `${metric}: 'weights' must hold one number for each row, ${shapeText(rowShape)}, but have the shape ` +
        `${shapeText(given.shape)}.${reshapeAdvice('weights', given.shape, rowShape)}`,
    );
  }
  return tf.reshape(tf.cast(given, 'float32'), [size(rowShape)]);
}

function unfit(
  metric: string,
  labels: Tensor,
  logits: Tensor,
  expected: string,
  shape: readonly number[],
  advice = '',
): Error {
  return new Error(
    `${metric}: 'yTrue' of shape ${shapeText(labels.shape)} does not fit 'yPred' of shape ${shapeText(logits.shape)}; ` +
      `expected ${expected}.${advice === '' ? reshapeAdvice('yTrue', labels.shape, shape) : advice}`,
  );
}
