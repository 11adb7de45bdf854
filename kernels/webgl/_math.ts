/**
 * Exponential, logarithm and power in GLSL, as exact as float32 lets them be: the built-in ones are off by |x| units.
 *
 * The coefficients are the minimax polynomials that kernels/simd/minimax.py makes. Drivers may compile with "fast" arithmetic,
 * which reorders sums and so removes what a compensated one is made of: `opaque` is x again, but no compiler knows it, because
 * the uniform `zero` might be anything.
 */
export const MATH = `
const float LOG2_E = 1.44269504088896340736;
const float LN2 = 0.69314718055994530942;
// ln 2 in 15 bits, so that its product with a whole number below 512 is exact, and the rest.
const float LN2_HIGH = 0.693145751953125;
const float LN2_LOW = 1.42860682030941723212e-6;
// 2^-32
const float PER_LARGE = 2.3283064365386963e-10;

float opaque(float x) { return intBitsToFloat(floatBitsToInt(x) ^ zero); }
vec2 opaque(vec2 x) { return intBitsToFloat(floatBitsToInt(x) ^ zero); }
vec4 opaque(vec4 x) { return intBitsToFloat(floatBitsToInt(x) ^ zero); }

float infinity() { return intBitsToFloat(0x7f800000 ^ zero); }
float notANumber() { return intBitsToFloat(0x7fc00000 ^ zero); }
bool isNaN(float x) { return (floatBitsToUint(x) & 0x7fffffffu) > 0x7f800000u; }
uvec4 magnitudeBits(vec4 x) { return floatBitsToUint(x) & 0x7fffffffu; }

/** z − m, and what rounding has taken from it (Knuth's TwoSum, 1969). */
vec4 difference(vec4 z, vec4 m, out vec4 lost) {
  vec4 x = opaque(z - m);
  vec4 minusM = opaque(x - z);
  lost = (z - opaque(x - minusM)) - (m + minusM);
  return x;
}

/** s + c ← s + c + v (Kahan 1965). What has become infinite has lost nothing. */
void addTo(inout vec2 s, inout vec2 c, vec2 v) {
  vec2 y = v + c;
  vec2 t = opaque(s + y);
  c = mix(y - opaque(t - s), vec2(0), isinf(t));
  s = t;
}
void addTo(inout vec4 s, inout vec4 c, vec4 v) {
  vec4 y = v + c;
  vec4 t = opaque(s + y);
  c = mix(y - opaque(t - s), vec4(0), isinf(t));
  s = t;
}

/** e^r for |r| ≤ ln 2/2: relative error 2^-28. */
vec4 expOfRest(vec4 r) {
  vec4 p = 0.49999993432586761105 + r * (0.16666520399739639816 + r * (0.041668390627667249386 +
      r * (0.0083687450602070786994 + r * 0.0013814550065988275662)));
  return 1. + (r + r * r * p);
}

/** e^(x+lost) = result·2^n. */
vec4 expSplit(vec4 x, vec4 lost, out ivec4 n) {
  vec4 whole = floor(x * LOG2_E + 0.5);
  n = ivec4(whole);
  return expOfRest(((x - whole * LN2_HIGH) - whole * LN2_LOW) + lost);
}

vec4 powerOf2(ivec4 n) { return intBitsToFloat((n + 127) << 23); }

/** f·e·2^n for −190 ≤ n ≤ 0: a product that is a normal number comes out as one, whatever e·2^n is. */
vec4 timesPowerOf2(vec4 e, ivec4 n, vec4 f) {
  ivec4 part = n >> 1;
  return ((e * f) * powerOf2(part)) * powerOf2(n - part);
}

/** f·e^(x+lost) for x ≤ 0, and 0 below −131. */
vec4 expTimes(vec4 x, vec4 lost, vec4 f) {
  ivec4 n;
  vec4 e = expSplit(x, lost, n);
  return mix(vec4(0), timesPowerOf2(e, n, f), greaterThan(x, vec4(-131)));
}

/** unit·e^(x+lost) for "lowest" ≤ x ≤ 0; below, what it is at "lowest", which without the unit is 0 for a float32. */
vec4 expUnitsOrLess(vec4 x, vec4 lost) {
  vec4 inRange = max(x, vec4(lowest));
  ivec4 n;
  vec4 e = expSplit(inRange, mix(vec4(0), lost, equal(inRange, x)), n);
  return e * powerOf2(n + unitExponent);
}

/** The same for lost = 0. */
vec4 expUnitsOrLess(vec4 x) {
  ivec4 n;
  vec4 e = expSplit(max(x, vec4(lowest)), vec4(0), n);
  return e * powerOf2(n + unitExponent);
}

/**
 * 2^32·e^(z−m) of two rows for z ≤ m, a normal number or 0: what is below 2^-158 of e^(z−m) counts as 0, because a factor that makes a
 * normal number of it is none of a loss. And what z−m has been taken for.
 */
vec4 largeExp(vec4 z, vec2 m, out vec4 x) {
  vec4 lost;
  vec4 plain = difference(z, m.xxyy, lost);
  bvec4 inRange = greaterThan(plain, vec4(-109));
  x = max(plain, vec4(-109));
  lost = mix(vec4(0), lost, inRange);
  ivec4 n;
  vec4 e = expSplit(x, lost, n);
  x += lost;
  return mix(vec4(0), e, inRange) * powerOf2(n + 32);
}

/** f·e for two rows from 2^32·e, NaN where f is. 2^-32 comes where it leads to neither overflow nor underflow. */
vec4 timesLarge(vec4 e, vec2 f) {
  bvec2 isLarge = greaterThan(abs(f), vec2(1));
  vec2 first = mix(vec2(1), vec2(PER_LARGE), isLarge), then = mix(vec2(PER_LARGE), vec2(1), isLarge);
  return (e * (f * first).xxyy) * then.xxyy;
}

/** unit·log1p(e) = unit·2·atanh(e/(2+e)) for 0 ≤ e ≤ 1 from e and unit·e, where e itself may be too small for a float32. */
vec4 log1pUnitsOfUnit(vec4 eUnits, vec4 e) {
  vec4 s = eUnits / (2. + e);
  vec4 plain = s * perUnit;
  vec4 w = plain * plain;
  vec4 q = 0.33333333179567789957 + w * (0.20000026499806894541 + w * (0.14284198060203707353 +
      w * (0.11150749807709094364 + w * (0.085739277928528865673 + w * 0.10896189421066436026))));
  return 2. * (s + s * (w * q));
}

vec4 upperHalf(vec4 x) { return intBitsToFloat(floatBitsToInt(x) & 0xfffff000); }

/** x/(1+s), with total = 1 + s rounded, and what the exact quotient is more, relative to it (Dekker's product, 1971). */
vec4 quotient(vec4 x, vec4 s, vec4 total, out vec4 more) {
  vec4 q = x / total;
  vec4 lostOfTotal = mix(s - opaque(total - 1.), 1. - opaque(total - s), greaterThan(s, vec4(1)));
  vec4 qh = upperHalf(q), th = upperHalf(total);
  vec4 ql = q - qh, tl = total - th;
  vec4 rest = (((opaque(x - qh * th) - qh * tl) - ql * th) - ql * tl) - q * lostOfTotal;
  more = mix(rest / x, vec4(0), lessThan(x, vec4(1e-30)));
  return q;
}

/** x = f·2^exponent with f in [√½, √2). */
vec4 splitFloat(vec4 x, out vec4 exponent) {
  ivec4 bits = floatBitsToInt(x);
  ivec4 n = (bits - 0x3f3504f3) >> 23;
  exponent = vec4(n);
  return intBitsToFloat(bits - (n << 23));
}

/** log f for f in [√½, √2). */
vec4 logOfSplit(vec4 f) {
  vec4 t = (f - 1.) / (f + 1.);
  vec4 w = t * t;
  vec4 q = w * (0.33333333333 + w * (0.2 + w * (0.142857142857 + w * 0.111111111111)));
  return 2. * (t + t * q);
}

/** unit·log1p(s) for s ≥ 0 from unit·s, where s itself may be too small for a float32. */
vec4 log1pUnits(vec4 s) {
  vec4 plain = s * perUnit;
  vec4 exponent;
  vec4 f = splitFloat(1. + plain, exponent);
  vec4 large = (exponent * LN2_HIGH + (logOfSplit(f) + exponent * LN2_LOW)) * unit;
  return mix(large, log1pUnitsOfUnit(min(s, vec4(unit)), min(plain, vec4(1))), lessThanEqual(plain, vec4(1)));
}
`;

