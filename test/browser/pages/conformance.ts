/** The conformance suite in a page, on any backend of tfjs. */
import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import {setWasmPaths} from '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-backend-webgpu';

export {runCheck} from '../../conformance/checks';

/** A flag must be set before the backend starts. */
export async function setUp(backend: string, flags: Readonly<Record<string, boolean | number>>): Promise<void> {
  // tf.profile warns of every NaN, and NaN is what some cases are about.
  tf.env().setFlags({CHECK_COMPUTATION_FOR_ERRORS: false, ...flags});
  setWasmPaths('/node_modules/@tensorflow/tfjs-backend-wasm/dist/');
  if (!(await tf.setBackend(backend))) throw new Error(`the backend '${backend}' does not start in this browser`);
  await tf.ready();
}
