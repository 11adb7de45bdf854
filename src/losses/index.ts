export {type OptionValue, type ParsedLoss, formatLoss, parseLoss} from './canonical';
export {type LayersNamespace, install} from './compile';
export type {LossFactory, ModelLoss} from './model_loss';
export type {LabelReductionOption, LossOptionValue, LossOptions} from './model_options';
export {
  type ConfiguredLoss,
  type LossConfig,
  type OptionsOf,
  type RegisterOptions,
  listLosses,
  loss,
  registerLoss,
} from './registry';
