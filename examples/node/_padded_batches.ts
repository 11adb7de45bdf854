/**
 * Sequences of different lengths in batches: those of about the same length together, the shorter ones padded. The label of a
 * padded place is `PADDING`, which the loss is told to ignore.
 */
import * as tf from '@tensorflow/tfjs-node';
import type {Random} from '../_random';

/** No word; the loss gets it as its `ignoreIndex`. */
export const PADDING = -1;

/** What `fitDataset` takes: words, and for each the one that follows; both are int32 of shape [sequences, places]. */
export interface Batch {
  // A type that extends this of tfjs's needs an index signature.
  [key: string]: tf.Tensor2D;
  readonly xs: tf.Tensor2D;
  readonly ys: tf.Tensor2D;
}

/** Lengths are rounded up to the next multiple. */
const STEP = 8;

/** Endless batches of about `places` words and paddings, of sequences drawn at random. */
export function* randomBatches(
  sequences: readonly Int32Array[],
  places: number,
  random: Random,
): Generator<Batch, never> {
  const buckets = new Map<number, Int32Array[]>();
  for (;;) {
    const sequence = sequences[Math.floor(random() * sequences.length)];
    if (sequence === undefined) throw new Error('There is no text to train on.');
    const length = bucketOf(sequence);
    const bucket = [...(buckets.get(length) ?? []), sequence];
    const isFull = (bucket.length + 1) * length > places;
    buckets.set(length, isFull ? [] : bucket);
    if (isFull) yield padded(bucket, length);
  }
}

/** All of these sequences once. */
export function* allBatches(sequences: readonly Int32Array[], places: number): Generator<Batch> {
  const lengths = [...new Set(sequences.map(bucketOf))].sort((a, b) => a - b);
  for (const length of lengths) {
    const bucket = sequences.filter((sequence) => bucketOf(sequence) === length);
    const size = Math.max(1, Math.floor(places / length));
    for (let from = 0; from < bucket.length; from += size) yield padded(bucket.slice(from, from + size), length);
  }
}

/** The words of each sequence but its last, and for each the one that follows, padded to `length` places. */
export function padded(sequences: readonly Int32Array[], length: number): Batch {
  const shape: [number, number] = [sequences.length, length];
  const xs = new Int32Array(sequences.length * length);
  const ys = new Int32Array(sequences.length * length).fill(PADDING);
  for (const [i, sequence] of sequences.entries()) {
    xs.set(sequence.subarray(0, -1), i * length);
    ys.set(sequence.subarray(1), i * length);
  }
  return {xs: tf.tensor2d(xs, shape, 'int32'), ys: tf.tensor2d(ys, shape, 'int32')};
}

function bucketOf(sequence: Int32Array): number {
  return STEP * Math.ceil((sequence.length - 1) / STEP);
}
