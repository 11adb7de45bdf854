/** Where the SIMD module cannot be used, the wasm kernels run in plain TypeScript: right, and said once. */
import '@tensorflow/tfjs-backend-wasm';
import type {BackendWasm} from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import {plainRowKernels} from '../../kernels/plain';
import {rowKernels, registerSimdFlag} from '../../kernels/wasm/_row_kernels';
import {wasmBackend} from './_backend';

let warnings: string[] = [];
beforeAll(registerSimdFlag);
beforeEach(() => {
  warnings = [];
  jest.spyOn(console, 'warn').mockImplementation((message: string) => void warnings.push(message));
});
afterEach(() => {
  jest.restoreAllMocks();
  tf.env().set('LOSSES_WASM_SIMD', true);
});

test('SIMD is used without a word, one instance for a backend', async () => {
  const backend = await wasmBackend();
  expect(tf.env().getBool('LOSSES_WASM_SIMD')).toBe(true);
  expect(rowKernels(backend)).not.toBe(plainRowKernels);
  expect(rowKernels(backend)).toBe(rowKernels(backend));
  expect(warnings).toEqual([]);
});

test('the flag forces the plain path', async () => {
  const backend = await wasmBackend();
  tf.env().set('LOSSES_WASM_SIMD', false);
  expect(rowKernels(backend)).toBe(plainRowKernels);
  expect(warnings).toEqual([]);
});

test('a memory that is not found makes the plain path, and one warning', () => {
  const strange = {wasm: {}} as unknown as BackendWasm;
  expect(rowKernels(strange)).toBe(plainRowKernels);
  expect(rowKernels(strange)).toBe(plainRowKernels);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(/^tfjs-losses: .*plain TypeScript.*keeps its memory/s);
});
