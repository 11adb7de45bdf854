import * as tf from '@tensorflow/tfjs-node';
import type {Sample} from './_csv';

/**
 * Batches in an order that follows from the seed and the number of the epoch alone, so that a training that is resumed sees
 * what it would have seen. The order of tf.data's own shuffle follows from how often it was asked before.
 *
 * `epoch` is to be set before each epoch: see `follow`.
 */
export class OrderedByEpoch extends tf.data.Dataset<tf.TensorContainer> {
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

  override async iterator(): ReturnType<tf.data.Dataset<tf.TensorContainer>['iterator']> {
    return tf.data
      .array(this.samples)
      .shuffle(this.samples.length, `${this.seed}, ${this.epoch}`)
      .batch(this.batchSize)
      .iterator();
  }
}
