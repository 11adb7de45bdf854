/**
 * The statistics of rows, which loss and gradient are made of, a texel each. With m = max_k z_k, r_k = q'_k·φ_k (hard rows:
 * r_y = w_y·φ_y alone), R = Σ r_k and Z = 2λ·lse:
 *
 *     (m, A, B, ℓ)   A = (R+Z)·e^(m−lse), so that ∂ℓ/∂z_k = A·e^(z_k−m) − r_k;
 *                    B = `unit`·∂ℓ/∂z of the label of a hard row, and of the largest logit of a soft one, where that difference
 *                    cancels (`_softmax_finish.ts`). It is `largest` or beyond where the difference is as good.
 *     (s, A, B, ℓ)   of soft rows with a γ, whose r_k needs s and m both. A texel for the m of four rows each follows them.
 *
 * The sum over a row that they are made of leaves one maximal term out: s = unit·(Σ_k e^(z_k−m) − 1). It keeps a small loss,
 * because 1 + s is 1 from s = 2⁻²⁴ on (Blanchard, Higham & Higham 2021).
 *
 * A fragment reads the logits of a row once. It keeps the largest so far; a larger one scales what has been summed.
 */
import type {TensorInfo} from '@tensorflow/tfjs-core';
import type {MathBackendWebGL} from '@tensorflow/tfjs-backend-webgl';
import {powerText} from './_math';
import {gridShape, run, type Shader} from './_program';
import {finishText} from './_softmax_finish';
import {
  columnsOf,
  hasMaximaApart,
  labelsText,
  matrices,
  rowInts,
  rowUniforms,
  statsShape,
  type SoftmaxRows,
} from './_softmax_rows';
import {targetSumsText} from './_softmax_targets';

/** Columns from which on few rows are summed in two stages, and how many rows are few: too few to keep a GPU busy. */
const LONG_ROW = 4096;
const FEW_ROWS = 1024;
/** Columns of a part of a row in the first stage. */
const PART = 1024;

const ROW_SUMS = `
/** Four columns at a time: s is the sum of four. "maxima" counts the terms that equal m, which are not in s. */
struct Sums { float m; float maxima; vec4 s; vec4 lost; uvec4 worst; };

/** Sixteen columns of a row. Without a branch: SwiftShader, a GPU made of the processor, computes both sides of one. */
void addColumns(inout Sums sums, vec4 a, vec4 b, vec4 c, vec4 d) {
  sums.worst = max(sums.worst, max(max(magnitudeBits(a), magnitudeBits(b)), max(magnitudeBits(c), magnitudeBits(d))));
  vec4 t = max(max(a, b), max(c, d));
  float top = max(sums.m, max(max(t.x, t.y), max(t.z, t.w)));
  bool isRaised = top > sums.m;
  vec4 m = vec4(top), lost;
  // What has been a maximum is a term from now on, and all terms become smaller.
  vec4 x = difference(vec4(sums.m), m, lost);
  bool inRange = x.x > -131.;
  ivec4 n;
  float e = expSplit(vec4(inRange ? x.x : -131.), vec4(inRange ? lost.x : 0.), n).x;
  ivec4 halfOfN = n >> 1;
  sums.s.x += isRaised ? sums.maxima * unit : 0.;
  sums.s = ((sums.s * e) * powerOf2(halfOfN).x) * powerOf2(n - halfOfN).x;
  sums.lost = mix(sums.lost, vec4(0), bvec4(isRaised));
  bvec4 ma = equal(a, m), mb = equal(b, m), mc = equal(c, m), md = equal(d, m);
  vec4 count = (vec4(ma) + vec4(mb)) + (vec4(mc) + vec4(md));
  sums.maxima = (isRaised ? 0. : sums.maxima) + ((count.x + count.y) + (count.z + count.w));
  sums.m = top;
  vec4 la, lb, lc, ld;
  vec4 xa = difference(a, m, la), xb = difference(b, m, lb), xc = difference(c, m, lc), xd = difference(d, m, ld);
  addTo(sums.s, sums.lost, (mix(expUnitsOrLess(xa, la), vec4(0), ma) + mix(expUnitsOrLess(xb, lb), vec4(0), mb)) +
      (mix(expUnitsOrLess(xc, lc), vec4(0), mc) + mix(expUnitsOrLess(xd, ld), vec4(0), md)));
}

/** Four columns of a row from "column" on, −∞ from "end" on. */
vec4 logitsUpTo(ivec2 at, ivec2 next, bvec4 isSecond, int column, int end) {
  vec4 z = ofRow(texelFetch(logits, at, 0), texelFetch(logits, next, 0), isSecond);
  return mix(z, vec4(-infinity()), greaterThanEqual(ivec4(column) + ivec4(0, 1, 2, 3), ivec4(end)));
}

/** Over the columns from "start" (even) to "end". m is the lowest number where there is no finite logit. */
Sums sumColumns(int row, int start, int end) {
  Sums sums = Sums(-3.4028234e38, 0., vec4(0), vec4(0), uvec4(0));
  bvec4 isSecond = bvec4((row & 1) == 1);
  int width = textureWidth(logitsTexShape);
  ivec2 at = blockAt(row >> 1, start, width);
  int column = start;
  for (; column + 16 <= end; column += 16) {
    ivec2 b = following(at, width), c = following(b, width), d = following(c, width), e = following(d, width);
    ivec2 f = following(e, width), g = following(f, width), h = following(g, width);
    addColumns(sums, ofRow(texelFetch(logits, at, 0), texelFetch(logits, b, 0), isSecond),
        ofRow(texelFetch(logits, c, 0), texelFetch(logits, d, 0), isSecond),
        ofRow(texelFetch(logits, e, 0), texelFetch(logits, f, 0), isSecond),
        ofRow(texelFetch(logits, g, 0), texelFetch(logits, h, 0), isSecond));
    at = following(h, width);
  }
  ivec2 b = following(at, width), c = following(b, width), d = following(c, width), e = following(d, width);
  ivec2 f = following(e, width), g = following(f, width), h = following(g, width);
  addColumns(sums, logitsUpTo(at, b, isSecond, column, end), logitsUpTo(c, d, isSecond, column + 4, end),
      logitsUpTo(e, f, isSecond, column + 8, end), logitsUpTo(g, h, isSecond, column + 12, end));
  return sums;
}

bool holdsNaN(Sums sums) {
  uvec2 worst = max(sums.worst.xy, sums.worst.zw);
  return max(worst.x, worst.y) > 0x7f800000u;
}
float sumOfTerms(Sums sums) { return (sums.s.x + sums.s.y) + (sums.s.z + sums.s.w); }

/** m, NaN for a row without a largest logit that is finite or with NaN; and s. */
vec2 maximumAndSum(int row) {
  Sums sums = sumColumns(row, 0, columns);
  bool isBad = isinf(sums.m) || sums.maxima == 0. || holdsNaN(sums);
  return vec2(isBad ? notANumber() : sums.m, min(sumOfTerms(sums) + (sums.maxima - 1.) * unit, largest));
}
`;

