import {modulated, modulatedCurvature, modulatedSlope} from './_modulation';
import type {Outcome} from './_modulation';
import {at, weigh} from './_numbers';
import {sum, sumsWithoutEach} from './_sum';

/** What a row's loss depends on besides labels and logits. */
export interface RowParameters {
  /** γ. */
  readonly gamma: number;
  /** λ. */
  readonly zLoss: number;
}

interface SoftmaxRow {
  /** One per class: c_k = lse − z_k, p_k = softmax(z)_k and their companions. */
  readonly outcomes: readonly Outcome[];
  readonly lse: number;
}

// Softmax without its cancellations. With M the (first) position of the maximum m,
//
//   e_k = e^(z_k − m),   rest = Σ_{k≠M} e_k,   s = 1 + rest,   lse = m + log s,
//
//   k = M:   c = log s = log1p(rest),   p = 1/s,     u = rest/s,   h = c·p/u = c/rest,
//   k ≠ M:   c = (m − z_k) + log s,     p = e_k/s,   u = 1 − p,    h = c·p/u.
//
// Leaving the maximal term out of the sum keeps losses below 2⁻⁵³ (Blanchard, Higham & Higham 2021). For k ≠ M, p ≤ ½ and
// 1 − p is safe. A rounded z_k − m would cost e_k up to 700 units in the last place, so its error goes along.

/** z_k − m as the unevaluated sum hi + lo (TwoSum, Knuth 1969). */
function difference(z: number, m: number): {hi: number; lo: number} {
  const hi = z - m;
  if (!Number.isFinite(hi)) return {hi, lo: 0};
  const rounded = hi - z;
  return {hi, lo: z - (hi - rounded) - (m + rounded)};
}

/** The classes' outcomes and lse, or null for a row whose loss is NaN: all −∞, or with a NaN or +∞. */
export function softmaxRow(logits: ArrayLike<number>): SoftmaxRow | null {
  let argMax = 0;
  let m = -Infinity;
  for (let k = 0; k < logits.length; k++) {
    const z = at(logits, k);
    if (Number.isNaN(z)) return null;
    if (z > m) {
      m = z;
      argMax = k;
    }
  }
  if (!Number.isFinite(m)) return null;

  const differences = Array.from(logits, (z) => difference(z, m));
  const e = Float64Array.from(differences, ({hi, lo}) => Math.exp(hi) * (1 + lo));
  const rest = sum(e.filter((_, k) => k !== argMax));
  const s = 1 + rest;
  const logS = Math.log1p(rest);
  const outcomes = differences.map(({hi}, k): Outcome => {
    if (k === argMax) return {c: logS, p: 1 / s, u: rest / s, h: rest === 0 ? 1 : logS / rest};
    const c = logS - hi;
    const p = at(e, k) / s;
    const u = 1 - p;
    return {c, p, u, h: p === 0 ? 0 : (c * p) / u};
  });
  return {outcomes, lse: m + logS};
}

// The row's loss, with target weights q_k ≥ 0 of any sum (here: after smoothing, class weights and α):
//
//   ℓ = Σ_k q_k·g(c_k) + λ·lse²,   0·∞ = 0 for a masked class (z_k = −∞) of weight 0.

/** ℓ of one row. */
export function rowLoss(q: Float64Array, logits: ArrayLike<number>, {gamma, zLoss}: RowParameters): number {
  const row = softmaxRow(logits);
  if (row === null) return NaN;
  return sum(row.outcomes.map((outcome, k) => weigh(at(q, k), modulated(outcome, gamma)))) + weigh(zLoss, row.lse ** 2);
}

// ∂lse/∂z_i = p_i and ∂c_k/∂z_i = p_i − δ_ik. With r_k = q_k·φ(c_k) and R = Σ_k r_k,
//
//   ∂ℓ/∂z_i = Σ_k r_k·(p_i − δ_ik) + 2λ·lse·p_i
//           = R·p_i − r_i + 2λ·lse·p_i
//           = (Σ_{k≠i} r_k)·p_i − r_i·u_i + 2λ·lse·p_i,
//
// where the last form has no 1 − p and no R − r_i left. Its first two terms are exact to a few units in the last place
// each; they cancel only where the loss really is near its minimum.

