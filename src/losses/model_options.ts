import {Tensor} from '@tensorflow/tfjs-core';
import type {
  PerClass,
  ReductionOptions,
  SigmoidCrossEntropyOptions,
  SigmoidFocalCrossEntropyOptions,
  SoftmaxCrossEntropyOptions,
  SoftmaxFocalCrossEntropyOptions,
  SparseSoftmaxCrossEntropyOptions,
  SparseSoftmaxFocalCrossEntropyOptions,
} from '../ops/options';
import {didYouMean} from '../nearest';
import {OPTION_VALUE, type OptionValue, describe, isNumber, isNumbers, isOptionValue} from './canonical';

/** What every loss takes in a model beside its op's options. */
export interface ModelOptions {
  /**
   * Whether the model's outputs are logits. Default true. With false they are the probabilities of a softmax or sigmoid,
   * turned back into logits: see `logitsFromProbabilities` for what float32 has lost by then.
   */
  readonly fromLogits?: boolean;
  /** Whether the labels carry a weight for each row in a last column, as `packSampleWeights` makes them. Default false. */
  readonly sampleWeights?: boolean;
  /** The factor of this loss in the sum over a model's outputs, ≥ 0. Default 1. */
  readonly lossWeight?: number;
}

/** What the softmax family adds in a model. */
export interface LogitAdjustmentOption {
  /** Numbers that are added to the logits in the loss alone, one per class, as `logitAdjustment` makes them. */
  readonly logitAdjustment?: PerClass;
}

/**
 * An op's options in a model. `weights`, `reduction` and `normalizer` have no place there: a model weighs its samples by
 * `classWeight` in fit or by `sampleWeights`, and takes the mean over the batch.
 */
type InModel<OpOptions> = Omit<OpOptions, keyof ReductionOptions> & ModelOptions;

/** What the sigmoid family adds in a model. */
export interface LabelReductionOption {
  /**
   * How the labels of one sample (all axes but the batch's) become its loss: `'mean'` as in Keras (the default), or
   * `'sum'` as in textbooks.
   */
  readonly labelReduction?: 'mean' | 'sum';
}

/** Options of the softmax family in a model: of its widest member. */
export type SoftmaxModelOptions = InModel<SparseSoftmaxFocalCrossEntropyOptions> & LogitAdjustmentOption;
/** Options of the sigmoid family in a model: of its widest member. */
export type SigmoidModelOptions = InModel<SigmoidFocalCrossEntropyOptions> & LabelReductionOption;

/** The options of each of this package's losses in a model, by its name. */
export interface LossOptions {
  softmaxCrossEntropy: InModel<SoftmaxCrossEntropyOptions> & LogitAdjustmentOption;
  sparseSoftmaxCrossEntropy: InModel<SparseSoftmaxCrossEntropyOptions> & LogitAdjustmentOption;
  sigmoidCrossEntropy: InModel<SigmoidCrossEntropyOptions> & LabelReductionOption;
  softmaxFocalCrossEntropy: InModel<SoftmaxFocalCrossEntropyOptions> & LogitAdjustmentOption;
  sparseSoftmaxFocalCrossEntropy: InModel<SparseSoftmaxFocalCrossEntropyOptions> & LogitAdjustmentOption;
  sigmoidFocalCrossEntropy: InModel<SigmoidFocalCrossEntropyOptions> & LabelReductionOption;
}

/** What one option takes, checked when a loss is made: an error inside fit comes late, and tfjs leaks tensors there. */
export interface OptionSpec {
  /** In words, for the error. */
  readonly expected: string;
  readonly accepts: (value: unknown) => boolean;
  /** Left out of the loss's text. */
  readonly default?: OptionValue;
}

/** The specs of a loss's options, by their names. */
export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

const isRate = (value: unknown): boolean => isNumber(value) && value >= 0 && value <= 1;
const isNotNegative = (value: unknown): boolean => isNumber(value) && value >= 0;
const areNotNegative = (value: unknown): boolean => isNumbers(value) && value.every(isNotNegative);
const isInteger = (value: unknown): boolean => Number.isInteger(value);

const isBoolean = (value: unknown): boolean => typeof value === 'boolean';

const model: OptionSpecs = {
  fromLogits: {expected: 'true or false', accepts: isBoolean, default: true},
  lossWeight: {expected: 'a number of at least 0', accepts: isNotNegative, default: 1},
  sampleWeights: {expected: 'true or false', accepts: isBoolean, default: false},
};
const labelSmoothing: OptionSpec = {expected: 'a number in [0, 1]', accepts: isRate, default: 0};
const gamma: OptionSpec = {expected: 'a number of at least 0', accepts: isNotNegative, default: 2};

