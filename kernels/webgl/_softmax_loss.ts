/**
 * The loss of rows from their sums (`_softmax_sums.ts`), with L = log1p(s):
 *
 *     hard  ℓ = a·u^γ·((m−z_y) + L) + λ·(m+L)²   a = w_y, p = e^(z_y−m)/(1+s), u = 1 − p (s/(1+s) where z_y is the maximum)
 *     soft  ℓ = 2b + R·(m−m_t) + R·L + λ·(m+L)² for γ = 0, and b + λ·(m+L)² otherwise
 */
import type {TensorInfo} from '@tensorflow/tfjs-core';
import type {MathBackendWebGL} from '@tensorflow/tfjs-backend-webgl';
import type {SoftmaxAttrs} from '../../src/kernel_names';
import {powerText, powerUniforms} from './_math';
import {run} from './_program';
import {FOCAL_TERMS, labelUniforms, labelsText, rowInts, type SoftmaxRows} from './_softmax_rows';
import {partsShape, sumOfParts} from './_sum';

/** Pairs of rows that one fragment adds up. */
const PAIRS = 2048;

/** z of one row and column. */
export const LOGIT = `
float logitAt(int row, int column) {
  vec4 z = texelFetch(logits, texel((row / 2) * ((columns + 1) / 2) + column / 2, textureWidth(logitsTexShape)), 0);
  vec2 inRow = (row & 1) == 0 ? z.xy : z.zw;
  return (column & 1) == 0 ? inRow.x : inRow.y;
}
`;

const HARD = `${LOGIT}
float rowLoss(int row, float m, float s, float index, vec4 ofTargets) {
  int y = int(index);
  float z = logitAt(row, y);
  float a = weightOf(y);
  // The part in units is far below 1 only where the other one is 0.
  float distance_ = a == 0. ? 0. : 2. * (a * (m * 0.5 - z * 0.5));
  return distance_ + (a * log1pUnits(vec4(s)).x) * perUnit;
}
`;

const HARD_FOCAL = `${LOGIT}${FOCAL_TERMS}
float rowLoss(int row, float m, float s, float index, vec4 ofTargets) {
  int y = int(index);
  vec4 sums = vec4(s), slope;
  vec4 logSum = log1pUnits(sums) * perUnit;
  float loss = focalTerms(vec4(logitAt(row, y)), vec4(m), sums, logSum, 1. + sums * perUnit, slope).x;
  float a = weightOf(y);
  return a == 0. ? 0. : a * loss;
}
`;

const SOFT = `
float rowLoss(int row, float m, float s, float index, vec4 ofTargets) {
  float b = ofTargets.x, r = ofTargets.y;
  if (r == 0.) return b;
  return 2. * (b + r * (m * 0.5 - ofTargets.w * 0.5)) + (r * log1pUnits(vec4(s)).x) * perUnit;
}
`;

const SOFT_FOCAL = `
float rowLoss(int row, float m, float s, float index, vec4 ofTargets) { return ofTargets.x; }
`;

const CHECKED = `
float checkedLoss(int row, float m, float s, float index, vec4 ofTargets) {
  if (row >= rows || index == -1.) return 0.;
  if (index == -2. || isNaN(m)) return notANumber();
  float loss = rowLoss(row, m, s, index, ofTargets);
  if (zLoss == 0.) return loss;
  float lse = m + log1pUnits(vec4(s)).x * perUnit;
  return loss + (zLoss * lse) * lse;
}
vec2 pairLoss(int pair) {
  vec4 sums = texelFetch(stats, gridTexel(pair), 0);
  // Of hard rows there are none, and any texel will do.
  vec4 first = texelFetch(stats, gridTexel(pairsBefore + 2 * pair), 0);
  vec4 second = texelFetch(stats, gridTexel(pairsBefore + 2 * pair + 1), 0);
  vec2 index = indicesOf(pair);
  return vec2(checkedLoss(2 * pair, sums.x, sums.y, index.x, first),
      checkedLoss(2 * pair + 1, sums.z, sums.w, index.y, second));
}
`;

const EACH = `
void main() {
  vec2 loss = pairLoss(outputIndex());
  setOutput(vec4(loss.x, 0, loss.y, 0));
}
`;

/** Of `pairsOfPart` pairs. */
const SUM = `
void main() {
  int first = gridIndex() * pairsOfPart;
  int end = min(first + pairsOfPart, (rows + 1) / 2);
  vec2 sum = vec2(0), lost = vec2(0);
  for (int pair = first; pair < end; pair++) addTo(sum, lost, pairLoss(pair));
  setOutput(vec4((sum.x + sum.y) * scale, 0, 0, 0));
}
`;

function lossText(rows: SoftmaxRows): string {
  const {soft, gamma} = rows;
  const loss = soft ? (gamma === 0 ? SOFT : SOFT_FOCAL) : gamma === 0 ? HARD : HARD_FOCAL;
  return labelsText(rows) + powerText(gamma) + loss + CHECKED;
}

/** ℓ of each row as [N, 1], or scale·Σ ℓ as a scalar. */
export function softmaxLoss(
  backend: MathBackendWebGL,
  rows: SoftmaxRows,
  stats: TensorInfo,
  {reduction, scale}: SoftmaxAttrs,
): TensorInfo {
  const {logits, labels, weights, count, gamma, zLoss, soft} = rows;
  const power = powerUniforms(gamma);
  const label = labelUniforms(rows);
  const text = lossText(rows);
  const shader = {
    inputs: {stats, logits, labels, ...weights},
    floats: {zLoss, scale, gamma, ...power.floats, ...label.floats},
    ints: {...rowInts(rows), ...power.ints, ...label.ints, pairsBefore: soft ? Math.ceil(count / 2) : 0},
  };
  if (reduction === 'none') return run(backend, {...shader, output: [count, 1], text: text + EACH});
  const parts = Math.ceil(count / (2 * PAIRS));
  const ints = {...shader.ints, pairsOfPart: PAIRS};
  const partsOfSum = run(backend, {...shader, ints, output: partsShape(parts), text: text + SUM});
  return sumOfParts(backend, partsOfSum, parts);
}
