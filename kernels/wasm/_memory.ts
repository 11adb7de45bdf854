/**
 * The one thing here that tfjs-backend-wasm does not make public: the memory of its module, which the SIMD kernels import so
 * that they work on tensors where they are. Emscripten's module objects have it as an export of the WebAssembly code, and in
 * the threaded build, which imports a memory that it shares with its workers, as `wasmMemory`.
 *
 * What depends on it is speed alone: without it the kernels run in plain TypeScript.
 */
import type {BackendWasm} from '@tensorflow/tfjs-backend-wasm';

interface EmscriptenInternals {
  readonly asm?: {readonly memory?: WebAssembly.Memory};
  readonly wasmMemory?: WebAssembly.Memory;
}

export function memoryOf({wasm}: BackendWasm): WebAssembly.Memory {
  const {asm, wasmMemory} = wasm as typeof wasm & EmscriptenInternals;
  const memory = wasmMemory ?? asm?.memory;
  if (memory === undefined)
    throw new Error('this version of tfjs-backend-wasm keeps its memory where it is not found.');
  return memory;
}
