/**
 * Exponential and logarithm in SIMD. The coefficients are minimax (Remez) polynomials; minimax.py makes them.
 *
 * WebAssembly's plain SIMD has no fused multiply-add. Everything here is rounded after each operation.
 */

// e^r = 1 + r + r²·P(r) for |r| ≤ ln 2/2. Degree 6: relative error 2^-28.3, for results that are rounded to float32.
const C6: f32 = 0.0013814550065988275662;
const C5: f32 = 0.0083687450602070786994;
const C4: f32 = 0.041668390627667249386;
const C3: f32 = 0.16666520399739639816;
const C2: f32 = 0.49999993432586761105;
// 2^f = (R + f)/(R − f) for |f| ≤ ½ with R(f²) = f·coth(f·ln 2/2), which is even: 2^-52.3, for values that cancel against each
// other (p_k − q_k) before they are rounded to float32.
const R4: f64 = -1.2605013020844734644e-7;
const R3: f64 = 0.000010581925091710838604;
const R2: f64 = -0.00092506844886056945112;
const R1: f64 = 0.11552453009203297316;
const R0: f64 = 2.8853900817779429846;
// The same for values that are rounded to float32 and do not cancel: 2^-31.6.
const T2: f64 = -0.00092044918275170657376;
const T1: f64 = 0.11552395231998233795;
const T0: f64 = 2.885390099867345741;
// log1p(e) = 2s·(1 + w·Q(w)) with s = e/(2+e) and w = s² ≤ 1/9: relative error 2^-38.4, and 2^-27.7 for the short one.
const Q5: f64 = 0.10896189421066436026;
const Q4: f64 = 0.085739277928528865673;
const Q3: f64 = 0.11150749807709094364;
const Q2: f64 = 0.14284198060203707353;
const Q1: f64 = 0.20000026499806894541;
const Q0: f64 = 0.33333333179567789957;
const S3: f64 = 0.14012229755684637752;
const S2: f64 = 0.13999570522221061177;
const S1: f64 = 0.20010849525213420741;
const S0: f64 = 0.333332065666018194;

// The same for s² ≤ 0.0295, as the mantissas between √½ and √2 have it: 2^-44.9.
const W4: f64 = 0.09793596921469187402;
const W3: f64 = 0.11087995669950087037;
const W2: f64 = 0.14286056760999938936;
const W1: f64 = 0.19999997792171120152;
const W0: f64 = 0.33333333337949659441;

const LOG2_E_F32: f32 = 1.44269504088896340736;
/** ln 2 in 15 bits: n·LN2_HIGH is exact for |n| < 512; and the rest. */
const LN2_HIGH: f32 = 0.693145751953125;
const LN2_LOW: f32 = 1.42860682030941723212e-6;
/** Adding 1.5·2²³ rounds a float32 to a whole number, which then stands in its lowest bits. */
const ROUND_F32: f32 = 12582912;

export const LOG2_E: f64 = 1.44269504088896340736;
const LN2: f64 = 0.69314718055994530942;
/** 1.5·2⁵², the same for float64. */
const ROUND: f64 = 6755399441055744;
const ROUND_BITS: i64 = 0x4338000000000000;
/** The bits of √½, how many of them are below the exponent, and an exponent of 0. */
const SQRT_HALF_BITS: i64 = 0x3fe6a09e667f3bcd;
const MANTISSA_BITS: i64 = 0xfffffffffffff;
const EXPONENT_SHIFT: i32 = 52;
const BIAS: i64 = 1023;
/** e^-708 is the smallest power of e that is a normal float64; what is below counts as it. */
const UNDERFLOW: f64 = -708;

/** The constant to hand to `exp4` for results scaled by 2^-exponent. */
// @ts-ignore: decorator
@inline
export function exp4Scale(exponent: i32): v128 {
  return f32x4.splat(ROUND_F32 - <f32>exponent);
}

/**
 * 2^-exponent·e^x in four float32 lanes, for |x| < 350 and results that are normal floats.
 *
 * n = round(x·log₂e), r = x − n·ln 2: the exponent n − `exponent` goes straight into the bits of e^r. No maximum is
 * subtracted from x before, so nothing is rounded away in x.
 */
// @ts-ignore: decorator
@inline
export function exp4(x: v128, scale: v128): v128 {
  const t = f32x4.add(f32x4.mul(x, f32x4.splat(LOG2_E_F32)), scale);
  const n = f32x4.sub(t, scale);
  const r = f32x4.sub(f32x4.sub(x, f32x4.mul(n, f32x4.splat(LN2_HIGH))), f32x4.mul(n, f32x4.splat(LN2_LOW)));
  const r2 = f32x4.mul(r, r);
  const low = f32x4.add(f32x4.mul(f32x4.splat(C3), r), f32x4.splat(C2));
  const high = f32x4.add(f32x4.mul(f32x4.splat(C5), r), f32x4.splat(C4));
  const p = f32x4.add(f32x4.mul(f32x4.add(f32x4.mul(f32x4.splat(C6), r2), high), r2), low);
  const e = f32x4.add(f32x4.add(f32x4.mul(p, r2), r), f32x4.splat(1));
  return i32x4.add(e, i32x4.shl(t, 23));
}

/**
 * e^x in two float64 lanes, for x ≤ 709. With n + f = x·log₂e it is 2^n·(R + f)/(R − f): one division stands for half of the terms
 * that a polynomial would need. log₂e and its product with x are rounded, which costs up to |x|·2^-52.
 */
