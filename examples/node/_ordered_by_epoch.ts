import * as tf from '@tensorflow/tfjs-node';
import type {Sample} from './_csv';

/** What tf.data makes of samples: xs of shape [N,F] and ys of shape [N]. */
export type Batches = tf.data.Dataset<tf.TensorContainerObject>;

/** In the order of the samples; `batch` says no more of its type than that it holds tensors. */
export function inBatches(samples: tf.data.Dataset<Sample>, size: number): Batches {
  return samples.batch(size) as Batches;
}

/**
 * Batches in an order that follows from the seed and the number of the epoch alone, so that a training that is resumed sees
 * what it would have seen. The order of tf.data's own shuffle follows from how often it was asked before.
 *
 * `epoch` is to be set before each epoch: see `follow`.
 */
export class OrderedByEpoch extends tf.data.Dataset<tf.TensorContainerObject> {
  /** Batches, for the progress bar. */
  override readonly size: number;
  private epoch = 0;

  constructor(
    private readonly samples: Sample[],
    private readonly batchSize: number,
    private readonly seed: number,
  ) {
    super();
    this.size = Math.ceil(samples.length / batchSize);
  }

  /** A callback for the fit that this is given to. */
  readonly follow = new tf.CustomCallback({
    onEpochBegin: (epoch) => {
      this.epoch = epoch;
    },
  });

  override async iterator(): ReturnType<Batches['iterator']> {
    const shuffled = tf.data.array(this.samples).shuffle(this.samples.length, `${this.seed}, ${this.epoch}`);
    return inBatches(shuffled, this.batchSize).iterator();
  }
}
