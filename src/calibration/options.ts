import type {Tensor} from '@tensorflow/tfjs-core';

/** Numbers in a typed array, or arrays of numbers or of these. */
export type CalibrationNumbers =
  Float64Array | Float32Array | Int32Array | Uint8Array | readonly (number | CalibrationNumbers)[];

/** What stands for labels or logits: a tensor on any backend, which is only read, or numbers. */
export type CalibrationInput = Tensor | CalibrationNumbers;

/** What logits mean: one distribution over the classes of the last axis, or one probability for each logit. */
export type Activation = 'softmax' | 'sigmoid';

/** How labels and logits are read. */
export interface PredictionOptions {
  /** Default: `'softmax'` for logits of at least two axes and two classes, `'sigmoid'` for [N] and [..., 1]. */
  readonly activation?: Activation;
  /** Class indices (of a softmax) or labels (of a sigmoid) of this value do not count. An integer; none by default. */
  readonly ignoreIndex?: number;
}

/** Options of every measure. */
export interface CalibrationOptions extends PredictionOptions {
  /** T > 0: logits count as z/T, see {@link fitTemperature}. Default 1. */
  readonly temperature?: number;
}

/** Options of measures that sort predictions into bins by their probability. */
export interface BinnedOptions extends CalibrationOptions {
  /** How many bins of equal width [0, 1] is divided into. Default 15. */
  readonly bins?: number;
}

/** How the distances of the bins become one number: their mean, root mean square (each weighted by count), or maximum. */
export type CalibrationNorm = 'l1' | 'l2' | 'max';
