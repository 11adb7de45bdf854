/** Importing it registers the kernels of the wasm backend: `tfjs-losses/wasm`. */
import {registerWasmKernels} from '../../kernels/wasm';

registerWasmKernels();

// A module with types of its own, though it has nothing to export.
export {};
