/**
 * The sums over a row that loss and gradient are made of. With m = max_k z_k:
 *
 *     (m, s)   s = Σ e^(z_k−m) over all classes but one that holds the maximum, times `unit`
 *     (b, R, R', m_t)   for soft rows: R = Σ_k r_k, R' the same without the first class that holds the maximum (R − r_k would cancel
 *              where that class has nearly all of R), and b = Σ_k q'_k·(m_t−z_k)/2 where γ = 0 (then r_k = q'_k), and
 *              Σ_k q'_k·u_k^γ·c_k otherwise
 *
 * The term that is left out keeps a small loss: 1 + s is 1 from s = 2⁻²⁴ on (Blanchard, Higham & Higham 2021). The halves keep
 * m − z_k finite for every pair of finite logits.
 *
 * One fragment reads a row once. It keeps the largest logit so far; a larger one scales what has been summed.
 */
import type {TensorInfo} from '@tensorflow/tfjs-core';
import type {MathBackendWebGL} from '@tensorflow/tfjs-backend-webgl';
import {powerText, powerUniforms} from './_math';
import {gridShape, run} from './_program';
import {
  FOCAL_TERMS,
  labelUniforms,
  rowInts,
  statsShape,
  targetFloats,
  targetsText,
  type SoftmaxRows,
} from './_softmax_rows';

/** Columns from which on few rows are summed in two stages, and how many rows are few: too few to keep a GPU busy. */
const LONG_ROW = 4096;
const FEW_ROWS = 1024;
/** Columns of a part of a row in the first stage. */
const PART = 1024;

const ROW_SUMS = `
struct Sums { vec2 m; vec2 s; vec2 lost; vec2 maxima; uvec4 worst; };

/** Terms of two rows, four columns each of a block. */
void addColumns(inout Sums sums, vec4 a, vec4 b, vec4 c, vec4 d) {
  sums.worst = max(sums.worst, max(max(magnitudeBits(a), magnitudeBits(b)), max(magnitudeBits(c), magnitudeBits(d))));
  vec4 t = max(max(a, b), max(c, d));
  vec2 top = max(t.xz, t.yw);
  WHERE (top.x > sums.m.x || top.y > sums.m.y) {
    // What has been a maximum is a term from now on.
    vec2 raised = max(sums.m, top);
    vec4 lost;
    vec4 x = difference(sums.m.xyxy, raised.xyxy, lost);
    vec2 scaled = expTimes(x, lost, (sums.s + sums.maxima * unit).xyxy).xy;
    bvec2 isRaised = greaterThan(raised, sums.m);
    sums.s = mix(sums.s, scaled, isRaised);
    sums.lost = mix(sums.lost, vec2(0), isRaised);
    sums.maxima = mix(sums.maxima, vec2(0), isRaised);
    sums.m = raised;
  }
  vec4 m = sums.m.xxyy;
  WHERE (top.x == sums.m.x || top.y == sums.m.y) {
    vec4 count = vec4(equal(a, m)) + vec4(equal(b, m)) + vec4(equal(c, m)) + vec4(equal(d, m));
    sums.maxima += count.xz + count.yw;
    vec4 none = vec4(-infinity());
    a = mix(a, none, equal(a, m));
    b = mix(b, none, equal(b, m));
    c = mix(c, none, equal(c, m));
    d = mix(d, none, equal(d, m));
  }
  vec4 la, lb, lc, ld;
  vec4 xa = difference(a, m, la), xb = difference(b, m, lb), xc = difference(c, m, lc), xd = difference(d, m, ld);
  vec4 sum = (expUnits(xa, la) + expUnits(xb, lb)) + (expUnits(xc, lc) + expUnits(xd, ld));
  addTo(sums.s, sums.lost, sum.xz + sum.yw);
}

/** The block at "column", −∞ outside of the row. */
vec4 logitsUpTo(ivec2 at, int column, int end) {
  vec4 z = texelFetch(logits, at, 0);
  if (column + 1 >= end) z.yw = vec2(-infinity());
  if (column >= end) z.xz = vec2(-infinity());
  return z;
}

/** m and s of the rows 2·pair and 2·pair + 1 over the columns from "start" (even) to "end". */
Sums sumColumns(int pair, int start, int end) {
  Sums sums = Sums(vec2(-infinity()), vec2(0), vec2(0), vec2(0), uvec4(0));
  int width = textureWidth(logitsTexShape);
  ivec2 at = texel(pair * ((columns + 1) / 2) + start / 2, width);
  int column = start;
  for (; column + 8 <= end; column += 8) {
    ivec2 b = following(at, width), c = following(b, width), d = following(c, width);
    addColumns(sums, texelFetch(logits, at, 0), texelFetch(logits, b, 0), texelFetch(logits, c, 0), texelFetch(logits, d, 0));
    at = following(d, width);
  }
  if (column < end) {
    ivec2 b = following(at, width), c = following(b, width), d = following(c, width);
    addColumns(sums, logitsUpTo(at, column, end), logitsUpTo(b, column + 2, end), logitsUpTo(c, column + 4, end),
        logitsUpTo(d, column + 6, end));
  }
  return sums;
}

/** NaN for a row without a largest logit that is finite, or with NaN. */
vec2 checkedMaximum(Sums sums) {
  uvec2 worst = max(sums.worst.xz, sums.worst.yw);
  vec2 m = mix(sums.m, vec2(notANumber()), isinf(sums.m));
  return mix(m, vec2(notANumber()), greaterThan(worst, uvec2(0x7f800000u)));
}

vec2 sumOfOthers(Sums sums) { return min(sums.s + (sums.maxima - 1.) * unit, vec2(largest)); }
`;

