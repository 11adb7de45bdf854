/** What the three programs of the softmax family share: the structure of a call, the statistics of a row, and its mathematics. */
import type {TensorInfo} from '@tensorflow/tfjs-core';
import type {WebGPUBackend} from '@tensorflow/tfjs-backend-webgpu';
import type {SoftmaxInputs, SparseSoftmaxAttrs} from '../../src/kernel_names';
import {SMALL_POWER, isSmall} from './_math';
import {sizeOf, type Uniforms} from './_program';

/** A call of a kernel, dense or sparse. */
export interface SoftmaxCall {
  readonly backend: WebGPUBackend;
  readonly inputs: SoftmaxInputs<TensorInfo>;
  readonly attrs: SparseSoftmaxAttrs;
  readonly sparse: boolean;
}

/** What the text of the programs depends on. */
export interface Structure {
  readonly sparse: boolean;
  /** Whether each class has a target of its own; without, class indices make rows with a single target. */
  readonly dense: boolean;
  /** Rows of dense labels are looked through for a single one that is not 0, which then is all that is read of them. */
  readonly searched: boolean;
  readonly smoothed: boolean;
  readonly weighted: boolean;
  readonly focal: boolean;
  /** γ is 1, 2 or 3. */
  readonly smallGamma: boolean;
  readonly ignores: boolean;
  /** The labels are whole float32 numbers. */
  readonly floatIndices: boolean;
}

export interface Rows {
  readonly structure: Structure;
  /** N, K. */
  readonly count: number;
  readonly classes: number;
  /** Parts of a row that have statistics of their own, and classes in each but the last. */
  readonly parts: number;
  readonly partLength: number;
}

/** Rows that keep a GPU busy without being split, and the shortest part worth a workgroup. */
const MANY_ROWS = 64;
const PART_LENGTH = 4096;

const INT32_LIMIT = 2 ** 31;
/** Whole numbers below it are float32 ones, as which the statistics hold a class. */
const FLOAT32_WHOLE = 2 ** 24;

export function rowsOf({inputs, attrs, sparse}: SoftmaxCall): Rows {
  const {labels, logits, classWeights} = inputs;
  const {labelSmoothing, gamma, ignoreIndex} = attrs;
  const classes = logits.shape[logits.shape.length - 1] ?? 1;
  const count = sizeOf(logits) / classes;
  const smoothed = labelSmoothing !== 0;
  const focal = gamma !== 0;
  const dense = !sparse || smoothed;
  const floatIndices = sparse && labels.dtype === 'float32';
  // No int32 label equals what int32 cannot hold, and a uniform would wrap it to one that does.
  const canMatch = ignoreIndex !== undefined && (floatIndices || Math.abs(ignoreIndex) < INT32_LIMIT);
  // The focal terms of dense targets need the sum over the whole row.
  const parts = dense && focal ? 1 : Math.ceil(Math.min(MANY_ROWS / Math.max(count, 1), classes / PART_LENGTH));
  return {
    structure: {
      sparse,
      dense,
      searched: !sparse && !smoothed && classes < FLOAT32_WHOLE,
      smoothed,
      weighted: sizeOf(classWeights) > 0,
      focal,
      smallGamma: isSmall(gamma),
      ignores: sparse && canMatch,
      floatIndices,
    },
    count,
    classes,
    parts,
    partLength: Math.ceil(classes / parts),
  };
}

export function structureKey(structure: Structure): string {
  return Object.entries(structure)
    .filter(([, set]) => set)
    .map(([name]) => name)
    .join('+');
}

/** The inputs that targets are made of. */
export function targetInputs({inputs}: SoftmaxCall, {structure}: Rows): Record<string, TensorInfo> {
  return {labels: inputs.labels, ...(structure.weighted ? {classWeights: inputs.classWeights} : {})};
}

export function rowUniforms({attrs}: SoftmaxCall, {structure, count, classes, parts, partLength}: Rows): Uniforms {
  const {labelSmoothing, gamma, zLoss, ignoreIndex = 0} = attrs;
  return {
    rows: ['i32', count],
    classes: ['i32', classes],
    parts: ['i32', parts],
    partLength: ['i32', partLength],
    keep: ['f32', 1 - labelSmoothing],
    spread: ['f32', labelSmoothing / classes],
    gamma: ['f32', gamma],
    zLoss: ['f32', zLoss],
    ignoreIndex: [structure.floatIndices ? 'f32' : 'i32', structure.ignores ? ignoreIndex : 0],
  };
}

