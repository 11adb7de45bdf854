export {binaryAccuracyFromLogits} from './binary_accuracy';
export {categoricalAccuracyFromLogits} from './categorical_accuracy';
export {f1} from './f1';
export {type ConfiguredMetric, type MetricConfig, type ModelMetric, type ModelMetricOptions, metric} from './metric';
export type {
  BinaryAccuracyOptions,
  CategoricalAccuracyOptions,
  ClassScoreOptions,
  MetricOptions,
  RocAucOptions,
  SparseCategoricalAccuracyOptions,
  TopKCategoricalAccuracyOptions,
} from './options';
export {precision} from './precision';
export {recall} from './recall';
export {rocAuc} from './roc_auc';
export {sparseCategoricalAccuracyFromLogits} from './sparse_categorical_accuracy';
export {topKCategoricalAccuracy} from './top_k_categorical_accuracy';
