/**
 * Rows whose label is one class y, with smoothing and nothing else: q'_k = ε/K but for q'_y = 1−ε+ε/K, so that neither labels
 * nor targets are read. With m = max z, S = Σ_k e^(z_k−m), L = log S,
 *
 *     ℓ = L + (1−ε)·(m−z_y) + (ε/K)·Σ_k (m−z_k) + λ·(m+L)²     ∂ℓ/∂z_k = (1 + 2λ·(m+L))·e^(z_k−m)/S − q'_k
 *
 * The scalar twin is softLoss and softGradient of kernels/plain/_softmax_rows.ts. The loss takes float32 exponentials, the
 * gradient, in which p_k − q'_k may cancel, float64 ones, kept in `scratch` between their sum and its terms.
 */
import {isTame, largestLogit, sumAndLargest, sumOfLogits, tameSumAndLogits, TAME_FLOOR, TWO_POW_MINUS_75, writeStats} from './_hard_rows';
import {demote4, high2, loadTail, low2, storeTail, sum2} from './_lanes';
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
  const logits = sumAndLargest(z, classes);
  const top = largestLogit();
  const label = <f64>load<f32>(z + (<usize>y << 2));
  if (!isTame(top, classes) || logits != logits) return NaN;
  const m = <f64>top;
  const total = keepExponentials(z, classes, m, scratch);
  writeStats(stats, m, total - 1);
  gradientOfKept(classes, y, m, total, labelSmoothing, zLoss, dy, gradient, scratch);
  return lossOf(m, total - 1, m - label, <f64>classes * m - logits, labelSmoothing / <f64>classes, labelSmoothing, zLoss);
}

/** Σ_k e^(z_k−m), whose terms go to `to`. */
function keepExponentials(z: usize, classes: i32, m: f64, to: usize): f64 {
  const shift = f64x2.splat(m);
  let s0 = f64x2.splat(0);
  let s1 = s0;
  for (const last = z + (<usize>(classes & ~3) << 2); z < last; z += 16) {
    const x = v128.load(z);
    const a = exp2(f64x2.sub(low2(x), shift));
    const b = exp2(f64x2.sub(high2(x), shift));
    s0 = f64x2.add(s0, a);
    s1 = f64x2.add(s1, b);
    v128.store(to, a);
    v128.store(to, b, 16);
    to += 32;
  }
  if (classes & 3) {
    const x = loadTail(z, classes & 3, -Infinity);
    const a = exp2(f64x2.sub(low2(x), shift));
    const b = exp2(f64x2.sub(high2(x), shift));
    s0 = f64x2.add(s0, a);
    s1 = f64x2.add(s1, b);
    v128.store(to, a);
    v128.store(to, b, 16);
  }
  return sum2(f64x2.add(s0, s1));
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

/** dy·∂ℓ/∂z. */
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
  gradientOfKept(classes, y, m, keepExponentials(z, classes, m, scratch), labelSmoothing, zLoss, dy, gradient, scratch);
}

/** From the exponentials in `scratch` and their sum. */
function gradientOfKept(
  classes: i32, y: i32, m: f64, total: f64, labelSmoothing: f64, zLoss: f64, dy: f64, gradient: usize, scratch: usize,
): void {
  const zTerm = zLoss == 0 ? 0 : 2 * zLoss * (m + NativeMath.log1p(total - 1));
  const uniform = labelSmoothing / <f64>classes;
  writeDifferences(scratch, classes, (dy * (1 + zTerm)) / total, dy * uniform, gradient);
  const at = <usize>y << 2;
  const q = 1 - labelSmoothing + uniform;
  const e = load<f64>(scratch + (at << 1));
  // At the maximum p = 1/S may be close to 1, and so may q: (1−q)·1 − q·(S−1) keeps their difference.
  const difference = e == 1 ? labelSmoothing - uniform - q * (total - 1) + zTerm : e * (1 + zTerm) - q * total;
  store<f32>(gradient + at, <f32>((dy * difference) / total));
}
