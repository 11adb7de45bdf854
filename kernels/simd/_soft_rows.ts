/**
 * Rows with any target. The scalar twin is kernels/plain/_softmax_rows.ts: with the maximal term left out of
 * s, L = log1p(s), c_k = (m−z_k) + L, S = 1 + s, p_k = e^(z_k−m)/S, u_k = 1 − p_k (s/S for the maximal class),
 * q'_k = w_k·((1−ε)·q_k + ε/K), r_k = q'_k·φ(c_k), φ(c) = u^γ·(1 + γ·c·p/u), R = Σ_k r_k:
 *
 *     ℓ = Σ_k q'_k·u_k^γ·c_k + λ·(m+L)²     ∂ℓ/∂z_k = (R−r_k)·p_k − r_k·u_k + 2λ·(m+L)·p_k
 *
 * A cross-entropy takes float32 exponentials for s where the logits are tame. Its gradient, in which p_k − q'_k may cancel,
 * takes float64 ones, and keeps them in `scratch` between their sum and its terms. So do the focal ones, and there r_k too.
 */
import {isTame, tameSum, TWO_POW_MINUS_75, wildSum, writeStats} from './_hard_rows';
import {countOf, demote4, firstOnes, high2, indexOf, loadTail, low2, maximum, sum2} from './_lanes';
import {exp2, power2} from './_math';
import {exp} from './_scalar';

/** Stands for ∞ in m − z, where a class of zero target may be masked: 0·HUGE is 0, and so is e^-708·HUGE beside 1. */
const HUGE: f64 = 1e250;

/**
 * `scratch` begins with four classes of which the last ones are none (logits −∞, labels and weights 0), room for their
 * gradient, and four weights of 1 for rows that have none. What a row keeps of each class comes after them.
 */
const TAIL_LABELS: usize = 16;
const TAIL_WEIGHTS: usize = 32;
const TAIL_GRADIENT: usize = 48;
const ONES: usize = 64;
const CLASSES: usize = 80;

/** Where the weights of a row are, and the bytes from four to four of them: 0 where the same ones serve for all. */
let rowWeights: usize = 0;
let weightStep: usize = 0;

/** Whether weights need reading: those of a row that has them, or of its last classes. */
// @ts-ignore: decorator
@inline
function areWeights(weights: usize): bool {
  return weightStep != 0 || weights != rowWeights;
}

function setWeights(weights: usize, scratch: usize): void {
  v128.store(scratch, f32x4.splat(1), ONES);
  rowWeights = weights ? weights : scratch + ONES;
  weightStep = weights ? 16 : 0;
}

/** Writes the 1 to 3 last of `classes` classes to `scratch`, with their weights. */
function writeTail(z: usize, labels: usize, classes: i32, scratch: usize): void {
  const lanes = classes & 3;
  const offset = <usize>(classes & ~3) << 2;
  v128.store(scratch, loadTail(z + offset, lanes, -Infinity));
  v128.store(scratch, loadTail(labels + offset, lanes, 0), TAIL_LABELS);
  v128.store(scratch, weightStep ? loadTail(rowWeights + offset, lanes, 0) : firstOnes(lanes), TAIL_WEIGHTS);
}

/** q'_k = w_k·(keep·q_k + uniform) of two classes; w is not read where there are no weights. */
// @ts-ignore: decorator
@inline
function targets2(q: v128, w: v128, keep: v128, uniform: v128, weighted: bool): v128 {
  const smoothed = f64x2.add(f64x2.mul(q, keep), uniform);
  return weighted ? f64x2.mul(smoothed, w) : smoothed;
}

/** q'_k of one class. */
function targetOf(labels: usize, weights: usize, k: i32, labelSmoothing: f64, classes: i32): f64 {
  const at = <usize>k << 2;
  const smoothed = <f64>load<f32>(labels + at) * (1 - labelSmoothing) + labelSmoothing / <f64>classes;
  return weights ? smoothed * <f64>load<f32>(weights + at) : smoothed;
}