/** q'_k of a row, and the class of a row with class indices. */
export function targetCode({sparse, smoothed, weighted, ignores, floatIndices}: Structure): string {
  const smooth = smoothed ? 'q * uniforms.keep + uniforms.spread' : 'q';
  const isClass = floatIndices
    ? 'magnitude(label) < INFINITE && floor(label) == label && label >= 0.0f && label < f32(uniforms.classes)'
    : 'label >= 0 && label < uniforms.classes';
  const classOf = `
fn classOf(row : i32) -> i32 {
  let label = ${floatIndices ? 'f32' : 'i32'}(labels[row]);
  ${ignores ? 'if (label == uniforms.ignoreIndex) { return IGNORED; }' : ''}
  if (${isClass}) { return i32(label); }
  return NO_NUMBER;
}
`;
  return `
fn weighted(q : f32, k : i32) -> f32 {
  return ${weighted ? 'q * f32(classWeights[k])' : 'q'};
}
// y is the row's class, of no meaning where labels are probabilities.
fn targetOf(row : i32, k : i32, y : i32) -> f32 {
  let q = ${sparse ? 'select(0.0f, 1.0f, k == y)' : 'f32(labels[row * uniforms.classes + k])'};
  return weighted(${smooth}, k);
}
${sparse ? classOf : 'fn classOf(row : i32) -> i32 { return 0; }'}
`;
}

/** Numbers that the loss keeps of a row or of each part of it: the fields of `Part`. */
export const STATS = 8;

/**
 * A row, or a part of it, from its statistics. With m = max z, s = Σ e^(z_k−m) over all classes but one that has m,
 * L = log1p(s) and S = 1 + s,
 *
 *     z_k = m:   c = L,               p = 1/S,             u = s/S,
 *     z_k < m:   c = (m − z_k) + L,   p = e^(z_k−m)/S ≤ ½, u = 1 − p.
 *
 * Leaving a maximal term out of s keeps what is below 2⁻²⁴ (Blanchard, Higham & Higham 2021). ℓ = Σ q'_k·u_k^γ·c_k + λ·lse²
 * is held as its sum T over z_k < m (in halves, as a gap may exceed float32) and Q = Σ_{z_k=m} q'_k; and for the gradient
 * R' = Σ_{z_k<m} q'_k·φ(c_k), φ(c) = u^γ·(1 + γ·c·p/u).
 *
 * The parts of a long row have statistics of their own, which `mergeParts` makes one.
 */
export function rowCode({dense, focal, smallGamma}: Structure): string {
  const single = !dense;
  return `
// What a row is, if it is not the first.
const UNIQUE = 1;
const TIED = 0;
const NO_NUMBER = -1;
const IGNORED = -2;

// What labels have that are searched, if it is not the one class that has a target.
const NO_TARGET = -1;
const TARGETS = -2;

struct Part {
  m : f32,
  s64 : f32,
  // Whether one class alone has m, or what else the row is.
  kind : i32,
  // T/2, R', Q.
  halfLoss : f32,
  others : f32,
  own : f32,
  // z_y of a row with a class index.
  label : f32,
  // Of labels that are searched.
  found : i32,
};

// weight·(m − z)/2 with 0·∞ = 0.
fn halfGap(weight : f32, m : f32, z : f32) -> f32 {
  return select(weight * (0.5f * m - 0.5f * z), 0.0f, weight == 0.0f);
}

fn mergeParts(a : Part, b : Part) -> Part {
  let isTied = a.m == b.m;
  let isLower = a.m < b.m;
  let m = max(a.m, b.m);
  let low = min(a.m, b.m);
  let highS64 = select(a.s64, b.s64, isLower);
  let lowS64 = select(b.s64, a.s64, isLower);
  let lowOwn = select(b.own, a.own, isLower);
  let lowTargets = lowOwn + select(b.others, a.others, isLower);
  let e64 = select(exp64(difference(low, m)), TWO_POW_64, isTied);
  let kind = select(select(a.kind, b.kind, isLower), TIED, isTied);
  return Part(
    m,
    highS64 + (e64 + e64 * (lowS64 * TWO_POW_MINUS_64)),
    select(kind, min(a.kind, b.kind), min(a.kind, b.kind) < 0),
    (a.halfLoss + b.halfLoss) + select(halfGap(lowTargets, m, low), 0.0f, isTied),
    a.others + b.others + select(lowOwn, 0.0f, isTied),
    select(select(a.own, b.own, isLower), a.own + b.own, isTied),
    // One of them has the label, the others hold 0.
    a.label + b.label,
    select(select(TARGETS, b.found, a.found == NO_TARGET), a.found, b.found == NO_TARGET));
}

struct Row {
  m : f32,
  s64 : f32,
  kind : i32,
  halfLoss : f32,
  others : f32,
  own : f32,
  total : f32,
  log : f32,
  log64 : f32,
  // u^γ where z_k = m.
  power : f32,
  found : i32,
};

// Of class indices or probabilities alike, without what a single target or a focal loss adds.
fn sumsOfRow(part : Part) -> Row {
  let s = part.s64 * TWO_POW_MINUS_64;
  let total = 1.0f + s;
  let parts = logParts(total);
  let log = select(logOnePlus(min(s, 1.0f)), parts.x + parts.y, s > 1.0f);
  // log1p(s) is s below 2^-30.
  let log64 = select(part.s64, log * TWO_POW_64, s > 9.3e-10f);
  return Row(part.m, part.s64, part.kind, part.halfLoss, part.others, part.own, total, log, log64, 1.0f, part.found);
}
${focal ? (smallGamma ? SMALL_POWERS : ANY_POWER) + FOCAL : ''}
fn rowOf(part : Part) -> Row {
  var row = sumsOfRow(part);
  // No class of the row exists.
  if (magnitude(part.m) == INFINITE) { row.kind = min(row.kind, NO_NUMBER); }
  ${focal ? 'row.power = powerOfMaximum(row);' : ''}
  ${single ? (focal ? FOCAL_SINGLE : 'row.halfLoss = halfGap(row.others, part.m, part.label);') : ''}
  return row;
}
`;
}

