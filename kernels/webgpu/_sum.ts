/** Sums over a workgroup, and of all numbers of an array. */
import type {WebGPUBackend} from '@tensorflow/tfjs-backend-webgpu';
import type {TensorInfo} from '@tensorflow/tfjs-core';
import {runProgram, sizeOf} from './_program';
import {reductionCode, type Reduction} from './_reduction';

/** A compensated sum, `struct Sum`. */
export const SUM: Reduction = {
  struct: 'Sum',
  merge: 'a.sum = plus(plus(a.sum, b.sum.x), b.sum.y);',
};

export const SUM_STRUCT = 'struct Sum { sum : vec2<f32> };';

const THREADS = 256;

/** scale·Σ x, a scalar. */
export function scaledSum(backend: WebGPUBackend, x: TensorInfo, scale: number): TensorInfo {
  return runProgram(
    backend,
    {
      key: 'sum',
      inputs: {x},
      uniforms: {count: ['i32', sizeOf(x)], scale: ['f32', scale]},
      size: 1,
      groups: 1,
      threads: THREADS,
      code: `
${SUM_STRUCT}
${reductionCode(SUM, {threadsPerRow: THREADS, threads: THREADS})}
fn main(index : i32) {
  var own : Sum;
  for (var i = index; i < uniforms.count; i += ${THREADS}) { own.sum = plus(own.sum, x[i]); }
  let total = reduceSum(own);
  if (index == 0) { result[0] = (total.sum.x + total.sum.y) * uniforms.scale; }
}
`,
    },
    [],
  );
}
