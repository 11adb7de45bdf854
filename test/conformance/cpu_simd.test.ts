/** The cpu backend in WebAssembly SIMD. */
import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import '../../src';
import {CPU_CONTRACT, runConformance} from './conformance';

runConformance({
  name: 'cpu in WebAssembly SIMD',
  setUp: async () => {
    await tf.setBackend('cpu');
    tf.env().set('LOSSES_CPU_SIMD', true);
  },
  tearDown: async () => undefined,
  tolerance: CPU_CONTRACT,
  expectKernels: true,
  ahead: true,
  badLabels: 'RangeError',
});
