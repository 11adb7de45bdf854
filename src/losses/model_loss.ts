import {
  type Tensor,
  type Tensor1D,
  add,
  cast,
  divNoNan,
  expandDims,
  mean,
  mul,
  reshape,
  scalar,
  sum,
  tensor1d,
} from '@tensorflow/tfjs-core';
import {sigmoidCrossEntropy, sigmoidFocalCrossEntropy, softmaxCrossEntropy, softmaxFocalCrossEntropy} from '../ops';
import {expectProduct} from '../ops/_expected_upstream';
import {softmaxLoss as rowLosses} from '../ops/_softmax';
import {sigmoidLossPerSample} from '../ops/sigmoid_loss';
import type {SigmoidFocalCrossEntropyOptions, SparseSoftmaxFocalCrossEntropyOptions} from '../ops/options';
import {rowDivisorWeights} from '../ops/row_divisor_weights';
import {fits, sameShape} from '../ops/_validate';
import {offTape} from '../tape';
import {
  type LossOptions,
  OPTION_SPECS,
  type SigmoidModelOptions,
  type SoftmaxModelOptions,
  checkOptions,
} from './model_options';
import {logitsFromProbabilities} from './probabilities';
import {unpackSampleWeights} from './sample_weights';

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

/**
 * A loss of this package before it is told the weights of the classes in fit (`classWeight`): with L outputs or classes, one
 * number for each of them, or for a single sigmoid output one for label 0 and one for label 1.
 */
type WeighableLoss = (classWeight?: readonly number[]) => ModelLoss;

const OWN_LOSSES: {readonly [Name in keyof LossOptions]: (options: object) => WeighableLoss} = {
  softmaxCrossEntropy: softmaxLoss('softmaxCrossEntropy', softmaxCrossEntropy),
  sparseSoftmaxCrossEntropy: sparseLoss('sparseSoftmaxCrossEntropy', false),
  sigmoidCrossEntropy: sigmoidLoss('sigmoidCrossEntropy', sigmoidCrossEntropy, false),
  softmaxFocalCrossEntropy: softmaxLoss('softmaxFocalCrossEntropy', softmaxFocalCrossEntropy),
  sparseSoftmaxFocalCrossEntropy: sparseLoss('sparseSoftmaxFocalCrossEntropy', true),
  sigmoidFocalCrossEntropy: sigmoidLoss('sigmoidFocalCrossEntropy', sigmoidFocalCrossEntropy, true),
};

/** The factories of this package's losses. */
export const MODEL_LOSSES: ReadonlyMap<string, LossFactory> = new Map(
  Object.entries(OWN_LOSSES).map(([name, make]) => [name, (options) => make(options)()]),
);

/** Whether a loss is one of this package's own. */
export function isOwnLoss(name: string): name is keyof LossOptions {
  return Object.hasOwn(OWN_LOSSES, name);
}

/** A loss of this package under class weights given to fit. */
export function weighByClass(name: keyof LossOptions, options: object, classWeight: readonly number[]): ModelLoss {
  return OWN_LOSSES[name](options)(classWeight);
}

/** Whether a loss has its outputs compared with labels of one for all of a row: class indices. */
export function takesClassIndices(name: string): boolean {
  return name.startsWith('sparse');
}

/** The activation whose logits a loss of this package takes. */
export function activationOf(name: keyof LossOptions): 'softmax' | 'sigmoid' {
  return name.startsWith('sigmoid') ? 'sigmoid' : 'softmax';
}

type SoftmaxOp = (labels: Tensor, logits: Tensor, options: SparseSoftmaxFocalCrossEntropyOptions) => Tensor;

/** The options of a softmax loss, those of its op apart. */
function softmaxParts(name: keyof LossOptions, given: object) {
  assertSoftmaxOptions(name, given);
  const {fromLogits = true, sampleWeights = false, lossWeight = 1, logitAdjustment, ...op} = given;
  if (sampleWeights && op.axis !== undefined && op.axis !== -1) {
    throw new Error(
      `loss('${name}'): with sampleWeights the classes must be on the last axis, but axis is ${op.axis}.`,
    );
  }
  /** The logits that the loss is of. */
  const logitsOf = (yPred: Tensor, axis: number): Tensor => {
    const logits = fromLogits ? yPred : logitsFromProbabilities(yPred, 'softmax');
    return logitAdjustment === undefined ? logits : add(logits, alongAxis(name, logitAdjustment, logits, axis));
  };
  return {sampleWeights, lossWeight, logitsOf, op};
}