const WHOLE_POWER = `
vec4 power(vec4 u) {
  vec4 product = vec4(1);
  vec4 square = u;
  for (int n = wholeGamma; n > 0; n >>= 1) {
    product *= (n & 1) == 1 ? square : vec4(1);
    square *= square;
  }
  return product;
}
`;

/** γ = 1, 2 or 3, nearly always: a loop costs more. */
const SMALL_POWER = `
vec4 power(vec4 u) {
  vec4 one = vec4(1);
  return mix(one, u, bvec4((wholeGamma & 1) == 1)) * mix(one, u * u, bvec4((wholeGamma & 2) == 2));
}
`;

/** 2^(γ·log₂u), its exponent γ·n + γ·log₂f in two parts: half a unit of 120 would be 60 units of the power. */
const ANY_POWER = `
vec4 power(vec4 u) {
  vec4 exponent;
  vec4 f = splitFloat(u, exponent);
  vec4 high = gammaHigh * exponent;
  vec4 low = gammaLow * exponent + (gammaHigh + gammaLow) * (logOfSplit(f) * LOG2_E);
  vec4 whole = floor(high + low + 0.5);
  vec4 result = expOfRest(((high - whole) + low) * LN2) * powerOf2(max(ivec4(whole), -126));
  return mix(vec4(0), result, bvec4(vec4(greaterThan(whole, vec4(-126))) * vec4(greaterThan(u, vec4(0)))));
}
`;

function isWhole(gamma: number): boolean {
  return Number.isInteger(gamma) && gamma <= 32;
}

/** u^γ for 0 ≤ u ≤ 1 and γ > 0: a product for a whole γ up to 32. Of γ itself, none of the texts knows anything. */
export function powerText(gamma: number): string {
  if (!isWhole(gamma)) return ANY_POWER;
  return gamma < 4 ? SMALL_POWER : WHOLE_POWER;
}

/** The uniforms of `power`: γ = gammaHigh + gammaLow, gammaHigh of 12 bits. */
export function powerUniforms(gamma: number): {
  floats: Readonly<Record<string, number>>;
  ints: Readonly<Record<string, number>>;
} {
  const [bits] = new Uint32Array(Float32Array.of(gamma).buffer);
  const [high = 0] = new Float32Array(Uint32Array.of((bits ?? 0) & 0xfffff000).buffer);
  const floats = {gammaHigh: high, gammaLow: Math.fround(gamma) - high};
  return {floats, ints: {wholeGamma: isWhole(gamma) ? gamma : 0}};
}
