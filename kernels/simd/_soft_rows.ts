/**
 * Rows with any target. The scalar twin is kernels/plain/_softmax_rows.ts: with the maximal term left out of
 * s, L = log1p(s), c_k = (m−z_k) + L, S = 1 + s, p_k = e^(z_k−m)/S, u_k = 1 − p_k (s/S for the maximal class),
 * q'_k = w_k·((1−ε)·q_k + ε/K), r_k = q'_k·φ(c_k), φ(c) = u^γ·(1 + γ·c·p/u), R = Σ_k r_k:
 *
 *     ℓ = Σ_k q'_k·u_k^γ·c_k + λ·(m+L)²     ∂ℓ/∂z_k = (R−r_k)·p_k − r_k·u_k + 2λ·(m+L)·p_k
 *
 * A cross-entropy takes float32 exponentials for s where the logits are tame. Its gradient, in which p_k − q'_k may cancel,
 * takes float64 ones, and keeps them in `scratch` between their sum and its terms.
 */
import {isTame, tameSum, TWO_POW_MINUS_75, wildSum, writeStats} from './_hard_rows';
import {countOf, demote4, firstOnes, high2, indexOf, loadTail, low2, maximum, sum2} from './_lanes';
import {exp2} from './_math';

/** Stands for ∞ where a class of zero target may be masked: 0·HUGE is 0. */
const HUGE: f64 = 1e300;

/** q'_k = w_k·(keep·q_k + uniform) of two classes; w is not read where there are no weights. */
// @ts-ignore: decorator
@inline
function targets2(q: v128, w: v128, keep: v128, uniform: v128, weighted: bool): v128 {
  const smoothed = f64x2.add(f64x2.mul(q, keep), uniform);
  return weighted ? f64x2.mul(smoothed, w) : smoothed;
}

/** What `addGaps` adds to: Σ_k q'_k·(m−z_k) and Σ_k q'_k. AssemblyScript functions return one value. */
let gapSum: f64 = 0;
let targetSum: f64 = 0;

/** Adds the terms of `classes` classes, a multiple of 4. */
// @ts-ignore: decorator
@inline
function addGaps(
  z: usize,
  labels: usize,
  weights: usize,
  classes: i32,
  m: f64,
  keep: v128,
  uniform: v128,
  weighted: bool,
): void {
  const top = f64x2.splat(m);
  const zero = f64x2.splat(0);
  const highest = f64x2.splat(HUGE);
  let gaps0 = zero;
  let gaps1 = zero;
  let mass0 = zero;
  let mass1 = zero;
  for (const end = z + (<usize>classes << 2); z < end; z += 16) {
    const x = v128.load(z);
    const q = v128.load(labels);
    const w = weighted ? v128.load(weights) : q;
    const qa = targets2(low2(q), low2(w), keep, uniform, weighted);
    const qb = targets2(high2(q), high2(w), keep, uniform, weighted);
    weights += 16;
    gaps0 = f64x2.add(gaps0, f64x2.mul(qa, f64x2.pmin(f64x2.sub(top, low2(x)), highest)));
    gaps1 = f64x2.add(gaps1, f64x2.mul(qb, f64x2.pmin(f64x2.sub(top, high2(x)), highest)));
    mass0 = f64x2.add(mass0, qa);
    mass1 = f64x2.add(mass1, qb);
    labels += 16;
  }
  gapSum += sum2(f64x2.add(gaps0, gaps1));
  targetSum += sum2(f64x2.add(mass0, mass1));
}

/** Four classes of which the last ones are none: logits −∞ and weights 0. */
const TAIL_LOGITS: usize = memory.data(16, 16);
const TAIL_LABELS: usize = memory.data(16, 16);
const TAIL_WEIGHTS: usize = memory.data(16, 16);
const TAIL_GRADIENT: usize = memory.data(16, 16);

