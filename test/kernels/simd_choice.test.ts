/** Where WebAssembly SIMD cannot be used, the cpu kernels run in plain TypeScript: right, and said once. */
import type * as tfCore from '@tensorflow/tfjs-core';
import type * as choice from '../../kernels/cpu/_row_kernels';
import type * as plain from '../../kernels/plain';

interface Started {
  rowKernels: typeof choice.rowKernels;
  plainRowKernels: plain.RowKernels;
  env: tfCore.Environment;
}

/** The choice as a program that just started makes it: nothing is decided yet, in tfjs's flags neither. */
function start(): Started {
  jest.resetModules();
  /* eslint-disable @typescript-eslint/no-require-imports -- import() would not see what resetModules did */
  const {env} = require('@tensorflow/tfjs-core') as typeof tfCore;
  const {registerSimdFlag, rowKernels} = require('../../kernels/cpu/_row_kernels') as typeof choice;
  const {plainRowKernels} = require('../../kernels/plain') as typeof plain;
  /* eslint-enable @typescript-eslint/no-require-imports */
  env().reset();
  registerSimdFlag();
  return {rowKernels, plainRowKernels, env: env()};
}

/** The loss of class 2 among logits 0, 1, 2: log(1 + e^−1 + e^−2). */
function lossOf(kernels: plain.RowKernels): number {
  const loss = new Float32Array(1);
  const rows = {
    count: 1,
    classes: 3,
    logits: Float32Array.of(0, 1, 2),
    labels: Int32Array.of(2),
    weights: new Float32Array(0),
    stats: new Float32Array(4),
    labelSmoothing: 0,
    gamma: 0,
    zLoss: 0,
  };
  kernels.sparseSoftmaxCrossEntropyWithLogits(rows, loss);
  return loss[0] ?? NaN;
}
const LOSS = Math.log1p(Math.exp(-1) + Math.exp(-2));

let warnings: string[] = [];
beforeEach(() => {
  warnings = [];
  jest.spyOn(console, 'warn').mockImplementation((message: string) => {
    if (message.startsWith('tfjs-losses')) warnings.push(message);
  });
});
afterEach(() => {
  jest.restoreAllMocks();
});

test('SIMD is used without a word where it is there', () => {
  const {rowKernels, plainRowKernels} = start();
  expect(rowKernels()).not.toBe(plainRowKernels);
  expect(lossOf(rowKernels())).toBeCloseTo(LOSS, 7);
  expect(warnings).toEqual([]);
});

test('a forbidden module makes the plain path, and one warning that says why', () => {
  jest.spyOn(WebAssembly, 'Module').mockImplementation(() => {
    throw new WebAssembly.CompileError('Refused to compile: unsafe-eval is not allowed');
  });
  const {rowKernels, plainRowKernels} = start();
  expect(rowKernels()).toBe(plainRowKernels);
  expect(rowKernels()).toBe(plainRowKernels);
  expect(lossOf(rowKernels())).toBe(Math.fround(LOSS));
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(/^tfjs-losses: .*plain TypeScript.*unsafe-eval is not allowed/s);
});

test('so does an engine without WebAssembly', () => {
  const {WebAssembly: original} = globalThis;
  try {
    Reflect.deleteProperty(globalThis, 'WebAssembly');
    const {rowKernels, plainRowKernels} = start();
    expect(rowKernels()).toBe(plainRowKernels);
    expect(warnings).toHaveLength(1);
  } finally {
    globalThis.WebAssembly = original;
  }
});

test('the flag forces the plain path, and back', () => {
  const {rowKernels, plainRowKernels, env} = start();
  env.set('LOSSES_CPU_SIMD', false);
  expect(rowKernels()).toBe(plainRowKernels);
  env.set('LOSSES_CPU_SIMD', true);
  expect(rowKernels()).not.toBe(plainRowKernels);
  expect(rowKernels()).toBe(rowKernels());
});
