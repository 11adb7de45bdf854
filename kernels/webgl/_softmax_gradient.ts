/**
 * The gradient of rows from their sums (`_softmax_sums.ts`), a block of 2×2 a fragment, with L = log1p(s), p_k = e^(z_k−m)/(1+s),
 * u_k = 1 − p_k (s/(1+s) for a maximal class), φ = u^γ·(1 + γ·c·p/u), Z = 2λ·(m+L):
 *
 *     hard  ∂ℓ/∂z_k = (a·φ_y + Z)·p_k,   ∂ℓ/∂z_y = Z·p_y − a·φ_y·u_y
 *     soft  ∂ℓ/∂z_k = (R−r_k+Z)·p_k − r_k·u_k,   r_k = q'_k·φ_k
 */
import type {TensorInfo} from '@tensorflow/tfjs-core';
import type {MathBackendWebGL} from '@tensorflow/tfjs-backend-webgl';
import type {SoftmaxAttrs} from '../../src/kernel_names';
import {powerText, powerUniforms} from './_math';
import {reshaped, run, scalarOnCpu} from './_program';
import {
  FOCAL_TERMS,
  labelUniforms,
  labelsText,
  rowInts,
  targetFloats,
  targetsText,
  type SoftmaxRows,
} from './_softmax_rows';
import {LOGIT} from './_softmax_loss';

/** 2λ·lse of two rows. */
const Z_TERM = `
vec2 zTerm(vec2 m, vec2 s) { return 2. * zLoss * (m + log1pUnits(s.xyxy).xy * perUnit); }
`;
const NO_Z_TERM = `
vec2 zTerm(vec2 m, vec2 s) { return vec2(0); }
`;

/** a·φ of the label of two rows. */
const HARD_SLOPE = `
vec2 labelSlope(int pair, vec2 index, vec2 m, vec2 s) { return vec2(weightOf(int(index.x)), weightOf(int(index.y))); }
`;
const HARD_FOCAL_SLOPE = `${LOGIT}${FOCAL_TERMS}
vec2 labelSlope(int pair, vec2 index, vec2 m, vec2 s) {
  ivec2 y = ivec2(index);
  vec4 z = vec2(logitAt(2 * pair, y.x), logitAt(2 * pair + 1, y.y)).xyxy;
  vec4 sums = s.xyxy, slope;
  focalTerms(z, m.xyxy, sums, log1pUnits(sums) * perUnit, 1. + sums * perUnit, slope);
  return vec2(weightOf(y.x), weightOf(y.y)) * slope.xy;
}
`;

/** dy of two rows: a number each, one for all, or one that is part of `scale`. */
const DY_OF_ROWS = `
vec2 upstreamOf(int pair) { return texelFetch(dy, texel(pair, textureWidth(dyTexShape)), 0).xz; }
`;
const DY_OF_ALL = `
vec2 upstreamOf(int pair) { return texelFetch(dy, ivec2(0), 0).xx; }
`;
const DY_IN_SCALE = `
vec2 upstreamOf(int pair) { return vec2(1); }
`;

/** p for 1 − p, where it may be 0 for anything below 2⁻¹⁰⁰. */
const PROBABILITY = `
vec4 probability(vec4 e, ivec4 n, vec2 total) { return (e * powerOf2(max(n, -100))) * (1. / total).xxyy; }
`;

/** What both kinds of rows begin with. */
const BLOCK = `
void main() {
  ivec2 at = ivec2(gl_FragCoord.xy);
  int blocks = (columns + 1) / 2;
  int width = textureWidth(outTexShape);
  int index = at.y * width + at.x;
  int pair = at.y;
  if (width != blocks) pair = texel(index, blocks).y;
  int column = 2 * (index - pair * blocks);
  ivec2 logitsAt = at;
  if (logitsTexShape != outTexShape) logitsAt = texel(index, textureWidth(logitsTexShape));
  vec4 z = texelFetch(logits, logitsAt, 0);
  vec4 sums = texelFetch(stats, gridTexel(pair), 0);
  vec2 upstream = scale * upstreamOf(pair);
  vec2 labelIndex = indicesOf(pair);
  vec2 m = sums.xz, s = sums.yw;
  vec2 total = 1. + s * perUnit;
  vec4 lost;
  vec4 x = difference(z, m.xxyy, lost);
  // What is further away counts as 0, and may be infinitely so: ∞ − ∞ is kept out of e.
  bvec4 inRange = greaterThan(x, vec4(-131));
  x = mix(vec4(-150), x, inRange);
  lost = mix(vec4(0), lost, inRange);
  bvec4 isMaximal = equal(x, vec4(0));
  ivec4 n;
  vec4 e = expSplit(x, lost, n);
`;

