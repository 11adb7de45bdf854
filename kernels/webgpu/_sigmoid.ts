/**
 * The kernels of the sigmoid family, BCE and focal: one program for losses of elements or rows, two for a sum, one for the
 * gradient.
 *
 * With e = e^−|z|, L = log1p(e), softplus(±z) = max(±z, 0) + L, σ of the larger side 1/(1+e) and of the smaller e/(1+e),
 *
 *     ℓ = p·softplus(−z)·σ(−z)^γ + n·softplus(z)·σ(z)^γ                            p = a₊·y', n = a₋·(1−y')
 *     ∂ℓ/∂z = n·σ(z)^γ·(σ(z) + γ·σ(−z)·softplus(z)) − p·σ(−z)^γ·(σ(−z) + γ·σ(z)·softplus(−z))
 *
 * where σ(∓z)^γ = e^(−γ·softplus(±z)). No 1 − σ: nothing cancels within a side, and every γ ≥ 0 is finite.
 */
import type {WebGPUBackend} from '@tensorflow/tfjs-backend-webgpu';
import type {TensorInfo} from '@tensorflow/tfjs-core';
import type {SigmoidAttrs, SigmoidFocalAttrs, SigmoidGradInputs, SigmoidInputs} from '../../src/kernel_names';
import {SMALL_POWER, isSmall} from './_math';
import {runProgram, sharing, sizeOf, zeros, type Uniforms} from './_program';
import {reductionCode, type Reduction} from './_reduction';
import {scaledSum} from './_sum';

/** A call of a kernel; BCE is the focal loss with γ = 0 and no class balance. */
export interface SigmoidCall {
  readonly backend: WebGPUBackend;
  readonly inputs: SigmoidInputs<TensorInfo>;
  readonly attrs: SigmoidAttrs & Partial<SigmoidFocalAttrs>;
}

interface Structure {
  readonly focal: boolean;
  /** γ is 1, 2 or 3. */
  readonly smallGamma: boolean;
  /** Positives have a weight for each label. */
  readonly perLabel: boolean;
}

const THREADS = 64;
/** Elements for one thread: some, because a thread that starts costs as much as an element. */
const PER_THREAD = 16;
/** Threads that sum up all elements, each for itself: without barriers, and with partial sums that one workgroup can add. */
const SUMMING_THREADS = 16384;
const AT_MOST_PER_THREAD = 256;

function structureOf({inputs, attrs}: SigmoidCall): Structure {
  const {gamma = 0} = attrs;
  return {focal: gamma !== 0, smallGamma: isSmall(gamma), perLabel: sizeOf(inputs.posWeight) > 0};
}

function elementInputs({inputs}: SigmoidCall, {perLabel}: Structure): Record<string, TensorInfo> {
  const {labels, logits, posWeight} = inputs;
  return {logits, labels, ...(perLabel ? {posWeight} : {})};
}

function elementUniforms({inputs, attrs}: SigmoidCall): Uniforms {
  const {labelSmoothing, positiveWeight, negativeWeight = 1, gamma = 0, scale} = attrs;
  return {
    count: ['i32', sizeOf(inputs.logits)],
    classes: ['i32', columns(inputs.logits)],
    keep: ['f32', 1 - labelSmoothing],
    spread: ['f32', labelSmoothing / 2],
    positiveWeight: ['f32', positiveWeight],
    negativeWeight: ['f32', negativeWeight],
    gamma: ['f32', gamma],
    scale: ['f32', scale],
  };
}

function columns({shape}: TensorInfo): number {
  return shape[shape.length - 1] ?? 1;
}

function key(program: string, {focal, smallGamma, perLabel}: Structure): string {
  return `sigmoid ${program}${focal ? ' focal' : ''}${smallGamma ? ' small' : ''}${perLabel ? ' posWeight' : ''}`;
}

