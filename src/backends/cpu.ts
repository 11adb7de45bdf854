/** Importing it registers the kernels of the cpu backend: `tfjs-losses/cpu`. */
import {registerCpuKernels} from '../../kernels/cpu';

registerCpuKernels();

// A module with types of its own, though it has nothing to export.
export {};
