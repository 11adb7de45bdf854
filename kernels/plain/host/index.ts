/**
 * The kernels of backends whose tensors are typed arrays, or views of one memory, that JavaScript reaches at once: tensors in,
 * tensors out, with any row kernels between.
 */
export {addToRows} from './add_to_rows';
export {aheadOutput, madeAhead} from './_ahead';
export type {HostTensors} from './_workspace';
export {sigmoidGradient, sigmoidLoss} from './sigmoid';
export {softmaxGradient, softmaxLoss} from './softmax';
export {sparseSoftmaxGradient, sparseSoftmaxLoss} from './sparse_softmax';
