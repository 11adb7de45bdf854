/** A small network that reads words and says which follows, with a class for each word of the vocabulary. */
import * as tf from '@tensorflow/tfjs-node';
import '../../kernels/node/register';
import {install, sparseSoftmaxCrossEntropy} from '../../src';
import {seededRandom} from '../_random';
import {forModel} from './_for_model';
import {type Batch, PADDING, randomBatches} from './_padded_batches';

export interface LanguageModelSize {
  readonly embedding: number;
  readonly hidden: number;
}

export interface LanguageModelTraining {
  readonly steps: number;
  /** Words and paddings in a batch, about. */
  readonly places: number;
  readonly learningRate: number;
  readonly seed: number;
  /** tfjs-node's progress bar. */
  readonly progress?: boolean;
}

export interface TrainedFor {
  readonly seconds: number;
  /** Those that the loss counted, without paddings. */
  readonly words: number;
}

/** The loss of all examples with sequences here, by name as `compile` takes it. */
export const SEQUENCE_LOSS = `sparseSoftmaxCrossEntropy(ignoreIndex=${PADDING})`;

/**
 * Words [N,T] → logits [N,T,K] of the words that follow. `counts` says how frequent each of the K words is: the first guess of
 * the model, whatever it reads.
 */
export function buildLanguageModel(
  counts: readonly number[],
  {embedding, hidden}: LanguageModelSize,
  seed: number,
): tf.LayersModel {
  const classes = counts.length;
  const words = tf.input({shape: [null], dtype: 'int32'});
  const embedded = tf.layers
    .embedding({
      inputDim: classes,
      outputDim: embedding,
      embeddingsInitializer: tf.initializers.randomNormal({stddev: 0.1, seed}),
    })
    .apply(words);
  const states = tf.layers
    .gru({
      units: hidden,
      returnSequences: true,
      kernelInitializer: tf.initializers.glorotUniform({seed: seed + 1}),
      recurrentInitializer: tf.initializers.glorotUniform({seed: seed + 2}),
    })
    .apply(embedded);
  const output = tf.layers.dense({
    units: classes,
    kernelInitializer: tf.initializers.glorotUniform({seed: seed + 3}),
  });
  const model = tf.model({inputs: words, outputs: output.apply(states) as tf.SymbolicTensor});
  tf.tidy(() => {
    const [kernel] = output.getWeights();
    if (kernel !== undefined) output.setWeights([kernel, tf.tensor1d(unigramLogits(counts))]);
  });
  return model;
}

/** Their softmax are the frequencies, with one more of each word, so that no word is impossible. */
export function unigramLogits(counts: readonly number[]): number[] {
  return counts.map((count) => Math.log(count + 1));
}

/** Compiles the model with the loss by name, and trains it on batches drawn from these sequences. */
export async function trainLanguageModel(
  model: tf.LayersModel,
  sequences: readonly Int32Array[],
  {steps, places, learningRate, seed, progress = false}: LanguageModelTraining,
): Promise<TrainedFor> {
  install(tf);
  const optimizer = tf.train.adam(learningRate);
  model.compile({optimizer, loss: SEQUENCE_LOSS});
  let words = 0;
  const random = seededRandom(seed);
  function* counted(): Generator<Batch> {
    for (const batch of randomBatches(sequences, places, random)) {
      words += countWords(batch);
      yield batch;
    }
  }
  const start = performance.now();
  await model.fitDataset(forModel(tf.data.generator(counted)), {
    epochs: 1,
    batchesPerEpoch: steps,
    verbose: progress ? 1 : 0,
  });
  const seconds = (performance.now() - start) / 1000;
  optimizer.dispose();
  return {seconds, words};
}

/** Words that have one before them. */
export function countWords({ys}: Pick<Batch, 'ys'>): number {
  return ys.dataSync<'int32'>().reduce((count, word) => count + Number(word !== PADDING), 0);
}

/** The loss of a word, in nats, averaged over all words of these batches; `logits` computes [N,T,K] from words [N,T]. */
export function meanLoss(batches: Iterable<Batch>, logits: (words: tf.Tensor2D) => tf.Tensor): number {
  let sum = 0;
  let words = 0;
  for (const batch of batches) {
    const loss = tf.tidy(() =>
      sparseSoftmaxCrossEntropy(batch.ys, logits(batch.xs), {ignoreIndex: PADDING, reduction: 'sum'}),
    );
    sum += loss.dataSync()[0] ?? NaN;
    words += countWords(batch);
    tf.dispose([loss, batch.xs, batch.ys]);
  }
  return sum / words;
}
