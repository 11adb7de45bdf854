/**
 * Rows of the sigmoid focal loss with labels 0 and 1, the ordinary case. One side of an element is enough then: with
 * v = −z for y = 1 and z for y = 0, e = e^−|v|, L = log1p(e), u = σ(v), p = σ(−v), softplus(v) = max(v, 0) + L,
 *
 *     ℓ = a·u^γ·softplus(v)     ∂ℓ/∂v = a·u^γ·(u + γ·p·softplus(v))
 *
 * The scalar twin is kernels/plain/_focal_element.ts. Other rows are _sigmoid_rows.ts's. Nothing cancels here, so 28 bits
 * of e and L are enough for the contract.
 */
import {demote4, hard4, high2, loadTail, low2, sum2} from './_lanes';
import {exp2Short, log1pShort} from './_math';
import {BLOCK} from './_stages';

const SIGN_F32: f32 = -0.0;
/** Stands for v = ∞: no product reads 0·∞, and ℓ is beyond float32 all the same. */
const HUGE: f64 = 1e300;
/** Where p·softplus(v) has become 0 beside u for any γ, in place of e^−708·HUGE, which has not. */
const FAR: f64 = 700;

/** `scratch` has a block of e, and behind it the last elements of a row. */
const TAIL_LOGITS: usize = 1024;
const TAIL_LABELS: usize = 1040;
const TAIL_GRADIENT: usize = 1056;

/** v of four elements. */
// @ts-ignore: decorator
@inline
function signed4(z: v128, y: v128): v128 {
  return v128.xor(z, v128.and(f32x4.ne(y, f32x4.splat(0)), f32x4.splat(SIGN_F32)));
}

/** e^−|z| of `lanes` elements, a multiple of 4. */
// @ts-ignore: decorator
@inline
function exponentials(z: usize, lanes: i32, e: usize): void {
  const sign = f32x4.splat(SIGN_F32);
  for (const end = z + (<usize>lanes << 2); z < end; z += 16) {
    const x = v128.or(v128.load(z), sign);
    // Both before the stores, which engines keep in order: two chains of operations run side by side.
    const low = exp2Short(low2(x));
    const high = exp2Short(high2(x));
    v128.store(e, low);
    v128.store(e, high, 16);
    e += 32;
  }
}

/** u^γ from u = σ(v) = e^−softplus(−v), with softplus(−v) = softplus(v) − v. */
// @ts-ignore: decorator
@inline
function power2(u: v128, v: v128, softplus: v128, gamma: f64, square: bool): v128 {
  if (square) return f64x2.mul(u, u);
  return exp2Short(f64x2.mul(f64x2.splat(gamma), f64x2.sub(v, softplus)));
}

/** a·u^γ·softplus(v) of two elements. */
// @ts-ignore: decorator
@inline
function loss2(signed: v128, a: v128, e: v128, gamma: f64, square: bool): v128 {
  const v = f64x2.pmin(signed, f64x2.splat(HUGE));
  const one = f64x2.splat(1);
  const zero = f64x2.splat(0);
  // Two divisions at a time are done sooner than one for both and the products that take it apart.
  const larger = f64x2.div(one, f64x2.add(e, one));
  const logTerm = log1pShort(f64x2.div(e, f64x2.add(e, f64x2.splat(2))));
  const softplus = f64x2.add(f64x2.pmax(v, zero), logTerm);
  const u = f64x2.mul(v128.bitselect(one, e, f64x2.gt(v, zero)), larger);
  return f64x2.mul(f64x2.mul(a, softplus), power2(u, v, softplus, gamma, square));
}

/** a·u^γ·(u + γ·p·softplus(v)) of two elements. */
// @ts-ignore: decorator
@inline
function slope2(signed: v128, a: v128, e: v128, gamma: f64, square: bool): v128 {
  const v = f64x2.pmin(signed, f64x2.splat(FAR));
  const one = f64x2.splat(1);
  const zero = f64x2.splat(0);
  const larger = f64x2.div(one, f64x2.add(e, one));
  const logTerm = log1pShort(f64x2.div(e, f64x2.add(e, f64x2.splat(2))));
  const softplus = f64x2.add(f64x2.pmax(v, zero), logTerm);
  const smaller = f64x2.mul(e, larger);
  const isPositive = f64x2.gt(v, zero);
  const u = v128.bitselect(larger, smaller, isPositive);
  const p = v128.bitselect(smaller, larger, isPositive);
  const bracket = f64x2.add(u, f64x2.mul(f64x2.mul(f64x2.splat(gamma), p), softplus));
  return f64x2.mul(f64x2.mul(a, bracket), power2(u, v, softplus, gamma, square));
}

