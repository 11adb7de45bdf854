/** The wasm backend in this process, with either implementation of its kernels. */
import '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import '../../src';
import {CPU_CONTRACT, runConformance} from './conformance';
import {leftOutOnWasm} from './_wasm_left_out';

export function runWasmConformance(name: string, simd: boolean): void {
  runConformance({
    name,
    setUp: async () => {
      await tf.setBackend('wasm');
      tf.env().set('LOSSES_WASM_SIMD', simd);
    },
    tearDown: async () => undefined,
    tolerance: CPU_CONTRACT,
    expectKernels: true,
    ahead: simd,
    badLabels: 'RangeError',
    leftOut: leftOutOnWasm,
  });
}
