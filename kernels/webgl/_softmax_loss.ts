/** The loss of rows from their statistics (`_softmax_stats.ts`), which hold it. */
import type {TensorInfo} from '@tensorflow/tfjs-core';
import type {MathBackendWebGL} from '@tensorflow/tfjs-backend-webgl';
import type {SoftmaxAttrs} from '../../src/kernel_names';
import {run} from './_program';
import type {SoftmaxRows} from './_softmax_rows';
import {partsShape, sumOfParts} from './_sum';

/** Rows that one fragment adds up. */
const ROWS = 4096;

const EACH = `
void main() {
  int row = 2 * outputIndex();
  setOutput(vec4(texelFetch(stats, gridTexel(row), 0).w, 0, texelFetch(stats, gridTexel(row + 1), 0).w, 0));
}
`;

/** Of `rowsOfPart` rows, four sums side by side. */
const SUM = `
void main() {
  int first = gridIndex() * rowsOfPart;
  int end = min(first + rowsOfPart, rows);
  vec4 sum = vec4(0), lost = vec4(0);
  for (int row = first; row < end; row += 4) {
    vec4 loss = vec4(texelFetch(stats, gridTexel(row), 0).w, texelFetch(stats, gridTexel(row + 1), 0).w,
        texelFetch(stats, gridTexel(row + 2), 0).w, texelFetch(stats, gridTexel(row + 3), 0).w);
    addTo(sum, lost, mix(loss, vec4(0), greaterThanEqual(ivec4(row) + ivec4(0, 1, 2, 3), ivec4(end))));
  }
  setOutput(vec4(((sum.x + sum.y) + (sum.z + sum.w)) * scale, 0, 0, 0));
}
`;

/** ℓ of each row as [N, 1], or scale·Σ ℓ as a scalar. */
export function softmaxLoss(
  backend: MathBackendWebGL,
  {count}: SoftmaxRows,
  stats: TensorInfo,
  {reduction, scale}: SoftmaxAttrs,
): TensorInfo {
  const inputs = {stats};
  if (reduction === 'none') return run(backend, {inputs, output: [count, 1], text: EACH});
  const parts = Math.ceil(count / ROWS);
  const ints = {rows: count, rowsOfPart: ROWS};
  const partsOfSum = run(backend, {inputs, floats: {scale}, ints, output: partsShape(parts), text: SUM});
  return sumOfParts(backend, partsOfSum, parts);
}
