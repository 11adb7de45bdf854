/**
 * Rows of BCE with one weight a for both sides, the ordinary case, in float32 exponentials. The scalar twin of the loss is
 * kernels/plain/SigmoidCrossEntropyWithLogits.ts:
 *
 *     Σ_k ℓ_k = a·(Σ_k side_k·z_k + log1p(S)),   side = 1−y for z > 0 and −y otherwise,   S = Π_k (1 + e^−|z_k|) − 1
 *     ∂ℓ/∂z = a·σ(z) for y = 0 and −a·σ(−z) for y = 1
 *
 * What these cannot do (|z| > 87, NaN, ∞, soft labels in the gradient) goes to the float64 rows.
 */
import {hard4, high2, loadTail, low2, storeTail, sum2} from './_lanes';
import {exp4, exp4Scale} from './_math';

/** Factors (1 + e) ≤ 2 that a product takes before it could overflow. */
const FACTORS: i32 = 512;
/** e^−87 is the last whole power of e that is a normal float32. */
const FLOOR: f32 = -87;
const SIGN_F32: f32 = -0.0;

/** (1−y)·z for z > 0 and −y·z otherwise. */
// @ts-ignore: decorator
@inline
function linear2(z: v128, y: v128): v128 {
  const side = f64x2.sub(v128.and(f64x2.gt(z, f64x2.splat(0)), f64x2.splat(1)), y);
  return f64x2.mul(side, z);
}

/** S + e·(1 + S), which is (1 + S)·(1 + e) − 1 without cancellation. */
// @ts-ignore: decorator
@inline
function multiply2(s: v128, e: v128): v128 {
  return f64x2.add(s, f64x2.mul(e, f64x2.add(s, f64x2.splat(1))));
}

/** (1 + a)·(1 + b) − 1 in float32: positive terms, each step within half an ULP. */
// @ts-ignore: decorator
@inline
function pair4(a: v128, b: v128): v128 {
  return f32x4.add(f32x4.add(a, b), f32x4.mul(a, b));
}

/** |z| where the logit is on the wrong side of a label that is 0 or 1: exactly side·z. */
// @ts-ignore: decorator
@inline
function wrong4(z: v128, y: v128): v128 {
  const zero = f32x4.splat(0);
  return v128.and(f32x4.abs(z), v128.xor(f32x4.gt(z, zero), f32x4.ne(y, zero)));
}

/** Σ_k ℓ_k/a of a row, or NaN where the row is beyond this arithmetic. */
export function bceRowLoss(z: usize, labels: usize, classes: i32): f64 {
  const scale = exp4Scale(0);
  const sign = f32x4.splat(SIGN_F32);
  let lowest = f32x4.splat(0);
  let l0 = f64x2.splat(0);
  let l1 = l0;
  let sum: f64 = 0;
  let left = classes & ~7;
  while (left > 0) {
    const end = z + (<usize>min(left, FACTORS) << 2);
    left -= FACTORS;
    let s0 = f64x2.splat(0);
    let s1 = s0;
    for (; z < end; z += 32) {
      const xa = v128.load(z);
      const xb = v128.load(z, 16);
      const na = v128.or(xa, sign);
      const nb = v128.or(xb, sign);
      lowest = f32x4.pmin(lowest, f32x4.pmin(na, nb));
      const ab = pair4(exp4(na, scale), exp4(nb, scale));
      s0 = multiply2(s0, low2(ab));
      s1 = multiply2(s1, high2(ab));
      const ya = v128.load(labels);
      const yb = v128.load(labels, 16);
      if (i32x4.all_true(v128.and(hard4(ya), hard4(yb)))) {
        const linear = f32x4.add(wrong4(xa, ya), wrong4(xb, yb));
        l0 = f64x2.add(l0, low2(linear));
        l1 = f64x2.add(l1, high2(linear));
      } else {
        l0 = f64x2.add(l0, f64x2.add(linear2(low2(xa), low2(ya)), linear2(low2(xb), low2(yb))));
        l1 = f64x2.add(l1, f64x2.add(linear2(high2(xa), high2(ya)), linear2(high2(xb), high2(yb))));
      }
      labels += 32;
    }
    sum += log1pLanes(multiply2(s0, s1));
  }
  for (let rest = classes & 7; rest > 0; rest -= 4) {
    const x = rest >= 4 ? v128.load(z) : loadTail(z, rest, 0);
    const y = rest >= 4 ? v128.load(labels) : loadTail(labels, rest, 0);
    const negative = v128.or(x, sign);
    lowest = f32x4.pmin(lowest, negative);
    let e = exp4(negative, scale);
    // A lane that is no element takes e = 0.
    if (rest < 4) e = v128.and(e, i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(rest)));
    sum += log1pLanes(multiply2(low2(e), high2(e)));
    l0 = f64x2.add(l0, linear2(low2(x), low2(y)));
    l1 = f64x2.add(l1, linear2(high2(x), high2(y)));
    z += 16;
    labels += 16;
  }
  if (v128.any_true(f32x4.lt(lowest, f32x4.splat(FLOOR)))) return NaN;
  return sum + sum2(f64x2.add(l0, l1));
}

