/** The loss of a sequence model, beside what one writes with tfjs alone: it has no loss of class indices and logits. */
import * as tf from '@tensorflow/tfjs-node';
import {sparseSoftmaxCrossEntropy} from '../../src';
import type {ScalarLoss} from '../_runs';
import {PADDING} from './_padded_batches';

/** One evaluation of a loss with its gradient in the logits. */
export interface Cost {
  readonly value: number;
  readonly milliseconds: number;
  /** Of tensors at the worst moment, beside labels and logits. */
  readonly bytes: number;
}

export interface Comparison {
  readonly ours: Cost;
  readonly theirs: Cost;
}

export const ourLoss: ScalarLoss = (labels, logits) =>
  sparseSoftmaxCrossEntropy(labels, logits, {ignoreIndex: PADDING});

/** One-hot labels, and a weight of 0 for each padding. */
export const theirLoss: ScalarLoss = (labels, logits) => {
  const classes = logits.shape.at(-1) ?? 0;
  const indices = tf.reshape(labels, [-1]);
  return tf.losses.softmaxCrossEntropy(
    tf.oneHot(tf.cast(indices, 'int32'), classes),
    tf.reshape(logits, [-1, classes]),
    tf.cast(tf.notEqual(indices, PADDING), 'float32'),
  );
};

/** Labels [N,T], logits [N,T,K]. Both take turns, so that a slow moment of the machine meets both; medians. */
export async function compareLosses(labels: tf.Tensor, logits: tf.Tensor, rounds = 5): Promise<Comparison> {
  const contenders = [ourLoss, theirLoss].map((loss) => {
    const valueAndGrad = tf.valueAndGrad((z: tf.Tensor) => loss(labels, z).asScalar());
    const step = (): number => {
      const {value, grad} = valueAndGrad(logits);
      const [number = NaN] = value.dataSync();
      tf.dispose([value, grad]);
      return number;
    };
    return {step, times: [] as number[]};
  });
  const costs: Omit<Cost, 'milliseconds'>[] = [];
  for (const {step} of contenders) {
    const before = tf.memory().numBytes;
    let value = NaN;
    const {peakBytes} = await tf.profile(() => {
      value = step();
      return tf.scalar(0);
    });
    costs.push({value, bytes: peakBytes - before});
  }
  for (let round = 0; round < rounds; round++) {
    for (const {step, times} of contenders) {
      const start = performance.now();
      step();
      times.push(performance.now() - start);
    }
  }
  const [ours, theirs] = contenders.map(({times}, i) => ({
    ...(costs[i] ?? {value: NaN, bytes: NaN}),
    milliseconds: times.sort((a, b) => a - b)[times.length >> 1] ?? NaN,
  }));
  if (ours === undefined || theirs === undefined) throw new Error('There are two losses to compare.');
  return {ours, theirs};
}
