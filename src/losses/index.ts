export {type OptionValue, type ParsedLoss, formatLoss, parseLoss} from './canonical';
export {type LayersNamespace, install} from './compile';
export type {AnyLoss, AnyMetric, CompileArgs, LossForOutputs, LossName, MetricName} from './compile_args';
export type {LossFactory, ModelLoss} from './model_loss';
export type {
  LabelReductionOption,
  LogitAdjustmentOption,
  LossOptionValue,
  LossOptions,
  ModelOptions,
} from './model_options';
export {logitsFromProbabilities} from './probabilities';
export {
  type ConfiguredLoss,
  type LossConfig,
  type OptionsOf,
  type RegisterOptions,
  type TfjsLossName,
  listLosses,
  loss,
  registerLoss,
} from './registry';
export {packSampleWeights} from './sample_weights';
