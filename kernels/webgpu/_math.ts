/**
 * WGSL text of the elementary functions. WGSL's own `exp` and `log` may be off by many units in the last place, and a compiler
 * may reassociate and fuse: every difference whose rounding error counts passes through `opaque`, a xor with a uniform of 0
 * that no compiler can see through. It may also take for granted that there is no NaN and no infinity: those are told by bits.
 *
 * Numbers near the end of float32 are held as multiples of 2^-64 (…64 in a name), because denormals may be flushed.
 */
export const MATH = `
const LOG2_E = 1.44269504f;
// ln 2 in 15 bits, so that n·LN2_HIGH is exact for |n| < 512, and the rest.
const LN2_HIGH = 0.693145751953125f;
const LN2_LOW = 1.42860682e-6f;
const TWO_POW_64 = 18446744073709551616.0f;
const TWO_POW_MINUS_64 = 5.421010862427522e-20f;

fn opaque(x : f32) -> f32 {
  return bitcast<f32>(bitcast<u32>(x) ^ uniforms.zero);
}

// The bits of |x|.
const INFINITE = 0x7f800000u;
fn magnitude(x : f32) -> u32 {
  return bitcast<u32>(x) & 0x7fffffffu;
}

// The highest bit is set for NaN: a logical or of these over many numbers tells whether one of them is. (Cheaper than a
// maximum of bits, which are unsigned.)
fn nanBit(x : f32) -> u32 {
  return magnitude(x) + 0x007fffffu;
}

// a − b and what rounding has taken from it (TwoSum, Knuth 1969); the latter only where it may matter to an exponential.
fn difference(a : f32, b : f32) -> vec2<f32> {
  let high = opaque(a - b);
  let rounded = opaque(high - a);
  let low = (a - opaque(high - rounded)) - (b + rounded);
  return vec2<f32>(high, select(0.0f, low, abs(high) < 1024.0f));
}

// Adding 1.5·2²³ rounds to a whole number, which then stands in the lowest bits; more by 40 or 64 where a result is to be
// 2⁴⁰ or 2⁶⁴ times larger. (round and a conversion to i32 take as long as all the rest of an exponential.)
const ROUND = 12582912.0f;
const ROUND_40 = 12582952.0f;
const ROUND_64 = 12582976.0f;

// e^(x.x + x.y), times 2⁴⁰ or 2⁶⁴ as the rounding says, for |x.y| < 0.1 and results that are normal floats: 2^n·e^r with
// |r| ≤ ln 2/2 and the minimax polynomial of kernels/simd/minimax.py, relative error 2^-28 before rounding.
fn expScaled(x : vec2<f32>, rounding : f32) -> f32 {
  let t = opaque(x.x * LOG2_E + rounding);
  let n = t - rounding;
  let r = (opaque(x.x - n * LN2_HIGH) - n * LN2_LOW) + x.y;
  let r2 = r * r;
  let p = (0.00138145501f * r2 + (0.00836874506f * r + 0.0416683906f)) * r2 + (0.166665204f * r + 0.499999934f);
  return bitcast<f32>(bitcast<i32>((p * r2 + r) + 1.0f) + (bitcast<i32>(t) << 23u));
}

// e^x for x ≤ 0; what is below the least normal float becomes it, which no sum beside 1 can tell.
fn expOfNegative(x : vec2<f32>) -> f32 {
  return expScaled(vec2<f32>(max(x.x, -87.0f), x.y), ROUND);
}

// 2^64·e^x for x ≤ 0; what is below e^-131 becomes it, which is nothing even in a sum of a million.
fn exp64(x : vec2<f32>) -> f32 {
  return expScaled(vec2<f32>(max(x.x, -131.0f), x.y), ROUND_64);
}

// a/b within a unit in the last place, where WGSL allows 2.5: what a power or a sum that cancels would show many times over.
fn quotient(a : f32, b : f32) -> f32 {
  let inverse = 1.0f / b;
  let q = opaque(a * inverse);
  return fma(fma(-q, b, a), inverse, q);
}

// atanh(s)·2 for |s| ≤ 1/3: 2s·(1 + w·Q(w)) with w = s², relative error 2^-27.
fn twiceAtanh(s : f32) -> f32 {
  let w = s * s;
  let q = ((0.140122298f * w + 0.139995706f) * w + 0.200108495f) * w + 0.333332066f;
  return (s + s) + (s + s) * (w * q);
}

// log(1 + x) for −½ ≤ x ≤ 1.
fn logOnePlus(x : f32) -> f32 {
  return twiceAtanh(quotient(x, 2.0f + x));
}

// log x for normal x > 0 as an exact multiple of LN2_HIGH and a rest below 0.35.
fn logParts(x : f32) -> vec2<f32> {
  let bits = bitcast<i32>(x);
  // The exponent of x over √½, so that the rest of it lies in [√½, √2).
  let exponent = (bits - 0x3f3504f3) >> 23u;
  let f = bitcast<f32>(bits - (exponent << 23u));
  let n = f32(exponent);
  return vec2<f32>(n * LN2_HIGH, twiceAtanh(quotient(f - 1.0f, f + 1.0f)) + n * LN2_LOW);
}

// e^(−a·(x.x + x.y)) for a ≥ 0 and x.x + x.y ≥ 0. A rounded product a·x would cost a·x units in the last place.
fn expOfProduct(a : f32, x : vec2<f32>) -> f32 {
  // Twelve bits each: the product of the upper halves is exact.
  let aHigh = bitcast<f32>(bitcast<u32>(a) & 0xfffff000u);
  let xHigh = bitcast<f32>(bitcast<u32>(x.x) & 0xfffff000u);
  let upper = opaque(aHigh * xHigh);
  let lower = aHigh * (x.x - xHigh) + (a - aHigh) * x.x + a * x.y;
  let sum = difference(upper, -lower);
  return select(0.0f, expScaled(vec2<f32>(max(-sum.x, -87.0f), -sum.y), ROUND), sum.x <= 87.0f);
}

// One more term of a compensated sum (Kahan 1965): x is the sum, y what its last rounding has lost. ∞ stays ∞.
fn plus(sum : vec2<f32>, term : f32) -> vec2<f32> {
  let corrected = term + sum.y;
  let total = opaque(sum.x + corrected);
  let lost = corrected - opaque(total - sum.x);
  return vec2<f32>(total, select(0.0f, lost, magnitude(total) < INFINITE));
}
`;

/** Whether `smallPower` can do it: nearly always. Software rasterisers compute both sides of an `if`, so there is a text for each. */
export function isSmall(gamma: number): boolean {
  return gamma === 1 || gamma === 2 || gamma === 3;
}

export const SMALL_POWER = `
// u^γ for γ = 1, 2 or 3.
fn smallPower(u : f32) -> f32 {
  let n = i32(uniforms.gamma);
  return select(1.0f, u, (n & 1) == 1) * select(1.0f, u * u, (n & 2) == 2);
}
`;
