/** The example with words: reads the text, trains on it and measures. */
import * as tf from '@tensorflow/tfjs-node';
import {seededRandom, shuffled} from '../_random';
import {type Comparison, compareLosses} from './_compare_losses';
import type {Package} from './_corpus';
import {
  type LanguageModelSize,
  type LanguageModelTraining,
  type TrainedFor,
  buildLanguageModel,
  countWords,
  meanLoss,
  trainLanguageModel,
  unigramLogits,
} from './_language_model';
import {allBatches, randomBatches} from './_padded_batches';
import {type Text, readText} from './_text';
import {UNKNOWN} from './_vocabulary';

export interface WordsOptions extends LanguageModelTraining, LanguageModelSize {
  readonly vocabulary: number;
  /** Lines of the held-out part that are tested on. */
  readonly testLines: number;
  readonly onText?: (text: Text) => void;
}

export const WORDS_OPTIONS: WordsOptions = {
  vocabulary: 32_000,
  embedding: 64,
  hidden: 64,
  steps: 160,
  places: 512,
  learningRate: 0.01,
  seed: 1,
  testLines: 500,
};

export interface WordsResult {
  /** e^loss on the held-out lines: of a model that knows how frequent each word is, and of the trained one before and after. */
  readonly perplexity: {readonly unigram: number; readonly before: number; readonly after: number};
  /** The share of the words trained on that are not in the vocabulary: they are one word, as the held-out ones are. */
  readonly unknown: number;
  readonly trained: TrainedFor;
  readonly shape: readonly number[];
  /** Of the places of this shape, those that hold no word. */
  readonly paddings: number;
  readonly comparison: Comparison;
}

export async function trainOnWords(packages: readonly Package[], options: WordsOptions): Promise<WordsResult> {
  const {vocabulary, places, seed, testLines, onText} = options;
  const text = readText(packages, vocabulary);
  onText?.(text);
  const {counts} = text.vocabulary;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const tested = shuffled(text.test, seededRandom(seed)).slice(0, testLines);
  const perplexity = (logits: (words: tf.Tensor2D) => tf.Tensor): number =>
    Math.exp(meanLoss(allBatches(tested, places), logits));

  const unigram = perplexity((words) => tf.add(tf.zeros([...words.shape, 1]), tf.tensor1d(unigramLogits(counts))));
  const model = buildLanguageModel(counts, options, seed);
  const predicted = (words: tf.Tensor): tf.Tensor => model.predict(words) as tf.Tensor;
  const before = perplexity(predicted);
  const trained = await trainLanguageModel(model, text.train, options);
  const after = perplexity(predicted);

  const batch = randomBatches(text.test, places, seededRandom(seed)).next().value;
  const logits = predicted(batch.xs);
  const comparison = await compareLosses(batch.ys, logits);
  const paddings = batch.ys.size - countWords(batch);
  const {shape} = logits;
  tf.dispose([logits, batch.xs, batch.ys]);
  model.dispose();
  return {
    perplexity: {unigram, before, after},
    unknown: (counts[UNKNOWN] ?? NaN) / total,
    trained,
    shape,
    paddings,
    comparison,
  };
}