/** The loss of a call, of the shape that its reduction says. */
export function sigmoidLoss(call: SigmoidCall): TensorInfo {
  const {backend, inputs, attrs} = call;
  const {shape} = inputs.logits;
  const size = sizeOf(inputs.logits);
  const rowShape = shape.slice(0, -1);
  if (attrs.reduction === 'none') return size === 0 ? zeros(backend, shape) : elementLosses(call);
  if (size === 0) return zeros(backend, attrs.reduction === 'rows' ? rowShape : []);
  if (attrs.reduction === 'rows') return rowSums(call, rowShape);
  const parts = partialSums(call);
  const sum = scaledSum(backend, parts, attrs.scale);
  backend.disposeData(parts.dataId);
  return sum;
}

/** scale·ℓ of each element. */
function elementLosses(call: SigmoidCall): TensorInfo {
  const {logits} = call.inputs;
  const structure = structureOf(call);
  const size = sizeOf(logits);
  const threads = Math.ceil(size / PER_THREAD);
  return runProgram(
    call.backend,
    {
      key: key('losses', structure),
      inputs: elementInputs(call, structure),
      uniforms: elementUniforms(call),
      size,
      groups: Math.ceil(threads / THREADS),
      threads: THREADS,
      code: `
${elementCode(structure)}
fn main(index : i32) {
  ${forEachElement('let loss = lossOf(i); result[i] = (loss.x + loss.y * TWO_POW_MINUS_40) * uniforms.scale;')}
}
`,
    },
    logits.shape,
  );
}

/** The elements of a thread are as far apart as there are threads in a workgroup, so that neighbours read neighbours. */
function forEachElement(body: string): string {
  return `let first = (index / ${THREADS}) * ${THREADS * PER_THREAD} + index % ${THREADS};
  let end = min(first + ${THREADS * PER_THREAD}, uniforms.count);
  for (var i = first; i < end; i += ${THREADS}) { ${body} }`;
}

/** Sums of every n-th element, n the number of threads. */
function partialSums(call: SigmoidCall): TensorInfo {
  const structure = structureOf(call);
  const size = sizeOf(call.inputs.logits);
  const threads = Math.min(size / PER_THREAD, Math.max(SUMMING_THREADS, size / AT_MOST_PER_THREAD));
  const groups = Math.ceil(threads / THREADS);
  return runProgram(
    call.backend,
    {
      key: key('parts', structure),
      inputs: elementInputs(call, structure),
      uniforms: elementUniforms(call),
      size: groups * THREADS,
      groups,
      threads: THREADS,
      code: `
${elementCode(structure)}
fn main(index : i32) {
  let threads = uniforms.groups * ${THREADS};
  ${sumOfElements('index', 'uniforms.count', 'threads')}
  ${totalOf('own', 'small')}
  if (index < threads) { result[index] = total.x + total.y; }
}
`,
    },
    [groups * THREADS],
  );
}

/** scale·Σ_k ℓ_k of each row. */
function rowSums(call: SigmoidCall, shape: number[]): TensorInfo {
  const {logits} = call.inputs;
  const structure = structureOf(call);
  const classes = columns(logits);
  const rows = sizeOf(logits) / classes;
  const shared = sharing(rows, classes);
  const {threadsPerRow} = shared;
  return runProgram(
    call.backend,
    {
      key: `${key('rows', structure)} ${threadsPerRow}`,
      inputs: elementInputs(call, structure),
      uniforms: {...elementUniforms(call), rows: ['i32', rows]},
      size: rows,
      groups: Math.ceil((rows * threadsPerRow) / shared.threads),
      threads: shared.threads,
      code: `
${elementCode(structure)}
struct TwoSums { own : vec2<f32>, small : vec2<f32> };
${reductionCode(TWO_SUMS, shared)}
fn main(index : i32) {
  let row = index / ${threadsPerRow};
  let start = min(row, uniforms.rows - 1) * uniforms.classes;
  ${sumOfElements(`start + index % ${threadsPerRow}`, 'start + uniforms.classes', String(threadsPerRow))}
  let sums = reduceTwoSums(TwoSums(own, small));
  ${totalOf('sums.own', 'sums.small')}
  if (index % ${threadsPerRow} == 0 && row < uniforms.rows) { result[row] = (total.x + total.y) * uniforms.scale; }
}
`,
    },
    shape,
  );
}

