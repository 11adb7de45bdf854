/**
 * One row of the softmax family. Letters as in the README; s leaves one term out (see STATS_COLUMNS), so that a loss
 * survives however small it is (Blanchard, Higham & Higham 2021).
 *
 * A row whose target is a single class y of weight a ("hard") is a function of c = lse − z_y. With s = Σ_{k≠y} e^(z_k−m),
 * S = s + e^(z_y−m), c = log1p(s·e^(m−z_y)), lse = z_y + c, p = e^(z_y−m)/S, u = s/S, φ = u^γ·(1 + γ·c·p/u),
 *
 *     ℓ = a·u^γ·c + λ·lse²     ∂ℓ/∂z_k = (a·φ + 2λ·lse)·e^(z_k−m)/S     ∂ℓ/∂z_y = 2λ·lse·p − a·φ·u
 *
 * Any other row ("soft") leaves the maximal term out: with L = log1p(s), c_k = (m−z_k) + L, S = 1 + s, p_k = e^(z_k−m)/S and
 * u_k = 1 − p_k (s/S for the maximal class), r_k = q'_k·φ(c_k), φ(c) = u^γ·(1 + γ·c·p/u), R = Σ_k r_k,
 *
 *     ℓ = Σ_k q'_k·u_k^γ·c_k + λ·(m+L)²     ∂ℓ/∂z_k = (R−r_k)·p_k − r_k·u_k + 2λ·(m+L)·p_k
 *
 * src/reference/ has the derivation.
 */
import {STATS_COLUMNS} from '../../src/kernel_names';
import {exp} from './_exp';
import type {SoftmaxRows} from './rows';

/** What all rows share, and room that a row needs. */
export interface SoftmaxRowOptions {
  readonly classes: number;
  readonly logits: Float32Array;
  /** w, one per class, or empty. */
  readonly weights: Float32Array;
  /** 1−ε, and ε/K. */
  readonly keep: number;
  readonly uniform: number;
  readonly gamma: number;
  readonly zLoss: number;
  /** K zeros, for a label. */
  readonly oneHot: Float32Array;
  /** r_k. */
  readonly slopes: Float64Array;
}

export function softmaxRowOptions(rows: SoftmaxRows<unknown>): SoftmaxRowOptions {
  const {classes, logits, weights, labelSmoothing, gamma, zLoss} = rows;
  return {
    classes,
    logits,
    weights,
    keep: 1 - labelSmoothing,
    uniform: labelSmoothing / classes,
    gamma,
    zLoss,
    oneHot: new Float32Array(classes),
    slopes: new Float64Array(classes),
  };
}

function maximum(logits: Float32Array, offset: number, classes: number): number {
  let m = -Infinity;
  for (let k = 0; k < classes; k++) {
    const z = logits[offset + k]!;
    if (z > m) m = z;
  }
  return m;
}

/** log1p(s·e^gap), also where e^gap overflows. */
function log1pScaled(s: number, gap: number): number {
  return gap < 500 ? Math.log1p(s * Math.exp(gap)) : gap + Math.log(s);
}

/** a·c with 0·∞ = 0. */
function weigh(a: number, c: number): number {
  return a === 0 && c === Infinity ? 0 : a * c;
}

/** Writes (reference, s) as three float32 numbers, and −1 for the class. */
function writeStats(stats: Float32Array, row: number, reference: number, s: number): void {
  const high = Math.fround(s);
  const at = STATS_COLUMNS * row;
  stats[at] = reference;
  stats[at + 1] = high;
  stats[at + 2] = s - high;
  stats[at + 3] = -1;
}

/** What `writeStats` has written. */
function readStats(stats: Float32Array, row: number): {reference: number; s: number} {
  const at = STATS_COLUMNS * row;
  return {reference: stats[at]!, s: stats[at + 1]! + stats[at + 2]!};
}

export function hardLoss(options: SoftmaxRowOptions, row: number, y: number, a: number, stats: Float32Array): number {
  const {classes, logits, gamma, zLoss} = options;
  const offset = row * classes;
  const m = maximum(logits, offset, classes);
  let s = 0;
  for (let k = 0; k < y; k++) s += exp(logits[offset + k]! - m);
  for (let k = y + 1; k < classes; k++) s += exp(logits[offset + k]! - m);
  writeStats(stats, row, m, s);
  const label = logits[offset + y]!;
  const c = log1pScaled(s, m - label);
  const loss = weigh(a, gamma === 0 ? c : (s / (s + exp(label - m))) ** gamma * c);
  return zLoss === 0 ? loss : loss + zLoss * (label + c) ** 2;
}

/** `dy` is the upstream gradient of the row. */
export function hardGradient(
  options: SoftmaxRowOptions,
  row: number,
  y: number,
  a: number,
  stats: Float32Array,
  dy: number,
  gradient: Float32Array,
): void {
  const {classes, logits, gamma, zLoss} = options;
  const offset = row * classes;
  const {reference: m, s} = readStats(stats, row);
  const label = logits[offset + y]!;
  const total = s + exp(label - m);
  const p = exp(label - m) / total;
  const u = s / total;
  const c = log1pScaled(s, m - label);
  const slope = a * (gamma === 0 ? 1 : u ** gamma * (1 + (p === 0 || u === 0 ? 0 : (gamma * c * p) / u)));
  const zTerm = zLoss === 0 ? 0 : 2 * zLoss * (label + c);
  const factor = (dy * (slope + zTerm)) / total;
  for (let k = 0; k < classes; k++) gradient[offset + k] = exp(logits[offset + k]! - m) * factor;
  gradient[offset + y] = dy * (zTerm * p - slope * u);
}

