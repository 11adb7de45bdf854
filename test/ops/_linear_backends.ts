/** The backends that the linear loss is tested on in this process. */
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import '../../src';
import '../../kernels/node/register';
import {withTfjsNode} from '../node/_tfjs_node';

/** Defines the tests once for each backend. */
export function onEachBackend(define: () => void): void {
  const on = (name: string, setUp: () => Promise<unknown>): void =>
    describe(name, () => {
      beforeAll(setUp);
      define();
    });
  for (const simd of [true, false]) {
    on(simd ? 'cpu, SIMD' : 'cpu, plain', () => {
      tf.env().set('LOSSES_CPU_SIMD', simd);
      return tf.setBackend('cpu');
    });
  }
  on('wasm', () => tf.setBackend('wasm'));
  withTfjsNode(() =>
    on('tensorflow', async () => {
      await import('@tensorflow/tfjs-node');
      await tf.setBackend('tensorflow');
    }),
  );
}