const END = `
  vec2 bad = mix(vec2(0), vec2(notANumber()), bvec2(isNaN(m.x) || labelIndex.x == -2., isNaN(m.y) || labelIndex.y == -2.));
  gradient = mix(gradient + bad.xxyy, vec4(0), equal(labelIndex.xxyy, vec4(-1)));
  if (column + 1 >= columns) gradient.yw = vec2(0);
  if (2 * pair + 1 >= rows) gradient.zw = vec2(0);
  setOutput(gradient);
}
`;

const HARD = `${PROBABILITY}${BLOCK}
  vec2 slope = upstream * labelSlope(pair, max(labelIndex, vec2(0)), m, s);
  vec2 ofZLoss = upstream * zTerm(m, s);
  vec4 gradient = mix(vec4(0), timesPowerOf2(e, n, ((slope + ofZLoss) / total).xxyy), inRange);
  bvec4 isLabel = equal(vec4(column, column + 1, column, column + 1), labelIndex.xxyy);
  vec4 p = probability(e, n, total);
  vec4 atMaximum = ((slope * (s / total)) * perUnit).xxyy;
  vec4 atLabel = mix(vec4(0), timesPowerOf2(e, n, (ofZLoss / total).xxyy), inRange) - mix(slope.xxyy * (1. - p), atMaximum, isMaximal);
  gradient = mix(gradient, atLabel, isLabel);
${END}`;

const SOFT = `${PROBABILITY}${BLOCK}
  int first = (rows + 1) / 2 + 2 * pair;
  vec4 ofFirst = texelFetch(stats, gridTexel(first), 0), ofSecond = texelFetch(stats, gridTexel(first + 1), 0);
  vec4 own = targetAt(pair, column, index) * slopes(z, m, s, total);
  vec2 r = vec2(ofFirst.y, ofSecond.y);
  // Where the largest logit with a target is not the maximum, R has nothing to leave out.
  vec2 withoutMaximum = mix(r, vec2(ofFirst.z, ofSecond.z), equal(vec2(ofFirst.w, ofSecond.w), m));
  // Where several classes hold the maximum, none has nearly all of p.
  vec2 isAlone = vec2(lessThan(s, vec2(unit)));
  bvec4 isOnly = bvec4(vec4(isMaximal) * isAlone.xxyy);
  vec4 others = upstream.xxyy * (mix(r.xxyy - own, withoutMaximum.xxyy, isOnly) + zTerm(m, s).xxyy);
  vec4 p = probability(e, n, total);
  vec4 ofOthers = mix(vec4(0), timesPowerOf2(e, n, others / total.xxyy), inRange);
  vec4 factor = upstream.xxyy * own;
  vec4 ofOwn = mix(factor * (1. - p), (factor * (s / total).xxyy) * perUnit, isMaximal);
  vec4 gradient = ofOthers - ofOwn;
${END}`;

const SOFT_SLOPES = `
vec4 slopes(vec4 z, vec2 m, vec2 s, vec2 total) { return vec4(1); }
`;
const SOFT_FOCAL_SLOPES = `${FOCAL_TERMS}
vec4 slopes(vec4 z, vec2 m, vec2 s, vec2 total) {
  vec4 slope;
  vec2 logSum = log1pUnits(s.xyxy).xy * perUnit;
  focalTerms(z, m.xxyy, s.xxyy, logSum.xxyy, total.xxyy, slope);
  return slope;
}
`;

function gradientText(rows: SoftmaxRows): string {
  const focal = rows.gamma !== 0;
  const zTerm = rows.zLoss === 0 ? NO_Z_TERM : Z_TERM;
  if (rows.soft)
    return (
      targetsText(rows) +
      (focal ? powerText(rows.gamma) : '') +
      zTerm +
      (focal ? SOFT_FOCAL_SLOPES : SOFT_SLOPES) +
      SOFT
    );
  return (
    labelsText(rows) + (focal ? powerText(rows.gamma) : '') + zTerm + (focal ? HARD_FOCAL_SLOPE : HARD_SLOPE) + HARD
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
  const {logits, labels, weights, count, classes, gamma, zLoss} = rows;
  const power = powerUniforms(gamma);
  const label = labelUniforms(rows);
  const perRow = reduction === 'none';
  const factor = perRow ? undefined : scalarOnCpu(backend, dy);
  const upstream = factor === undefined ? {dy: reshaped(dy, perRow ? [count, 1] : [1, 1])} : {};
  const dyText = perRow ? DY_OF_ROWS : factor === undefined ? DY_OF_ALL : DY_IN_SCALE;
  return run(backend, {
    inputs: {logits, labels, stats, ...upstream, ...weights},
    floats: {zLoss, scale: scale * (factor ?? 1), ...targetFloats(rows), ...power.floats, ...label.floats},
    ints: {...rowInts(rows), ...power.ints, ...label.ints},
    output: [count, classes],
    text: dyText + gradientText(rows),
  });
}
