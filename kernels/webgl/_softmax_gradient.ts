/**
 * The gradient of rows from their statistics (m, A, B) (`_softmax_stats.ts`), a block of 2×2 a fragment:
 *
 *     hard  ∂ℓ/∂z_k = A·e^(z_k−m), and B at the label
 *     soft  ∂ℓ/∂z_k = A·e^(z_k−m) − r_k, and B at a largest logit that is alone; r_k = q'_k·φ_k
 */
import type {TensorInfo} from '@tensorflow/tfjs-core';
import type {MathBackendWebGL} from '@tensorflow/tfjs-backend-webgl';
import type {SoftmaxAttrs} from '../../src/kernel_names';
import {powerText} from './_math';
import {reshaped, run, scalarOnCpu} from './_program';
import {columnsOf, hasMaximaApart, matrices, rowUniforms, weightsText, type SoftmaxRows} from './_softmax_rows';

/** dy of two rows: a number each, one for all, or one that is part of `scale`. */
const DY_OF_ROWS = `
vec2 upstreamOf(int pair) { return dyOfPair(pair); }
`;
const DY_OF_ALL = `
vec2 upstreamOf(int pair) { return texelFetch(dy, ivec2(0), 0).xx; }
`;
const DY_IN_SCALE = `
vec2 upstreamOf(int pair) { return vec2(1); }
`;

/** Which of a block's classes are the labels of their rows. Where a label is no class, all of the row is NaN. */
const LABELS = `
bvec4 areLabels(int pair, int column) {
  return equal(vec4(column) + vec4(0, 1, 0, 1), labelsOfPair(pair).xxyy);
}
`;

/** What both kinds of rows begin with. */
const BLOCK = `
void main() {
  ivec2 own = ownBlock();
  int pair = own.x, column = own.y;
  vec4 z = texelFetch(logits, blockAt(pair, column, textureWidth(logitsTexShape)), 0);
  ivec2 ofPair = gridTexel(2 * pair);
  vec4 first = texelFetch(stats, ofPair, 0), second = texelFetch(stats, ofPair + ivec2(1, 0), 0);
  vec2 upstream = scale * upstreamOf(pair);
  vec4 ab = vec4(first.yz, second.yz);
  vec2 isKnown = vec2(lessThan(abs(ab.yw), vec2(largest)));
`;

const END = `
  // What is outside of the matrix, and ignored rows, whose statistics are 0 although their logits may be NaN.
  bool isLastColumn = column + 1 >= columns, isLastRow = 2 * pair + 1 >= rows;
  gradient = mix(gradient, vec4(0), bvec4(false, isLastColumn, isLastRow, isLastColumn || isLastRow));
  bvec2 isIgnored = equal(abs(vec2(first.x, second.x)) + abs(ab.xz) + abs(ab.yw), vec2(0));
  setOutput(mix(gradient, vec4(0), isIgnored.xxyy));
}
`;

const HARD = `${BLOCK}
  vec4 x;
  vec4 gradient = timesLarge(largeExp(z, vec2(first.x, second.x), x), ab.xz * upstream);
  vec4 atLabel = ((ab.yw * upstream) * perUnit).xxyy;
  gradient = mix(gradient, atLabel, bvec4(vec4(areLabels(pair, column)) * isKnown.xxyy));
${END}`;

const SOFT = `${BLOCK}
  vec4 q = targetsOf(pair, column);
  vec2 m = maxima(pair, first, second);
  vec4 x;
  vec4 e = largeExp(z, m, x);
  vec4 gradient = timesLarge(e, ab.xz * upstream) - upstream.xxyy * slopesTimes(q, x, e, vec2(first.x, second.x));
  vec4 atMaximum = ((ab.yw * upstream) * perUnit).xxyy;
  gradient = mix(gradient, atMaximum, bvec4(vec4(equal(z, m.xxyy)) * isKnown.xxyy));
${END}`;

const DENSE_TARGETS = `
vec4 rawTargetsOf(int pair, int column) {
  return texelFetch(labels, blockAt(pair, column, textureWidth(labelsTexShape)), 0);
}
`;
const SPARSE_TARGETS = `${LABELS}
vec4 rawTargetsOf(int pair, int column) { return vec4(areLabels(pair, column)); }
`;
const TARGETS = `
vec4 targetsOf(int pair, int column) { return weightsOf(column) * (keep * rawTargetsOf(pair, column) + uniformPart); }
`;

const PLAIN = `
vec2 maxima(int pair, vec4 first, vec4 second) { return vec2(first.x, second.x); }
vec4 slopesTimes(vec4 q, vec4 x, vec4 e, vec2 s) { return q; }
`;
/**
 * q'·φ with φ = u^γ·(1 + γ·c·p/u), from x = z − m and 2^32·e^x; where p > ½, B takes its place. L = log1p(s) as a plain
 * logarithm: where s is small, c is m − z. With u ≥ ½, what rounding takes from u is all of its error that γ makes too large.
 */
const MODULATED = `
vec2 maxima(int pair, vec4 first, vec4 second) {
  vec4 m = texelFetch(stats, gridTexel(((rows + 1) & ~1) + (pair >> 1)), 0);
  return (pair & 1) == 0 ? m.xy : m.zw;
}
vec4 slopesTimes(vec4 q, vec4 x, vec4 e, vec2 s) {
  vec4 total = 1. + (s * perUnit).xyxy, exponent;
  vec4 f = splitFloat(total, exponent);
  vec4 logSum = (exponent * LN2 + logOfSplit(f)).xxyy;
  vec4 p = e * (PER_LARGE / total).xxyy;
  vec4 u = opaque(1. - p);
  vec4 perU = 1. / u;
  vec4 modulation = power(u);
  modulation += modulation * (gamma * (((1. - u) - p) * perU));
  return mix(q * (modulation * (1. + (gamma * (logSum - x)) * (p * perU))), vec4(0), equal(q, vec4(0)));
}
`;

function gradientText(rows: SoftmaxRows): string {
  if (!rows.soft) return LABELS + HARD;
  return (
    weightsText(rows) +
    (rows.sparse ? SPARSE_TARGETS : DENSE_TARGETS) +
    TARGETS +
    (hasMaximaApart(rows) ? powerText(rows.gamma) + MODULATED : PLAIN) +
    SOFT
  );
}

/** dy·scale·∂ℓ/∂z, [N, K]. */
export function softmaxGradient(
  backend: MathBackendWebGL,
  rows: SoftmaxRows,
  stats: TensorInfo,
  dy: TensorInfo,
  {reduction, scale}: SoftmaxAttrs,
): TensorInfo {
  const {logits, labels, weights, count, classes} = rows;
  const {floats, ints} = rowUniforms(rows);
  const perRow = reduction === 'none';
  const factor = perRow ? undefined : scalarOnCpu(backend, dy);
  const upstream = factor === undefined ? {dy: reshaped(dy, perRow ? [count, 1] : [1, 1])} : {};
  const dyText = perRow ? DY_OF_ROWS : factor === undefined ? DY_OF_ALL : DY_IN_SCALE;
  return run(backend, {
    inputs: {logits, labels, stats, ...upstream, ...weights},
    floats: {...floats, scale: scale * (factor ?? 1)},
    ints,
    output: [count, classes],
    matrices: matrices(rows),
    columns: [...columnsOf(rows), ...(perRow ? ['dy'] : [])],
    text: dyText + gradientText(rows),
  });
}
