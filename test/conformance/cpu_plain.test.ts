/** The cpu backend in plain TypeScript: what runs where WebAssembly SIMD is missing or forbidden. */
import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import '../../src';
import {CPU_CONTRACT, runConformance} from './conformance';

runConformance({
  name: 'cpu in plain TypeScript',
  setUp: async () => {
    await tf.setBackend('cpu');
    tf.env().set('LOSSES_CPU_SIMD', false);
  },
  tearDown: async () => undefined,
  tolerance: CPU_CONTRACT,
  expectKernels: true,
  badLabels: 'RangeError',
});
