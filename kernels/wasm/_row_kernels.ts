/** Chooses, once for each instance of the backend, between the SIMD module on its memory and plain TypeScript. */
import {env} from '@tensorflow/tfjs-core';
import type {BackendWasm} from '@tensorflow/tfjs-backend-wasm';
import {plainRowKernels, type RowKernels} from '../plain';
import {hasSimd} from '../simd/host';
import {inPlaceRowKernels} from './_in_place';

/** The tfjs flag that says whether the wasm kernels run in WebAssembly SIMD; set it to false to force plain TypeScript. */
export const SIMD_FLAG = 'LOSSES_WASM_SIMD';

const instances = new WeakMap<BackendWasm, RowKernels>();

export function registerSimdFlag(): void {
  env().registerFlag(SIMD_FLAG, () => hasSimd('wasm'));
}

export function rowKernels(backend: BackendWasm): RowKernels {
  if (!env().getBool(SIMD_FLAG)) return plainRowKernels;
  let kernels = instances.get(backend);
  if (kernels === undefined) {
    kernels = instantiate(backend);
    instances.set(backend, kernels);
  }
  return kernels;
}

function instantiate(backend: BackendWasm): RowKernels {
  try {
    return inPlaceRowKernels(backend);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    console.warn(
      `tfjs-losses: the wasm kernels run in plain TypeScript, several times slower than in WebAssembly SIMD: ${reason}`,
    );
    return plainRowKernels;
  }
}
