/**
 * Rows of BCE with one weight a for both sides, the ordinary case, in float32 exponentials. The scalar twin of the loss is
 * kernels/plain/SigmoidCrossEntropyWithLogits.ts:
 *
 *     Σ_k ℓ_k = a·(Σ_k side_k·z_k + log P),   side = 1−y' for z > 0 and −y' otherwise,   P = Π_k (1 + e^−|z_k|)
 *     ∂ℓ/∂z = a·σ(z) for y = 0 and −a·σ(−z) for y = 1
 *
 * What these cannot do (a small loss, NaN, soft labels in the gradient) goes to the float64 rows.
 */
import {hard4, high2, loadTail, low2, storeTail, sum2} from './_lanes';
import {exp4, exp4Scale} from './_math';
import {log} from './_scalar';

/** Elements whose factors (1 + e) ≤ 2 make a product before it could overflow. */
const FACTORS: i32 = 512;
/**
 * Exponentials are scaled by 2⁴⁰: from |z| = 0 to 114, where e^−|z| has become 0 as a float32, the scaled ones are normal floats.
 * The loss takes the scale off again, and loses what adds nothing to a loss that is not small.
 */
const EXPONENT: i32 = -40;
const FLOOR: f32 = -114;
const TWO_POW_40: f32 = 1099511627776;
const TWO_POW_MINUS_40: f32 = 9.094947017729282e-13;
/** P has an error of 2^-47, which this is large beside. */
const SMALL: f64 = 0.00001;
const SIGN_F32: f32 = -0.0;

/** side·z of two elements with y' = keep·y + uniform. */
// @ts-ignore: decorator
@inline
function linear2(z: v128, y: v128, keep: v128, uniform: v128): v128 {
  const smoothed = f64x2.add(f64x2.mul(y, keep), uniform);
  const side = f64x2.sub(v128.and(f64x2.gt(z, f64x2.splat(0)), f64x2.splat(1)), smoothed);
  return f64x2.mul(side, z);
}

/** side·z/2 of four elements with labels that are 0 or 1: max(0, ±z/2), which is exact. */
// @ts-ignore: decorator
@inline
function halfLinear4(z: v128, y: v128): v128 {
  return f32x4.pmax(f32x4.mul(z, f32x4.sub(f32x4.splat(0.5), y)), f32x4.splat(0));
}

/** (1 + a)·(1 + b) − 1 in float32: positive terms, each step within half an ULP. */
// @ts-ignore: decorator
@inline
function pair4(a: v128, b: v128): v128 {
  return f32x4.add(f32x4.add(a, b), f32x4.mul(a, b));
}

/** 2⁴⁰·e^−|z| of four elements. */
// @ts-ignore: decorator
@inline
function exponentials4(z: v128, scale: v128): v128 {
  return exp4(f32x4.pmax(v128.or(z, f32x4.splat(SIGN_F32)), f32x4.splat(FLOOR)), scale);
}

// @ts-ignore: decorator
@inline
function unscaled4(e: v128): v128 {
  return f32x4.mul(e, f32x4.splat(TWO_POW_MINUS_40));
}

// @ts-ignore: decorator
@inline
function times2(product: v128, e: v128): v128 {
  return f64x2.mul(product, f64x2.add(e, f64x2.splat(1)));
}

// @ts-ignore: decorator
@inline
function product2(x: v128): f64 {
  return f64x2.extract_lane(x, 0) * f64x2.extract_lane(x, 1);
}

/** Whether all labels of the last row that was taken for a hard one were 0 or 1. */
let areLabelsHard: bool = false;

/**
 * Σ_k ℓ_k/a of a row, or NaN where it is small, and with `hard` where a label is neither 0 nor 1. With `both`, which is for hard
 * ones, factor·∂ℓ_k/∂z_k/a is written as well.
 */
