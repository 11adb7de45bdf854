import type {RowLoops} from '../../plain';
import {MEMORY_LIMITS_BYTE, SIMD_MODULE_BASE64} from '../build/binary';

/** The exports of kernels/simd/index.ts: they take the number of rows, K, and what _row_kernels.ts hands them. */
export type SimdModule = {readonly [K in keyof RowLoops]: (rows: number, classes: number, ...args: number[]) => void};

/** "Has a maximum and is shared", in the import of a memory. */
const SHARED_LIMITS = 3;

/** Compiled once, however many memories there are. */
const modules = new Map<boolean, WebAssembly.Module>();

/** Compiles the embedded module. Throws where WebAssembly or its SIMD is missing or forbidden. */
function compileSimd(shared: boolean): WebAssembly.Module {
  let compiled = modules.get(shared);
  if (compiled === undefined) {
    const bytes = Uint8Array.from(atob(SIMD_MODULE_BASE64), (character) => character.charCodeAt(0));
    if (shared) bytes[MEMORY_LIMITS_BYTE] = SHARED_LIMITS;
    compiled = new WebAssembly.Module(bytes);
    modules.set(shared, compiled);
  }
  return compiled;
}

/** The module on a memory that has a maximum of 4 GB or less. */
export function instantiateSimd(memory: WebAssembly.Memory): SimdModule {
  // Not instanceof: SharedArrayBuffer is no global in pages that may not share memory.
  const shared = Object.prototype.toString.call(memory.buffer) === '[object SharedArrayBuffer]';
  const {exports} = new WebAssembly.Instance(compileSimd(shared), {env: {memory}});
  return exports as SimdModule;
}

/** Whether the module compiles here. Says so where not: evaluate it once, as the value of a flag. */
export function hasSimd(backendName: string): boolean {
  try {
    compileSimd(false);
    return true;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    console.warn(
      `tfjs-losses: the ${backendName} kernels run in plain TypeScript, several times slower than in WebAssembly SIMD, which ` +
        `cannot be used here: ${reason} (A content-security policy allows it with script-src 'wasm-unsafe-eval'.)`,
    );
    return false;
  }
}