const softmax: OptionSpecs = {
  ...model,
  axis: {expected: 'an integer', accepts: isInteger, default: -1},
  classWeights: {expected: 'an array of numbers of at least 0, one per class', accepts: areNotNegative},
  labelSmoothing,
  logitAdjustment: {expected: 'an array of finite numbers, one per class', accepts: isNumbers},
  zLoss: {expected: 'a number of at least 0', accepts: isNotNegative, default: 0},
};
const sparse: OptionSpecs = {...softmax, ignoreIndex: {expected: 'an integer', accepts: isInteger}};
const softmaxFocal: OptionSpecs = {
  alpha: {
    expected: 'null, a number of at least 0 or an array of such numbers, one per class',
    accepts: (value) => value === null || isNotNegative(value) || areNotNegative(value),
    default: null,
  },
  gamma,
};
const sigmoid: OptionSpecs = {
  ...model,
  labelReduction: {
    expected: "'mean' or 'sum'",
    accepts: (value) => value === 'mean' || value === 'sum',
    default: 'mean',
  },
  labelSmoothing,
  posWeight: {
    expected: 'a number of at least 0 or an array of such numbers, one per label',
    accepts: (value) => isNotNegative(value) || areNotNegative(value),
    default: 1,
  },
};
const sigmoidFocal: OptionSpecs = {
  alpha: {
    expected: 'null or a number in [0, 1]',
    accepts: (value) => value === null || isRate(value),
    default: 0.25,
  },
  gamma,
};

/** The specs of this package's losses. */
export const OPTION_SPECS: {readonly [Name in keyof LossOptions]: OptionSpecs} = {
  softmaxCrossEntropy: softmax,
  sparseSoftmaxCrossEntropy: sparse,
  sigmoidCrossEntropy: sigmoid,
  softmaxFocalCrossEntropy: {...softmax, ...softmaxFocal},
  sparseSoftmaxFocalCrossEntropy: {...sparse, ...softmaxFocal},
  sigmoidFocalCrossEntropy: {...sigmoid, ...sigmoidFocal},
};

/**
 * A loss's options as plain values, copied: what the caller changes or disposes later does not reach the loss. Tensors
 * and typed arrays become arrays, options that are undefined go.
 */
export function plainOptions(name: string, options: object): Readonly<Record<string, OptionValue>> {
  const plain: Record<string, OptionValue> = {};
  const entries: [string, unknown][] = Object.entries(options);
  for (const [option, given] of entries) {
    if (given === undefined) {
      continue;
    }
    const value: unknown = given instanceof Tensor ? numbersOf(name, option, given as Tensor) : given;
    const copy: unknown = isTypedArray(value)
      ? Array.from(value, value instanceof Float32Array ? shortest : Number)
      : Array.isArray(value)
        ? value.slice()
        : value;
    if (!isOptionValue(copy)) {
      throw new Error(`loss('${name}'): option '${option}' must be ${OPTION_VALUE}, got ${describe(given)}.`);
    }
    plain[option] = copy;
  }
  return Object.freeze(plain);
}

/**
 * Checks plain options against the specs of a loss.
 *
 * @throws Error that names the option, what it takes, and for an unknown one the options there are.
 */
export function checkOptions(name: string, specs: OptionSpecs, plain: object): void {
  const entries: [string, unknown][] = Object.entries(plain);
  for (const [option, value] of entries) {
    if (option === 'weights' || option === 'reduction' || option === 'normalizer') {
      throw new Error(
        `loss('${name}'): option '${option}' has no place in a model, which itself takes the mean over the batch; ` +
          "use classWeights, sampleWeights or fit's classWeight, or the op of the same name.",
      );
    }
    const spec = Object.hasOwn(specs, option) ? specs[option] : undefined;
    if (spec === undefined) {
      const known = Object.keys(specs).sort();
      throw new Error(
        `loss('${name}'): unknown option '${option}'. ${didYouMean(option, known, 1)} ` +
          `The options are ${known.join(', ')}.`,
      );
    }
    if (!spec.accepts(value)) {
      throw new Error(`loss('${name}'): option '${option}' must be ${spec.expected}, got ${describe(value)}.`);
    }
  }
}

/** The options that are not at their defaults. */
export function withoutDefaults(
  specs: OptionSpecs,
  plain: Readonly<Record<string, OptionValue>>,
): Readonly<Record<string, OptionValue>> {
  return Object.fromEntries(Object.entries(plain).filter(([option, value]) => specs[option]?.default !== value));
}

function numbersOf(name: string, option: string, tensor: Tensor): unknown {
  if (tensor.rank !== 1) {
    throw new Error(`loss('${name}'): option '${option}' must have one axis, got a tensor of shape [${tensor.shape}].`);
  }
  try {
    return tensor.dataSync();
  } catch (cause) {
    // WebGPU cannot read a tensor synchronously.
    throw new Error(
      `loss('${name}'): the numbers of option '${option}' could not be read from its tensor on this backend; ` +
        'pass an array instead, for example Array.from(await tensor.data()).',
      {cause},
    );
  }
}

type TypedArray = Float32Array | Float64Array | Int32Array | Uint8Array;

function isTypedArray(value: unknown): value is TypedArray {
  return (
    value instanceof Float32Array ||
    value instanceof Float64Array ||
    value instanceof Int32Array ||
    value instanceof Uint8Array
  );
}

/** The shortest decimal number that rounds to the same float32: 0.2 for Math.fround(0.2). */
function shortest(float32: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const candidate = Number(float32.toPrecision(digits));
    if (Math.fround(candidate) === float32) {
      return candidate;
    }
  }
  return float32;
}

/** The values `loss()` takes for an option of a registered loss. */
export type LossOptionValue = OptionValue | PerClass | undefined;