/** loss2, and slope2 with the weights `b` as two float32 to `gradient`, of which most is the same. */
// @ts-ignore: decorator
@inline
function both2(signed: v128, a: v128, b: v128, e: v128, gamma: f64, square: bool, gradient: usize): v128 {
  const v = f64x2.pmin(signed, f64x2.splat(HUGE));
  const one = f64x2.splat(1);
  const zero = f64x2.splat(0);
  const larger = f64x2.div(one, f64x2.add(e, one));
  const logTerm = log1pShort(f64x2.div(e, f64x2.add(e, f64x2.splat(2))));
  const softplus = f64x2.add(f64x2.pmax(v, zero), logTerm);
  const smaller = f64x2.mul(e, larger);
  const isPositive = f64x2.gt(v, zero);
  const u = v128.bitselect(larger, smaller, isPositive);
  const p = v128.bitselect(smaller, larger, isPositive);
  const bracket = f64x2.add(u, f64x2.mul(f64x2.mul(f64x2.splat(gamma), p), f64x2.pmin(softplus, f64x2.splat(FAR))));
  const power = power2(u, v, softplus, gamma, square);
  v128.store64_lane(gradient, f32x4.demote_f64x2_zero(f64x2.mul(f64x2.mul(b, bracket), power)), 0);
  return f64x2.mul(f64x2.mul(a, softplus), power);
}

/** Σ ℓ of `lanes` elements, a multiple of 4, with the weights a = base + y·step. */
// @ts-ignore: decorator
@inline
function lossOf(z: usize, y: usize, lanes: i32, base: v128, step: v128, gamma: f64, square: bool, scratch: usize): f64 {
  let s0 = f64x2.splat(0);
  let s1 = s0;
  for (; lanes > 0; lanes -= BLOCK) {
    const block = min(BLOCK, lanes);
    exponentials(z, block, scratch);
    let e = scratch;
    for (const end = z + (<usize>block << 2); z < end; z += 16) {
      const labels = v128.load(y);
      const v = signed4(v128.load(z), labels);
      const a = f64x2.add(base, f64x2.mul(low2(labels), step));
      const b = f64x2.add(base, f64x2.mul(high2(labels), step));
      s0 = f64x2.add(s0, loss2(low2(v), a, v128.load(e), gamma, square));
      s1 = f64x2.add(s1, loss2(high2(v), b, v128.load(e, 16), gamma, square));
      y += 16;
      e += 32;
    }
  }
  return sum2(f64x2.add(s0, s1));
}

/** Writes (base + y·step)·∂ℓ/∂v of `lanes` elements, a multiple of 4. */
// @ts-ignore: decorator
@inline
function gradientOf(
  z: usize, y: usize, lanes: i32, base: v128, step: v128, gamma: f64, square: bool, gradient: usize, scratch: usize,
): void {
  for (; lanes > 0; lanes -= BLOCK) {
    const block = min(BLOCK, lanes);
    exponentials(z, block, scratch);
    let e = scratch;
    for (const end = z + (<usize>block << 2); z < end; z += 16) {
      const labels = v128.load(y);
      const v = signed4(v128.load(z), labels);
      const a = f64x2.add(base, f64x2.mul(low2(labels), step));
      const b = f64x2.add(base, f64x2.mul(high2(labels), step));
      const low = slope2(low2(v), a, v128.load(e), gamma, square);
      const high = slope2(high2(v), b, v128.load(e, 16), gamma, square);
      v128.store(gradient, demote4(low, high));
      y += 16;
      gradient += 16;
      e += 32;
    }
  }
}

/** lossOf and gradientOf, of which the latter's weights are baseDy + y·stepDy. */
// @ts-ignore: decorator
@inline
function bothOf(
  z: usize, y: usize, lanes: i32, base: v128, step: v128, baseDy: v128, stepDy: v128, gamma: f64, square: bool, gradient: usize,
  scratch: usize,
): f64 {
  let s0 = f64x2.splat(0);
  let s1 = s0;
  for (; lanes > 0; lanes -= BLOCK) {
    const block = min(BLOCK, lanes);
    exponentials(z, block, scratch);
    let e = scratch;
    for (const end = z + (<usize>block << 2); z < end; z += 16) {
      const labels = v128.load(y);
      const v = signed4(v128.load(z), labels);
      const yLow = low2(labels);
      const yHigh = high2(labels);
      const a = f64x2.add(base, f64x2.mul(yLow, step));
      const b = f64x2.add(base, f64x2.mul(yHigh, step));
      const aDy = f64x2.add(baseDy, f64x2.mul(yLow, stepDy));
      const bDy = f64x2.add(baseDy, f64x2.mul(yHigh, stepDy));
      s0 = f64x2.add(s0, both2(low2(v), a, aDy, v128.load(e), gamma, square, gradient));
      s1 = f64x2.add(s1, both2(high2(v), b, bDy, v128.load(e, 16), gamma, square, gradient + 8));
      y += 16;
      gradient += 16;
      e += 32;
    }
  }
  return sum2(f64x2.add(s0, s1));
}