// @ts-ignore: decorator
@inline
function lossOf(
  z: usize, labels: usize, classes: i32, labelSmoothing: f64, hard: bool, both: bool, factor: f32, gradient: usize,
): f64 {
  const scale = exp4Scale(EXPONENT);
  const f = f32x4.splat(factor);
  const keep = f64x2.splat(1 - labelSmoothing);
  const uniform = f64x2.splat(labelSmoothing / 2);
  const one = f64x2.splat(1);
  let soft = i32x4.splat(0);
  let l0 = f64x2.splat(0);
  let l1 = l0;
  let sum: f64 = 0;
  let p0 = one;
  let p1 = one;
  for (let left = classes & ~7; left > 0; left -= FACTORS) {
    for (const end = z + (<usize>min(left, FACTORS) << 2); z < end; z += 32) {
      const xa = v128.load(z);
      const xb = v128.load(z, 16);
      const ya = v128.load(labels);
      const yb = v128.load(labels, 16);
      const ea = exponentials4(xa, scale);
      const eb = exponentials4(xb, scale);
      if (both) {
        // Both before the stores, which engines keep in order: two chains of operations run side by side.
        const a = hardSlope4(xa, ya, ea, f);
        const b = hardSlope4(xb, yb, eb, f);
        v128.store(gradient, a);
        v128.store(gradient, b, 16);
        gradient += 32;
      }
      const e = pair4(unscaled4(ea), unscaled4(eb));
      p0 = times2(p0, low2(e));
      p1 = times2(p1, high2(e));
      if (hard) {
        soft = v128.or(soft, v128.or(v128.not(hard4(ya)), v128.not(hard4(yb))));
        const half = f32x4.add(halfLinear4(xa, ya), halfLinear4(xb, yb));
        l0 = f64x2.add(l0, low2(half));
        l1 = f64x2.add(l1, high2(half));
      } else {
        const a = linear2(low2(xa), low2(ya), keep, uniform);
        const b = linear2(high2(xa), high2(ya), keep, uniform);
        l0 = f64x2.add(l0, f64x2.add(a, linear2(low2(xb), low2(yb), keep, uniform)));
        l1 = f64x2.add(l1, f64x2.add(b, linear2(high2(xb), high2(yb), keep, uniform)));
      }
      labels += 32;
    }
    if (left < FACTORS) break;
    sum += log(product2(f64x2.mul(p0, p1)));
    p0 = one;
    p1 = one;
  }
  for (let rest = classes & 7; rest > 0; rest -= 4) {
    const x = rest >= 4 ? v128.load(z) : loadTail(z, rest, -Infinity);
    const y = rest >= 4 ? v128.load(labels) : loadTail(labels, rest, 0);
    const scaled = exponentials4(x, scale);
    if (both) {
      const slope = hardSlope4(x, y, scaled, f);
      if (rest < 4) storeTail(gradient, slope, rest);
      else v128.store(gradient, slope);
      gradient += 16;
    }
    let e = unscaled4(scaled);
    if (rest < 4) e = v128.and(e, i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(rest)));
    p0 = times2(p0, low2(e));
    p1 = times2(p1, high2(e));
    if (hard) {
      soft = v128.or(soft, v128.not(hard4(y)));
      const half = halfLinear4(x, y);
      l0 = f64x2.add(l0, low2(half));
      l1 = f64x2.add(l1, high2(half));
    } else {
      // A lane that is no element is 0.
      const finite = rest >= 4 ? x : loadTail(z, rest, 0);
      l0 = f64x2.add(l0, linear2(low2(finite), low2(y), keep, uniform));
      l1 = f64x2.add(l1, linear2(high2(finite), high2(y), keep, uniform));
    }
    z += 16;
    labels += 16;
  }
  if (hard) {
    areLabelsHard = !v128.any_true(soft);
    if (!areLabelsHard) return NaN;
  }
  const linear = sum2(f64x2.add(l0, l1));
  sum += log(product2(f64x2.mul(p0, p1))) + (hard ? 2 * linear : linear);
  return sum > SMALL ? sum : NaN;
}