/** Writes the `lanes` (1 to 3) last classes of a row there. */
function writeTail(z: usize, labels: usize, weights: usize, lanes: i32): void {
  v128.store(TAIL_LOGITS, loadTail(z, lanes, -Infinity));
  v128.store(TAIL_LABELS, loadTail(labels, lanes, 0));
  v128.store(TAIL_WEIGHTS, weights ? loadTail(weights, lanes, 0) : firstOnes(lanes));
}

/** gapSum and targetSum of a row. */
function sumGaps(z: usize, labels: usize, weights: usize, classes: i32, m: f64, keep: v128, uniform: v128): void {
  gapSum = 0;
  targetSum = 0;
  const whole = classes & ~3;
  if (weights) addGaps(z, labels, weights, whole, m, keep, uniform, true);
  else addGaps(z, labels, 0, whole, m, keep, uniform, false);
  if (classes & 3) {
    const offset = <usize>whole << 2;
    writeTail(z + offset, labels + offset, weights ? weights + offset : 0, classes & 3);
    addGaps(TAIL_LOGITS, TAIL_LABELS, TAIL_WEIGHTS, 4, m, keep, uniform, true);
  }
}

/** s of a row whose maximum is `top`, in float32 exponentials where the logits are tame and `exact` is false. */
function sumWithoutMaximum(z: usize, classes: i32, top: f32, exact: bool): f64 {
  const maximal = indexOf(z, classes, top);
  // A row of NaN has no maximum, and one that holds ∞, or is all −∞, is NaN.
  if (maximal < 0 || abs(top) == Infinity) return NaN;
  if (classes == 1) return 0;
  const at = z + (<usize>maximal << 2);
  // The maximal term is left out by making it 0 for the time of the sum.
  store<f32>(at, -Infinity);
  const s =
    exact || !isTame(top, classes)
      ? wildSum(z, classes, <f64>top)
      : tameSum(z, classes) * TWO_POW_MINUS_75 * NativeMath.exp(-<f64>top);
  store<f32>(at, top);
  return s;
}

/** u_k for the scalar loops below. */
// @ts-ignore: decorator
@inline
function complement(gap: f64, s: f64): f64 {
  return gap == 0 ? s / (1 + s) : 1 - NativeMath.exp(-gap) / (1 + s);
}

/** q'_k of one class. */
// @ts-ignore: decorator
@inline
function target(labels: usize, weights: usize, k: i32, keep: f64, uniform: f64): f64 {
  const at = <usize>k << 2;
  return (weights ? <f64>load<f32>(weights + at) : 1) * (<f64>load<f32>(labels + at) * keep + uniform);
}

export function softLoss(
  z: usize,
  labels: usize,
  weights: usize,
  classes: i32,
  labelSmoothing: f64,
  gamma: f64,
  zLoss: f64,
  stats: usize,
): f64 {
  const keep = 1 - labelSmoothing;
  const uniform = labelSmoothing / <f64>classes;
  const top = maximum(z, classes);
  const m = <f64>top;
  // u^γ makes γ·p relative errors of s out of one.
  const s = sumWithoutMaximum(z, classes, top, gamma != 0);
  writeStats(stats, m, s);
  const logSum = NativeMath.log1p(s);
  let loss: f64 = 0;
  if (gamma == 0) {
    sumGaps(z, labels, weights, classes, m, f64x2.splat(keep), f64x2.splat(uniform));
    loss = gapSum + targetSum * logSum;
  } else {
    for (let k = 0; k < classes; k++) {
      const q = target(labels, weights, k, keep, uniform);
      if (q == 0) continue;
      const gap = m - <f64>load<f32>(z + (<usize>k << 2));
      loss += q * NativeMath.pow(complement(gap, s), gamma) * (gap + logSum);
    }
  }
  if (zLoss != 0) loss += zLoss * (m + logSum) * (m + logSum);
  return logSum == logSum ? loss : NaN;
}