/** What the loops over `classes` classes, a multiple of 4, add to. AssemblyScript functions return one value. */
let lossSum: f64 = 0;
let targetSum: f64 = 0;
let exponentialSum: f64 = 0;

// @ts-ignore: decorator
@inline
function gapsOf(
  z: usize, labels: usize, weights: usize, classes: i32, m: f64, keep: v128, uniform: v128, weighted: bool,
): void {
  const top = f64x2.splat(m);
  const zero = f64x2.splat(0);
  const highest = f64x2.splat(HUGE);
  let gaps0 = zero;
  let gaps1 = zero;
  let mass0 = zero;
  let mass1 = zero;
  const step = weighted ? weightStep : 0;
  for (const end = z + (<usize>classes << 2); z < end; z += 16) {
    const x = v128.load(z);
    const q = v128.load(labels);
    const w = weighted ? v128.load(weights) : q;
    const qa = targets2(low2(q), low2(w), keep, uniform, weighted);
    const qb = targets2(high2(q), high2(w), keep, uniform, weighted);
    gaps0 = f64x2.add(gaps0, f64x2.mul(qa, f64x2.pmin(f64x2.sub(top, low2(x)), highest)));
    gaps1 = f64x2.add(gaps1, f64x2.mul(qb, f64x2.pmin(f64x2.sub(top, high2(x)), highest)));
    mass0 = f64x2.add(mass0, qa);
    mass1 = f64x2.add(mass1, qb);
    weights += step;
    labels += 16;
  }
  lossSum += sum2(f64x2.add(gaps0, gaps1));
  targetSum += sum2(f64x2.add(mass0, mass1));
}

/** Adds Σ q'_k·(m−z_k) to lossSum, and Σ q'_k to targetSum. */
function addGaps(z: usize, labels: usize, weights: usize, classes: i32, m: f64, keep: v128, uniform: v128): void {
  if (areWeights(weights)) gapsOf(z, labels, weights, classes, m, keep, uniform, true);
  else gapsOf(z, labels, weights, classes, m, keep, uniform, false);
}

// @ts-ignore: decorator
@inline
function exponentialsOf(
  z: usize, labels: usize, weights: usize, classes: i32, m: f64, keep: v128, uniform: v128, to: usize, weighted: bool,
): void {
  const shift = f64x2.splat(m);
  const zero = f64x2.splat(0);
  let s0 = zero;
  let s1 = zero;
  let mass0 = zero;
  let mass1 = zero;
  const step = weighted ? weightStep : 0;
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
    mass0 = f64x2.add(mass0, weighted ? targets2(low2(q), low2(w), keep, uniform, true) : low2(q));
    mass1 = f64x2.add(mass1, weighted ? targets2(high2(q), high2(w), keep, uniform, true) : high2(q));
    v128.store(to, ea);
    v128.store(to, eb, 16);
    weights += step;
    labels += 16;
    to += 32;
  }
  exponentialSum += sum2(f64x2.add(s0, s1));
  const mass = sum2(f64x2.add(mass0, mass1));
  // Without weights Σ (keep·q_k + uniform) needs the sum of the labels only.
  targetSum += weighted
    ? mass
    : f64x2.extract_lane(keep, 0) * mass + f64x2.extract_lane(uniform, 0) * <f64>classes;
}

/** Writes e^(z_k−m) as float64, and adds those of all but the maximal classes to exponentialSum, and q'_k to targetSum. */
function writeExponentials(
  z: usize, labels: usize, weights: usize, classes: i32, m: f64, keep: v128, uniform: v128, to: usize,
): void {
  if (areWeights(weights)) exponentialsOf(z, labels, weights, classes, m, keep, uniform, to, true);
  else exponentialsOf(z, labels, weights, classes, m, keep, uniform, to, false);
}

