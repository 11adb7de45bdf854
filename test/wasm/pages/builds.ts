/** Which build of tfjs-wasm a page has, and whether our kernels are SIMD on its memory. */
import * as tf from '@tensorflow/tfjs-core';
import {setWasmPaths, type BackendWasm} from '@tensorflow/tfjs-backend-wasm';
import {sparseSoftmaxCrossEntropy} from '../../../src';
import {plainRowKernels} from '../../../kernels/plain';
import {memoryOf} from '../../../kernels/wasm/_memory';
import {rowKernels} from '../../../kernels/wasm/_row_kernels';

export async function describeBuild(flags: Readonly<Record<string, boolean>>): Promise<Record<string, unknown>> {
  tf.env().setFlags({...flags});
  setWasmPaths('/node_modules/@tensorflow/tfjs-backend-wasm/dist/');
  await tf.setBackend('wasm');
  const backend = tf.backend() as BackendWasm;
  const loss = sparseSoftmaxCrossEntropy([2], tf.tensor2d([[0, 1, 2]]));
  return {
    threads: 'PThread' in backend.wasm,
    memory: Object.prototype.toString.call(memoryOf(backend).buffer),
    simd: rowKernels(backend) !== plainRowKernels,
    loss: (await loss.data())[0],
  };
}