/** ∂ℓ/∂z of one row. */
export function rowLogitGradient(
  q: Float64Array,
  logits: ArrayLike<number>,
  {gamma, zLoss}: RowParameters,
): Float64Array {
  const row = softmaxRow(logits);
  if (row === null) return new Float64Array(logits.length).fill(NaN);
  const r = Float64Array.from(row.outcomes, (outcome, k) => at(q, k) * modulatedSlope(outcome, gamma));
  const others = sumsWithoutEach(r);
  return Float64Array.from(row.outcomes, ({p, u}, i) => {
    return at(others, i) * p - at(r, i) * u + 2 * zLoss * row.lse * p;
  });
}

// ∂r_k/∂z_j = q_k·φ′(c_k)·(p_j − δ_jk) and ∂p_i/∂z_j = p_i·(δ_ij − p_j), so from the first line of the gradient
//
//   ∂²ℓ/∂z_i∂z_j = Σ_k q_k·φ′(c_k)·(p_i − δ_ik)·(p_j − δ_jk) + (R + 2λ·lse)·p_i·(δ_ij − p_j) + 2λ·p_i·p_j.
//
// In the sum over k let b_ik = (p_i − δ_ik)/u_k: −1 for i = k, otherwise p_i/u_k, the probability of i given not k. Then
//
//   ∂²ℓ/∂z_i∂z_j = Σ_k q_k·[u_k²·φ′(c_k)]·b_ik·b_jk + (R + 2λ·lse)·p_i·(δ_ij − p_j) + 2λ·p_i·p_j,
//
// with every factor finite, and δ_ij − p_j = u_i on the diagonal.

/** ∂²ℓ/∂z_i∂z_j of one row, [i][j]. */
export function rowLogitHessian(
  q: Float64Array,
  logits: ArrayLike<number>,
  {gamma, zLoss}: RowParameters,
): Float64Array[] {
  const row = softmaxRow(logits);
  if (row === null) return Array.from(logits, () => new Float64Array(logits.length).fill(NaN));
  const {outcomes, lse} = row;
  const scale = sum(outcomes.map((outcome, k) => at(q, k) * modulatedSlope(outcome, gamma))) + 2 * zLoss * lse;
  const hessian = outcomes.map((oi, i) =>
    Float64Array.from(outcomes, (oj, j) => scale * oi.p * (i === j ? oi.u : -oj.p) + 2 * zLoss * oi.p * oj.p),
  );
  outcomes.forEach((outcome, k) => {
    const curvature = at(q, k) * modulatedCurvature(outcome, gamma);
    if (curvature === 0) return;
    const b = Float64Array.from(outcomes, ({p}, i) => (i === k ? -1 : p / outcome.u));
    hessian.forEach((line, i) => {
      const factor = curvature * at(b, i);
      line.forEach((value, j) => (line[j] = value + factor * at(b, j)));
    });
  });
  return hessian;
}

// ∂ℓ/∂q_k = g(c_k), and by the chain rule times the slope ∂q_k/∂(label k), which is what smoothing and weights make of it.

/** ∂ℓ/∂(label) of one row; `slope[k]` is the derivative of q_k with respect to label k. */
export function rowLabelGradient(
  slope: Float64Array,
  logits: ArrayLike<number>,
  {gamma}: Pick<RowParameters, 'gamma'>,
): Float64Array {
  const row = softmaxRow(logits);
  if (row === null) return new Float64Array(logits.length).fill(NaN);
  return Float64Array.from(row.outcomes, (outcome, k) => weigh(at(slope, k), modulated(outcome, gamma)));
}

// ∂²ℓ/∂q_i∂z_j = φ(c_i)·∂c_i/∂z_j = φ(c_i)·(p_j − δ_ij), with −u_i on the diagonal.

/** ∂²ℓ/∂(label i)∂z_j of one row, [i][j]. */
export function rowLabelLogitHessian(
  slope: Float64Array,
  logits: ArrayLike<number>,
  {gamma}: Pick<RowParameters, 'gamma'>,
): Float64Array[] {
  const row = softmaxRow(logits);
  if (row === null) return Array.from(logits, () => new Float64Array(logits.length).fill(NaN));
  return row.outcomes.map((outcome, i) => {
    const factor = at(slope, i) * modulatedSlope(outcome, gamma);
    return Float64Array.from(row.outcomes, ({p, u}, j) => factor * (i === j ? -u : p));
  });
}
