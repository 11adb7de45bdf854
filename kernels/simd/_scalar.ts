/**
 * Exponential, logarithm and power of one float64, as a row needs them once. AssemblyScript's own read tables, which would be
 * data at fixed addresses: this module also runs in memory that belongs to someone else. Its log1p has none.
 */
import {exp2} from './_math';

const LN2: f64 = 0.69314718055994530942;
/** Where the exponent of a float64 begins. */
const EXPONENT_SHIFT: i32 = 52;
/** The bits of √½: what is taken off so that the mantissa becomes one between √½ and √2. */
const SQRT_HALF_BITS: i64 = 0x3fe6a09e667f3bcd;
const MANTISSA_BITS: i64 = 0xfffffffffffff;
const SMALLEST_NORMAL: f64 = 2.2250738585072014e-308;
const TWO_POW_54: f64 = 18014398509481984;

/** e^x; 0 below −708 and ∞ above 709, where float32 has long been 0 or ∞. */
export function exp(x: f64): f64 {
  if (x < -708) return 0;
  if (x > 709) return Infinity;
  return f64x2.extract_lane(exp2(f64x2.splat(x)), 0);
}

/** log x = k·ln 2 + log1p(x·2^-k − 1) with √½ ≤ x·2^-k < √2, where the difference is exact. */
export function log(x: f64): f64 {
  if (!(x > 0)) return x == 0 ? -Infinity : NaN;
  if (x == Infinity) return x;
  if (x < SMALLEST_NORMAL) return log(x * TWO_POW_54) - 54 * LN2;
  const offset = reinterpret<i64>(x) - SQRT_HALF_BITS;
  const k = offset >> EXPONENT_SHIFT;
  const reduced = reinterpret<f64>((offset & MANTISSA_BITS) + SQRT_HALF_BITS);
  return <f64>k * LN2 + NativeMath.log1p(reduced - 1);
}

/** ⌊log₂ x⌋ of a normal x > 0. */
// @ts-ignore: decorator
@inline
export function exponentOf(x: f64): i32 {
  return <i32>(reinterpret<i64>(x) >> EXPONENT_SHIFT) - 1023;
}

/** u^γ for 0 ≤ u ≤ 1 and γ > 0. */
export function power(u: f64, gamma: f64): f64 {
  return gamma == 2 ? u * u : exp(gamma * log(u));
}