/** Writes r_k = q'_k·φ(c_k) as float64, and returns R. */
function writeSlopes(
  z: usize,
  labels: usize,
  weights: usize,
  classes: i32,
  keep: f64,
  uniform: f64,
  gamma: f64,
  m: f64,
  s: f64,
  to: usize,
): f64 {
  const logSum = NativeMath.log1p(s);
  let sum: f64 = 0;
  for (let k = 0; k < classes; k++) {
    let r = target(labels, weights, k, keep, uniform);
    if (gamma != 0 && r != 0) {
      const gap = m - <f64>load<f32>(z + (<usize>k << 2));
      const u = complement(gap, s);
      const p = NativeMath.exp(-gap) / (1 + s);
      const ratio = p == 0 || u == 0 ? 0 : (gamma * (gap + logSum) * p) / u;
      r *= NativeMath.pow(u, gamma) * (1 + ratio);
    }
    store<f64>(to, r);
    sum += r;
    to += 8;
  }
  return sum;
}

/** What `writeExponentials` adds to: Σ_{z_k<m} e^(z_k−m). */
let exponentialSum: f64 = 0;

/** Writes e^(z_k−m) of `classes` classes, a multiple of 4, as float64; adds to exponentialSum and to targetSum. */
// @ts-ignore: decorator
@inline
function writeExponentials(
  z: usize,
  labels: usize,
  weights: usize,
  classes: i32,
  m: f64,
  keep: v128,
  uniform: v128,
  to: usize,
  weighted: bool,
): void {
  const shift = f64x2.splat(m);
  const zero = f64x2.splat(0);
  let s0 = zero;
  let s1 = zero;
  let mass0 = zero;
  let mass1 = zero;
  for (const end = z + (<usize>classes << 2); z < end; z += 16) {
    const x = v128.load(z);
    const a = f64x2.sub(low2(x), shift);
    const b = f64x2.sub(high2(x), shift);
    const ea = exp2(a);
    const eb = exp2(b);
    // NaN ≠ 0 stays.
    s0 = f64x2.add(s0, v128.and(ea, f64x2.ne(a, zero)));
    s1 = f64x2.add(s1, v128.and(eb, f64x2.ne(b, zero)));
    const q = v128.load(labels);
    const w = weighted ? v128.load(weights) : q;
    const qa = targets2(low2(q), low2(w), keep, uniform, weighted);
    const qb = targets2(high2(q), high2(w), keep, uniform, weighted);
    weights += 16;
    mass0 = f64x2.add(mass0, qa);
    mass1 = f64x2.add(mass1, qb);
    v128.store(to, ea);
    v128.store(to, eb, 16);
    labels += 16;
    to += 32;
  }
  exponentialSum += sum2(f64x2.add(s0, s1));
  targetSum += sum2(f64x2.add(mass0, mass1));
}

/** Writes dy·((R + 2λ·lse)·p_k − q'_k) of `classes` classes, a multiple of 4; `factor` is dy·(R + 2λ·lse)/S. */
// @ts-ignore: decorator
@inline
function writeGradient(
  exponentials: usize,
  labels: usize,
  weights: usize,
  classes: i32,
  factor: f64,
  keepDy: v128,
  uniformDy: v128,
  gradient: usize,
  weighted: bool,
): void {
  const f = f64x2.splat(factor);
  for (const end = labels + (<usize>classes << 2); labels < end; labels += 16) {
    const q = v128.load(labels);
    const w = weighted ? v128.load(weights) : q;
    const qa = targets2(low2(q), low2(w), keepDy, uniformDy, weighted);
    const qb = targets2(high2(q), high2(w), keepDy, uniformDy, weighted);
    const low = f64x2.sub(f64x2.mul(v128.load(exponentials), f), qa);
    const high = f64x2.sub(f64x2.mul(v128.load(exponentials, 16), f), qb);
    v128.store(gradient, demote4(low, high));
    weights += 16;
    exponentials += 32;
    gradient += 16;
  }
}

