/** Importing it registers the kernels of the webgl backend: `tfjs-losses/webgl`. */
import {registerWebGLKernels} from '../../kernels/webgl';

registerWebGLKernels();

// A module with types of its own, though it has nothing to export.
export {};
