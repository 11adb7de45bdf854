import {
  type Tensor,
  type Tensor1D,
  cast,
  divNoNan,
  mean,
  mul,
  reshape,
  scalar,
  sum,
  tensor1d,
} from '@tensorflow/tfjs-core';
import {
  softmaxCrossEntropy,
  softmaxFocalCrossEntropy,
  sparseSoftmaxCrossEntropy,
  sparseSoftmaxFocalCrossEntropy,
} from '../ops';
import {sigmoidLossPerSample} from '../ops/sigmoid_loss';
import type {SparseSoftmaxFocalCrossEntropyOptions} from '../ops/options';
import {rowDivisorWeights} from '../ops/row_divisor_weights';
import {
  type LossOptions,
  OPTION_SPECS,
  type SigmoidModelOptions,
  type SoftmaxModelOptions,
  checkOptions,
} from './model_options';

/**
 * The ops as losses of a model. A model calls its loss once a batch with the labels as they were given to fit and the
 * outputs of its layer, multiplies what comes back by its class weights, and takes the mean over it. So each loss here
 *  - brings the labels to the op's shape and dtype: silent broadcasting of [N] against [N,1] gives [N,N];
 *  - returns [N], one value per sample (class weights multiply by [N]; [N,1] would broadcast as well), and
 *  - scales these values so that their mean is the op's mean: with ℓ_r the rows of all samples and D the op's divisor,
 *    a sample's value is Σ_(its rows) ℓ_r · N/D. The mean over N samples is then Σ ℓ_r / D.
 */

/** A loss as tfjs-layers calls it. */
export type ModelLoss = (yTrue: Tensor, yPred: Tensor) => Tensor;

/** Makes a loss of its options; it gets a frozen object of plain values (arrays instead of tensors). */
export type LossFactory = (options: object) => ModelLoss;

/** The factories of this package's losses. */
export const MODEL_LOSSES: {readonly [Name in keyof LossOptions]: LossFactory} = {
  softmaxCrossEntropy: softmaxLoss('softmaxCrossEntropy', softmaxCrossEntropy),
  sparseSoftmaxCrossEntropy: sparseLoss('sparseSoftmaxCrossEntropy', sparseSoftmaxCrossEntropy),
  sigmoidCrossEntropy: sigmoidLoss('sigmoidCrossEntropy', false),
  softmaxFocalCrossEntropy: softmaxLoss('softmaxFocalCrossEntropy', softmaxFocalCrossEntropy),
  sparseSoftmaxFocalCrossEntropy: sparseLoss('sparseSoftmaxFocalCrossEntropy', sparseSoftmaxFocalCrossEntropy),
  sigmoidFocalCrossEntropy: sigmoidLoss('sigmoidFocalCrossEntropy', true),
};

type SoftmaxOp = (labels: Tensor, logits: Tensor, options: SparseSoftmaxFocalCrossEntropyOptions) => Tensor;

/** Probabilities as labels. The op's divisor is the number of rows, so a sample's value is the mean of its rows. */
function softmaxLoss(name: keyof LossOptions, op: SoftmaxOp): LossFactory {
  return (options) => {
    assertSoftmaxOptions(name, options);
    const {fromLogits: _, ...opOptions} = options;
    return (yTrue, yPred) => {
      classAxis(name, yPred, options.axis);
      if (!sameShape(yTrue.shape, yPred.shape)) {
        throw unfit(
          name,
          yTrue,
          yPred,
          `[${yPred.shape}], a probability for each class (for class indices there are the sparse losses)`,
        );
      }
      return meanPerSample(op(asFloat(yTrue), yPred, {...opOptions, reduction: 'none'}));
    };
  };
}

