/**
 * Rows whose target is a single class y of weight a. The scalar twin is kernels/plain/_softmax_rows.ts: with
 * s = Σ_{k≠y} e^(z_k−m), S = s + e^(z_y−m), c = log1p(s·e^(m−z_y)), lse = z_y + c, p = e^(z_y−m)/S, u = s/S,
 * φ = u^γ·(1 + γ·c·p/u),
 *
 *     ℓ = a·u^γ·c + λ·lse²     ∂ℓ/∂z_k = (a·φ + 2λ·lse)·e^(z_k−m)/S     ∂ℓ/∂z_y = 2λ·lse·p − a·φ·u
 *
 * Where the logits are tame the exponentials are float32 in four lanes and their sum is float64; other rows take float64
 * throughout. The float32 exponentials keep within 1 ULP, so the results keep within the contract.
 */
import {exp2, exp4, exp4Scale, LOG2_E} from './_math';
import {demote4, high2, loadTail, low2, max4, storeTail, sum2} from './_lanes';
import {exp, exponentOf, log, power} from './_scalar';

/**
 * Tame: −16 ≤ m ≤ 32. A sum of e^(z_k)·2⁷⁵ then neither overflows (16 terms of e³²·2⁷⁵ = 3e36) nor loses a term that
 * counts (e^(−16−104)·2⁷⁵ = 3e-30 is normal). Logits below −138 count as −138: up to a million of them are less than
 * 2 % of the smallest float32 beside m ≥ −16.
 */
const TAME_LOW: f32 = -16;
const TAME_HIGH: f32 = 32;
export const TAME_FLOOR: f32 = -138;
export const TAME_CLASSES: i32 = 1 << 20;
/** Below it, s·e^gap would lose what log1p adds. */
const LEAST_EXPONENTIAL: f64 = 1e-200;
const FOCAL_SHARE: f64 = 0.25;
const SUM_EXPONENT: i32 = -75;
export const TWO_POW_MINUS_75: f64 = 2.6469779601696886e-23;
/** Gradients scale e^z so that p = 1 is about 2⁴⁸ and p = 2^-173 still a normal float. */
const GRADIENT_EXPONENT: i32 = 48;
const LN2: f64 = 0.69314718055994530942;

// @ts-ignore: decorator
@inline
export function isTame(m: f32, classes: i32): bool {
  return m >= TAME_LOW && m <= TAME_HIGH && classes <= TAME_CLASSES;
}

/** log1p(s·e^gap) from e = e^−gap, also where that underflows. */
// @ts-ignore: decorator
@inline
function log1pScaled(s: f64, gap: f64, e: f64): f64 {
  return e > LEAST_EXPONENTIAL ? NativeMath.log1p(s / e) : gap + log(s);
}

/** a·c with 0·∞ = 0. */
// @ts-ignore: decorator
@inline
function weigh(a: f64, c: f64): f64 {
  return a == 0 && c == Infinity ? 0 : a * c;
}

/** Writes (reference, s) as three float32 numbers, and −1 for the class. */
// @ts-ignore: decorator
@inline
export function writeStats(stats: usize, reference: f64, s: f64): void {
  const high = <f32>s;
  store<f32>(stats, <f32>reference);
  store<f32>(stats, high, 4);
  store<f32>(stats, <f32>(s - <f64>high), 8);
  store<f32>(stats, -1, 12);
}

/** More results of `tameSum`: AssemblyScript functions return one value. */
let largest: v128 = f32x4.splat(0);
let linear: f64 = 0;

/** max_k z_k and Σ_k z_k, as the last `tameSum` has found them. */
export function largestLogit(): f32 {
  return max4(largest);
}

export function sumOfLogits(): f64 {
  return linear;
}

/**
 * Σ 2⁷⁵·e^(z_k), right if the logits are tame; their maxima go to `largest`, and their sum to `linear` if `sums`. If `keeps`, the
 * terms are written to `kept`.
 */