// @ts-ignore: decorator
@inline
export function exp2(x: v128): v128 {
  const y = f64x2.mul(f64x2.pmax(x, f64x2.splat(UNDERFLOW)), f64x2.splat(LOG2_E));
  const t = f64x2.add(y, f64x2.splat(ROUND));
  const f = f64x2.sub(y, f64x2.sub(t, f64x2.splat(ROUND)));
  const w = f64x2.mul(f, f);
  const high = f64x2.add(f64x2.mul(f64x2.add(f64x2.mul(f64x2.splat(R4), w), f64x2.splat(R3)), w), f64x2.splat(R2));
  const ratio = f64x2.add(f64x2.mul(f64x2.add(f64x2.mul(high, w), f64x2.splat(R1)), w), f64x2.splat(R0));
  const e = f64x2.div(f64x2.add(ratio, f), f64x2.sub(ratio, f));
  return i64x2.add(e, i64x2.shl(t, 52));
}

/** The same to 2^-31. */
// @ts-ignore: decorator
@inline
export function exp2Short(x: v128): v128 {
  const y = f64x2.mul(f64x2.pmax(x, f64x2.splat(UNDERFLOW)), f64x2.splat(LOG2_E));
  const t = f64x2.add(y, f64x2.splat(ROUND));
  const f = f64x2.sub(y, f64x2.sub(t, f64x2.splat(ROUND)));
  const w = f64x2.mul(f, f);
  const high = f64x2.add(f64x2.mul(f64x2.splat(T2), w), f64x2.splat(T1));
  const ratio = f64x2.add(f64x2.mul(high, w), f64x2.splat(T0));
  const e = f64x2.div(f64x2.add(ratio, f), f64x2.sub(ratio, f));
  return i64x2.add(e, i64x2.shl(t, 52));
}

/** log1p(e) in two float64 lanes from s = e/(2+e), for 0 ≤ e ≤ 1, to 2^-27. */
// @ts-ignore: decorator
@inline
export function log1pShort(s: v128): v128 {
  const w = f64x2.mul(s, s);
  const low = f64x2.add(f64x2.mul(f64x2.splat(S1), w), f64x2.splat(S0));
  const high = f64x2.add(f64x2.mul(f64x2.splat(S3), w), f64x2.splat(S2));
  const q = f64x2.add(f64x2.mul(high, f64x2.mul(w, w)), low);
  const twice = f64x2.add(s, s);
  return f64x2.add(twice, f64x2.mul(twice, f64x2.mul(w, q)));
}

/** log1p(e) in two float64 lanes, for 0 ≤ e ≤ 1: log1p(e) = 2·atanh(e/(2+e)). */
// @ts-ignore: decorator
@inline
export function log1p2(e: v128): v128 {
  const s = f64x2.div(e, f64x2.add(e, f64x2.splat(2)));
  const w = f64x2.mul(s, s);
  const w2 = f64x2.mul(w, w);
  const low = f64x2.add(f64x2.mul(f64x2.splat(Q1), w), f64x2.splat(Q0));
  const high = f64x2.add(f64x2.mul(f64x2.splat(Q3), w), f64x2.splat(Q2));
  const highest = f64x2.add(f64x2.mul(f64x2.splat(Q5), w), f64x2.splat(Q4));
  const q = f64x2.add(f64x2.mul(f64x2.add(f64x2.mul(highest, w2), high), w2), low);
  const twice = f64x2.add(s, s);
  return f64x2.add(twice, f64x2.mul(twice, f64x2.mul(w, q)));
}

/**
 * u^γ in two float64 lanes, for 0 ≤ u ≤ 1 and γ > 0, to 2^-44: e^(γ·log u) with log u = k·ln 2 + 2·atanh(f/(2+f)) and
 * 1+f = u·2^-k between √½ and √2. 0 counts as 2^-1023.
 */
// @ts-ignore: decorator
@inline
export function power2(u: v128, gamma: f64): v128 {
  if (gamma == 2) return f64x2.mul(u, u);
  const offset = i64x2.sub(u, i64x2.splat(SQRT_HALF_BITS - (BIAS << 52)));
  const biased = i64x2.shr_u(offset, EXPONENT_SHIFT);
  const k = f64x2.sub(i64x2.add(biased, i64x2.splat(ROUND_BITS)), f64x2.splat(ROUND + <f64>BIAS));
  const mantissa = i64x2.add(v128.and(offset, i64x2.splat(MANTISSA_BITS)), i64x2.splat(SQRT_HALF_BITS));
  const f = f64x2.sub(mantissa, f64x2.splat(1));
  const s = f64x2.div(f, f64x2.add(mantissa, f64x2.splat(1)));
  const w = f64x2.mul(s, s);
  const low = f64x2.add(f64x2.mul(f64x2.splat(W1), w), f64x2.splat(W0));
  const high = f64x2.add(f64x2.mul(f64x2.splat(W3), w), f64x2.splat(W2));
  const w2 = f64x2.mul(w, w);
  const q = f64x2.add(f64x2.mul(f64x2.add(f64x2.mul(f64x2.splat(W4), w2), high), w2), low);
  const twice = f64x2.add(s, s);
  const log = f64x2.add(
    f64x2.mul(k, f64x2.splat(LN2)),
    f64x2.add(twice, f64x2.mul(twice, f64x2.mul(w, q))),
  );
  return exp2(f64x2.mul(f64x2.splat(gamma), log));
}
