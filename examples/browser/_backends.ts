/** The backends of this browser. */
import * as tf from '@tensorflow/tfjs';
import {setWasmPaths} from '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-backend-webgpu';
import {BACKENDS, type Backend} from './_settings';

/** Before the first backend starts. */
export function prepareBackends(wasmFiles: string): void {
  setWasmPaths(wasmFiles);
  // tfjs runs what is small on the cpu backend, where its numbers are other ones.
  tf.env().set('WEBGL_CPU_FORWARD', false);
  tf.env().set('WEBGPU_CPU_FORWARD', false);
}

export async function availableBackends(): Promise<readonly Backend[]> {
  const there: Readonly<Record<Backend, boolean>> = {
    webgl: document.createElement('canvas').getContext('webgl2') !== null,
    wasm: typeof WebAssembly === 'object',
    webgpu: await hasWebGPU(),
    cpu: true,
  };
  return BACKENDS.filter((backend) => there[backend]);
}

export async function startBackend(backend: Backend): Promise<void> {
  if (!(await tf.setBackend(backend))) throw new Error(`The backend ${backend} does not start in this browser.`);
  await tf.ready();
}

async function hasWebGPU(): Promise<boolean> {
  if (!('gpu' in navigator)) return false;
  return (await navigator.gpu.requestAdapter()) !== null;
}