// @ts-ignore: decorator
@inline
function tameSums(z: usize, classes: i32, sums: bool, keeps: bool, kept: usize): f64 {
  const end = z + (<usize>(classes & ~15) << 2);
  const last = z + (<usize>(classes & ~3) << 2);
  const floor = f32x4.splat(TAME_FLOOR);
  const scale = exp4Scale(SUM_EXPONENT);
  let top = f32x4.splat(-Infinity);
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let l0 = s0;
  let l1 = s0;
  let p = z;
  for (; p < end; p += 64) {
    const a = v128.load(p);
    const b = v128.load(p, 16);
    const c = v128.load(p, 32);
    const d = v128.load(p, 48);
    top = f32x4.pmax(top, f32x4.pmax(f32x4.pmax(a, b), f32x4.pmax(c, d)));
    // Pairs are added in float32, which costs half an ULP of the pair twice, before float64 takes over.
    const ea = exp4(f32x4.pmax(a, floor), scale);
    const eb = exp4(f32x4.pmax(b, floor), scale);
    const ec = exp4(f32x4.pmax(c, floor), scale);
    const ed = exp4(f32x4.pmax(d, floor), scale);
    const e = f32x4.add(f32x4.add(ea, eb), f32x4.add(ec, ed));
    if (keeps) {
      v128.store(kept, ea);
      v128.store(kept, eb, 16);
      v128.store(kept, ec, 32);
      v128.store(kept, ed, 48);
      kept += 64;
    }
    s0 = f64x2.add(s0, low2(e));
    s1 = f64x2.add(s1, high2(e));
    if (sums) {
      l0 = f64x2.add(l0, f64x2.add(f64x2.add(low2(a), low2(b)), f64x2.add(low2(c), low2(d))));
      l1 = f64x2.add(l1, f64x2.add(f64x2.add(high2(a), high2(b)), f64x2.add(high2(c), high2(d))));
    }
  }
  for (; p < last; p += 16) {
    const a = v128.load(p);
    top = f32x4.pmax(top, a);
    const e = exp4(f32x4.pmax(a, floor), scale);
    if (keeps) {
      v128.store(kept, e);
      kept += 16;
    }
    s0 = f64x2.add(s0, low2(e));
    s1 = f64x2.add(s1, high2(e));
    if (sums) {
      l0 = f64x2.add(l0, low2(a));
      l1 = f64x2.add(l1, high2(a));
    }
  }
  if (classes & 3) {
    const a = loadTail(p, classes & 3, -Infinity);
    top = f32x4.pmax(top, a);
    const e = exp4(f32x4.pmax(a, floor), scale);
    if (keeps) storeTail(kept, e, classes & 3);
    s0 = f64x2.add(s0, low2(e));
    s1 = f64x2.add(s1, high2(e));
    if (sums) {
      const values = loadTail(p, classes & 3, 0);
      l0 = f64x2.add(l0, low2(values));
      l1 = f64x2.add(l1, high2(values));
    }
  }
  largest = top;
  if (sums) linear = sum2(f64x2.add(l0, l1));
  return sum2(f64x2.add(s0, s1));
}

export function tameSum(z: usize, classes: i32): f64 {
  return tameSums(z, classes, false, false, 0);
}

/** tameSum, whose terms go to `kept`. */
function tameSumKept(z: usize, classes: i32, kept: usize): f64 {
  return tameSums(z, classes, false, true, kept);
}

/** tameSum and sumOfLogits. */
export function tameSumAndLogits(z: usize, classes: i32): f64 {
  return tameSums(z, classes, true, false, 0);
}

/** Σ e^(z_k−m) in float64. */
export function wildSum(z: usize, classes: i32, m: f64): f64 {
  const last = z + (<usize>(classes & ~3) << 2);
  const shift = f64x2.splat(m);
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let p = z;
  for (; p < last; p += 16) {
    const x = v128.load(p);
    s0 = f64x2.add(s0, exp2(f64x2.sub(low2(x), shift)));
    s1 = f64x2.add(s1, exp2(f64x2.sub(high2(x), shift)));
  }
  if (classes & 3) {
    // Lanes that are no class are −∞; where m is −∞ too the row is NaN, which is what it should be.
    const x = loadTail(p, classes & 3, -Infinity);
    s0 = f64x2.add(s0, exp2(f64x2.sub(low2(x), shift)));
    s1 = f64x2.add(s1, exp2(f64x2.sub(high2(x), shift)));
  }
  return sum2(f64x2.add(s0, s1));
}

