/** The wasm backend in WebAssembly SIMD on tfjs-wasm's memory. */
import {runWasmConformance} from './_wasm';

runWasmConformance('wasm in WebAssembly SIMD', true);
