export {type CheckLogitsOptions, type LogitsReport, checkLogits} from './check_logits';
export {deadGradients} from './dead_gradients';
export {type NotFinite, firstNotFinite} from './first_not_finite';
export {type LinearLoss, type LinearLossOptions, linearLossOf} from './linear_loss_of';
export {logitsOf} from './logits_of';
export {type Activation} from './output_activation';
export {type WatchLogitsOptions, watchLogits} from './watch_logits';
export {withProbabilities} from './with_probabilities';
