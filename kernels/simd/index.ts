/**
 * The row kernels in AssemblyScript with v128 intrinsics, for memory that the caller lays out: every array is given by its
 * address, 16-byte aligned ones are fastest. Nothing is allocated here.
 */
export {sigmoidCrossEntropyWithLogits} from './SigmoidCrossEntropyWithLogits';
export {sigmoidCrossEntropyWithLogitsGrad} from './SigmoidCrossEntropyWithLogitsGrad';
export {sigmoidFocalCrossEntropyWithLogits} from './SigmoidFocalCrossEntropyWithLogits';
export {sigmoidFocalCrossEntropyWithLogitsGrad} from './SigmoidFocalCrossEntropyWithLogitsGrad';
export {softmaxCrossEntropyWithLogits} from './SoftmaxCrossEntropyWithLogits';
export {softmaxCrossEntropyWithLogitsGrad} from './SoftmaxCrossEntropyWithLogitsGrad';
export {sparseSoftmaxCrossEntropyWithLogits} from './SparseSoftmaxCrossEntropyWithLogits';
export {sparseSoftmaxCrossEntropyWithLogitsGrad} from './SparseSoftmaxCrossEntropyWithLogitsGrad';