/** Keeps the exponentials of a row behind CLASSES, and returns s; targetSum becomes R for γ = 0. The tail is written. */
function keepExponentials(
  z: usize, labels: usize, classes: i32, top: f32, keep: v128, uniform: v128, scratch: usize,
): f64 {
  const whole = classes & ~3;
  const kept = scratch + CLASSES;
  exponentialSum = 0;
  targetSum = 0;
  writeExponentials(z, labels, rowWeights, whole, <f64>top, keep, uniform, kept);
  if (classes & 3) {
    const to = kept + (<usize>whole << 3);
    writeExponentials(scratch, scratch + TAIL_LABELS, scratch + TAIL_WEIGHTS, 4, <f64>top, keep, uniform, to);
  }
  return exponentialSum + <f64>(countOf(z, classes, top) - 1);
}

/** u_k of two classes from p_k and m − z_k; `ofMaximum` is s/S. */
// @ts-ignore: decorator
@inline
function complement2(p: v128, gap: v128, ofMaximum: v128): v128 {
  return v128.bitselect(ofMaximum, f64x2.sub(f64x2.splat(1), p), f64x2.eq(gap, f64x2.splat(0)));
}

/** q'·u^γ·c of two classes with the logits x and the exponentials e. */
// @ts-ignore: decorator
@inline
function focal2(x: v128, q: v128, e: v128, m: f64, s: f64, logSum: f64, gamma: f64): v128 {
  const gap = f64x2.pmin(f64x2.sub(f64x2.splat(m), x), f64x2.splat(HUGE));
  const p = f64x2.mul(e, f64x2.splat(1 / (1 + s)));
  const u = complement2(p, gap, f64x2.splat(s / (1 + s)));
  return f64x2.mul(f64x2.mul(q, power2(u, gamma)), f64x2.add(gap, f64x2.splat(logSum)));
}

/** Adds Σ q'_k·u_k^γ·c_k to lossSum. */
function addFocal(
  z: usize,
  labels: usize,
  weights: usize,
  classes: i32,
  m: f64,
  s: f64,
  gamma: f64,
  keep: v128,
  uniform: v128,
  exponentials: usize,
): void {
  const logSum = NativeMath.log1p(s);
  let s0 = f64x2.splat(0);
  let s1 = s0;
  const step = weightStep;
  for (const end = z + (<usize>classes << 2); z < end; z += 16) {
    const x = v128.load(z);
    const q = v128.load(labels);
    const w = v128.load(weights);
    const qa = targets2(low2(q), low2(w), keep, uniform, true);
    const qb = targets2(high2(q), high2(w), keep, uniform, true);
    s0 = f64x2.add(s0, focal2(low2(x), qa, v128.load(exponentials), m, s, logSum, gamma));
    s1 = f64x2.add(s1, focal2(high2(x), qb, v128.load(exponentials, 16), m, s, logSum, gamma));
    weights += step;
    labels += 16;
    exponentials += 32;
  }
  lossSum += sum2(f64x2.add(s0, s1));
}

/** s of a row whose maximum is `top`, in float32 exponentials where the logits are tame. */
function sumWithoutMaximum(z: usize, classes: i32, top: f32): f64 {
  const maximal = indexOf(z, classes, top);
  // A row of NaN has no maximum, and one that holds ∞, or is all −∞, is NaN.
  if (maximal < 0 || abs(top) == Infinity) return NaN;
  if (classes == 1) return 0;
  const at = z + (<usize>maximal << 2);
  // The maximal term is left out by making it 0 for the time of the sum.
  store<f32>(at, -Infinity);
  const s = isTame(top, classes)
    ? tameSum(z, classes) * TWO_POW_MINUS_75 * exp(-<f64>top)
    : wildSum(z, classes, <f64>top);
  store<f32>(at, top);
  return s;
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
  const keep = f64x2.splat(1 - labelSmoothing);
  const uniform = f64x2.splat(labelSmoothing / <f64>classes);
  const top = maximum(z, classes);
  const m = <f64>top;
  setWeights(weights, scratch);
  const tailLabels = scratch + TAIL_LABELS;
  const tailWeights = scratch + TAIL_WEIGHTS;
  const whole = classes & ~3;
  const rest = classes & 3;
  if (rest) writeTail(z, labels, classes, scratch);
  // u^γ makes γ·p relative errors of s out of one: float64 exponentials then.
  const s =
    gamma == 0
      ? sumWithoutMaximum(z, classes, top)
      : keepExponentials(z, labels, classes, top, keep, uniform, scratch);
  writeStats(stats, m, s);
  const logSum = NativeMath.log1p(s);
  lossSum = 0;
  targetSum = 0;
  if (gamma == 0) {
    addGaps(z, labels, rowWeights, whole, m, keep, uniform);
    if (rest) addGaps(scratch, tailLabels, tailWeights, 4, m, keep, uniform);
    lossSum += targetSum * logSum;
  } else {
    const kept = scratch + CLASSES;
    addFocal(z, labels, rowWeights, whole, m, s, gamma, keep, uniform, kept);
    if (rest) {
      addFocal(scratch, tailLabels, tailWeights, 4, m, s, gamma, keep, uniform, kept + (<usize>whole << 3));
    }
  }
  if (zLoss != 0) lossSum += zLoss * (m + logSum) * (m + logSum);
  return logSum == logSum ? lossSum : NaN;
}

