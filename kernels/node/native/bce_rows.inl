// BCE with one weight a for both sides and labels as they are, the ordinary case, in float32 exponentials. The scalar twin of
// the loss is kernels/plain/SigmoidCrossEntropyWithLogits.ts:
//
//     Σ_k ℓ_k = a·(Σ_k side_k·z_k + log1p(S)),   side = 1−y for z > 0 and −y otherwise,   S = Π_k (1 + e^−|z_k|) − 1
//     ∂ℓ/∂z = a·σ(z) for y = 0 and −a·σ(−z) for y = 1
//
// What these cannot do (|z| > 87, NaN, ∞, soft labels in the gradient) goes to sigmoid_rows.inl.

/** Factors (1 + e) ≤ 2 that a product of a lane takes before it could overflow. */
constexpr int64_t kFactors = 512;
/** e^−87 is the last whole power of e that is a normal float32. */
constexpr float kFloor = -87;

/** (1−y)·z for z > 0 and −y·z otherwise. */
INLINE Doubles linear(Doubles z, Doubles y) { return ((z > 0.0 ? all2(1) : all2(0)) - y) * z; }

/** S + e·(1 + S), which is (1 + S)·(1 + e) − 1 without cancellation. */
INLINE Doubles multiplied(Doubles s, Doubles e) { return s + e * (s + 1.0); }

INLINE double log1pOfProduct(Doubles s) {
  double logarithms = 0;
  for (int i = 0; i < LANES / 2; i++) logarithms += std::log1p(s[i]);
  return logarithms;
}

/** Σ ℓ_k/a of `count` elements, or NaN where they are beyond this arithmetic. */
static double bceLoss(const float* z, const float* labels, int64_t count) {
  const Floats scale = scaleOf(0);
  Floats lowest{};
  Pair sides = {};
  double logarithms = 0;
  int64_t k = 0;
  const int64_t whole = count / (2 * LANES) * (2 * LANES);
  while (k < whole) {
    // Each step takes two factors into a lane.
    const int64_t end = std::min(whole, k + kFactors / 2 * LANES);
    Doubles low{}, high{};
    for (; k < end; k += 2 * LANES) {
      for (int64_t line = k; line < k + 2 * LANES; line += kLine) {
        fetchAhead(z, line);
        fetchAhead(labels, line);
      }
      const Floats a = load(z + k), b = load(z + k + LANES);
      const Floats na = negativeAbsolute(a), nb = negativeAbsolute(b);
      lowest = minimumOf2(minimumOf2(na, nb), lowest);
      const Floats ea = expScaled(na, scale), eb = expScaled(nb, scale);
      // (1 + e_a)·(1 + e_b) − 1 in float32: positive terms, each step within half an ULP.
      const Pair e = widen((ea + eb) + ea * eb);
      low = multiplied(low, e.low);
      high = multiplied(high, e.high);
      const Floats ya = load(labels + k), yb = load(labels + k + LANES);
      if (anyOf(~(isHard(ya) & isHard(yb)))) {
        const Pair za = widen(a), zb = widen(b), la = widen(ya), lb = widen(yb);
        sides.low += linear(za.low, la.low) + linear(zb.low, lb.low);
        sides.high += linear(za.high, la.high) + linear(zb.high, lb.high);
      } else {
        // |z| where the logit is on the wrong side of its label: exactly side·z.
        const Ints wrongA = (a > 0.0f) ^ (ya != 0.0f), wrongB = (b > 0.0f) ^ (yb != 0.0f);
        const Pair wrong = widen((Floats)((Ints)-na & wrongA) + (Floats)((Ints)-nb & wrongB));
        sides.low += wrong.low;
        sides.high += wrong.high;
      }
    }
    logarithms += log1pOfProduct(multiplied(low, high));
  }
  Doubles low{}, high{};
  for (; k < count; k += LANES) {
    const int64_t left = count - k;
    const Floats x = loadUpTo(z + k, left, 0);
    const Floats y = loadUpTo(labels + k, left, 0);
    const Floats negative = negativeAbsolute(x);
    lowest = minimumOf2(negative, lowest);
    Floats e = expScaled(negative, scale);
    // A lane that is no element takes e = 0.
    if (left < LANES) e = lanesOf() < static_cast<int32_t>(left) ? e : all(0);
    const Pair factors = widen(e), zs = widen(x), ys = widen(y);
    low = multiplied(low, factors.low);
    high = multiplied(high, factors.high);
    sides.low += linear(zs.low, ys.low);
    sides.high += linear(zs.high, ys.high);
  }
  logarithms += log1pOfProduct(multiplied(low, high));
  if (anyOf(lowest < all(kFloor))) return NAN;
  return logarithms + sum(sides.low + sides.high);
}

/**
 * With x = −z for y = 0 and z for y = 1 the gradient is ±a/(1 + e^x), computed as ±a·2⁻⁴⁰/(2⁻⁴⁰ + 2⁻⁴⁰·e^x): the scaled power
 * is a normal float from x = −30, below which 1 + e^x is 1, to x = 114, where the quotient has become 0.
 */
constexpr int kSlopeExponent = 40;
constexpr float kLowest = -30;
constexpr float kHighest = 114;
constexpr float kTwoPowMinus40 = 9.094947017729282e-13f;

/** `factor` is a·2⁻⁴⁰. */
INLINE Floats hardSlope(Floats z, Floats y, Floats scale, Floats factor) {
  const Ints flip = (y != 0.0f) & signBit();
  const Floats x = withSign(z, flip ^ signBit());
  const Floats bounded = atMost(atLeast(x, all(kLowest)), all(kHighest));
  return withSign(factor / (expScaled(bounded, scale) + kTwoPowMinus40), flip);
}

/**
 * Writes factor·∂ℓ/∂z and returns true, or returns false where a label is neither 0 nor 1, and for a factor that
 * 2⁻⁴⁰ would make subnormal.
 */
static bool bceGradient(const float* z, const float* labels, int64_t count, float factor, float* gradient) {
  if (!(std::fabs(factor) > 1e-24f || factor == 0)) return false;
  const Floats scale = scaleOf(kSlopeExponent);
  const Floats f = all(factor * kTwoPowMinus40);
  if (!areHard(labels, count)) return false;
  forLanes(count, [&](int64_t k, int64_t left) BODY {
    fetchAhead(z, k);
    fetchAheadToWrite(gradient, k);
    const Floats y = loadUpTo(labels + k, left, 0);
    storeUpTo(gradient + k, hardSlope(loadUpTo(z + k, left, 0), y, scale, f), left);
  });
  return true;
}
