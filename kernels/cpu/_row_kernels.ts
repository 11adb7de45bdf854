/** Chooses, once, between the SIMD module and plain TypeScript. */
import {env} from '@tensorflow/tfjs-core';
import {plainRowKernels, type RowKernels} from '../plain';
import {hasSimd} from '../simd/host';
import {tiledRowKernels} from './_tiles';

/** The tfjs flag that says whether the cpu kernels run in WebAssembly SIMD; set it to false to force plain TypeScript. */
export const SIMD_FLAG = 'LOSSES_CPU_SIMD';

let tiled: RowKernels | undefined;

export function registerSimdFlag(): void {
  env().registerFlag(SIMD_FLAG, () => hasSimd('cpu'));
}

export function rowKernels(): RowKernels {
  if (!env().getBool(SIMD_FLAG)) return plainRowKernels;
  tiled ??= tiledRowKernels();
  return tiled;
}