const HARD = `${ROW_SUMS}
void main() {
  Sums sums = sumColumns(gridIndex(), 0, columns);
  vec2 m = checkedMaximum(sums), s = sumOfOthers(sums);
  setOutput(vec4(m.x, s.x, m.y, s.y));
}
`;

/** Parts of the rows. A part that is all −∞ has m = −∞ and s = 0. */
const PARTS = `${ROW_SUMS}
void main() {
  int index = outputIndex();
  ivec2 part = texel(index, parts);
  int pair = part.y;
  int start = part.x * partColumns;
  Sums sums = sumColumns(pair, start, min(start + partColumns, columns));
  uvec2 worst = max(sums.worst.xz, sums.worst.yw);
  vec2 m = mix(sums.m, vec2(notANumber()), greaterThan(worst, uvec2(0x7f800000u)));
  vec2 s = mix(sumOfOthers(sums), vec2(0), isinf(m));
  setOutput(vec4(m.x, s.x, m.y, s.y));
}
`;

/** s of all parts from their own: each but one that holds the maximum brings its own maximal term. */
const COMBINED = `
void main() {
  int pair = gridIndex();
  int width = textureWidth(partsOfRowsTexShape);
  vec2 m = vec2(-infinity());
  bvec2 isBad = bvec2(false);
  ivec2 at = texel(pair * parts, width);
  for (int i = 0; i < parts; i++, at = following(at, width)) {
    vec2 part = texelFetch(partsOfRows, at, 0).xz;
    isBad = bvec2(isBad.x || isNaN(part.x), isBad.y || isNaN(part.y));
    m = max(m, part);
  }
  vec2 s = vec2(0), lostOfSum = vec2(0), leftOut = vec2(0);
  at = texel(pair * parts, width);
  for (int i = 0; i < parts; i++, at = following(at, width)) {
    vec4 part = texelFetch(partsOfRows, at, 0);
    vec2 first = vec2(equal(part.xz, m)) * (1. - leftOut);
    leftOut += first;
    vec4 lost;
    vec4 x = difference(part.xzxz, m.xyxy, lost);
    addTo(s, lostOfSum, expTimes(x, lost, (part.yw + (1. - first) * unit).xyxy).xy);
  }
  bvec2 none = bvec2(isBad.x || isinf(m.x), isBad.y || isinf(m.y));
  m = mix(m, vec2(notANumber()), none);
  setOutput(vec4(m.x, min(s.x, largest), m.y, min(s.y, largest)));
}
`;

/**
 * Runs "addTerms" (a statement of the shader, over `column`, the block's target `q` and its logits `z`) over the blocks of a row
 * from `begin` to `end` that have a target. Four without one, nearly all of one-hot labels, are passed over at once.
 */
function overTargets(addTerms: string): string {
  return `
  int width = textureWidth(logitsTexShape), first = pair * ((columns + 1) / 2);
  Targets targets = targetsOfRows(pair, begin);
  for (int start = begin; start < end; start += 8) {
    Targets these = targets;
    vec2 present = abs(rowOfBlock(rawTarget(targets, start), row));
    for (int column = start + 2; column < start + 8; column += 2)
      present += abs(rowOfBlock(rawTarget(targets, column), row));
    WHERE (uniformPart != 0. || present != vec2(0)) {
      ivec2 at = texel(first + start / 2, width);
      for (int column = start; column < min(start + 8, end); column += 2, at = following(at, width)) {
        vec2 q = rowOfBlock(effectiveTarget(rawTarget(these, column), column), row);
        vec2 z = rowOfBlock(logitsUpTo(at, column, end), row);
        ${addTerms}
      }
    }
  }`;
}

