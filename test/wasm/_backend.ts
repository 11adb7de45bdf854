import type {BackendWasm} from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';

/** Makes wasm tfjs's backend and returns it. */
export async function wasmBackend(): Promise<BackendWasm> {
  await tf.setBackend('wasm');
  return tf.backend() as BackendWasm;
}
