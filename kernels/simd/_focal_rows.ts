/**
 * Rows of the sigmoid focal loss with labels 0 and 1, the ordinary case. One side of an element is enough then: with
 * t = z for y = 1 and −z for y = 0, e = e^−|t|, L = log1p(e), u = σ(−t), p = σ(t), softplus(−t) = max(−t, 0) + L,
 *
 *     ℓ = a·u^γ·softplus(−t)     ∂ℓ/∂t = −a·u^γ·(u + γ·p·softplus(−t))
 *
 * The scalar twin is kernels/plain/_sigmoid_element.ts. Other rows are _sigmoid_rows.ts's.
 */
import {demote4, firstOnes, hard4, high2, loadTail, low2, storeTail, sum2} from './_lanes';
import {exp2} from './_math';
import {BLOCK, EXPONENTIALS, LOGARITHMS, exponentials, logarithms} from './_stages';

const SIGN_F32: f32 = -0.0;
/** Stands for ∞ in t: no product reads 0·∞, and ℓ is beyond float32 all the same. */
const HUGE: f64 = 1e300;

// @ts-ignore: decorator
@inline
function bounded2(t: v128): v128 {
  return f64x2.pmin(f64x2.pmax(t, f64x2.splat(-HUGE)), f64x2.splat(HUGE));
}

/** u^γ from u = σ(−t) = e^−softplus(t), with softplus(t) = softplus(−t) + t. */
// @ts-ignore: decorator
@inline
function power2(u: v128, t: v128, softplusNegative: v128, gamma: f64): v128 {
  if (gamma == 2) return f64x2.mul(u, u);
  return exp2(f64x2.mul(f64x2.splat(-gamma), f64x2.add(softplusNegative, t)));
}

/** a·u^γ·softplus(−t) of two elements. */
// @ts-ignore: decorator
@inline
function loss2(signed: v128, a: v128, e: v128, logTerm: v128, gamma: f64): v128 {
  const t = bounded2(signed);
  const one = f64x2.splat(1);
  const zero = f64x2.splat(0);
  const softplusNegative = f64x2.add(f64x2.pmax(f64x2.neg(t), zero), logTerm);
  const u = f64x2.div(v128.bitselect(e, one, f64x2.gt(t, zero)), f64x2.add(e, one));
  return f64x2.mul(f64x2.mul(a, softplusNegative), power2(u, t, softplusNegative, gamma));
}

/** a·u^γ·(u + γ·p·softplus(−t)) of two elements. */
// @ts-ignore: decorator
@inline
function slope2(signed: v128, a: v128, e: v128, logTerm: v128, gamma: f64): v128 {
  const t = bounded2(signed);
  const one = f64x2.splat(1);
  const zero = f64x2.splat(0);
  const larger = f64x2.div(one, f64x2.add(e, one));
  const smaller = f64x2.mul(e, larger);
  const softplusNegative = f64x2.add(f64x2.pmax(f64x2.neg(t), zero), logTerm);
  const isPositive = f64x2.gt(t, zero);
  const u = v128.bitselect(smaller, larger, isPositive);
  const p = v128.bitselect(larger, smaller, isPositive);
  const bracket = f64x2.add(u, f64x2.mul(f64x2.mul(f64x2.splat(gamma), p), softplusNegative));
  return f64x2.mul(f64x2.mul(a, bracket), power2(u, t, softplusNegative, gamma));
}

/** t of four elements: −z where the label is 0. */
// @ts-ignore: decorator
@inline
function signed4(z: v128, y: v128): v128 {
  return v128.xor(z, v128.and(f32x4.eq(y, f32x4.splat(0)), f32x4.splat(SIGN_F32)));
}

/** Whether all labels of a row are 0 or 1. */
function areHard(labels: usize, classes: i32): bool {
  const whole = classes & ~3;
  let all = i32x4.splat(-1);
  for (const end = labels + (<usize>whole << 2); labels < end; labels += 16) all = v128.and(all, hard4(v128.load(labels)));
  if (classes & 3) all = v128.and(all, hard4(loadTail(labels, classes & 3, 0)));
  return i32x4.all_true(all);
}