/** The half of a block that belongs to a row. */
const ROW_OF_BLOCK = `
vec2 rowOfBlock(vec4 block, int row) { return (row & 1) == 0 ? block.xy : block.zw; }
`;

/**
 * m_t is the largest logit that has a target, so far: a larger one is that much further from every target, and what has been left
 * out of R' is not any more. Blocks without a target, nearly all of one-hot labels, are passed over.
 */
const DISTANCES = `
vec4 targetSums(int row, int begin, int end) {
  int pair = row / 2;
  float m = -infinity(), ofMaximum = 0.;
  // b and R'.
  vec2 sums = vec2(0), lost = vec2(0);
  ${overTargets(`
        bvec2 isNone = equal(q, vec2(0));
        vec2 of = mix(z, vec2(-infinity()), isNone);
        float top = max(of.x, of.y);
        vec2 others = q;
        float before = sums.y + ofMaximum;
        float away = 0.;
        if (top > m) {
          if (before != 0. && !isinf(m)) away = before * (top * 0.5 - m * 0.5);
          others = vec2(ofMaximum, of.x == top ? q.y : q.x);
          ofMaximum = of.x == top ? q.x : q.y;
          m = top;
        }
        vec2 distance_ = mix(vec2(m * 0.5) - z * 0.5, vec2(infinity()), isinf(z));
        vec2 terms = mix(q * distance_, vec2(0), isNone);
        addTo(sums, lost, vec2(away + (terms.x + terms.y), others.x + others.y));`)}
  return vec4(sums.x, sums.y + ofMaximum, sums.y, m);
}
`;

/** Of two rows, (m, s): summed, or as the first stage has found them. */
const OWN_SUMS = `
vec4 sumsOfRows(int pair) {
  Sums sums = sumColumns(pair, 0, columns);
  vec2 m = checkedMaximum(sums), s = sumOfOthers(sums);
  return vec4(m.x, s.x, m.y, s.y);
}
`;
const GIVEN_SUMS = `
vec4 sumsOfRows(int pair) { return texelFetch(sums, gridTexel(pair), 0); }
`;

/** With m and s known. The last number is m if it is the logit of one of the classes, and NaN otherwise. */
const MODULATED = `${FOCAL_TERMS}
vec4 targetSums(int row, int begin, int end) {
  int pair = row / 2;
  vec4 sums = sumsOfRows(pair);
  bool isFirst = (row & 1) == 0;
  vec4 m = vec4(isFirst ? sums.x : sums.z);
  vec4 s = vec4(isFirst ? sums.y : sums.w);
  vec4 logSum = log1pUnits(s) * perUnit;
  vec4 total = 1. + s * perUnit;
  float ofMaximum = 0.;
  bool isFound = false;
  vec2 result = vec2(0), lost = vec2(0);
  ${overTargets(`
        vec4 slope;
        vec2 loss = focalTerms(z.xyxy, m, s, logSum, total, slope).xy;
        vec2 terms = mix(q * loss, vec2(0), equal(q, vec2(0)));
        vec2 slopes = q * slope.xy;
        if (!isFound && max(z.x, z.y) == m.x) {
          isFound = true;
          ofMaximum = z.x == m.x ? slopes.x : slopes.y;
          slopes = z.x == m.x ? vec2(0, slopes.y) : vec2(slopes.x, 0);
        }
        addTo(result, lost, vec2(terms.x + terms.y, slopes.x + slopes.y));`)}
  return vec4(result.x, result.y + ofMaximum, result.y, isFound ? m.x : notANumber());
}
`;

function targetSumsText(gamma: number, targets: string): string {
  return `${targets}${ROW_OF_BLOCK}${gamma === 0 ? DISTANCES : powerText(gamma) + MODULATED}`;
}

function softText(gamma: number, targets: string): string {
  return `${ROW_SUMS}${OWN_SUMS}${targetSumsText(gamma, targets)}
void main() {
  int index = gridIndex();
  int pairs = (rows + 1) / 2;
  if (index < pairs) setOutput(sumsOfRows(index));
  else setOutput(targetSums(index - pairs, 0, columns));
}
`;
}

