/** The program that makes losses of statistics: one for each row, or their sum. */
import type {TensorInfo} from '@tensorflow/tfjs-core';
import {runProgram} from './_program';
import {reductionCode} from './_reduction';
import {READ_ROW, rowCode, rowUniforms, structureKey, type Rows, type SoftmaxCall} from './_softmax_rows';
import {SUM, SUM_STRUCT} from './_sum';

const THREADS = 64;
const THREADS_OF_SUM = 256;

/** ℓ = T + (R' + Q)·L for γ = 0, and T + Q·u^γ·L otherwise; λ·lse² comes to it. */
function lossCode(focal: boolean): string {
  return `
fn lossOf(at : i32) -> f32 {
  let row = readRow(at);
  let slope = ${focal ? 'row.own * row.power' : 'row.others + row.own'};
  let lse = row.m + row.log;
  // lse² may be ∞ where λ·lse is 0: nothing may be multiplied in another order.
  let loss = (2.0f * row.halfLoss + (slope * row.log64) * TWO_POW_MINUS_64) + opaque(uniforms.zLoss * lse) * lse;
  return select(select(loss, uniforms.NAN, row.kind < 0), 0.0f, row.kind == IGNORED);
}
`;
}

/** Runs it: `shape` is [...] of the rows, or [] for scale·Σ_n ℓ_n. */
export function rowLosses(call: SoftmaxCall, rows: Rows, stats: TensorInfo, shape: number[]): TensorInfo {
  const {structure, count} = rows;
  const sums = call.attrs.reduction === 'sum';
  const threads = sums ? THREADS_OF_SUM : THREADS;
  const code = `
${rowCode(structure)}
${READ_ROW}
${lossCode(structure.focal)}
${sums ? sumCode() : eachCode()}`;
  return runProgram(
    call.backend,
    {
      key: `softmax ${sums ? 'sum' : 'losses'} ${structureKey(structure)}`,
      inputs: {stats},
      uniforms: {...rowUniforms(call, rows), scale: ['f32', call.attrs.scale]},
      size: sums ? 1 : count,
      groups: sums ? 1 : Math.ceil(count / threads),
      threads,
      code,
    },
    shape,
  );
}

function eachCode(): string {
  return `
fn main(index : i32) {
  if (index < uniforms.rows) { result[index] = lossOf(index); }
}
`;
}

function sumCode(): string {
  return `
${SUM_STRUCT}
${reductionCode(SUM, {threadsPerRow: THREADS_OF_SUM, threads: THREADS_OF_SUM})}
fn main(index : i32) {
  var own : Sum;
  for (var i = index; i < uniforms.rows; i += ${THREADS_OF_SUM}) { own.sum = plus(own.sum, lossOf(i)); }
  let total = reduceSum(own);
  if (index == 0) { result[0] = (total.sum.x + total.sum.y) * uniforms.scale; }
}
`;
}
