/** Importing it registers the kernels of the webgpu backend: `tfjs-losses/webgpu`. */
import {registerWebGPUKernels} from '../../kernels/webgpu';

registerWebGPUKernels();

// A module with types of its own, though it has nothing to export.
export {};
