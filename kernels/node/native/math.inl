// Exponential and logarithm. The coefficients are the minimax polynomials that kernels/simd/minimax.py makes; the design is that
// of kernels/simd/_math.ts. Right with and without fused multiply-add: a fused one only leaves a rounding out.

constexpr float kLog2E = 1.44269504088896340736f;
/** ln 2 in 15 bits: n·kLn2High is exact for |n| < 512; and the rest. */
constexpr float kLn2High = 0.693145751953125f;
constexpr float kLn2Low = 1.42860682030941723212e-6f;
/** Adding 1.5·2²³ rounds a float32 to a whole number, which then stands in its lowest bits. */
constexpr float kRound = 12582912.0f;

/** The constant to hand to `expScaled` for results scaled by 2^-exponent. */
INLINE Floats scaleOf(int exponent) { return all(kRound - static_cast<float>(exponent)); }

/**
 * 2^-exponent·e^x for |x| < 350 and results that are normal floats, to 2^-24.
 *
 * n = round(x·log₂e), r = x − n·ln 2, e^r = 1 + r + r²·P(r): n − exponent goes straight into the bits of e^r. No maximum is
 * subtracted from x before, so nothing is rounded away in x.
 */
INLINE Floats expScaled(Floats x, Floats scale) {
  const Floats t = x * kLog2E + scale;
  const Floats n = t - scale;
  const Floats r = (x - n * kLn2High) - n * kLn2Low;
  const Floats r2 = r * r;
  const Floats low = 0.16666520399739639816f * r + 0.49999993432586761105f;
  const Floats high = 0.0083687450602070786994f * r + 0.041668390627667249386f;
  const Floats p = (0.0013814550065988275662f * r2 + high) * r2 + low;
  const Floats e = (p * r2 + r) + 1.0f;
  return (Floats)((Bits)e + ((Bits)t << 23));
}

constexpr double kLog2E64 = 1.44269504088896340736;
constexpr double kLn2 = 0.69314718055994530942;
/** 1.5·2⁵², the same for float64. */
constexpr double kRound64 = 6755399441055744;
/** e^-708 is the smallest power of e that is a normal float64; what is below counts as it. */
constexpr double kUnderflow = -708;

#if defined(__x86_64__) && LANES == 16
/**
 * e^x for x ≤ 709 to 2^-49. With n = round(8·x·log₂e) = 8k + j, r = x − n·ln 2/8: 2^k·2^(j/8)·e^r, and a register holds the eight
 * powers of 2. Each is short of j·2^49, what j adds to the bits of k.
 */
INLINE Doubles exponential(Doubles x) {
  const Doubles eighths = {1,
                           1.0905077326652576592,
                           1.1892071150027210667,
                           1.2968395546510096659,
                           1.4142135623730950488,
                           1.5422108254079408236,
                           1.6817928305074290861,
                           1.8340080864093424635};
  const LongBits j = {0, 1, 2, 3, 4, 5, 6, 7};
  const LongBits table = (LongBits)eighths - (j << 49);
  const Doubles bounded = atLeast(x, kUnderflow);
  const Doubles t = bounded * (8 * kLog2E64) + kRound64;
  const Doubles n = t - kRound64;
  const Doubles r = bounded - n * (kLn2 / 8);
  const Doubles r2 = r * r;
  const Doubles low = 0.16666666630619754505 * r + 0.49999999999974613534;
  const Doubles high = 0.0083338882176857221111 * r + 0.041666667092656824663;
  const Doubles p = (0.0013887709162181555704 * r2 + high) * r2 + low;
  const Doubles power = (Doubles)((LongBits)_mm512_permutexvar_epi64((__m512i)t, (__m512i)table) + ((LongBits)t << 49));
  return power + power * (p * r2 + r);
}
#else
/** e^x for x ≤ 709 to 2^-51. */
INLINE Doubles exponential(Doubles x) {
  const Doubles bounded = atLeast(x, kUnderflow);
  const Doubles t = bounded * kLog2E64 + kRound64;
  const Doubles n = t - kRound64;
  const Doubles r = bounded - n * kLn2;
  const Doubles r2 = r * r;
  const Doubles r4 = r2 * r2;
  const Doubles low = (0.16666666666611336962 * r + 0.49999999999998316213) +
                      (0.0083333333709816185013 * r + 0.041666666668142102945) * r2;
  const Doubles high = (0.00019841185068482343046 * r + 0.0013888888515174775165) +
                       (2.7635065851819873794e-6 * r + 0.000024801932342459099648) * r2;
  const Doubles p = low + (2.7476738000141700731e-7 * r4 + high) * r4;
  const Doubles e = (p * r2 + r) + 1.0;
  return (Doubles)((LongBits)e + ((LongBits)t << 52));
}
#endif

INLINE Pair exponential(Pair x) { return {exponential(x.low), exponential(x.high)}; }

/** 2·atanh(s) for |s| ≤ 1/3, to 2^-38, of vectors or of one number. */
template <typename T>
INLINE T twiceAtanh(T s) {
  const T w = s * s;
  const T w2 = w * w;
  const T low = 0.20000026499806894541 * w + 0.33333333179567789957;
  const T high = 0.11150749807709094364 * w + 0.14284198060203707353;
  const T highest = 0.10896189421066436026 * w + 0.085739277928528865673;
  const T q = (highest * w2 + high) * w2 + low;
  const T twice = s + s;
  return twice + twice * (w * q);
}

/** log1p(e) for 0 ≤ e ≤ 1. */
INLINE Doubles logarithm1p(Doubles e) { return twiceAtanh(e / (e + 2.0)); }
/** log1p(x) for x ≥ 0: the C library's takes three times as long. */
INLINE double logarithm1p(double x) {
  if (x <= 1) return twiceAtanh(x / (x + 2));
  // 1 + x = f·2^n with f in [√½, √2).
  constexpr uint64_t kSqrtHalf = 0x3fe6a09e667f3bcd;
  const double sum = 1 + x;
  if (!(sum < INFINITY)) return sum;
  uint64_t bits;
  memcpy(&bits, &sum, sizeof bits);
  const uint64_t n = (bits - kSqrtHalf) >> 52;
  bits -= n << 52;
  double f;
  memcpy(&f, &bits, sizeof f);
  return static_cast<double>(n) * kLn2 + twiceAtanh((f - 1) / (f + 1));
}
/** −log1p(−p) for 0 ≤ p ≤ 1/2. */
INLINE Doubles minusLog1pMinus(Doubles p) { return twiceAtanh(p / (2.0 - p)); }

/** a·c with 0·∞ = 0. */
INLINE double weigh(double a, double c) { return a == 0 && c == INFINITY ? 0 : a * c; }