/** r_k/q'_k = φ(c_k) of two classes with the logits x and the exponentials e. */
// @ts-ignore: decorator
@inline
function slope2(x: v128, e: v128, m: f64, s: f64, logSum: f64, gamma: f64): v128 {
  const zero = f64x2.splat(0);
  const gap = f64x2.pmin(f64x2.sub(f64x2.splat(m), x), f64x2.splat(HUGE));
  const p = f64x2.mul(e, f64x2.splat(1 / (1 + s)));
  const u = complement2(p, gap, f64x2.splat(s / (1 + s)));
  const c = f64x2.add(gap, f64x2.splat(logSum));
  const ratio = f64x2.div(f64x2.mul(f64x2.mul(f64x2.splat(gamma), c), p), u);
  return f64x2.mul(power2(u, gamma), f64x2.add(f64x2.splat(1), v128.and(ratio, f64x2.ne(u, zero))));
}

/** Writes r_k as float64, `slopes` bytes behind the exponentials, and adds them to targetSum. */
function writeSlopes(
  z: usize,
  labels: usize,
  weights: usize,
  classes: i32,
  m: f64,
  s: f64,
  gamma: f64,
  keep: v128,
  uniform: v128,
  exponentials: usize,
  slopes: usize,
): void {
  const logSum = NativeMath.log1p(s);
  let s0 = f64x2.splat(0);
  let s1 = s0;
  const step = weightStep;
  for (const end = z + (<usize>classes << 2); z < end; z += 16) {
    const x = v128.load(z);
    const q = v128.load(labels);
    const w = v128.load(weights);
    const qa = targets2(low2(q), low2(w), keep, uniform, true);
    const qb = targets2(high2(q), high2(w), keep, uniform, true);
    const a = f64x2.mul(qa, slope2(low2(x), v128.load(exponentials), m, s, logSum, gamma));
    const b = f64x2.mul(qb, slope2(high2(x), v128.load(exponentials, 16), m, s, logSum, gamma));
    s0 = f64x2.add(s0, a);
    s1 = f64x2.add(s1, b);
    v128.store(exponentials + slopes, a);
    v128.store(exponentials + slopes, b, 16);
    weights += step;
    labels += 16;
    exponentials += 32;
  }
  targetSum += sum2(f64x2.add(s0, s1));
}

// @ts-ignore: decorator
@inline
function differencesOf(
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
  const step = weighted ? weightStep : 0;
  for (const end = gradient + (<usize>classes << 2); gradient < end; gradient += 16) {
    const q = v128.load(labels);
    const w = weighted ? v128.load(weights) : q;
    const qa = targets2(low2(q), low2(w), keepDy, uniformDy, weighted);
    const qb = targets2(high2(q), high2(w), keepDy, uniformDy, weighted);
    const a = f64x2.sub(f64x2.mul(v128.load(exponentials), f), qa);
    const b = f64x2.sub(f64x2.mul(v128.load(exponentials, 16), f), qb);
    v128.store(gradient, demote4(a, b));
    weights += step;
    labels += 16;
    exponentials += 32;
  }
}

