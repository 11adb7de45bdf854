/**
 * The mathematics of tfjs-losses in float64, on plain arrays: one row of K logits (softmax) or one element (sigmoid) at a
 * time. What every kernel is tested against.
 *
 * Results are good to a few units in the last place of their largest term, with terms of opposite sign only where the
 * exact value has a root.
 */
/** Cross-entropy of a dense layer with class indices: value and gradients. */
export * as linearSoftmaxCrossEntropy from './linear_softmax_cross_entropy';
export {logSumExp} from './log_sum_exp';
export * from './reduction';
/** One element of binary cross-entropy with logits: value, gradients and second derivatives. */
export * as sigmoidCrossEntropy from './sigmoid_cross_entropy';
/** One element of the sigmoid focal loss: value, gradients and second derivatives. */
export * as sigmoidFocalCrossEntropy from './sigmoid_focal_cross_entropy';
export type {Alpha} from './_targets';
export {smoothLabels} from './smooth_labels';
/** One row of cross-entropy with target probabilities: value, gradients and second derivatives. */
export * as softmaxCrossEntropy from './softmax_cross_entropy';
/** One row of the softmax focal loss: value, gradients and second derivatives. */
export * as softmaxFocalCrossEntropy from './softmax_focal_cross_entropy';
/** One row of cross-entropy with a class index: value, gradients and second derivatives. */
export * as sparseSoftmaxCrossEntropy from './sparse_softmax_cross_entropy';
/** One row of the softmax focal loss with a class index: value, gradients and second derivatives. */
export * as sparseSoftmaxFocalCrossEntropy from './sparse_softmax_focal_cross_entropy';
