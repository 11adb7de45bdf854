/**
 * Rows whose label is one class y, with smoothing and nothing else: q'_k = ε/K but for q'_y = 1−ε+ε/K, so that neither labels
 * nor targets are read. With m = max z, S = Σ_k e^(z_k−m), L = log S,
 *
 *     ℓ = L + (1−ε)·(m−z_y) + (ε/K)·Σ_k (m−z_k) + λ·(m+L)²     ∂ℓ/∂z_k = (1 + 2λ·(m+L))·e^(z_k−m)/S − q'_k
 *
 * The scalar twin is softLoss and softGradient of kernels/plain/_softmax_rows.ts. The loss takes float32 exponentials, the
 * gradient, in which p_k − q'_k may cancel, float64 ones, kept in `scratch` between their sum and its terms.
 */
import {isTame, largestLogit, sumOfLogits, tameSumAndLogits, TAME_CLASSES, TAME_FLOOR, TWO_POW_MINUS_75, writeStats} from './_hard_rows';
import {demote4, high2, loadTail, low2, max4, storeTail, sum2} from './_lanes';
import {exp2} from './_math';
import {exp} from './_scalar';

/**
 * Below, S − 1 loses too much of what is left of a loss or a gradient; above, so does a loss that no longer grows with the
 * error of the largest exponential.
 */
const LEAST_SMOOTHING: f64 = 0.001;
const LARGEST_SMOOTHING: f64 = 0.5;

// @ts-ignore: decorator
@inline
export function isSmooth(labelSmoothing: f64): bool {
  return labelSmoothing >= LEAST_SMOOTHING && labelSmoothing <= LARGEST_SMOOTHING;
}

/**
 * Whether e^z will do in place of e^(z−m): |m| ≤ 64. Exponentials that count beside ε/K are then those of |z| < 128, whose error is
 * below 2⁻⁴⁵. With one class S is 1, and e^z·e^−m only nearly so.
 */
// @ts-ignore: decorator
@inline
export function isNear(m: f32, classes: i32): bool {
  return m >= -64 && m <= 64 && classes > 1 && classes <= TAME_CLASSES;
}

/** ℓ, or NaN where the logits are not tame (see _hard_rows.ts). */
export function smoothLoss(z: usize, classes: i32, y: i32, labelSmoothing: f64, zLoss: f64, stats: usize): f64 {
  const at = z + (<usize>y << 2);
  const label = load<f32>(at);
  // The label's exponential is float64; in the sum it is as good as 0 for the time being.
  store<f32>(at, TAME_FLOOR);
  const others = tameSumAndLogits(z, classes) * TWO_POW_MINUS_75;
  const other = largestLogit();
  const logits = sumOfLogits() - <f64>TAME_FLOOR + <f64>label;
  store<f32>(at, label);
  const top = label > other ? label : other;
  if (!isTame(top, classes) || label != label) return NaN;
  const m = <f64>top;
  const s = others * exp(-m);
  const gap = m - <f64>label;
  // Without the maximal term: the label's, or one of float32, whose error is small beside a loss that misses the label.
  const rest = label == top ? s : s + exp(-gap) - 1;
  writeStats(stats, m, rest);
  return lossOf(m, rest, gap, <f64>classes * m - logits, labelSmoothing / <f64>classes, labelSmoothing, zLoss);
}

/** ℓ from S − 1, m − z_y and Σ_k (m−z_k). */
// @ts-ignore: decorator
@inline
function lossOf(m: f64, rest: f64, gap: f64, gaps: f64, uniform: f64, labelSmoothing: f64, zLoss: f64): f64 {
  const logSum = NativeMath.log1p(rest);
  const loss = logSum + (1 - labelSmoothing) * gap + uniform * gaps;
  return zLoss == 0 ? loss : loss + zLoss * (m + logSum) * (m + logSum);
}

/** smoothLoss and what smoothGradient writes, of the exponentials of the latter; or NaN, and nothing is written. */
export function smoothLossAndGradient(
  z: usize,
  classes: i32,
  y: i32,
  labelSmoothing: f64,
  zLoss: f64,
  stats: usize,
  dy: f64,
  gradient: usize,
  scratch: usize,
): f64 {
  const sum = keepExponentials(z, classes, scratch);
  const top = max4(keptLargest);
  if (!isNear(top, classes) || keptLogits != keptLogits) return NaN;
  const m = <f64>top;
  const label = <f64>load<f32>(z + (<usize>y << 2));
  const perMaximum = exp(-m);
  const rest = Math.max(sum * perMaximum - 1, 0);
  writeStats(stats, m, rest);
  gradientOfKept(classes, y, label, m, sum, perMaximum, labelSmoothing, zLoss, dy, gradient, scratch);
  const gaps = <f64>classes * m - keptLogits;
  return lossOf(m, rest, m - label, gaps, labelSmoothing / <f64>classes, labelSmoothing, zLoss);
}

