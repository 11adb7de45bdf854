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

/**
 * Exponentials of the gradient are scaled by 2⁴⁰: from |z| = 0 to 114, where e^−|z| has become 0 as a float32, the scaled ones
 * are normal floats.
 */
constexpr int kSlopeExponent = -40;
constexpr float kSlopeFloor = -114;
constexpr float kTwoPow40 = 1099511627776.0f;
constexpr float kTwoPowMinus40 = 9.094947017729282e-13f;

/**
 * With x = −z for y = 0 and z for y = 1 the gradient is ±a/(1 + e^x), which is a·e^−|x|/(1 + e^−|x|) for x > 0 and
 * a/(1 + e^−|x|) otherwise. `e` is 2⁴⁰·e^−|z|, and so is all else scaled.
 */
INLINE Floats hardSlope(Floats z, Floats y, Floats e, Floats factor) {
  const Ints flip = (y != 0.0f) & signBit();
  const Floats x = withSign(z, flip ^ signBit());
  const Floats share = x > 0.0f ? e : all(kTwoPow40);
  return withSign(factor * share / (e + kTwoPow40), flip);
}

/** 2⁴⁰·e^x for x ≤ 0. */
INLINE Floats slopeExponential(Floats x) { return expScaled(atLeast(x, all(kSlopeFloor)), scaleOf(kSlopeExponent)); }

/** Whether the gradient can be made with this factor: no product is subnormal or too large, and 0 is 0 at |z| = 114. */
INLINE bool isPlainFactor(float factor) { return (std::fabs(factor) > 1e-24f && std::fabs(factor) < 8192) || factor == 0; }

/**
 * Σ ℓ_k/a of `count` elements, or NaN where they are beyond this arithmetic. With kGradient, for labels that are all 0 or 1, it
 * writes factor·∂ℓ/∂z too, which is right all the same.
 */
template <bool kGradient>
static double bceLoss(const float* z, const float* labels, int64_t count, float factor, float* gradient) {
  const Floats scale = scaleOf(0);
  const Floats f = all(factor);
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
      Floats ea, eb;
      if (kGradient) {
        for (int64_t line = k; line < k + 2 * LANES; line += kLine) fetchAheadToWrite(gradient, line);
        const Floats scaledA = slopeExponential(na), scaledB = slopeExponential(nb);
        storeUpTo(gradient + k, hardSlope(a, load(labels + k), scaledA, f), LANES);
        storeUpTo(gradient + k + LANES, hardSlope(b, load(labels + k + LANES), scaledB, f), LANES);
        ea = scaledA * kTwoPowMinus40;
        eb = scaledB * kTwoPowMinus40;
      } else {
        ea = expScaled(na, scale);
        eb = expScaled(nb, scale);
      }
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
    if (kGradient) storeUpTo(gradient + k, hardSlope(x, y, slopeExponential(negative), f), left);
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

/** Writes factor·∂ℓ/∂z and returns true, or returns false where a label is neither 0 nor 1 and for a factor that is not plain. */
static bool bceGradient(const float* z, const float* labels, int64_t count, float factor, float* gradient) {
  if (!isPlainFactor(factor) || !areHard(labels, count)) return false;
  const Floats f = all(factor);
  forLanes(count, [&](int64_t k, int64_t left) BODY {
    fetchAhead(z, k);
    fetchAheadToWrite(gradient, k);
    const Floats x = loadUpTo(z + k, left, 0), y = loadUpTo(labels + k, left, 0);
    storeUpTo(gradient + k, hardSlope(x, y, slopeExponential(negativeAbsolute(x)), f), left);
  });
  return true;
}
