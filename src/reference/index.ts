/**
 * The mathematics of tfjs-losses in float64, on plain arrays: one row of K logits (softmax) or one element (sigmoid) at a
 * time. What every kernel is tested against.
 *
 * Results are good to a few units in the last place of their largest term, with terms of opposite sign only where the
 * exact value has a root.
 */
export {logSumExp} from './log_sum_exp';
export * from './reduction';
export * as sigmoidCrossEntropy from './sigmoid_cross_entropy';
export * as sigmoidFocalCrossEntropy from './sigmoid_focal_cross_entropy';
export {smoothLabels} from './smooth_labels';
export * as softmaxCrossEntropy from './softmax_cross_entropy';
export * as softmaxFocalCrossEntropy from './softmax_focal_cross_entropy';
export * as sparseSoftmaxCrossEntropy from './sparse_softmax_cross_entropy';
export * as sparseSoftmaxFocalCrossEntropy from './sparse_softmax_focal_cross_entropy';
