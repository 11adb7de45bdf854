import type {Tensor} from '@tensorflow/tfjs-core';
import type {NumericLike} from '../ops/options';

/** What every metric takes when it is called alone. */
export interface SampleWeightOption {
  /**
   * Sample weights: one for each row, of the shape of the outputs without their last axis (the axis of the classes).
   * In `compile` they have no place.
   */
  readonly weights?: Tensor | NumericLike;
}

/** How a row's class is found. */
export interface ClassAxisOption {
  /** The axis of the classes. Default −1. */
  readonly axis?: number;
}

/** For class indices. */
export interface ClassIndexOptions extends ClassAxisOption {
  /** Rows with this label do not count. Any integer. */
  readonly ignoreIndex?: number;
}

/** Options of `binaryAccuracyFromLogits`. */
export interface BinaryAccuracyOptions extends SampleWeightOption {
  /** The probability above which an output counts as positive, in (0, 1). Default 0.5: a logit above 0. */
  readonly threshold?: number;
}

/** Options of `categoricalAccuracyFromLogits`. */
export interface CategoricalAccuracyOptions extends SampleWeightOption, ClassAxisOption {}

/** Options of `sparseCategoricalAccuracyFromLogits`. */
export interface SparseCategoricalAccuracyOptions extends SampleWeightOption, ClassIndexOptions {}

/** Options of `topKCategoricalAccuracy`. */
export interface TopKCategoricalAccuracyOptions extends SampleWeightOption, ClassIndexOptions {
  /** How many classes count as predicted, at least 1. Default 5. */
  readonly k?: number;
}

/** For labels of the outputs' shape. */
export interface OneHotOption {
  /**
   * Whether labels of the outputs' shape are one-hot (or probabilities), one class a row. Default false: a label for each
   * output, on its own. Class indices need no option.
   */
  readonly oneHot?: boolean;
}

/** Options of `precision`, `recall` and `f1`. */
export interface ClassScoreOptions extends SampleWeightOption, ClassIndexOptions, OneHotOption {
  /**
   * How the scores of the classes (or labels) become one: `'micro'` counts all of them together, `'macro'` is the mean over
   * the classes that occur in labels or predictions, `'weighted'` their mean by how often each occurs in the labels.
   * Default `'micro'` for a label per output, as in Keras, and `'macro'` for classes, where micro is just the accuracy.
   */
  readonly average?: 'micro' | 'macro' | 'weighted';
  /** The classes (or labels) to take in, by index. Default all. */
  readonly classes?: readonly number[];
  /** As in `binaryAccuracyFromLogits`; for a label per output only. */
  readonly threshold?: number;
  /** What 0/0 is. Default 0. */
  readonly zeroDivision?: number;
}

/** Options of `rocAuc`. */
export interface RocAucOptions extends SampleWeightOption, ClassIndexOptions, OneHotOption {
  /** The value where no label (or class) has both positives and negatives. Default NaN. */
  readonly zeroDivision?: number;
}

/** The options of each metric, by its name. */
export interface MetricOptions {
  binaryAccuracyFromLogits: BinaryAccuracyOptions;
  categoricalAccuracyFromLogits: CategoricalAccuracyOptions;
  sparseCategoricalAccuracyFromLogits: SparseCategoricalAccuracyOptions;
  topKCategoricalAccuracy: TopKCategoricalAccuracyOptions;
  precision: ClassScoreOptions;
  recall: ClassScoreOptions;
  f1: ClassScoreOptions;
  rocAuc: RocAucOptions;
}