/** log((1 + s_0)·(1 + s_1)). */
function log1pLanes(s: v128): f64 {
  const a = f64x2.extract_lane(s, 0);
  return NativeMath.log1p(a + f64x2.extract_lane(s, 1) * (1 + a));
}

/**
 * With x = −z for y = 0 and z for y = 1 the gradient is ±a/(1 + e^x), computed as ±a·2⁻⁴⁰/(2⁻⁴⁰ + 2⁻⁴⁰·e^x): the scaled power
 * is a normal float from x = −30, below which 1 + e^x is 1, to x = 114, where the quotient has become 0.
 */
const EXPONENT: i32 = 40;
const LOWEST: f32 = -30;
const HIGHEST: f32 = 114;
const TWO_POW_MINUS_40: f32 = 9.094947017729282e-13;

/** `factor` is a·2⁻⁴⁰. */
// @ts-ignore: decorator
@inline
function hardSlope4(z: v128, y: v128, scale: v128, factor: v128): v128 {
  const sign = f32x4.splat(SIGN_F32);
  const flip = v128.and(f32x4.ne(y, f32x4.splat(0)), sign);
  const x = v128.xor(z, v128.xor(flip, sign));
  const bounded = f32x4.pmin(f32x4.pmax(x, f32x4.splat(LOWEST)), f32x4.splat(HIGHEST));
  const slope = f32x4.div(factor, f32x4.add(exp4(bounded, scale), f32x4.splat(TWO_POW_MINUS_40)));
  return v128.xor(slope, flip);
}

/**
 * Writes factor·∂ℓ/∂z and returns true, or returns false at the first label that is neither 0 nor 1, and for a factor that
 * 2⁻⁴⁰ would make subnormal.
 */
export function bceRowGradient(z: usize, labels: usize, classes: i32, factor: f32, gradient: usize): bool {
  if (!(abs(factor) > 1e-24 || factor == 0)) return false;
  const end = z + (<usize>(classes & ~7) << 2);
  const last = z + (<usize>(classes & ~3) << 2);
  const scale = exp4Scale(EXPONENT);
  const f = f32x4.splat(factor * TWO_POW_MINUS_40);
  for (; z < end; z += 32) {
    const ya = v128.load(labels);
    const yb = v128.load(labels, 16);
    if (!i32x4.all_true(v128.and(hard4(ya), hard4(yb)))) return false;
    // Both before the stores, which engines keep in order: two chains of operations run side by side.
    const a = hardSlope4(v128.load(z), ya, scale, f);
    const b = hardSlope4(v128.load(z, 16), yb, scale, f);
    v128.store(gradient, a);
    v128.store(gradient, b, 16);
    labels += 32;
    gradient += 32;
  }
  for (; z < last; z += 16) {
    const y = v128.load(labels);
    if (!i32x4.all_true(hard4(y))) return false;
    v128.store(gradient, hardSlope4(v128.load(z), y, scale, f));
    labels += 16;
    gradient += 16;
  }
  const rest = classes & 3;
  if (rest) {
    const y = loadTail(labels, rest, 0);
    if (!i32x4.all_true(hard4(y))) return false;
    storeTail(gradient, hardSlope4(loadTail(z, rest, 0), y, scale, f), rest);
  }
  return true;
}
