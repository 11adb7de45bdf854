/**
 * Rows of the sigmoid family, in float64: every γ, soft labels, smoothing, weights per label, losses per element. The scalar
 * twin is kernels/plain/_sigmoid_element.ts: with e = e^−|z|, L = log1p(e), softplus(±z) = max(±z, 0) + L,
 *
 *     ℓ = p·softplus(−z)·σ(−z)^γ + n·softplus(z)·σ(z)^γ                            p = a₊·y', n = a₋·(1−y')
 *     ∂ℓ/∂z = n·σ(z)^γ·(σ(z) + γ·σ(−z)·softplus(z)) − p·σ(−z)^γ·(σ(−z) + γ·σ(z)·softplus(−z))
 *
 * with σ(∓z)^γ = e^(−γ·softplus(±z)), or a square for γ = 2.
 */
import {demote4, high2, loadTail, low2, storeTail, sum2} from './_lanes';
import {exp2} from './_math';
import {BLOCK, LOGARITHMS, exponentials, logarithms} from './_stages';

/** Beyond it the gradient is a limit for float32, and no product reads 0·∞. */
const FAR: f64 = 700;
/** Stands for ∞, so that a side of zero weight is 0 there. */
const HUGE: f64 = 1e300;

/** ℓ of two elements. */
// @ts-ignore: decorator
@inline
function loss2(z: v128, p: v128, n: v128, e: v128, logTerm: v128, gamma: f64): v128 {
  const zero = f64x2.splat(0);
  const x = f64x2.pmin(f64x2.pmax(z, f64x2.splat(-HUGE)), f64x2.splat(HUGE));
  const softplus = f64x2.add(f64x2.pmax(x, zero), logTerm);
  const softplusNegative = f64x2.add(f64x2.pmax(f64x2.neg(x), zero), logTerm);
  let positive = f64x2.mul(p, softplusNegative);
  let negative = f64x2.mul(n, softplus);
  if (gamma == 2) {
    const one = f64x2.splat(1);
    const larger = f64x2.div(one, f64x2.add(e, one));
    const smaller = f64x2.mul(e, larger);
    const isPositive = f64x2.gt(x, zero);
    const sigmoid = v128.bitselect(larger, smaller, isPositive);
    const sigmoidNegative = v128.bitselect(smaller, larger, isPositive);
    positive = f64x2.mul(positive, f64x2.mul(sigmoidNegative, sigmoidNegative));
    negative = f64x2.mul(negative, f64x2.mul(sigmoid, sigmoid));
  } else if (gamma != 0) {
    const power = f64x2.splat(-gamma);
    positive = f64x2.mul(positive, exp2(f64x2.mul(power, softplus)));
    negative = f64x2.mul(negative, exp2(f64x2.mul(power, softplusNegative)));
  }
  return f64x2.add(positive, negative);
}

/** ∂ℓ/∂z of two elements. */
// @ts-ignore: decorator
@inline
function slope2(z: v128, p: v128, n: v128, e: v128, logTerm: v128, gamma: f64): v128 {
  const zero = f64x2.splat(0);
  const one = f64x2.splat(1);
  const larger = f64x2.div(one, f64x2.add(e, one));
  const smaller = f64x2.mul(e, larger);
  const isPositive = f64x2.gt(z, zero);
  const sigmoid = v128.bitselect(larger, smaller, isPositive);
  const sigmoidNegative = v128.bitselect(smaller, larger, isPositive);
  if (gamma == 0) return f64x2.sub(f64x2.mul(n, sigmoid), f64x2.mul(p, sigmoidNegative));

  const x = f64x2.pmin(f64x2.pmax(z, f64x2.splat(-FAR)), f64x2.splat(FAR));
  const softplus = f64x2.add(f64x2.pmax(x, zero), logTerm);
  const softplusNegative = f64x2.add(f64x2.pmax(f64x2.neg(x), zero), logTerm);
  const factor = f64x2.splat(gamma);
  let up = f64x2.mul(n, f64x2.add(sigmoid, f64x2.mul(f64x2.mul(factor, sigmoidNegative), softplus)));
  let down = f64x2.mul(p, f64x2.add(sigmoidNegative, f64x2.mul(f64x2.mul(factor, sigmoid), softplusNegative)));
  if (gamma == 2) {
    up = f64x2.mul(up, f64x2.mul(sigmoid, sigmoid));
    down = f64x2.mul(down, f64x2.mul(sigmoidNegative, sigmoidNegative));
  } else {
    const power = f64x2.splat(-gamma);
    up = f64x2.mul(up, exp2(f64x2.mul(power, softplusNegative)));
    down = f64x2.mul(down, exp2(f64x2.mul(power, softplus)));
  }
  return f64x2.sub(up, down);
}

/** The weights of the two sides, from labels y and weights w per label. */
// @ts-ignore: decorator
@inline
function positiveSide(y: v128, w: v128, keep: v128, uniform: v128, scale: v128): v128 {
  return f64x2.mul(f64x2.mul(scale, w), f64x2.add(f64x2.mul(y, keep), uniform));
}

