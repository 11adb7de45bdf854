/**
 * e^x in float64 without a call into the engine's library: the row loops spend their time here.
 *
 * With n = round(x·log₂e) and r = x − n·ln 2, |r| ≤ ln 2/2, e^x = 2^n·e^r, and e^r = 1 + r + r²·P(r) with the minimax
 * polynomial of degree 10 that kernels/simd/minimax.py makes: relative error 2^-51.6. Its terms are summed in pairs, so that
 * the processor works on several at once.
 */
const LN2 = 0.6931471805599453;
/** Adding and subtracting 1.5·2⁵² rounds a float64 to the nearest whole number. */
const ROUND = 6755399441055744;
const P2 = 0.49999999999998316213;
const P3 = 0.16666666666611336962;
const P4 = 0.041666666668142102945;
const P5 = 0.0083333333709816185013;
const P6 = 0.0013888888515174775165;
const P7 = 0.00019841185068482343046;
const P8 = 0.000024801932342459099648;
const P9 = 2.7635065851819873794e-6;
const P10 = 2.7476738000141700731e-7;

const SMALLEST = 1074;
const POWERS_OF_2 = Float64Array.from({length: SMALLEST + 1024}, (_, i) => 2 ** (i - SMALLEST));

/** e^x; 0 below −708 and ∞ above 709, where float32 has long been 0 or ∞. */
export function exp(x: number): number {
  if (!(x > -708)) return x === x ? 0 : x;
  if (x > 709) return Infinity;
  const n = x * Math.LOG2E + ROUND - ROUND;
  const r = x - n * LN2;
  const r2 = r * r;
  const low = P2 + P3 * r + r2 * (P4 + P5 * r);
  const high = P6 + P7 * r + r2 * (P8 + P9 * r) + r2 * r2 * P10;
  return (1 + (r + r2 * (low + r2 * r2 * high))) * POWERS_OF_2[(n | 0) + SMALLEST]!;
}
