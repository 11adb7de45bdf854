/** Chooses, once, between the SIMD module and plain TypeScript. */
import {env} from '@tensorflow/tfjs-core';
import {plainRowKernels, type RowKernels} from '../plain';
import {instantiateSimd} from './_simd';

/** The tfjs flag that says whether the cpu kernels run in WebAssembly SIMD; set it to false to force plain TypeScript. */
export const SIMD_FLAG = 'LOSSES_CPU_SIMD';

let simd: RowKernels | undefined;

/** Evaluated by tfjs on first use, and once. */
function detectSimd(): boolean {
  try {
    simd = instantiateSimd();
    return true;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    console.warn(
      `tfjs-losses: the cpu kernels run in plain TypeScript, several times slower than in WebAssembly SIMD, which cannot be ` +
        `used here: ${reason} (A content-security policy allows it with script-src 'wasm-unsafe-eval'.)`,
    );
    return false;
  }
}

export function registerSimdFlag(): void {
  env().registerFlag(SIMD_FLAG, detectSimd);
}

export function rowKernels(): RowKernels {
  if (!env().getBool(SIMD_FLAG)) return plainRowKernels;
  simd ??= instantiateSimd();
  return simd;
}