/** The targets of parts of the rows, a texel each. */
function targetPartsText(gamma: number, targets: string): string {
  return `${ROW_SUMS}${GIVEN_SUMS}${targetSumsText(gamma, targets)}
void main() {
  ivec2 part = texel(gridIndex(), parts);
  int begin = part.x * partColumns;
  setOutput(targetSums(part.y, begin, min(begin + partColumns, columns)));
}
`;
}

/**
 * One part more: the largest logit with a target is the larger of both, the smaller one is that much further from the targets of
 * its side, which have been left out of nothing then.
 */
const ADD_DISTANCES = `
void addPart(inout vec4 sum, vec4 part) {
  if (part.y == 0.) return;
  vec4 near = part.w > sum.w ? part : sum, far = part.w > sum.w ? sum : part;
  float away = far.y == 0. ? 0. : far.y * (near.w * 0.5 - far.w * 0.5);
  sum = vec4(near.x + far.x + away, near.y + far.y, near.z + far.y, near.w);
}
`;
/** One part more; the first of those with the maximal logit has left its class out. */
const ADD_MODULATED = `
void addPart(inout vec4 sum, vec4 part) {
  bool isFirst = isNaN(sum.w);
  sum = vec4(sum.xy + part.xy, sum.z + (isFirst ? part.z : part.y), isFirst ? part.w : sum.w);
}
`;

/** The sums of the rows as they are, and those of their targets from the parts. */
function combinedTargetsText(gamma: number): string {
  return `${gamma === 0 ? ADD_DISTANCES : ADD_MODULATED}
void main() {
  int index = gridIndex();
  int pairs = (rows + 1) / 2;
  if (index < pairs) {
    setOutput(texelFetch(sums, gridTexel(index), 0));
    return;
  }
  int first = (index - pairs) * parts;
  vec4 sum = texelFetch(targetParts, gridTexel(first), 0);
  for (int i = 1; i < parts; i++) addPart(sum, texelFetch(targetParts, gridTexel(first + i), 0));
  setOutput(sum);
}
`;
}

function isLong({count, classes}: SoftmaxRows): boolean {
  return classes >= LONG_ROW && count <= FEW_ROWS;
}

/** A texel for (m, s) of two rows each. Nothing of the labels is in it. */
function hardRowSums(backend: MathBackendWebGL, rows: SoftmaxRows): TensorInfo {
  const {logits, count, classes} = rows;
  const ints = {columns: classes};
  const output = gridShape(Math.ceil(count / 2));
  if (!isLong(rows)) return run(backend, {inputs: {logits}, ints, output, text: HARD});
  const parts = Math.ceil(classes / PART);
  const partsOfRows = run(backend, {
    inputs: {logits},
    ints: {...ints, parts, partColumns: PART},
    output: [count, 2 * parts],
    text: PARTS,
  });
  const sums = run(backend, {inputs: {partsOfRows}, ints: {parts}, output, text: COMBINED});
  backend.disposeIntermediateTensorInfo(partsOfRows);
  return sums;
}

/** A texel for (m, s) of two rows each, then one for (b, R, R', m_t) of each row. */
function softRowSums(backend: MathBackendWebGL, rows: SoftmaxRows): TensorInfo {
  const {logits, labels, weights, count, classes, gamma} = rows;
  const power = powerUniforms(gamma);
  const label = labelUniforms(rows);
  const inputs = {logits, labels, ...weights};
  const floats = {...targetFloats(rows), ...power.floats, ...label.floats};
  const ints = {...rowInts(rows), ...power.ints, ...label.ints};
  const output = statsShape(rows);
  const text = targetsText(rows);
  if (!isLong(rows)) return run(backend, {inputs, floats, ints, output, text: softText(gamma, text)});

  const sums = hardRowSums(backend, rows);
  const parts = Math.ceil(classes / PART);
  const targetParts = run(backend, {
    inputs: {...inputs, sums},
    floats,
    ints: {...ints, parts, partColumns: PART},
    output: gridShape(count * parts),
    text: targetPartsText(gamma, text),
  });
  const stats = run(backend, {
    inputs: {sums, targetParts},
    ints: {...rowInts(rows), parts},
    output,
    text: combinedTargetsText(gamma),
  });
  backend.disposeIntermediateTensorInfo(sums);
  backend.disposeIntermediateTensorInfo(targetParts);
  return stats;
}

export function rowSums(backend: MathBackendWebGL, rows: SoftmaxRows): TensorInfo {
  return rows.soft ? softRowSums(backend, rows) : hardRowSums(backend, rows);
}
