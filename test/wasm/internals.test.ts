/** What kernels/wasm takes for granted about tfjs-backend-wasm beyond its public API. */
import '@tensorflow/tfjs-backend-wasm';
import type {BackendWasm} from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import {memoryOf} from '../../kernels/wasm/_memory';
import {wasmBackend} from './_backend';

test('the memory is the one that tensors lie in, also after it has grown', async () => {
  const backend = await wasmBackend();
  const memory = memoryOf(backend);
  const before = memory.buffer.byteLength;
  const large = tf.fill([Math.ceil(before / 4)], 7);
  expect(memory.buffer.byteLength).toBeGreaterThan(before);
  expect(memoryOf(backend)).toBe(memory);
  const view = backend.typedArrayFromHeap(large);
  expect(view.buffer).toBe(memory.buffer);
  expect(new Float32Array(memory.buffer, view.byteOffset, 1)[0]).toBe(7);
  large.dispose();
});

test('the threaded build keeps it as wasmMemory', () => {
  const wasmMemory = new WebAssembly.Memory({initial: 1, maximum: 1, shared: true});
  expect(memoryOf({wasm: {asm: {}, wasmMemory}} as unknown as BackendWasm)).toBe(wasmMemory);
});

test('a module object without either says what is missing', () => {
  expect(() => memoryOf({wasm: {}} as unknown as BackendWasm)).toThrow(/tfjs-backend-wasm keeps its memory/);
});