const TWO_SUMS: Reduction = {
  struct: 'TwoSums',
  merge: `
  a.own = plus(plus(a.own, b.own.x), b.own.y);
  a.small = plus(plus(a.small, b.small.x), b.small.y);`,
};

/** Compensation for every 16th sum alone: it costs as much as a tenth of an element. */
function sumOfElements(start: string, end: string, step: string): string {
  return `var own = vec2<f32>(0.0f);
  var small = vec2<f32>(0.0f);
  for (var block = ${start}; block < ${end}; block += ${step} * 16) {
    let blockEnd = min(block + ${step} * 16, ${end});
    var sum = vec2<f32>(0.0f);
    for (var i = block; i < blockEnd; i += ${step}) { sum += lossOf(i); }
    own = plus(own, sum.x);
    small = plus(small, sum.y);
  }`;
}

/** Together where they are large; the small ones are apart until here because they would vanish. */
function totalOf(own: string, small: string): string {
  return `let total = plus(${own}, (${small}.x + ${small}.y) * TWO_POW_MINUS_40);`;
}

/** ∂ℓ/∂z. */
export function sigmoidGradient(call: SigmoidCall & {readonly inputs: SigmoidGradInputs<TensorInfo>}): TensorInfo {
  const {backend, inputs, attrs} = call;
  const {logits, dy} = inputs;
  const size = sizeOf(logits);
  if (size === 0) return zeros(backend, logits.shape);
  const structure = structureOf(call);
  const upstream = {none: 'i', rows: 'i / uniforms.classes', sum: '0'}[attrs.reduction];
  return runProgram(
    backend,
    {
      key: `${key('gradient', structure)} ${attrs.reduction}`,
      inputs: {...elementInputs(call, structure), upstream: dy},
      uniforms: elementUniforms(call),
      size,
      groups: Math.ceil(size / (PER_THREAD * THREADS)),
      threads: THREADS,
      code: `
${elementCode(structure)}
fn main(index : i32) {
  ${forEachElement(`result[i] = slopeOf(i, f32(upstream[${upstream}]) * uniforms.scale);`)}
}
`,
    },
    logits.shape,
  );
}

/** `lossOf(i)` = ℓ as x + y·2^-40, the second part for what would vanish; `slopeOf(i, dy)` = dy·∂ℓ/∂z. */
function elementCode({focal, smallGamma, perLabel}: Structure): string {
  return `
const TWO_POW_MINUS_40 = 9.094947017729282e-13f;

struct Element {
  z : f32,
  // |z|.
  x : f32,
  // p, n.
  positive : f32,
  negative : f32,
  // 2^40·e^−|z|.
  e40 : f32,
  isNumber : bool,
};

fn elementOf(i : i32) -> Element {
  let z = f32(logits[i]);
  let y = f32(labels[i]);
  let positive = (y * uniforms.keep + uniforms.spread) * uniforms.positiveWeight${perLabel ? ' * f32(posWeight[i % uniforms.classes])' : ''};
  let negative = ((1.0f - y) * uniforms.keep + uniforms.spread) * uniforms.negativeWeight;
  let x = abs(z);
  let e40 = select(0.0f, expScaled(vec2<f32>(max(-x, -114.0f), 0.0f), ROUND_40), x <= 114.0f);
  return Element(z, x, positive, negative, e40, ((nanBit(z) | nanBit(y)) >> 31u) == 0u);
}

// σ(|z|) = 1/(1 + e^−|z|).
fn largerOf(o : Element) -> f32 {
  return 1.0f / (1.0f + o.e40 * TWO_POW_MINUS_40);
}

// 2^40·log1p(e^−|z|).
fn log40(e40 : f32) -> f32 {
  let e = e40 * TWO_POW_MINUS_40;
  let s40 = e40 / (2.0f + e);
  let s = s40 * TWO_POW_MINUS_40;
  let w = s * s;
  let q = ((0.140122298f * w + 0.139995706f) * w + 0.200108495f) * w + 0.333332066f;
  return (s40 + s40) + (s40 + s40) * (w * q);
}

// 0·∞ = 0.
fn weigh(a : f32, x : f32) -> f32 {
  return select(a * x, 0.0f, a == 0.0f);
}

// What an element is made of: of the side that z speaks against, weight·softplus(|z|) with u = σ(|z|), and of the other one
// weight·softplus(−|z|) with u = σ(−|z|).
struct Sides {
  against : f32,
  favoured : f32,
  sign : f32,
};

fn sidesOf(o : Element) -> Sides {
  let isPositive = o.z > 0.0f;
  return Sides(select(o.positive, o.negative, isPositive), select(o.negative, o.positive, isPositive),
      select(-1.0f, 1.0f, isPositive));
}
${focal ? (smallGamma ? SMALL_POWERS : ANY_POWERS) + FOCAL : BCE}`;
}

