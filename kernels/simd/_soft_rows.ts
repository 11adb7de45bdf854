/**
 * Rows with any target, in float64. The scalar twin is kernels/plain/_softmax_rows.ts: with the maximal term left out of
 * s, L = log1p(s), c_k = (m−z_k) + L, S = 1 + s, p_k = e^(z_k−m)/S, u_k = 1 − p_k (s/S for the maximal class),
 * q'_k = w_k·((1−ε)·q_k + ε/K), r_k = q'_k·φ(c_k), φ(c) = u^γ·(1 + γ·c·p/u), R = Σ_k r_k:
 *
 *     ℓ = Σ_k q'_k·u_k^γ·c_k + λ·(m+L)²     ∂ℓ/∂z_k = (R−r_k)·p_k − r_k·u_k + 2λ·(m+L)·p_k
 */
import {writeStats} from './_hard_rows';
import {demote4, high2, loadTail, low2, maximum, storeTail, sum2} from './_lanes';
import {exp2} from './_math';

/** Four effective targets q'_k as float64, lower two first, to `to`; returns whether one is not 0. */
// @ts-ignore: decorator
@inline
function targets(q: v128, w: v128, keep: v128, uniform: v128, to: usize): void {
  v128.store(to, f64x2.mul(low2(w), f64x2.add(f64x2.mul(low2(q), keep), uniform)));
  v128.store(to, f64x2.mul(high2(w), f64x2.add(f64x2.mul(high2(q), keep), uniform)), 16);
}

/** q'_k of a row as float64; up to three behind them are 0. */
function writeTargets(labels: usize, weights: usize, classes: i32, labelSmoothing: f64, to: usize): void {
  const keep = f64x2.splat(1 - labelSmoothing);
  const uniform = f64x2.splat(labelSmoothing / <f64>classes);
  const last = labels + (<usize>(classes & ~3) << 2);
  let p = labels;
  let w = weights;
  for (; p < last; p += 16) {
    targets(v128.load(p), weights ? v128.load(w) : f32x4.splat(1), keep, uniform, to);
    w += 16;
    to += 32;
  }
  const rest = classes & 3;
  if (rest) {
    const ones = rest == 1 ? f32x4(1, 0, 0, 0) : rest == 2 ? f32x4(1, 1, 0, 0) : f32x4(1, 1, 1, 0);
    targets(loadTail(p, rest, 0), weights ? loadTail(w, rest, 0) : ones, keep, uniform, to);
  }
}

/** The sum and the count of the maxima, of which `rowSums` returns the first. */
let maxima: i64 = 0;

/** Σ_{z_k<m} e^(z_k−m). */
function rowSum(z: usize, classes: i32, m: f64): f64 {
  const last = z + (<usize>(classes & ~3) << 2);
  const shift = f64x2.splat(m);
  const zero = f64x2.splat(0);
  let s0 = zero;
  let s1 = zero;
  let others = i64x2.splat(0);
  let p = z;
  for (; p < last; p += 16) {
    const x = v128.load(p);
    const a = f64x2.sub(low2(x), shift);
    const b = f64x2.sub(high2(x), shift);
    const isOtherA = f64x2.ne(a, zero);
    const isOtherB = f64x2.ne(b, zero);
    s0 = f64x2.add(s0, v128.and(exp2(a), isOtherA));
    s1 = f64x2.add(s1, v128.and(exp2(b), isOtherB));
    others = i64x2.add(others, i64x2.add(isOtherA, isOtherB));
  }
  let count = <i64>(classes & ~3) + i64x2.extract_lane(others, 0) + i64x2.extract_lane(others, 1);
  let s = sum2(f64x2.add(s0, s1));
  for (let k = classes & ~3; k < classes; k++) {
    const x = <f64>load<f32>(z + (<usize>k << 2)) - m;
    if (x == 0) count++;
    else s += NativeMath.exp(x);
  }
  maxima = count;
  return s;
}

/** Σ_k q'_k·(m−z_k) and Σ_k q'_k; a class of zero target adds nothing, also at −∞. */
let targetSum: f64 = 0;
function gapSum(z: usize, classes: i32, m: f64, target: usize): f64 {
  const last = z + (<usize>(classes & ~3) << 2);
  const top = f64x2.splat(m);
  const zero = f64x2.splat(0);
  let s0 = zero;
  let s1 = zero;
  let q0 = zero;
  let q1 = zero;
  let p = z;
  let t = target;
  for (; p < last; p += 16) {
    const x = v128.load(p);
    const a = v128.load(t);
    const b = v128.load(t, 16);
    s0 = f64x2.add(s0, v128.and(f64x2.mul(a, f64x2.sub(top, low2(x))), f64x2.ne(a, zero)));
    s1 = f64x2.add(s1, v128.and(f64x2.mul(b, f64x2.sub(top, high2(x))), f64x2.ne(b, zero)));
    q0 = f64x2.add(q0, a);
    q1 = f64x2.add(q1, b);
    t += 32;
  }
  let s = sum2(f64x2.add(s0, s1));
  let q = sum2(f64x2.add(q0, q1));
  for (let k = classes & ~3; k < classes; k++) {
    const a = load<f64>(target + (<usize>k << 3));
    if (a != 0) s += a * (m - <f64>load<f32>(z + (<usize>k << 2)));
    q += a;
  }
  targetSum = q;
  return s;
}

