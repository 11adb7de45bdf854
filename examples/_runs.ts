/** What is trained: data sets, networks and losses. */
import * as tf from '@tensorflow/tfjs';
import {sigmoidCrossEntropy, sigmoidFocalCrossEntropy, softmaxCrossEntropy, sparseSoftmaxCrossEntropy} from '../src';
import type {DataName} from './_data';

/** A loss of labels and logits: a scalar. */
export type ScalarLoss = (labels: tf.Tensor, logits: tf.Tensor) => tf.Tensor;

export interface Run {
  readonly data: DataName;
  /** The loss as `compile` gets it. */
  readonly loss: string;
  /** Class indices [N], the same one-hot [N,K], or [N,1] for one logit a sample. */
  readonly labels: 'indices' | 'one-hot' | 'binary';
  /** The op of the loss, and what one writes with tfjs alone for the same value. */
  readonly ours: ScalarLoss;
  readonly theirs: ScalarLoss;
}

/** The network and its training, the same for all losses on a data set. */
export interface Recipe {
  readonly hidden: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly momentum: number;
}

export const RECIPES: {readonly [name in DataName]: Recipe} = {
  digits: {hidden: 96, epochs: 15, batchSize: 32, learningRate: 0.1, momentum: 0.9},
  'breast cancer': {hidden: 16, epochs: 20, batchSize: 32, learningRate: 0.02, momentum: 0.9},
};

const CLASSES = 10;

export const RUNS: readonly Run[] = [
  {
    data: 'digits',
    loss: 'softmaxCrossEntropy',
    labels: 'one-hot',
    ours: (labels, logits) => softmaxCrossEntropy(labels, logits),
    theirs: (labels, logits) => tf.losses.softmaxCrossEntropy(labels, logits),
  },
  {
    data: 'digits',
    loss: 'softmaxCrossEntropy(labelSmoothing=0.1)',
    labels: 'one-hot',
    ours: (labels, logits) => softmaxCrossEntropy(labels, logits, {labelSmoothing: 0.1}),
    theirs: (labels, logits) => tf.losses.softmaxCrossEntropy(labels, logits, undefined, 0.1),
  },
  {
    data: 'digits',
    loss: 'sparseSoftmaxCrossEntropy',
    labels: 'indices',
    ours: (labels, logits) => sparseSoftmaxCrossEntropy(labels, logits),
    // tfjs has no loss of indices and logits.
    theirs: (labels, logits) => tf.losses.softmaxCrossEntropy(tf.oneHot(labels, CLASSES), logits),
  },
  {
    data: 'breast cancer',
    loss: 'sigmoidCrossEntropy',
    labels: 'binary',
    ours: (labels, logits) => sigmoidCrossEntropy(labels, logits),
    theirs: (labels, logits) => tf.losses.sigmoidCrossEntropy(labels, logits),
  },
  {
    data: 'breast cancer',
    loss: 'sigmoidFocalCrossEntropy(alpha=null,gamma=2)',
    labels: 'binary',
    ours: (labels, logits) => sigmoidFocalCrossEntropy(labels, logits, {alpha: null, gamma: 2}),
    theirs: composedFocal,
  },
];

/** (1 − p_t)²·(−log p_t) as users compose it, tfjs having no focal loss. */
function composedFocal(labels: tf.Tensor, logits: tf.Tensor): tf.Tensor {
  const crossEntropy = tf.add(
    tf.sub(tf.relu(logits), tf.mul(logits, labels)),
    tf.log1p(tf.exp(tf.neg(tf.abs(logits)))),
  );
  const p = tf.sigmoid(logits);
  const wrongness = tf.add(tf.mul(labels, tf.sub(1, p)), tf.mul(tf.sub(1, labels), p));
  return tf.mean(tf.mul(tf.square(wrongness), crossEntropy));
}
