/** What precision, recall and F1 share: counts per class, and their averages. */
import * as tf from '@tensorflow/tfjs-core';
import type {Tensor, Tensor1D, Tensor2D} from '@tensorflow/tfjs-core';
import type {NumericLike} from '../ops/options';
import {shapeText} from '../ops/_validate';
import {checkOptions} from './_check_options';
import {type Inputs, areLabelsPerOutput, inputsOf, labelRows, predictedClasses, rowsOfClasses} from './_inputs';
import {ratio, weightedMean} from './_ratio';
import {logitOf} from './_threshold';
import type {ClassScoreOptions} from './options';

/** Σ of what the rows count for, by class; [C]. */
export interface ClassCounts {
  /** Labelled and predicted as the class. */
  readonly hits: Tensor;
  readonly predicted: Tensor;
  readonly labelled: Tensor;
}

/** A score as numerator and denominator: both are linear in the counts, which 'micro' relies on. */
export type Score = (counts: ClassCounts) => {readonly numerator: Tensor; readonly denominator: Tensor};

export function classScore(
  metric: 'precision' | 'recall' | 'f1',
  score: Score,
  yTrue: Tensor | NumericLike,
  yPred: Tensor | NumericLike,
  options: ClassScoreOptions,
): Tensor {
  checkOptions(metric, options);
  return tf.tidy(() => {
    const inputs = inputsOf(metric, yTrue, yPred);
    const perLabel = areLabelsPerOutput(inputs, options);
    const {zeroDivision = 0} = options;
    // Kernels are not sure about nothing: on wasm a product of empty matrices is what was in memory.
    if (inputs.logits.size === 0) return tf.scalar(zeroDivision);
    const counts = perLabel ? countLabels(inputs, options) : countClasses(inputs, options);
    return averaged(score, chosen(inputs, counts, options.classes), {
      average: options.average ?? (perLabel ? 'micro' : 'macro'),
      zeroDivision,
    });
  });
}

/** A label for each output is predicted where its logit is above the threshold. */
function countLabels(inputs: Inputs, options: ClassScoreOptions): ClassCounts {
  const {logits, positive, counts} = labelRows(inputs, options.weights);
  const weights = tf.reshape(counts, [1, counts.size]);
  // A product of matrices, where tf.mul and tf.sum would need the weights broadcast, which is slow on cpu.
  const perLabel = (which: Tensor2D): Tensor =>
    tf.squeeze(tf.matMul(weights, tf.cast<Tensor2D>(which, 'float32')), [0]);
  const predicted = tf.greater<Tensor2D>(logits, logitOf(options.threshold));
  return {
    hits: perLabel(tf.logicalAnd(positive, predicted)),
    predicted: perLabel(predicted),
    labelled: perLabel(positive),
  };
}

/** One class a row is predicted, that of the largest logit. */
function countClasses(inputs: Inputs, options: ClassScoreOptions): ClassCounts {
  if (options.threshold !== undefined) {
    throw new Error(
      `${inputs.metric}: 'threshold' is for a label per output; of classes the one with the largest logit is predicted.`,
    );
  }
  const {logits, labels, counts} = rowsOfClasses(inputs, options);
  const guesses = predictedClasses(logits);
  const none = tf.zerosLike(counts);
  // bincount takes no negative class, which stands for a row without a prediction.
  const guessed = tf.where(tf.less(guesses, 0), none, counts);
  const perClass = (classes: Tensor, weights: Tensor): Tensor =>
    tf.bincount(classes as Tensor1D, weights as Tensor1D, logits.shape[1]);
  return {
    hits: perClass(labels, tf.where(tf.equal(guesses, labels), counts, none)),
    predicted: perClass(tf.maximum(guesses, tf.scalar(0, 'int32')), guessed),
    labelled: perClass(labels, counts),
  };
}

/** The counts of the classes asked for. */
function chosen({metric, logits}: Inputs, counts: ClassCounts, classes: readonly number[] | undefined): ClassCounts {
  if (classes === undefined) return counts;
  const outside = classes.find((k) => k >= counts.hits.size);
  if (outside !== undefined) {
    throw new Error(
      `${metric}: 'classes' names class ${outside}, but 'yPred' of shape ${shapeText(logits.shape)} has ` +
        `${counts.hits.size}, from 0 on.`,
    );
  }
  const of = (perClass: Tensor): Tensor => tf.gather(perClass, tf.tensor1d([...classes], 'int32'));
  return {hits: of(counts.hits), predicted: of(counts.predicted), labelled: of(counts.labelled)};
}

function averaged(
  score: Score,
  counts: ClassCounts,
  {average, zeroDivision}: Required<Pick<ClassScoreOptions, 'average' | 'zeroDivision'>>,
): Tensor {
  const {numerator, denominator} = score(counts);
  if (average === 'micro') return ratio(tf.sum(numerator), tf.sum(denominator), zeroDivision);
  const perClass = ratio(numerator, denominator, zeroDivision);
  if (average === 'weighted') return weightedMean(perClass, counts.labelled, zeroDivision);
  // A class that occurs nowhere says nothing. NaN is unlike 0, and stays.
  const occurs = tf.cast(tf.notEqual(tf.add(counts.predicted, counts.labelled), 0), 'float32');
  return weightedMean(perClass, occurs, zeroDivision);
}