/** dy·∂ℓ/∂z of logits that are near. */
export function smoothGradient(
  z: usize,
  classes: i32,
  y: i32,
  labelSmoothing: f64,
  zLoss: f64,
  stats: usize,
  dy: f64,
  gradient: usize,
  scratch: usize,
): void {
  const m = <f64>load<f32>(stats);
  const label = <f64>load<f32>(z + (<usize>y << 2));
  const sum = keepExponentials(z, classes, scratch);
  gradientOfKept(classes, y, label, m, sum, exp(-m), labelSmoothing, zLoss, dy, gradient, scratch);
}

/** More results of `keepExponentials`: AssemblyScript functions return one value. */
let keptLargest: v128 = f32x4.splat(0);
let keptLogits: f64 = 0;

/**
 * Σ_k e^(z_k), whose terms go to `to`; max_k z_k among `keptLargest`, Σ_k z_k in `keptLogits`. No m is subtracted, so that one pass
 * does it all.
 */
function keepExponentials(z: usize, classes: i32, to: usize): f64 {
  let top = f32x4.splat(-Infinity);
  let sum = f64x2.splat(0);
  let logits = sum;
  for (const last = z + (<usize>(classes & ~3) << 2); z < last; z += 16) {
    const x = v128.load(z);
    const low = low2(x);
    const high = high2(x);
    const a = exp2(low);
    const b = exp2(high);
    top = f32x4.pmax(top, x);
    logits = f64x2.add(logits, f64x2.add(low, high));
    sum = f64x2.add(sum, f64x2.add(a, b));
    v128.store(to, a);
    v128.store(to, b, 16);
    to += 32;
  }
  if (classes & 3) {
    const x = loadTail(z, classes & 3, -Infinity);
    const a = exp2(low2(x));
    const b = exp2(high2(x));
    const values = loadTail(z, classes & 3, 0);
    top = f32x4.pmax(top, x);
    logits = f64x2.add(logits, f64x2.add(low2(values), high2(values)));
    sum = f64x2.add(sum, f64x2.add(a, b));
    v128.store(to, a);
    v128.store(to, b, 16);
  }
  keptLargest = top;
  keptLogits = sum2(logits);
  return sum2(sum);
}

/** Writes factor·e_k − q for all classes. */
function writeDifferences(exponentials: usize, classes: i32, factor: f64, q: f64, gradient: usize): void {
  const f = f64x2.splat(factor);
  const uniform = f64x2.splat(q);
  for (const last = gradient + (<usize>(classes & ~3) << 2); gradient < last; gradient += 16) {
    const a = f64x2.sub(f64x2.mul(v128.load(exponentials), f), uniform);
    const b = f64x2.sub(f64x2.mul(v128.load(exponentials, 16), f), uniform);
    v128.store(gradient, demote4(a, b));
    exponentials += 32;
  }
  if (classes & 3) {
    const a = f64x2.sub(f64x2.mul(v128.load(exponentials), f), uniform);
    const b = f64x2.sub(f64x2.mul(v128.load(exponentials, 16), f), uniform);
    storeTail(gradient, demote4(a, b), classes & 3);
  }
}

/** From the exponentials of z in `scratch`, their sum, and e^−m. */
function gradientOfKept(
  classes: i32,
  y: i32,
  label: f64,
  m: f64,
  sum: f64,
  perMaximum: f64,
  labelSmoothing: f64,
  zLoss: f64,
  dy: f64,
  gradient: usize,
  scratch: usize,
): void {
  const total = sum * perMaximum;
  const zTerm = zLoss == 0 ? 0 : 2 * zLoss * (m + NativeMath.log1p(total - 1));
  const uniform = labelSmoothing / <f64>classes;
  writeDifferences(scratch, classes, (dy * (1 + zTerm)) / sum, dy * uniform, gradient);
  const at = <usize>y << 2;
  const q = 1 - labelSmoothing + uniform;
  const e = load<f64>(scratch + (at << 1)) * perMaximum;
  // At the maximum p = 1/S may be close to 1, and so may q: (1−q)·1 − q·(S−1) keeps their difference.
  const difference = label == m ? labelSmoothing - uniform - q * (total - 1) + zTerm : e * (1 + zTerm) - q * total;
  store<f32>(gradient + at, <f32>((dy * difference) / total));
}