/** Whether the last `hardLoss` has left terms that its gradient is made of. */
let areTermsKept: bool = false;

/** `kept` is 0, or room for K floats, which are what `hardGradientOfKept` wants to find there. */
export function hardLoss(
  z: usize,
  classes: i32,
  y: i32,
  a: f64,
  gamma: f64,
  zLoss: f64,
  stats: usize,
  kept: usize,
): f64 {
  const at = z + (<usize>y << 2);
  const label = load<f32>(at);
  // The label's term is left out by making it 0 for the time of the sum.
  store<f32>(at, -Infinity);
  let s = (kept ? tameSumKept(z, classes, kept) : tameSum(z, classes)) * TWO_POW_MINUS_75;
  const other = largestLogit();
  const m = label > other ? label : other;
  const e = exp(<f64>label - <f64>m);
  s *= exp(-<f64>m);
  // u^γ makes γ·p relative errors of s out of one: more than a quarter is too much for float32 exponentials.
  areTermsKept = isTame(m, classes) && label == label;
  if (!areTermsKept || gamma * e > FOCAL_SHARE * (s + e)) {
    s = classes == 1 ? 0 : wildSum(z, classes, <f64>m);
  }
  store<f32>(at, label);
  writeStats(stats, <f64>m, s);
  const c = log1pScaled(s, <f64>m - <f64>label, e);
  const loss = weigh(a, gamma == 0 ? c : power(s / (s + e), gamma) * c);
  const lse = <f64>label + c;
  return zLoss == 0 ? loss : loss + zLoss * lse * lse;
}

/** `dy` is the upstream gradient of the row. */
export function hardGradient(
  z: usize,
  classes: i32,
  y: i32,
  a: f64,
  gamma: f64,
  zLoss: f64,
  stats: usize,
  dy: f64,
  gradient: usize,
): void {
  gradientOf(z, classes, y, a, gamma, zLoss, stats, dy, gradient, false);
}

/** hardGradient, to the bit, right after the row's `hardLoss` with the gradient for `kept`. */
export function hardGradientOfKept(
  z: usize,
  classes: i32,
  y: i32,
  a: f64,
  gamma: f64,
  zLoss: f64,
  stats: usize,
  dy: f64,
  gradient: usize,
): void {
  gradientOf(z, classes, y, a, gamma, zLoss, stats, dy, gradient, areTermsKept);
}

function gradientOf(
  z: usize,
  classes: i32,
  y: i32,
  a: f64,
  gamma: f64,
  zLoss: f64,
  stats: usize,
  dy: f64,
  gradient: usize,
  isKept: bool,
): void {
  const m = load<f32>(stats);
  const s = <f64>load<f32>(stats, 4) + <f64>load<f32>(stats, 8);
  const label = <f64>load<f32>(z + (<usize>y << 2));
  const e = exp(label - <f64>m);
  const total = s + e;
  const p = e / total;
  const u = s / total;
  let slope = a;
  let zTerm: f64 = 0;
  if (gamma != 0 || zLoss != 0) {
    const c = log1pScaled(s, <f64>m - label, e);
    if (gamma != 0) slope *= power(u, gamma) * (1 + (p == 0 || u == 0 ? 0 : (gamma * c * p) / u));
    if (zLoss != 0) zTerm = 2 * zLoss * (label + c);
  }
  const factor = dy * (slope + zTerm);
  const size = abs(factor);
  if (isTame(m, classes) && total == total && (size == 0 || (size > 1e-18 && size < 1e12))) {
    tameGradient(z, classes, factor, <f64>m, total, gradient, isKept);
  } else {
    wildGradient(z, classes, factor / total, <f64>m, gradient);
  }
  store<f32>(gradient + (<usize>y << 2), <f32>(dy * (zTerm * p - slope * u)));
}