const BCE = `
fn lossOf(i : i32) -> vec2<f32> {
  let o = elementOf(i);
  let against = weigh(sidesOf(o).against, o.x);
  return vec2<f32>(select(uniforms.NAN, against, o.isNumber), (o.positive + o.negative) * log40(o.e40));
}

fn slopeOf(i : i32, dy : f32) -> f32 {
  let o = elementOf(i);
  let larger = largerOf(o);
  let sides = sidesOf(o);
  let slope = (sides.against * dy) * larger - ((sides.favoured * dy) * (o.e40 * larger)) * TWO_POW_MINUS_40;
  return select(uniforms.NAN, sides.sign * slope, o.isNumber);
}
`;

/** σ(|z|)^γ and σ(−|z|)^γ. */
const SMALL_POWERS = `${SMALL_POWER}
fn powersOf(x : f32, larger : f32, smaller : f32, l : f32) -> vec2<f32> {
  return vec2<f32>(smallPower(larger), smallPower(smaller));
}
`;
const ANY_POWERS = `
fn powersOf(x : f32, larger : f32, smaller : f32, l : f32) -> vec2<f32> {
  return vec2<f32>(expOfProduct(uniforms.gamma, vec2<f32>(l, 0.0f)), expOfProduct(uniforms.gamma, difference(x, -l)));
}
`;

const FOCAL = `
// What is large enough for e^−x to vanish, and small enough for products.
const ENOUGH = 1e6f;

fn lossOf(i : i32) -> vec2<f32> {
  let o = elementOf(i);
  let l40 = log40(o.e40);
  let l = l40 * TWO_POW_MINUS_40;
  let larger = largerOf(o);
  let powers = powersOf(min(o.x, ENOUGH), larger, o.e40 * larger * TWO_POW_MINUS_40, l);
  let sides = sidesOf(o);
  let against = weigh(sides.against, o.x + l) * powers.x;
  return vec2<f32>(select(uniforms.NAN, against, o.isNumber), (sides.favoured * l40) * powers.y);
}

fn slopeOf(i : i32, dy : f32) -> f32 {
  let o = elementOf(i);
  let l40 = log40(o.e40);
  let l = l40 * TWO_POW_MINUS_40;
  let larger = largerOf(o);
  let smaller40 = o.e40 * larger;
  let smaller = smaller40 * TWO_POW_MINUS_40;
  let x = min(o.x, ENOUGH);
  let powers = powersOf(x, larger, smaller, l);
  let sides = sidesOf(o);
  let against = ((sides.against * dy) * powers.x) * (larger + uniforms.gamma * (smaller * (x + l)));
  let favoured = ((sides.favoured * dy) * powers.y) * (smaller40 + uniforms.gamma * (larger * l40));
  return select(uniforms.NAN, sides.sign * (against - favoured * TWO_POW_MINUS_40), o.isNumber);
}
`;
