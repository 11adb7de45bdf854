/** The program of ∂ℓ/∂z. */
import type {TensorInfo} from '@tensorflow/tfjs-core';
import {forEach, runProgram, sharing} from './_program';
import {
  READ_ROW,
  rowCode,
  rowUniforms,
  structureKey,
  targetCode,
  type Rows,
  type SoftmaxCall,
  type Structure,
} from './_softmax_rows';

/** Classes for one thread, which first works out what the row has in common. */
const PER_THREAD = 128;

/** Runs it: `dy` is one number for each row, or one for all. */
export function rowGradients(call: SoftmaxCall, rows: Rows, stats: TensorInfo, dy: TensorInfo): TensorInfo {
  const {count, classes} = rows;
  const {logits, labels, classWeights} = call.inputs;
  // The statistics hold the weight of a single target; tfjs binds nothing that a program does not read.
  const structure = {...rows.structure, weighted: rows.structure.weighted && rows.structure.dense};
  const shared = sharing(count, classes);
  const length = shared.threadsPerRow * PER_THREAD;
  const blocks = Math.ceil(classes / length);
  const perRow = call.attrs.reduction === 'none';
  return runProgram(
    call.backend,
    {
      key: `softmax gradient ${structureKey(structure)} ${perRow ? 'rows' : 'all'} ${shared.threadsPerRow}`,
      inputs: {logits, labels, stats, upstream: dy, ...(structure.weighted ? {classWeights} : {})},
      uniforms: {
        ...rowUniforms(call, rows),
        blocks: ['i32', blocks],
        scale: ['f32', call.attrs.scale],
      },
      size: count * classes,
      groups: Math.ceil((count * blocks * shared.threadsPerRow) / shared.threads),
      threads: shared.threads,
      code: gradientCode(structure, perRow, shared.threadsPerRow),
    },
    logits.shape,
  );
}

/** q'·φ, of no meaning for a class that has more than half of the probability. */
const FOCAL_TARGET = `
    let p = select(0.0f, e * ofRow.perTotal, gap.x >= ofRow.floor);
    let u = 1.0f - p;
    let slope = select(0.0f, ((ofRow.row.log - gap.y) - gap.x) * p / u, p > 0.0f);
    let r = select(0.0f, q * (powerOf(u, p) * (1.0f + uniforms.gamma * slope)), q != 0.0f);`;

/**
 * With R = R' + Q·φ(L), shared by all of a row as F = dy·(R + 2λ·lse)/S,
 *
 *     ∂ℓ/∂z_k = (R + 2λ·lse)·p_k − q'_k·φ(c_k) = F·e^(z_k−m) − dy·r_k,
 *
 * which cancels only for a class that has more than half of the probability. That one has m alone, Q = q'_k, and
 *
 *     ∂ℓ/∂z_k = (R' + 2λ·lse)·p_k − q'_k·φ(c_k)·u_k.
 */
function gradientCode(structure: Structure, perRow: boolean, threadsPerRow: number): string {
  const {dense, searched, focal} = structure;
  const slope = 'row.power * (1.0f + uniforms.gamma * select(1.0f, row.log64 / row.s64, row.s64 > 0.0f))';
  const singleTarget = 'let r = select(0.0f, ofRow.single, k == ofRow.y);';
  const ownTarget = `
    let q = targetOf(row, k, ofRow.y);
    ${focal ? FOCAL_TARGET : 'let r = q;'}`;
  const ofElement = (target: string): string => `
    let z = f32(logits[base + k]);
    let gap = difference(z, m);
    let e = expScaled(vec2<f32>(max(gap.x, ofRow.floor), gap.y), ofRow.rounding);
    let others = select(0.0f, e * ofRow.factor, gap.x >= ofRow.floor);
    ${target}
    let value = select(others - ofRow.dy * r, ofRow.gradientOfMaximum, isUnique && z == m);
    result[base + k] = select(otherwise, value, isNumber);`;
  const columns = {start: 'start + lane', end: 'end', step: threadsPerRow};
  const eachOf = (start: string, target: string): string => forEach({...columns, start}, ofElement(target));
  // Labels are read of rows with several targets only.
  const loops = searched
    ? eachOf('select(start + lane, end, ofRow.y == TARGETS)', singleTarget) +
      eachOf('select(end, start + lane, ofRow.y == TARGETS)', ownTarget)
    : eachOf(columns.start, dense ? ownTarget : singleTarget);
  return `
${rowCode(structure)}
${targetCode(structure)}
${READ_ROW}
struct OfRow {
  row : Row,
  y : i32,
  dy : f32,
  // r_y of a single target.
  single : f32,
  // F·2^-64 to go with 2^64·e^(z_k−m), or F where it is small.
  factor : f32,
  rounding : f32,
  floor : f32,
  gradientOfMaximum : f32,
  // Makes p of what F makes the gradient of.
  perTotal : f32,
};

fn ofRowOf(at : i32) -> OfRow {
  let row = readRow(at);
  let dy = f32(upstream[${perRow ? 'at' : '0'}]) * uniforms.scale;
  let own = row.own * ${focal ? slope : '1.0f'};
  let zTerm = (2.0f * uniforms.zLoss) * (row.m + row.log);
  let factor = (dy * ((row.others + own) + zTerm)) / row.total;
  let isLarge = abs(factor) > 1e-12f;
  let ofMaximum = (dy * (row.others + zTerm)) / row.total - ((dy * own) * (row.s64 / row.total)) * TWO_POW_MINUS_64;
  return OfRow(row, ${searched ? 'row.found' : 'classOf(at)'}, dy, row.others + own, select(factor, factor * TWO_POW_MINUS_64, isLarge),
      select(ROUND, ROUND_64, isLarge), select(-87.0f, -131.0f, isLarge), ofMaximum,
      select(1.0f, TWO_POW_MINUS_64, isLarge) / row.total);
}

fn main(index : i32) {
  let unit = index / ${threadsPerRow};
  let lane = index % ${threadsPerRow};
  let row = min(unit / uniforms.blocks, uniforms.rows - 1);
  let ofRow = ofRowOf(row);
  let start = (unit % uniforms.blocks) * ${threadsPerRow * PER_THREAD};
  let end = select(0, min(start + ${threadsPerRow * PER_THREAD}, uniforms.classes), unit < uniforms.rows * uniforms.blocks);
  let base = row * uniforms.classes;
  let m = ofRow.row.m;
  let isUnique = ofRow.row.kind == UNIQUE;
  let isNumber = ofRow.row.kind >= 0;
  let otherwise = select(uniforms.NAN, 0.0f, ofRow.row.kind == IGNORED);
  ${loops}
}
`;
}