/** Whether all labels of a row are 0 or 1. */
function areHard(labels: usize, classes: i32): bool {
  const whole = classes & ~3;
  let all = i32x4.splat(-1);
  for (const end = labels + (<usize>whole << 2); labels < end; labels += 16) all = v128.and(all, hard4(v128.load(labels)));
  if (classes & 3) all = v128.and(all, hard4(loadTail(labels, classes & 3, 0)));
  return i32x4.all_true(all);
}

/** Writes the `lanes` (1 to 3) last elements of a row to `scratch`, and for the missing ones z = −∞ and y = 0: ℓ is 0. */
function writeTail(z: usize, labels: usize, lanes: i32, scratch: usize): void {
  v128.store(scratch, loadTail(z, lanes, -Infinity), TAIL_LOGITS);
  v128.store(scratch, loadTail(labels, lanes, 0), TAIL_LABELS);
}

/** Σ_k ℓ_k of a row, or NaN where a label is neither 0 nor 1. */
export function focalRowLoss(
  z: usize,
  labels: usize,
  classes: i32,
  positiveWeight: f64,
  negativeWeight: f64,
  gamma: f64,
  scratch: usize,
): f64 {
  if (!areHard(labels, classes)) return NaN;
  const base = f64x2.splat(negativeWeight);
  const step = f64x2.splat(positiveWeight - negativeWeight);
  const whole = classes & ~3;
  let sum: f64 = 0;
  for (let part = 0; part < 2; part++) {
    if (gamma == 2) sum += lossOf(z, labels, classes & ~3, base, step, 2, true, scratch);
    else sum += lossOf(z, labels, classes & ~3, base, step, gamma, false, scratch);
    const rest = classes & 3;
    if (!rest) break;
    const offset = <usize>whole << 2;
    writeTail(z + offset, labels + offset, rest, scratch);
    z = scratch + TAIL_LOGITS;
    labels = scratch + TAIL_LABELS;
    classes = 4;
  }
  return sum;
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
  scratch: usize,
): bool {
  if (!areHard(labels, classes)) return false;
  // ∂ℓ/∂z is −∂ℓ/∂v for y = 1: the sign goes with the weight.
  const base = f64x2.splat(negativeWeight * factor);
  const step = f64x2.splat((-positiveWeight - negativeWeight) * factor);
  const whole = classes & ~3;
  const rest = classes & 3;
  let to = gradient;
  for (let part = 0; part < 2; part++) {
    if (gamma == 2) gradientOf(z, labels, classes & ~3, base, step, 2, true, to, scratch);
    else gradientOf(z, labels, classes & ~3, base, step, gamma, false, to, scratch);
    if (!rest || part) break;
    const offset = <usize>whole << 2;
    writeTail(z + offset, labels + offset, rest, scratch);
    z = scratch + TAIL_LOGITS;
    labels = scratch + TAIL_LABELS;
    to = scratch + TAIL_GRADIENT;
    classes = 4;
  }
  if (rest) memory.copy(gradient + (<usize>whole << 2), scratch + TAIL_GRADIENT, <usize>rest << 2);
  return true;
}

/** focalRowLoss, and what focalRowGradient writes where that is not NaN. */
export function focalRowLossAndGradient(
  z: usize,
  labels: usize,
  classes: i32,
  positiveWeight: f64,
  negativeWeight: f64,
  gamma: f64,
  factor: f64,
  gradient: usize,
  scratch: usize,
): f64 {
  if (!areHard(labels, classes)) return NaN;
  const base = f64x2.splat(negativeWeight);
  const step = f64x2.splat(positiveWeight - negativeWeight);
  const baseDy = f64x2.splat(negativeWeight * factor);
  const stepDy = f64x2.splat((-positiveWeight - negativeWeight) * factor);
  const whole = classes & ~3;
  const rest = classes & 3;
  let sum: f64 = 0;
  let to = gradient;
  for (let part = 0; part < 2; part++) {
    if (gamma == 2) sum += bothOf(z, labels, classes & ~3, base, step, baseDy, stepDy, 2, true, to, scratch);
    else sum += bothOf(z, labels, classes & ~3, base, step, baseDy, stepDy, gamma, false, to, scratch);
    if (!rest || part) break;
    const offset = <usize>whole << 2;
    writeTail(z + offset, labels + offset, rest, scratch);
    z = scratch + TAIL_LOGITS;
    labels = scratch + TAIL_LABELS;
    to = scratch + TAIL_GRADIENT;
    classes = 4;
  }
  if (rest) memory.copy(gradient + (<usize>whole << 2), scratch + TAIL_GRADIENT, <usize>rest << 2);
  return sum;
}