/** Writes dy·((R + 2λ·lse)·p_k − q'_k); `factor` is dy·(R + 2λ·lse)/S. */
function writeDifferences(
  exponentials: usize,
  labels: usize,
  weights: usize,
  classes: i32,
  factor: f64,
  keepDy: v128,
  uniformDy: v128,
  gradient: usize,
): void {
  if (areWeights(weights)) differencesOf(exponentials, labels, weights, classes, factor, keepDy, uniformDy, gradient, true);
  else differencesOf(exponentials, labels, weights, classes, factor, keepDy, uniformDy, gradient, false);
}

/** The same with r_k for q'_k. */
function writeFocalDifferences(exponentials: usize, slopes: usize, classes: i32, factor: f64, dy: f64, gradient: usize): void {
  const f = f64x2.splat(factor);
  const upstream = f64x2.splat(dy);
  for (const end = gradient + (<usize>classes << 2); gradient < end; gradient += 16) {
    const r = exponentials + slopes;
    const a = f64x2.sub(f64x2.mul(v128.load(exponentials), f), f64x2.mul(v128.load(r), upstream));
    const b = f64x2.sub(f64x2.mul(v128.load(exponentials, 16), f), f64x2.mul(v128.load(r, 16), upstream));
    v128.store(gradient, demote4(a, b));
    exponentials += 32;
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
  const top = load<f32>(stats);
  const m = <f64>top;
  const keep = f64x2.splat(1 - labelSmoothing);
  const uniform = f64x2.splat(labelSmoothing / <f64>classes);
  const whole = classes & ~3;
  const rest = classes & 3;
  const offset = <usize>whole << 2;
  const tailLabels = scratch + TAIL_LABELS;
  const tailWeights = scratch + TAIL_WEIGHTS;
  const kept = scratch + CLASSES;
  const keptRest = kept + (offset << 1);
  const slopes = <usize>((classes + 3) & ~3) << 3;
  setWeights(weights, scratch);
  if (rest) writeTail(z, labels, classes, scratch);

  // p_k − q_k may cancel, so the loss's s, which is as exact as a loss has to be, is not enough here.
  const s = keepExponentials(z, labels, classes, top, keep, uniform, scratch);
  const zTerm = zLoss == 0 ? 0 : 2 * zLoss * (m + NativeMath.log1p(s));
  if (gamma != 0) {
    targetSum = 0;
    writeSlopes(z, labels, rowWeights, whole, m, s, gamma, keep, uniform, kept, slopes);
    if (rest) writeSlopes(scratch, tailLabels, tailWeights, 4, m, s, gamma, keep, uniform, keptRest, slopes);
  }
  const sum = targetSum;
  const factor = (dy * (sum + zTerm)) / (1 + s);
  const tailGradient = scratch + TAIL_GRADIENT;
  if (gamma != 0) {
    writeFocalDifferences(kept, slopes, whole, factor, dy, gradient);
    if (rest) writeFocalDifferences(keptRest, slopes, 4, factor, dy, tailGradient);
  } else {
    const keepDy = f64x2.splat((1 - labelSmoothing) * dy);
    const uniformDy = f64x2.splat((labelSmoothing / <f64>classes) * dy);
    writeDifferences(kept, labels, rowWeights, whole, factor, keepDy, uniformDy, gradient);
    if (rest) writeDifferences(keptRest, tailLabels, tailWeights, 4, factor, keepDy, uniformDy, tailGradient);
  }
  if (rest) memory.copy(gradient + offset, tailGradient, <usize>rest << 2);

  const maximal = indexOf(z, classes, top);
  if (maximal < 0) return;
  const r =
    gamma != 0
      ? load<f64>(kept + slopes + (<usize>maximal << 3))
      : targetOf(labels, weights, maximal, labelSmoothing, classes);
  const slope = (sum - r + zTerm - r * s) / (1 + s);
  store<f32>(gradient + (<usize>maximal << 2), <f32>(dy * slope));
}