/** u^γ of a class with u ≥ ½, and of the maximum. */
const SMALL_POWERS = `${SMALL_POWER}
fn powerOf(u : f32, p : f32) -> f32 { return smallPower(u); }

fn powerOfMaximum(row : Row) -> f32 { return smallPower(quotient(row.s64 * TWO_POW_MINUS_64, row.total)); }
`;

/**
 * The same where γ·log u must not be rounded to a single float32 number. For z_k = m and s < 1, −log u = L − log s without
 * cancellation, and log1p(1/s) otherwise.
 */
const ANY_POWER = `
fn powerOf(u : f32, p : f32) -> f32 {
  return expOfProduct(uniforms.gamma, vec2<f32>(-logOnePlus(-min(p, 0.5f)), 0.0f));
}

fn powerOfMaximum(row : Row) -> f32 {
  let s = row.s64 * TWO_POW_MINUS_64;
  // log s64 = log s + 64·log 2, and LN2_HIGH times a whole number is exact.
  let parts = logParts(max(row.s64, 1e-30f));
  let small = difference(64.0f * LN2_HIGH - parts.x, -((row.log - parts.y) + 64.0f * LN2_LOW));
  let large = vec2<f32>(logOnePlus(1.0f / max(s, 1.0f)), 0.0f);
  return select(0.0f, expOfProduct(uniforms.gamma, select(small, large, s >= 1.0f)), row.s64 > 0.0f);
}
`;

const FOCAL = `
// Of a class below the maximum, x = u^γ·c/2 and y = φ(c).
fn outcome(row : Row, z : f32) -> vec2<f32> {
  let gap = difference(z, row.m);
  let p = select(0.0f, quotient(expOfNegative(gap), row.total), gap.x > -87.0f);
  let u = select(1.0f - p, quotient(row.s64 * TWO_POW_MINUS_64, row.total), gap.x == 0.0f);
  let power = powerOf(u, p);
  let halfCost = (0.5f * row.m - 0.5f * z) + 0.5f * row.log;
  let slope = select(0.0f, 2.0f * halfCost * p / u, p > 0.0f);
  return vec2<f32>(power * halfCost, power * (1.0f + uniforms.gamma * slope));
}
`;

const FOCAL_SINGLE = `
  if (row.others != 0.0f) {
    let terms = outcome(row, part.label);
    row.halfLoss = row.others * terms.x;
    row.others *= terms.y;
  }`;

/** Reads the statistics of a row, all of its parts, from the array `stats`. */
export const READ_ROW = `
fn readPart(at : i32) -> Part {
  let i = at * ${STATS};
  return Part(stats[i], stats[i + 1], i32(stats[i + 2]), stats[i + 3], stats[i + 4], stats[i + 5], stats[i + 6], i32(stats[i + 7]));
}

fn readRow(row : i32) -> Row {
  var part = readPart(row * uniforms.parts);
  for (var i = 1; i < uniforms.parts; i++) {
    part = mergeParts(part, readPart(row * uniforms.parts + i));
  }
  return rowOf(part);
}
`;