/** Σ_k ℓ_k of a row, or NaN where a label is neither 0 nor 1. */
export function focalRowLoss(
  z: usize,
  labels: usize,
  classes: i32,
  positiveWeight: f64,
  negativeWeight: f64,
  gamma: f64,
): f64 {
  if (!areHard(labels, classes)) return NaN;
  // a = negative + y·(positive − negative).
  const base = f64x2.splat(negativeWeight);
  const step = f64x2.splat(positiveWeight - negativeWeight);
  let s0 = f64x2.splat(0);
  let s1 = s0;
  for (let start = 0; start < classes; start += BLOCK) {
    const lanes = min(BLOCK, classes - start);
    exponentials(z, lanes);
    logarithms((lanes + 3) & ~3);
    const whole = lanes & ~3;
    let e = EXPONENTIALS;
    let l = LOGARITHMS;
    for (const end = z + (<usize>whole << 2); z < end; z += 16) {
      const y = v128.load(labels);
      const t = signed4(v128.load(z), y);
      const low = f64x2.add(base, f64x2.mul(low2(y), step));
      const high = f64x2.add(base, f64x2.mul(high2(y), step));
      s0 = f64x2.add(s0, loss2(low2(t), low, v128.load(e), v128.load(l), gamma));
      s1 = f64x2.add(s1, loss2(high2(t), high, v128.load(e, 16), v128.load(l, 16), gamma));
      labels += 16;
      e += 32;
      l += 32;
    }
    const rest = lanes & 3;
    if (rest) {
      const y = loadTail(labels, rest, 0);
      const t = signed4(loadTail(z, rest, 0), y);
      // A lane that is no element has the weight 0.
      const ones = firstOnes(rest);
      const low = f64x2.mul(low2(ones), f64x2.add(base, f64x2.mul(low2(y), step)));
      const high = f64x2.mul(high2(ones), f64x2.add(base, f64x2.mul(high2(y), step)));
      s0 = f64x2.add(s0, loss2(low2(t), low, v128.load(e), v128.load(l), gamma));
      s1 = f64x2.add(s1, loss2(high2(t), high, v128.load(e, 16), v128.load(l, 16), gamma));
    }
  }
  return sum2(f64x2.add(s0, s1));
}

/** Writes factor·∂ℓ/∂z and returns true, or returns false where a label is neither 0 nor 1. */
export function focalRowGradient(
  z: usize,
  labels: usize,
  classes: i32,
  positiveWeight: f64,
  negativeWeight: f64,
  gamma: f64,
  factor: f64,
  gradient: usize,
): bool {
  if (!areHard(labels, classes)) return false;
  // ∂ℓ/∂z is −∂ℓ/∂t for y = 0: the sign goes with the weight.
  const base = f64x2.splat(negativeWeight * factor);
  const step = f64x2.splat((-positiveWeight - negativeWeight) * factor);
  for (let start = 0; start < classes; start += BLOCK) {
    const lanes = min(BLOCK, classes - start);
    exponentials(z, lanes);
    logarithms((lanes + 3) & ~3);
    const whole = lanes & ~3;
    let e = EXPONENTIALS;
    let l = LOGARITHMS;
    for (const end = z + (<usize>whole << 2); z < end; z += 16) {
      const y = v128.load(labels);
      const t = signed4(v128.load(z), y);
      const a = f64x2.add(base, f64x2.mul(low2(y), step));
      const b = f64x2.add(base, f64x2.mul(high2(y), step));
      const low = slope2(low2(t), a, v128.load(e), v128.load(l), gamma);
      const high = slope2(high2(t), b, v128.load(e, 16), v128.load(l, 16), gamma);
      v128.store(gradient, demote4(low, high));
      labels += 16;
      gradient += 16;
      e += 32;
      l += 32;
    }
    const rest = lanes & 3;
    if (rest) {
      const y = loadTail(labels, rest, 0);
      const t = signed4(loadTail(z, rest, 0), y);
      const a = f64x2.add(base, f64x2.mul(low2(y), step));
      const b = f64x2.add(base, f64x2.mul(high2(y), step));
      const low = slope2(low2(t), a, v128.load(e), v128.load(l), gamma);
      const high = slope2(high2(t), b, v128.load(e, 16), v128.load(l, 16), gamma);
      storeTail(gradient, demote4(low, high), rest);
    }
  }
  return true;
}