// @ts-ignore: decorator
@inline
function negativeSide(y: v128, keep: v128, uniform: v128, scale: v128): v128 {
  return f64x2.mul(scale, f64x2.sub(f64x2.splat(1), f64x2.add(f64x2.mul(y, keep), uniform)));
}

/** Σ_k ℓ_k of a row; writes every ℓ_k to `elements` unless that is 0. `weights` is 0 for none. */
export function rowLoss(
  z: usize,
  labels: usize,
  weights: usize,
  classes: i32,
  labelSmoothing: f64,
  positiveWeight: f64,
  negativeWeight: f64,
  gamma: f64,
  elements: usize,
  scratch: usize,
): f64 {
  const keep = f64x2.splat(1 - labelSmoothing);
  const uniform = f64x2.splat(labelSmoothing / 2);
  const positive = f64x2.splat(positiveWeight);
  const negative = f64x2.splat(negativeWeight);
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let sum: f64 = 0;
  for (let start = 0; start < classes; start += BLOCK) {
    const lanes = min(BLOCK, classes - start);
    exponentials(z, lanes, scratch);
    logarithms((lanes + 3) & ~3, scratch);
    let e = scratch;
    for (let k = 0; k < lanes; k += 4) {
      const rest = lanes - k;
      const whole = rest >= 4;
      const x = whole ? v128.load(z) : loadTail(z, rest, 0);
      const y = whole ? v128.load(labels) : loadTail(labels, rest, 0);
      const w = weights == 0 ? f32x4.splat(1) : whole ? v128.load(weights) : loadTail(weights, rest, 0);
      const pLow = positiveSide(low2(y), low2(w), keep, uniform, positive);
      const pHigh = positiveSide(high2(y), high2(w), keep, uniform, positive);
      const nLow = negativeSide(low2(y), keep, uniform, negative);
      const nHigh = negativeSide(high2(y), keep, uniform, negative);
      const low = loss2(low2(x), pLow, nLow, v128.load(e), v128.load(e, LOGARITHMS), gamma);
      const high = loss2(high2(x), pHigh, nHigh, v128.load(e, 16), v128.load(e, LOGARITHMS + 16), gamma);
      if (whole) {
        s0 = f64x2.add(s0, low);
        s1 = f64x2.add(s1, high);
        if (elements) v128.store(elements, demote4(low, high));
      } else {
        sum += f64x2.extract_lane(low, 0);
        if (rest > 1) sum += f64x2.extract_lane(low, 1);
        if (rest > 2) sum += f64x2.extract_lane(high, 0);
        if (elements) storeTail(elements, demote4(low, high), rest);
      }
      z += 16;
      labels += 16;
      if (weights) weights += 16;
      if (elements) elements += 16;
      e += 32;
    }
  }
  return sum + sum2(f64x2.add(s0, s1));
}

/** factor·dy_k·∂ℓ/∂z_k of a row, with dy_k = 1 where `dy` is 0. `weights` is 0 for none. */
export function rowGradient(
  z: usize,
  labels: usize,
  weights: usize,
  classes: i32,
  labelSmoothing: f64,
  positiveWeight: f64,
  negativeWeight: f64,
  gamma: f64,
  factor: f64,
  dy: usize,
  gradient: usize,
  scratch: usize,
): void {
  const keep = f64x2.splat(1 - labelSmoothing);
  const uniform = f64x2.splat(labelSmoothing / 2);
  const positive = f64x2.splat(positiveWeight * factor);
  const negative = f64x2.splat(negativeWeight * factor);
  for (let start = 0; start < classes; start += BLOCK) {
    const lanes = min(BLOCK, classes - start);
    exponentials(z, lanes, scratch);
    if (gamma != 0) logarithms((lanes + 3) & ~3, scratch);
    let e = scratch;
    for (let k = 0; k < lanes; k += 4) {
      const rest = lanes - k;
      const whole = rest >= 4;
      const x = whole ? v128.load(z) : loadTail(z, rest, 0);
      const y = whole ? v128.load(labels) : loadTail(labels, rest, 0);
      const w = weights == 0 ? f32x4.splat(1) : whole ? v128.load(weights) : loadTail(weights, rest, 0);
      const pLow = positiveSide(low2(y), low2(w), keep, uniform, positive);
      const pHigh = positiveSide(high2(y), high2(w), keep, uniform, positive);
      const nLow = negativeSide(low2(y), keep, uniform, negative);
      const nHigh = negativeSide(high2(y), keep, uniform, negative);
      let low = slope2(low2(x), pLow, nLow, v128.load(e), v128.load(e, LOGARITHMS), gamma);
      let high = slope2(high2(x), pHigh, nHigh, v128.load(e, 16), v128.load(e, LOGARITHMS + 16), gamma);
      if (dy) {
        const upstream = whole ? v128.load(dy) : loadTail(dy, rest, 0);
        low = f64x2.mul(low, low2(upstream));
        high = f64x2.mul(high, high2(upstream));
        dy += 16;
      }
      const result = demote4(low, high);
      if (whole) v128.store(gradient, result);
      else storeTail(gradient, result, rest);
      z += 16;
      labels += 16;
      gradient += 16;
      if (weights) weights += 16;
      e += 32;
    }
  }
}