/** Class indices as labels. The op's divisor is the sum of the class weights of the rows that count. */
function sparseLoss(name: keyof LossOptions, op: SoftmaxOp): LossFactory {
  return (options) => {
    assertSoftmaxOptions(name, options);
    const {fromLogits: _, ...opOptions} = options;
    return (yTrue, yPred) => {
      const axis = classAxis(name, yPred, options.axis);
      const shape = yPred.shape.filter((_size, i) => i !== axis);
      if (!sameShape(withoutTrailingOnes(yTrue.shape), withoutTrailingOnes(shape))) {
        throw unfit(
          name,
          yTrue,
          yPred,
          `[${shape}] or [${[...shape, 1]}], a class index for each row (for one-hot labels there are the losses ` +
            "without 'sparse')",
        );
      }
      // The op takes a column of indices as it is.
      const column = yPred.shape.map((size, i) => (i === axis ? 1 : size));
      const labels = sameShape(yTrue.shape, column) ? yTrue : inShape(yTrue, shape);
      const rows = op(labels, yPred, {...opOptions, reduction: 'none'});
      if (options.classWeights === undefined && options.ignoreIndex === undefined) {
        return meanPerSample(rows);
      }
      const {classWeights, ignoreIndex} = options;
      const weights = classWeights === undefined ? undefined : tensor1d([...classWeights], 'float32');
      const divisor = sum(rowDivisorWeights(labels, weights, ignoreIndex));
      // Where nothing counts the op's mean is 0, and N/0 must not make NaN of it. The quotient depends on the labels
      // alone, so no gradient passes through it.
      const scale = divNoNan(scalar(yPred.shape[0] ?? 0), divisor);
      return mul(sumPerSample(rows), scale);
    };
  };
}

/** A label for each output. The op's divisor is the number of elements. */
function sigmoidLoss(name: keyof LossOptions, focal: boolean): LossFactory {
  return (options) => {
    assertSigmoidOptions(name, options);
    const {fromLogits: _, labelReduction, ...opOptions} = options;
    return (yTrue, yPred) => {
      if (!sameShape(withoutTrailingOnes(yTrue.shape), withoutTrailingOnes(yPred.shape))) {
        throw unfit(name, yTrue, yPred, `[${yPred.shape}], a label for each output`);
      }
      const elements = yPred.size / Math.max(yPred.shape[0] ?? 0, 1);
      const scale = labelReduction === 'sum' ? 1 : 1 / elements;
      return sigmoidLossPerSample({name, focal}, inShape(yTrue, yPred.shape), yPred, opOptions, scale);
    };
  };
}

/** Labels that have the shape stay as they are: where a loss throws, tfjs leaks what a reshape has saved for its gradient. */
function inShape(labels: Tensor, shape: number[]): Tensor {
  return sameShape(labels.shape, shape) ? labels : reshape(labels, shape);
}

/** The axis of the classes, from 0. */
function classAxis(name: string, logits: Tensor, axis = -1): number {
  const fromFront = axis < 0 ? axis + logits.rank : axis;
  if (fromFront < 1 || fromFront >= logits.rank) {
    throw new Error(
      `${name}: axis ${axis} must be an axis of the outputs, which have the shape [${logits.shape}], and not the ` +
        'first, which holds the samples.',
    );
  }
  return fromFront;
}

function sumPerSample(rows: Tensor): Tensor {
  return rows.rank === 1 ? rows : sum(rows, axesAfterBatch(rows));
}

function meanPerSample(rows: Tensor): Tensor {
  return rows.rank === 1 ? rows : mean(rows, axesAfterBatch(rows));
}

function axesAfterBatch(rows: Tensor): number[] {
  return Array.from({length: rows.rank - 1}, (_, i) => i + 1);
}

/** Probabilities may come as int32 (one-hot labels do) or bool. */
function asFloat(labels: Tensor): Tensor {
  return labels.dtype === 'float32' ? labels : cast(labels, 'float32');
}

/** fit makes [N,1] of labels [N], datasets don't: axes of size 1 at the end say nothing. The first axis always stays. */
function withoutTrailingOnes(shape: readonly number[]): readonly number[] {
  let rank = shape.length;
  while (rank > 1 && shape[rank - 1] === 1) {
    rank--;
  }
  return shape.slice(0, rank);
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i]);
}

function unfit(name: string, labels: Tensor, outputs: Tensor, expected: string): Error {
  return new Error(
    `${name}: labels of shape [${labels.shape}] do not fit the model's outputs of shape [${outputs.shape}]; ` +
      `expected ${expected}.`,
  );
}

/** Options after `plainOptions`: arrays instead of tensors and typed arrays. */
type Plain<Options> = {readonly [Option in keyof Options]: Exclude<Options[Option], Tensor1D | Float32Array>};

function assertSoftmaxOptions(name: keyof LossOptions, options: object): asserts options is Plain<SoftmaxModelOptions> {
  checkOptions(name, OPTION_SPECS[name], options);
}

function assertSigmoidOptions(name: keyof LossOptions, options: object): asserts options is Plain<SigmoidModelOptions> {
  checkOptions(name, OPTION_SPECS[name], options);
}