/** Class weights of the loss and of fit together. */
function bothWeights(
  ofLoss: readonly number[] | undefined,
  ofFit: readonly number[] | undefined,
): readonly number[] | undefined {
  if (ofLoss === undefined || ofFit === undefined) {
    return ofLoss ?? ofFit;
  }
  return ofLoss.map((weight, k) => weight * (ofFit[k] ?? NaN));
}

/** Probabilities as labels. The op's divisor is the number of rows, so a sample's value is the mean of its rows. */
function softmaxLoss(name: keyof LossOptions, op: SoftmaxOp): (options: object) => WeighableLoss {
  return (options) => {
    const parts = softmaxParts(name, options);
    return (classWeight) => {
      const opOptions = withClassWeights(parts.op, classWeight);
      return (yTrue, yPred) => {
        const axis = classAxis(name, yPred, parts.op.axis);
        const {labels, weights} = parts.sampleWeights
          ? unpackSampleWeights(name, yTrue, yPred.shape[axis] ?? 0)
          : {labels: yTrue, weights: undefined};
        if (!sameShape(labels.shape, yPred.shape)) {
          throw unfit(
            name,
            labels,
            yPred,
            `[${yPred.shape}], a probability for each class (for class indices there are the sparse losses)`,
          );
        }
        const rows = op(asFloat(labels), parts.logitsOf(yPred, axis), {
          ...opOptions,
          ...(weights === undefined ? {} : {weights}),
          reduction: 'none',
        });
        const values =
          weights === undefined ? meanPerSample(rows) : mul(meanPerSample(rows), rowsOver(rows.size, sum(weights)));
        return times(values, parts.lossWeight);
      };
    };
  };
}

/** Class indices as labels. The op's divisor is the sum of the class weights of the rows that count. */
function sparseLoss(name: keyof LossOptions, focal: boolean): (options: object) => WeighableLoss {
  const op = {name, sparse: true, focal};
  return (options) => {
    const parts = softmaxParts(name, options);
    return (classWeight) => {
      const opOptions = withClassWeights(parts.op, classWeight);
      const {classWeights, ignoreIndex} = opOptions;
      return (yTrue, yPred) => {
        const axis = classAxis(name, yPred, parts.op.axis);
        const {labels, weights} = parts.sampleWeights
          ? unpackSampleWeights(name, yTrue, 1)
          : {labels: yTrue, weights: undefined};
        const shape = yPred.shape.filter((_size, i) => i !== axis);
        if (!fits(labels.shape, shape)) {
          throw unfit(
            name,
            labels,
            yPred,
            `[${shape}] or [${[...shape, 1]}], a class index for each row (for one-hot labels there are the losses ` +
              "without 'sparse')",
          );
        }
        // The op takes a column of indices as it is.
        const column = yPred.shape.map((size, i) => (i === axis ? 1 : size));
        const indices = sameShape(labels.shape, column) ? labels : inShape(labels, shape);
        const {lossWeight} = parts;
        const logits = parts.logitsOf(yPred, axis);
        if (classWeights === undefined && ignoreIndex === undefined && weights === undefined) {
          return times(meanPerSample(rowLosses(op, indices, logits, {...opOptions, reduction: 'none'})), lossWeight);
        }
        const perClass = classWeights === undefined ? undefined : tensor1d([...classWeights], 'float32');
        const samples = yPred.shape[0] ?? 0;
        // A constant; on the tape it would leave behind what was saved for it when the kernel refuses a label.
        const factor = offTape(() => {
          const counts = reshape(rowDivisorWeights(indices, perClass, ignoreIndex), shape);
          return rowsOver(samples, sum(weights === undefined ? counts : mul(counts, weights)));
        });
        const weighted = {...opOptions, ...(weights === undefined ? {} : {weights}), reduction: 'none'} as const;
        const expected = weights === undefined ? expectProduct(1 / samples, lossWeight, factor) : {};
        const rows = rowLosses(op, indices, logits, weighted, expected);
        return times(mul(sumPerSample(rows), factor), lossWeight);
      };
    };
  };
}

