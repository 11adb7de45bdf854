// The sigmoid focal loss with labels 0 and 1, the ordinary case. One side of an element is enough then: with t = z for y = 1
// and −z for y = 0, e = e^−|t|, L = log1p(e), u = σ(−t), p = σ(t), softplus(−t) = max(−t, 0) + L,
//
//     ℓ = a·u^γ·softplus(−t)     ∂ℓ/∂t = −a·u^γ·(u + γ·p·softplus(−t))
//
// The scalar twin is kernels/plain/_sigmoid_element.ts. Other rows are sigmoid_rows.inl's.

/** u^γ from u = σ(−t) = e^−softplus(t), with softplus(t) = softplus(−t) + t. */
INLINE Doubles focalPower(Doubles u, Doubles t, Doubles softplusNegative, double gamma) {
  if (gamma == 2) return u * u;
  return exponential((softplusNegative + t) * -gamma);
}

/** What the loss and the slope of two elements are made of. */
struct FocalElement {
  Doubles u, p, softplusNegative, power;

  INLINE_MEMBER FocalElement(Doubles signedLogit, double gamma) {
    const Doubles e = exponential(-absolute(signedLogit));
    const Doubles t = atMost(atLeast(signedLogit, -kHuge), kHuge);
    const Doubles larger = 1.0 / (e + 1.0);
    const Doubles smaller = e * larger;
    softplusNegative = positivePart(-t) + logarithm1p(e);
    u = t > 0.0 ? smaller : larger;
    p = t > 0.0 ? larger : smaller;
    power = focalPower(u, t, softplusNegative, gamma);
  }

  /** a·u^γ·softplus(−t). */
  INLINE_MEMBER Doubles loss(Doubles a) const { return (a * softplusNegative) * power; }

  /** a·u^γ·(u + γ·p·softplus(−t)); from −t = 700 on p·softplus has become 0 for any γ, unless softplus stands for ∞. */
  INLINE_MEMBER Doubles slope(Doubles a, double gamma) const {
    return (a * (u + (gamma * p) * atMost(softplusNegative, kFar))) * power;
  }
};

/** t: −z where the label is 0. */
INLINE Floats signedLogits(Floats z, Floats y) { return withSign(z, (y == 0.0f) & signBit()); }

/** Σ ℓ_k of `count` elements, or NaN where a label is neither 0 nor 1. */
static double hardFocalLoss(const SigmoidRows& rows, const float* z, const float* labels, int64_t count) {
  if (!areHard(labels, count)) return NAN;
  // a = negative + y·(positive − negative).
  const double base = rows.negativeWeight;
  const double step = rows.positiveWeight - rows.negativeWeight;
  const double gamma = rows.gamma;
  Pair total = {};
  forLanes(count, [&](int64_t k, int64_t left) BODY {
    const Floats y = loadUpTo(labels + k, left, 0);
    fetchAhead(z, k);
    const Pair t = widen(signedLogits(loadUpTo(z + k, left, 0), y));
    const Pair w = widen(y);
    const Pair loss = {FocalElement(t.low, gamma).loss(w.low * step + base),
                       FocalElement(t.high, gamma).loss(w.high * step + base)};
    add(total, left < LANES ? firstOf(loss, left) : loss);
  });
  return sum(total);
}

/** Writes factor·∂ℓ/∂z and returns true, or returns false where a label is neither 0 nor 1. */
static bool hardFocalGradient(const SigmoidRows& rows, const float* z, const float* labels, int64_t count, double factor,
                              float* gradient) {
  if (!areHard(labels, count)) return false;
  // ∂ℓ/∂z is −∂ℓ/∂t for y = 0: the sign goes with the weight.
  const double base = rows.negativeWeight * factor;
  const double step = (-rows.positiveWeight - rows.negativeWeight) * factor;
  const double gamma = rows.gamma;
  forLanes(count, [&](int64_t k, int64_t left) BODY {
    const Floats y = loadUpTo(labels + k, left, 0);
    fetchAhead(z, k);
    fetchAheadToWrite(gradient, k);
    const Pair t = widen(signedLogits(loadUpTo(z + k, left, 0), y));
    const Pair w = widen(y);
    const Pair g = {FocalElement(t.low, gamma).slope(w.low * step + base, gamma),
                    FocalElement(t.high, gamma).slope(w.high * step + base, gamma)};
    storeUpTo(gradient + k, narrow(g), left);
  });
  return true;
}

/** hardFocalLoss, and what hardFocalGradient writes where that is not NaN. */
static double hardFocalLossAndGradient(const SigmoidRows& rows, const float* z, const float* labels, int64_t count,
                                       double factor, float* gradient) {
  if (!areHard(labels, count)) return NAN;
  const double base = rows.negativeWeight;
  const double step = rows.positiveWeight - rows.negativeWeight;
  const double slopeBase = rows.negativeWeight * factor;
  const double slopeStep = (-rows.positiveWeight - rows.negativeWeight) * factor;
  const double gamma = rows.gamma;
  Pair total = {};
  forLanes(count, [&](int64_t k, int64_t left) BODY {
    const Floats y = loadUpTo(labels + k, left, 0);
    fetchAhead(z, k);
    fetchAheadToWrite(gradient, k);
    const Pair t = widen(signedLogits(loadUpTo(z + k, left, 0), y));
    const Pair w = widen(y);
    const FocalElement low(t.low, gamma), high(t.high, gamma);
    storeUpTo(gradient + k,
              narrow({low.slope(w.low * slopeStep + slopeBase, gamma), high.slope(w.high * slopeStep + slopeBase, gamma)}),
              left);
    const Pair loss = {low.loss(w.low * step + base), high.loss(w.high * step + base)};
    add(total, left < LANES ? firstOf(loss, left) : loss);
  });
  return sum(total);
}
