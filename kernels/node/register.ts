/**
 * tfjs-losses/node: importing it registers the kernels of the backend 'tensorflow', tfjs-node's.
 *
 * Import it beside `@tensorflow/tfjs-node` and `tfjs-losses`, in any order; the native ops are put into TensorFlow when the first
 * loss runs.
 */
import {registerNodeKernels} from '.';

registerNodeKernels();

// An ES module to bundlers too, although there is nothing to export.
export {};