/** q'_k = w_k·((1−ε)·q_k + ε/K). */
function target({keep, uniform, weights}: SoftmaxRowOptions, q: number, k: number): number {
  const smoothed = keep * q + uniform;
  return weights.length === 0 ? smoothed : weights[k]! * smoothed;
}

/** `labels[labelOffset + k]` is q_k. */
export function softLoss(
  options: SoftmaxRowOptions,
  row: number,
  labels: Float32Array,
  labelOffset: number,
  stats: Float32Array,
): number {
  const {classes, logits, gamma, zLoss} = options;
  const offset = row * classes;
  const m = maximum(logits, offset, classes);
  let s = 0;
  let maxima = 0;
  for (let k = 0; k < classes; k++) {
    const x = logits[offset + k]! - m;
    if (x === 0) maxima++;
    else s += exp(x);
  }
  s += maxima - 1;
  writeStats(stats, row, m, s);

  const logSum = Math.log1p(s);
  // A loop of its own for γ = 0: a power in it, though never computed, makes it take twice as long.
  const sum = gamma === 0 ? crossEntropy : focalCrossEntropy;
  let loss = sum(options, offset, labels, labelOffset, m, s);
  if (zLoss !== 0) loss += zLoss * (m + logSum) ** 2;
  return logSum === logSum ? loss : NaN;
}

/** Σ_k q'_k·c_k. */
function crossEntropy(
  options: SoftmaxRowOptions,
  offset: number,
  labels: Float32Array,
  labelOffset: number,
  m: number,
  s: number,
): number {
  const {classes, logits} = options;
  const logSum = Math.log1p(s);
  let loss = 0;
  for (let k = 0; k < classes; k++) {
    const q = target(options, labels[labelOffset + k]!, k);
    if (q !== 0) loss += q * (m - logits[offset + k]! + logSum);
  }
  return loss;
}

/** Σ_k q'_k·u_k^γ·c_k. */
function focalCrossEntropy(
  options: SoftmaxRowOptions,
  offset: number,
  labels: Float32Array,
  labelOffset: number,
  m: number,
  s: number,
): number {
  const {classes, logits, gamma} = options;
  const logSum = Math.log1p(s);
  let loss = 0;
  for (let k = 0; k < classes; k++) {
    const q = target(options, labels[labelOffset + k]!, k);
    const gap = m - logits[offset + k]!;
    if (q !== 0) loss += q * complement(gap, s) ** gamma * (gap + logSum);
  }
  return loss;
}

/** u_k of a class that is `gap` below the maximum. */
function complement(gap: number, s: number): number {
  return gap === 0 ? s / (1 + s) : 1 - exp(-gap) / (1 + s);
}

/** `dy` is the upstream gradient of the row. */
export function softGradient(
  options: SoftmaxRowOptions,
  row: number,
  labels: Float32Array,
  labelOffset: number,
  stats: Float32Array,
  dy: number,
  gradient: Float32Array,
): void {
  const {classes, logits, gamma, zLoss, slopes} = options;
  const offset = row * classes;
  const {reference: m, s} = readStats(stats, row);
  const total = 1 + s;
  const sum =
    gamma === 0 ? sumOfTargets(options, labels, labelOffset) : writeSlopes(options, offset, labels, labelOffset, m, s);
  const zTerm = zLoss === 0 ? 0 : 2 * zLoss * (m + Math.log1p(s));
  const factor = (dy * (sum + zTerm)) / total;
  for (let k = 0; k < classes; k++) {
    const x = logits[offset + k]! - m;
    const r = gamma === 0 ? target(options, labels[labelOffset + k]!, k) : slopes[k]!;
    // p_k ≤ ½ but for a maximal class alone: nothing is lost in R·p_k − r_k = (R−r_k)·p_k − r_k·u_k.
    gradient[offset + k] = x === 0 ? (dy * (sum - r + zTerm - r * s)) / total : exp(x) * factor - dy * r;
  }
}

/** Σ_k q'_k, which is R for γ = 0. */
function sumOfTargets(options: SoftmaxRowOptions, labels: Float32Array, labelOffset: number): number {
  let sum = 0;
  for (let k = 0; k < options.classes; k++) sum += target(options, labels[labelOffset + k]!, k);
  return sum;
}

/** Writes r_k and returns R. */
function writeSlopes(
  options: SoftmaxRowOptions,
  offset: number,
  labels: Float32Array,
  labelOffset: number,
  m: number,
  s: number,
): number {
  const {classes, logits, gamma, slopes} = options;
  const logSum = Math.log1p(s);
  let sum = 0;
  for (let k = 0; k < classes; k++) {
    const q = target(options, labels[labelOffset + k]!, k);
    const r = q === 0 ? 0 : q * focalSlope(m - logits[offset + k]!, s, logSum, gamma);
    slopes[k] = r;
    sum += r;
  }
  return sum;
}

/** φ(c) of a class that is `gap` below the maximum. */
function focalSlope(gap: number, s: number, logSum: number, gamma: number): number {
  const p = exp(-gap) / (1 + s);
  const u = complement(gap, s);
  return u ** gamma * (1 + (p === 0 || u === 0 ? 0 : (gamma * (gap + logSum) * p) / u));
}