/** The options of an op with class weights given to fit as well. */
function withClassWeights<Options extends {readonly classWeights?: readonly number[]}>(
  options: Options,
  classWeight: readonly number[] | undefined,
): Options {
  const classWeights = bothWeights(options.classWeights, classWeight);
  return classWeights === undefined ? options : {...options, classWeights};
}

type SigmoidOp = (labels: Tensor, logits: Tensor, options: SigmoidFocalCrossEntropyOptions) => Tensor;

/** A label for each output. The op's divisor is the number of elements. */
function sigmoidLoss(name: keyof LossOptions, op: SigmoidOp, focal: boolean): (options: object) => WeighableLoss {
  return (given) => {
    assertSigmoidOptions(name, given);
    const {fromLogits = true, sampleWeights = false, lossWeight = 1, labelReduction, ...opOptions} = given;
    return (classWeight) => (yTrue, yPred) => {
      const width = yPred.shape[yPred.rank - 1] ?? 0;
      const {labels, weights} = sampleWeights
        ? unpackSampleWeights(name, yTrue, width)
        : {labels: yTrue, weights: undefined};
      if (!fits(labels.shape, yPred.shape)) {
        throw unfit(name, labels, yPred, `[${yPred.shape}], a label for each output`);
      }
      const y = inShape(labels, yPred.shape);
      const logits = fromLogits ? yPred : logitsFromProbabilities(yPred, 'sigmoid');
      const elements = yPred.size / Math.max(yPred.shape[0] ?? 0, 1);
      const scale = lossWeight * (labelReduction === 'sum' ? 1 : 1 / elements);
      if (weights === undefined && classWeight === undefined) {
        return sigmoidLossPerSample({name, focal}, y, logits, opOptions, scale);
      }
      const ofRows = weights === undefined ? undefined : expandDims(weights, -1);
      const ofLabels = classWeight === undefined ? undefined : labelWeights(name, classWeight, y);
      const both = ofRows === undefined ? ofLabels : ofLabels === undefined ? ofRows : mul(ofRows, ofLabels);
      const losses = op(y, logits, {...opOptions, ...(both === undefined ? {} : {weights: both}), reduction: 'none'});
      const values = mul(sumPerSample(losses), scale);
      return weights === undefined ? values : mul(values, rowsOver(weights.size, sum(weights)));
    };
  };
}

/**
 * The weights of labels under weights of classes. Several outputs are a class each. A single one has the classes 0 and 1, and
 * what lies between the labels 0 and 1 the weight between theirs, w₀ + y·(w₁ − w₀).
 */
function labelWeights(name: string, classWeight: readonly number[], y: Tensor): Tensor {
  const width = y.shape[y.rank - 1] ?? 0;
  if (width !== 1) {
    return alongAxis(name, classWeight, y, y.rank - 1);
  }
  const [w0 = NaN, w1 = NaN] = classWeight;
  return add(mul(asFloat(y), w1 - w0), w0);
}

/** Numbers, one for each entry of an axis, in a shape that broadcasts. */
function alongAxis(name: string, numbers: readonly number[], tensor: Tensor, axis: number): Tensor {
  const size = tensor.shape[axis] ?? 0;
  if (numbers.length !== size) {
    throw new Error(`${name}: there are ${numbers.length} numbers, one per class, for ${size} classes.`);
  }
  return reshape(
    tensor1d([...numbers], 'float32'),
    tensor.shape.map((_size, i) => (i === axis ? size : 1)),
  );
}

/**
 * N/D, which makes sample values of D-th parts. Where nothing counts the op's mean is 0, and N/0 must not make NaN of it. The
 * quotient depends on the labels alone, so no gradient passes through it.
 */
function rowsOver(count: number, divisor: Tensor): Tensor {
  return divNoNan(scalar(count), divisor);
}

function times(values: Tensor, factor: number): Tensor {
  return factor === 1 ? values : mul(values, factor);
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
