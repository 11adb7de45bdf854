/**
 * log(1 + e) for 0 ≤ e ≤ 1, without a call into the engine's library.
 *
 * log1p(e) = 2·atanh(s) with s = e/(2+e) ≤ 1/3, and 2·atanh(s) = 2s·(1 + w·Q(w)) with w = s² and the minimax polynomial of
 * degree 5 that kernels/simd/minimax.py makes: relative error 2^-38, for results that are rounded to float32.
 */
const Q0 = 0.33333333179567789957;
const Q1 = 0.20000026499806894541;
const Q2 = 0.14284198060203707353;
const Q3 = 0.11150749807709094364;
const Q4 = 0.085739277928528865673;
const Q5 = 0.10896189421066436026;

export function log1p(e: number): number {
  const s = e / (2 + e);
  const w = s * s;
  const w2 = w * w;
  const q = Q0 + Q1 * w + w2 * (Q2 + Q3 * w + w2 * (Q4 + Q5 * w));
  return 2 * s * (1 + w * q);
}