/** A part without a finite logit has m = −∞ and s = 0. */
const PARTS = `${ROW_SUMS}
void main() {
  ivec2 part = texel(gridIndex(), parts);
  int start = part.x * partColumns;
  Sums sums = sumColumns(part.y, start, min(start + partColumns, columns));
  float m = holdsNaN(sums) ? notANumber() : sums.maxima == 0. ? -infinity() : sums.m;
  setOutput(vec4(m, isinf(m) ? 0. : min(sumOfTerms(sums) + (sums.maxima - 1.) * unit, largest), 0, 0));
}
`;

/** Of all parts from their own, four at a time: those that hold the maximum count as one term of it each, and one is left out. */
const FROM_PARTS = `
vec4 partOfRow(int row, int i) {
  vec4 part = texelFetch(partsOfRows, gridTexel(row * parts + i), 0);
  return i < parts ? part : vec4(-infinity(), 0, 0, 0);
}
/** NaN where a part is. */
float maximumOf(int row) {
  float m = -infinity();
  bool isBad = false;
  for (int i = 0; i < parts; i++) {
    float ofPart = texelFetch(partsOfRows, gridTexel(row * parts + i), 0).x;
    isBad = isBad || isNaN(ofPart);
    m = max(m, ofPart);
  }
  return isBad ? notANumber() : m;
}
vec2 maximumAndSum(int row) {
  float m = maximumOf(row);
  vec4 s = vec4(0), lostOfSum = vec4(0), maxima = vec4(0);
  for (int i = 0; i < parts; i += 4) {
    vec4 a = partOfRow(row, i), b = partOfRow(row, i + 1), c = partOfRow(row, i + 2), d = partOfRow(row, i + 3);
    vec4 tops = vec4(a.x, b.x, c.x, d.x), lost;
    bvec4 areMaximal = equal(tops, vec4(m));
    vec4 x = difference(tops, vec4(m), lost);
    addTo(s, lostOfSum, expTimes(x, lost, vec4(a.y, b.y, c.y, d.y) + mix(vec4(unit), vec4(0), areMaximal)));
    maxima += vec4(areMaximal);
  }
  float total = ((s.x + s.y) + (s.z + s.w)) + (((maxima.x + maxima.y) + (maxima.z + maxima.w)) - 1.) * unit;
  return vec2(isinf(m) ? notANumber() : m, min(total, largest));
}
`;

/** A texel for the targets of a part of a row. */
const TARGET_PARTS = `
void main() {
  ivec2 part = texel(gridIndex(), parts);
  int begin = part.x * partColumns;
  vec2 of = maximumAndSum(part.y);
  setOutput(vec4(targetSums(part.y, begin, min(begin + partColumns, columns), of.x, of.y), 0));
}
`;
const OWN_TARGETS = `
vec3 targetSumsOf(int row, float m, float s) { return targetSums(row, 0, columns, m, s); }
`;
const TARGETS_FROM_PARTS = `
vec3 targetSumsOf(int row, float m, float s) {
  vec3 sum = vec3(0);
  for (int i = 0; i < parts; i++) sum += texelFetch(targetParts, gridTexel(row * parts + i), 0).xyz;
  return sum;
}
`;
const NO_TARGETS = `
vec3 targetSumsOf(int row, float m, float s) { return vec3(0); }
`;