/** Writes `factor`·e^(z_k−m) − dy·r_k. */
function focalGradient(z: usize, slopes: usize, classes: i32, m: f64, factor: f64, dy: f64, gradient: usize): void {
  for (let k = 0; k < classes; k++) {
    const at = <usize>k << 2;
    const p = NativeMath.exp(<f64>load<f32>(z + at) - m);
    store<f32>(gradient + at, <f32>(factor * p - dy * load<f64>(slopes + (at << 1))));
  }
}

/**
 * dy·((R + 2λ·lse)·p_k − r_k) for all classes, and (R−r_k)·p_k − r_k·u_k + 2λ·lse·p_k in place of it for the maximal class,
 * where R − r_k and u_k may be small.
 */
export function softGradient(
  z: usize,
  labels: usize,
  weights: usize,
  classes: i32,
  labelSmoothing: f64,
  gamma: f64,
  zLoss: f64,
  stats: usize,
  dy: f64,
  gradient: usize,
  scratch: usize,
): void {
  const keep = 1 - labelSmoothing;
  const uniform = labelSmoothing / <f64>classes;
  const top = load<f32>(stats);
  const m = <f64>top;
  const keep2 = f64x2.splat(keep);
  const uniform2 = f64x2.splat(uniform);
  const whole = classes & ~3;
  const rest = classes & 3;
  const offset = <usize>whole << 2;
  const restScratch = scratch + (<usize>whole << 3);
  let s: f64;
  let sum: f64;
  let zTerm: f64 = 0;
  // p_k − q_k may cancel, so the loss's s, which is as exact as a loss has to be, is not enough here.
  if (gamma != 0) {
    s = sumWithoutMaximum(z, classes, top, true);
    if (zLoss != 0) zTerm = 2 * zLoss * (m + NativeMath.log1p(s));
    sum = writeSlopes(z, labels, weights, classes, keep, uniform, gamma, m, s, scratch);
    focalGradient(z, scratch, classes, m, (dy * (sum + zTerm)) / (1 + s), dy, gradient);
  } else {
    exponentialSum = 0;
    targetSum = 0;
    if (weights) writeExponentials(z, labels, weights, whole, m, keep2, uniform2, scratch, true);
    else writeExponentials(z, labels, 0, whole, m, keep2, uniform2, scratch, false);
    if (rest) {
      writeTail(z + offset, labels + offset, weights ? weights + offset : 0, rest);
      writeExponentials(TAIL_LOGITS, TAIL_LABELS, TAIL_WEIGHTS, 4, m, keep2, uniform2, restScratch, true);
    }
    s = exponentialSum + <f64>(countOf(z, classes, top) - 1);
    sum = targetSum;
    if (zLoss != 0) zTerm = 2 * zLoss * (m + NativeMath.log1p(s));
    const factor = (dy * (sum + zTerm)) / (1 + s);
    const keepDy = f64x2.splat(keep * dy);
    const uniformDy = f64x2.splat(uniform * dy);
    if (weights) writeGradient(scratch, labels, weights, whole, factor, keepDy, uniformDy, gradient, true);
    else writeGradient(scratch, labels, 0, whole, factor, keepDy, uniformDy, gradient, false);
    if (rest) {
      writeGradient(restScratch, TAIL_LABELS, TAIL_WEIGHTS, 4, factor, keepDy, uniformDy, TAIL_GRADIENT, true);
      memory.copy(gradient + offset, TAIL_GRADIENT, <usize>rest << 2);
    }
  }

  const maximal = indexOf(z, classes, top);
  if (maximal < 0) return;
  const r = gamma != 0 ? load<f64>(scratch + (<usize>maximal << 3)) : target(labels, weights, maximal, keep, uniform);
  const slope = (sum - r + zTerm - r * s) / (1 + s);
  store<f32>(gradient + (<usize>maximal << 2), <f32>(dy * slope));
}