/**
 * `factor`·e^(z_k−m)/total: with N near log₂(e^m·total) − 48, the product of 2^-N·e^(z_k) and factor·2^N·e^-m/total. N is odd
 * like the exponent of the terms that the sum has kept, so that exp4 rounds halves alike and they are the same to the bit.
 */
function tameGradient(z: usize, classes: i32, a: f64, m: f64, total: f64, gradient: usize, isKept: bool): void {
  const exponent = (<i32>nearest(m * LOG2_E) + exponentOf(total) - GRADIENT_EXPONENT) | 1;
  const factor = f32x4.splat(<f32>((a * exp(<f64>exponent * LN2 - m)) / total));
  const scale = exp4Scale(exponent);
  // 2^-125 stands for everything below it: with |a| < 2⁴⁰ it becomes 0 in the product.
  const floor = f32x4.splat(<f32>(<f64>(exponent - 125) * LN2));
  if (isKept) {
    scaleKept(gradient, classes, SUM_EXPONENT - exponent, exp4(floor, scale), factor);
    return;
  }
  const end = z + (<usize>(classes & ~7) << 2);
  const last = z + (<usize>(classes & ~3) << 2);
  let p = z;
  let g = gradient;
  for (; p < end; p += 32) {
    // Both before the stores, which engines keep in order: two chains of operations run side by side.
    const a = f32x4.mul(exp4(f32x4.pmax(v128.load(p), floor), scale), factor);
    const b = f32x4.mul(exp4(f32x4.pmax(v128.load(p, 16), floor), scale), factor);
    v128.store(g, a);
    v128.store(g, b, 16);
    g += 32;
  }
  for (; p < last; p += 16) {
    v128.store(g, f32x4.mul(exp4(f32x4.pmax(v128.load(p), floor), scale), factor));
    g += 16;
  }
  if (classes & 3) {
    const x = loadTail(p, classes & 3, 0);
    storeTail(g, f32x4.mul(exp4(f32x4.pmax(x, floor), scale), factor), classes & 3);
  }
}

/** Terms e become max(e·2^n, least)·factor in their place. */
function scaleKept(terms: usize, classes: i32, n: i32, least: v128, factor: v128): void {
  const scale = f32x4.splat(reinterpret<f32>((n + 127) << 23));
  const end = terms + (<usize>(classes & ~7) << 2);
  const last = terms + (<usize>(classes & ~3) << 2);
  for (; terms < end; terms += 32) {
    const a = f32x4.mul(f32x4.pmax(f32x4.mul(v128.load(terms), scale), least), factor);
    const b = f32x4.mul(f32x4.pmax(f32x4.mul(v128.load(terms, 16), scale), least), factor);
    v128.store(terms, a);
    v128.store(terms, b, 16);
  }
  for (; terms < last; terms += 16) {
    v128.store(terms, f32x4.mul(f32x4.pmax(f32x4.mul(v128.load(terms), scale), least), factor));
  }
  if (classes & 3) {
    const e = loadTail(terms, classes & 3, 0);
    storeTail(terms, f32x4.mul(f32x4.pmax(f32x4.mul(e, scale), least), factor), classes & 3);
  }
}

function wildGradient(z: usize, classes: i32, factor: f64, m: f64, gradient: usize): void {
  const last = z + (<usize>(classes & ~3) << 2);
  const shift = f64x2.splat(m);
  const f = f64x2.splat(factor);
  let p = z;
  let g = gradient;
  for (; p < last; p += 16) {
    const x = v128.load(p);
    const low = f64x2.mul(exp2(f64x2.sub(low2(x), shift)), f);
    v128.store(g, demote4(low, f64x2.mul(exp2(f64x2.sub(high2(x), shift)), f)));
    g += 16;
  }
  if (classes & 3) {
    const x = loadTail(p, classes & 3, 0);
    const low = f64x2.mul(exp2(f64x2.sub(low2(x), shift)), f);
    storeTail(g, demote4(low, f64x2.mul(exp2(f64x2.sub(high2(x), shift)), f)), classes & 3);
  }
}