/** Σ_k ℓ_k/a of a row, or NaN where the row is beyond this arithmetic. */
export function bceRowLoss(z: usize, labels: usize, classes: i32, labelSmoothing: f64): f64 {
  if (labelSmoothing == 0) {
    const sum = lossOf(z, labels, classes, 0, true, false, 0, 0);
    if (sum == sum) return sum;
  }
  return lossOf(z, labels, classes, labelSmoothing, false, false, 0, 0);
}

/**
 * Σ_k ℓ_k/a of a row without smoothing, or NaN; writes factor·∂ℓ_k/∂z_k/a too, of which `isGradientWritten` says whether it was
 * within this arithmetic.
 */
export function bceRowLossAndGradient(z: usize, labels: usize, classes: i32, factor: f32, gradient: usize): f64 {
  const sum = lossOf(z, labels, classes, 0, true, true, factor, gradient);
  return sum == sum || areLabelsHard ? sum : lossOf(z, labels, classes, 0, false, false, 0, 0);
}

export function isGradientWritten(): bool {
  return areLabelsHard;
}

/**
 * With x = −z for y = 0 and z for y = 1 the gradient is ±a/(1 + e^x), which is a·e^−|x|/(1 + e^−|x|) for x > 0 and a/(1 + e^−|x|)
 * otherwise. `e` is 2⁴⁰·e^−|z|, and so is all else scaled.
 */
// @ts-ignore: decorator
@inline
function hardSlope4(z: v128, y: v128, e: v128, factor: v128): v128 {
  const sign = f32x4.splat(SIGN_F32);
  const one = f32x4.splat(TWO_POW_40);
  const flip = v128.and(f32x4.ne(y, f32x4.splat(0)), sign);
  const x = v128.xor(z, v128.xor(flip, sign));
  const share = v128.bitselect(e, one, f32x4.gt(x, f32x4.splat(0)));
  return v128.xor(f32x4.div(f32x4.mul(factor, share), f32x4.add(e, one)), flip);
}

/** Whether bceRowGradient takes this factor: no product of it is subnormal or too large, and 0 is 0 at |z| = 114. */
export function isPlainFactor(factor: f32): bool {
  const size = abs(factor);
  return (size > 1e-24 && size < 8192) || size == 0;
}

/** Writes factor·∂ℓ/∂z, with a plain factor, and returns true, or returns false at the first label that is neither 0 nor 1. */
export function bceRowGradient(z: usize, labels: usize, classes: i32, factor: f32, gradient: usize): bool {
  const end = z + (<usize>(classes & ~7) << 2);
  const last = z + (<usize>(classes & ~3) << 2);
  const scale = exp4Scale(EXPONENT);
  const f = f32x4.splat(factor);
  for (; z < end; z += 32) {
    const ya = v128.load(labels);
    const yb = v128.load(labels, 16);
    if (!i32x4.all_true(v128.and(hard4(ya), hard4(yb)))) return false;
    const xa = v128.load(z);
    const xb = v128.load(z, 16);
    // Both before the stores, which engines keep in order: two chains of operations run side by side.
    const a = hardSlope4(xa, ya, exponentials4(xa, scale), f);
    const b = hardSlope4(xb, yb, exponentials4(xb, scale), f);
    v128.store(gradient, a);
    v128.store(gradient, b, 16);
    labels += 32;
    gradient += 32;
  }
  for (; z < last; z += 16) {
    const y = v128.load(labels);
    if (!i32x4.all_true(hard4(y))) return false;
    const x = v128.load(z);
    v128.store(gradient, hardSlope4(x, y, exponentials4(x, scale), f));
    labels += 16;
    gradient += 16;
  }
  const rest = classes & 3;
  if (rest) {
    const y = loadTail(labels, rest, 0);
    if (!i32x4.all_true(hard4(y))) return false;
    const x = loadTail(z, rest, 0);
    storeTail(gradient, hardSlope4(x, y, exponentials4(x, scale), f), rest);
  }
  return true;
}
