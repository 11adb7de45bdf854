/** The wasm backend in plain TypeScript: what runs where WebAssembly SIMD is missing. */
import {runWasmConformance} from './_wasm';

runWasmConformance('wasm in plain TypeScript', false);
