import {type Tensor, cast, concat, expandDims, reshape, slice, tidy} from '@tensorflow/tfjs-core';
import {sameShape, shapeText} from '../ops/_validate';

/**
 * Puts a weight for each row beside its labels, for a loss with `sampleWeights: true`: tfjs hands a loss the labels as they
 * were given to fit and nothing else, so this column is how weights and masks reach it, in fit, in datasets, in evaluate
 * and in trainOnBatch.
 *
 * | labels | weights | result |
 * |---|---|---|
 * | [N] or [N, 1] | [N] or [N, 1] | [N, 2] |
 * | [N, K], probabilities or a label per output | [N] | [N, K+1] |
 * | [N, T], class indices of a sequence | [N, T] | [N, T, 2] |
 * | [N, T, K] | [N, T] | [N, T, K+1] |
 *
 * The loss is then Σ_i w_i·ℓ_i / Σ_i w_i·d_i, the op's weighted mean; a mask is weights of 0 and 1.
 *
 * @returns float32, which holds class indices below 2^24 exactly.
 * @throws Error if the shapes are not those of a row above.
 *
 * @example
 * ```ts
 * packSampleWeights(tf.tensor1d([2, 0], 'int32'), tf.tensor1d([1, 0.5])).print(); // [[2, 1], [0, 0.5]]
 * ```
 */
export function packSampleWeights(labels: Tensor, weights: Tensor): Tensor {
  return tidy(() => {
    const column = sameShape(labels.shape, weights.shape) && labels.shape[labels.rank - 1] === 1 && labels.rank > 1;
    const y = sameShape(labels.shape, weights.shape) && !column ? expandDims(labels, -1) : labels;
    const w = column ? weights : expandDims(weights, -1);
    if (y.rank < 2 || !sameShape(y.shape.slice(0, -1), w.shape.slice(0, -1))) {
      throw new Error(
        `packSampleWeights: 'weights' of shape ${shapeText(weights.shape)} do not fit 'labels' of shape ` +
          `${shapeText(labels.shape)}. Expected a weight per row: the labels' shape for class indices, ` +
          `${shapeText(labels.shape.slice(0, -1))} for labels with an axis of classes or outputs.`,
      );
    }
    return concat([cast(y, 'float32'), cast(w, 'float32')], -1);
  });
}

/** Labels and the weights of their rows, of the shape of the labels without the last axis. */
export interface WeightedLabels {
  readonly labels: Tensor;
  readonly weights: Tensor;
}

/** Takes apart what `packSampleWeights` made; `width` is the size of the labels' last axis. */
export function unpackSampleWeights(loss: string, packed: Tensor, width: number): WeightedLabels {
  const shape = packed.shape;
  const rows = shape.slice(0, -1);
  if (packed.rank < 2 || shape[packed.rank - 1] !== width + 1) {
    throw new Error(
      `${loss}: with sampleWeights, the last axis of the labels must hold ${width} label${width === 1 ? '' : 's'} and a ` +
        `weight, but they have the shape ${shapeText(shape)}. Make them by packSampleWeights(labels, weights).`,
    );
  }
  const start = shape.map(() => 0);
  return {
    labels: slice(packed, start, [...rows, width]),
    weights: reshape(slice(packed, [...start.slice(1), width], [...rows, 1]), rows),
  };
}