const MAIN = `
void main() {
  int row = gridIndex();
  vec2 of = maximumAndSum(row);
  setOutput(row < rows ? finished(row, of.x, of.y, targetSumsOf(row, of.x, of.y)) : vec4(0));
}
`;

/** The same, and behind the texels of the rows those of the maxima of four rows each. */
const MAIN_AND_MAXIMA = `
void main() {
  int index = gridIndex();
  int even = (rows + 1) & ~1;
  if (index >= even) {
    setOutput(maximaOf(4 * (index - even)));
    return;
  }
  vec2 of = maximumAndSum(index);
  setOutput(index < rows ? finished(index, of.x, of.y, targetSumsOf(index, of.x, of.y)) : vec4(0));
}
`;
const OWN_MAXIMA = `
/** Of a row that holds NaN, A says so. */
vec2 maximaOfPair(int pair) {
  int width = textureWidth(logitsTexShape);
  ivec2 at = blockAt(pair, 0, width);
  vec4 m = vec4(-infinity());
  for (int column = 0; column + 1 < columns; column += 2, at = following(at, width)) m = max(m, texelFetch(logits, at, 0));
  if ((columns & 1) == 1) m.xz = max(m.xz, texelFetch(logits, at, 0).xz);
  return max(m.xz, m.yw);
}
vec4 maximaOf(int row) { return vec4(maximaOfPair(row >> 1), maximaOfPair((row >> 1) + 1)); }
`;
const MAXIMA_FROM_PARTS = `
vec4 maximaOf(int row) {
  return vec4(maximumOf(row), maximumOf(row + 1), maximumOf(row + 2), maximumOf(row + 3));
}
`;

/** What the text of a kind of rows is made of, and what it reads. */
type Texts = Pick<Shader, 'inputs'> & {readonly sums: string; readonly targets: string; readonly maxima: string};

function finish(backend: MathBackendWebGL, rows: SoftmaxRows, parts: number, texts: Texts): TensorInfo {
  const {floats, ints} = rowUniforms(rows);
  return run(backend, {
    inputs: {logits: rows.logits, labels: rows.labels, ...rows.weights, ...texts.inputs},
    floats: {...floats, zLoss: rows.zLoss},
    ints: {...ints, parts, partColumns: PART},
    output: statsShape(rows),
    matrices: matrices(rows),
    columns: columnsOf(rows),
    text:
      labelsText(rows) +
      texts.sums +
      powerText(rows.gamma) +
      finishText(rows) +
      texts.targets +
      (hasMaximaApart(rows) ? texts.maxima + MAIN_AND_MAXIMA : MAIN),
  });
}

/** One fragment a row. */
function shortRowStats(backend: MathBackendWebGL, rows: SoftmaxRows): TensorInfo {
  const targets = rows.soft ? targetSumsText(rows) + OWN_TARGETS : NO_TARGETS;
  return finish(backend, rows, 1, {inputs: {}, sums: ROW_SUMS, targets, maxima: OWN_MAXIMA});
}

/** Parts of rows first, of the logits and then of the targets, which need m and s. */
function longRowStats(backend: MathBackendWebGL, rows: SoftmaxRows): TensorInfo {
  const {logits, labels, weights, count, classes, gamma} = rows;
  const parts = Math.ceil(classes / PART);
  const ints = {...rowInts(rows), parts, partColumns: PART};
  const partsOfRows = run(backend, {
    inputs: {logits},
    ints,
    output: gridShape(count * parts),
    matrices: matrices(rows),
    text: PARTS,
  });
  const done = [partsOfRows];
  try {
    if (!rows.soft) {
      return finish(backend, rows, parts, {inputs: {partsOfRows}, sums: FROM_PARTS, targets: NO_TARGETS, maxima: ''});
    }
    const uniforms = rowUniforms(rows);
    const targetParts = run(backend, {
      inputs: {logits, labels, ...weights, partsOfRows},
      floats: uniforms.floats,
      ints: {...uniforms.ints, ...ints},
      output: gridShape(count * parts),
      matrices: matrices(rows),
      columns: columnsOf(rows),
      text: labelsText(rows) + FROM_PARTS + powerText(gamma) + targetSumsText(rows) + TARGET_PARTS,
    });
    done.push(targetParts);
    return finish(backend, rows, parts, {
      inputs: {partsOfRows, targetParts},
      sums: FROM_PARTS,
      targets: TARGETS_FROM_PARTS,
      maxima: MAXIMA_FROM_PARTS,
    });
  } finally {
    for (const intermediate of done) backend.disposeIntermediateTensorInfo(intermediate);
  }
}

export function rowStats(backend: MathBackendWebGL, rows: SoftmaxRows): TensorInfo {
  return rows.classes >= LONG_ROW && rows.count <= FEW_ROWS
    ? longRowStats(backend, rows)
    : shortRowStats(backend, rows);
}