/** The two factors of a focal term, for the scalar loops below. */
// @ts-ignore: decorator
@inline
function complement(gap: f64, s: f64): f64 {
  return gap == 0 ? s / (1 + s) : 1 - NativeMath.exp(-gap) / (1 + s);
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
  scratch: usize,
): f64 {
  const m = <f64>maximum(z, classes);
  let s = rowSum(z, classes, m);
  s += <f64>(maxima - 1);
  writeStats(stats, m, s);
  const logSum = NativeMath.log1p(s);
  writeTargets(labels, weights, classes, labelSmoothing, scratch);
  let loss: f64 = 0;
  if (gamma == 0) {
    loss = gapSum(z, classes, m, scratch);
    loss += targetSum * logSum;
  } else {
    for (let k = 0; k < classes; k++) {
      const q = load<f64>(scratch + (<usize>k << 3));
      if (q == 0) continue;
      const gap = m - <f64>load<f32>(z + (<usize>k << 2));
      loss += q * NativeMath.pow(complement(gap, s), gamma) * (gap + logSum);
    }
  }
  if (zLoss != 0) loss += zLoss * (m + logSum) * (m + logSum);
  return logSum == logSum ? loss : NaN;
}

/** Turns q'_k into r_k. */
function modulate(z: usize, classes: i32, gamma: f64, m: f64, s: f64, logSum: f64, target: usize): void {
  for (let k = 0; k < classes; k++) {
    const at = target + (<usize>k << 3);
    const q = load<f64>(at);
    if (q == 0) continue;
    const gap = m - <f64>load<f32>(z + (<usize>k << 2));
    const u = complement(gap, s);
    const p = NativeMath.exp(-gap) / (1 + s);
    const ratio = p == 0 || u == 0 ? 0 : (gamma * (gap + logSum) * p) / u;
    store<f64>(at, q * NativeMath.pow(u, gamma) * (1 + ratio));
  }
}

/** dy·((R−r)·p − r·u + zTerm·p) for two classes. */
// @ts-ignore: decorator
@inline
function slope2(x: v128, r: v128, inverse: v128, sum: v128, maximalU: v128, zTerm: v128, dy: v128): v128 {
  const p = f64x2.mul(exp2(x), inverse);
  const u = v128.bitselect(maximalU, f64x2.sub(f64x2.splat(1), p), f64x2.eq(x, f64x2.splat(0)));
  const positive = f64x2.mul(f64x2.add(f64x2.sub(sum, r), zTerm), p);
  return f64x2.mul(dy, f64x2.sub(positive, f64x2.mul(r, u)));
}

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
  const m = <f64>load<f32>(stats);
  const s = <f64>load<f32>(stats, 4) + <f64>load<f32>(stats, 8);
  const logSum = NativeMath.log1p(s);
  writeTargets(labels, weights, classes, labelSmoothing, scratch);
  if (gamma != 0) modulate(z, classes, gamma, m, s, logSum, scratch);
  let r0 = f64x2.splat(0);
  let r1 = r0;
  const scratchEnd = scratch + (<usize>((classes + 3) & ~3) << 3);
  for (let t = scratch; t < scratchEnd; t += 32) {
    r0 = f64x2.add(r0, v128.load(t));
    r1 = f64x2.add(r1, v128.load(t, 16));
  }
  const sum = f64x2.splat(sum2(f64x2.add(r0, r1)));
  const inverse = f64x2.splat(1 / (1 + s));
  const maximalU = f64x2.splat(s / (1 + s));
  const zTerm = f64x2.splat(zLoss == 0 ? 0 : 2 * zLoss * (m + logSum));
  const upstream = f64x2.splat(dy);
  const shift = f64x2.splat(m);
  const last = z + (<usize>(classes & ~3) << 2);
  let p = z;
  let t = scratch;
  let g = gradient;
  for (; p < last; p += 16) {
    const x = v128.load(p);
    const low = slope2(f64x2.sub(low2(x), shift), v128.load(t), inverse, sum, maximalU, zTerm, upstream);
    const high = slope2(f64x2.sub(high2(x), shift), v128.load(t, 16), inverse, sum, maximalU, zTerm, upstream);
    v128.store(g, demote4(low, high));
    t += 32;
    g += 16;
  }
  if (classes & 3) {
    const x = loadTail(p, classes & 3, -Infinity);
    const low = slope2(f64x2.sub(low2(x), shift), v128.load(t), inverse, sum, maximalU, zTerm, upstream);
    const high = slope2(f64x2.sub(high2(x), shift), v128.load(t, 16), inverse, sum, maximalU, zTerm, upstream);
    storeTail(g, demote4(low, high), classes & 3);
  }
}
