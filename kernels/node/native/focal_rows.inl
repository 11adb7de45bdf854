// The sigmoid focal loss with labels 0 and 1, the ordinary case. One side of an element is enough then: with t = z for y = 1
// and −z for y = 0, e = e^−|t|, L = log1p(e), u = σ(−t), p = σ(t), softplus(−t) = max(−t, 0) + L,
//
//     ℓ = a·u^γ·softplus(−t)     ∂ℓ/∂t = −a·u^γ·(u + γ·p·softplus(−t))
//
// The scalar twin is kernels/plain/_focal_element.ts. Other rows are sigmoid_rows.inl's.

/** What the loss and the slope of LANES/2 elements are made of; kSquare is γ = 2. */
template <bool kSquare>
struct FocalElement {
  Doubles u, p, softplusNegative, power;

  INLINE_MEMBER FocalElement(Doubles signedLogit, Doubles e, double gamma) {
    const Doubles t = atMost(atLeast(signedLogit, -kHuge), kHuge);
    const Doubles larger = 1.0 / (e + 1.0);
    const Doubles smaller = e * larger;
    softplusNegative = positivePart(-t) + logarithm1p(e);
    u = t > 0.0 ? smaller : larger;
    p = t > 0.0 ? larger : smaller;
    // u = e^−softplus(t), with softplus(t) = softplus(−t) + t.
    power = kSquare ? u * u : exponential((softplusNegative + t) * -gamma);
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

/**
 * Elements whose exponentials are made ahead of the rest, in the first-level cache: an operation waits for the one before in its
 * element, and of two loops of shorter chains the processor has more elements in flight than of one.
 */
constexpr int64_t kFocalBlock = 256;

/** hardFocal for one γ. */
template <bool kSquare, bool kLoss, bool kGradient>
static double hardFocalOf(const SigmoidRows& rows, const float* z, const float* labels, int64_t count, double factor,
                          float* gradient) {
  // a = negative + y·(positive − negative). ∂ℓ/∂z is −∂ℓ/∂t for y = 0: the sign goes with the weight.
  const double base = rows.negativeWeight, step = rows.positiveWeight - rows.negativeWeight;
  const double slopeBase = rows.negativeWeight * factor, slopeStep = (-rows.positiveWeight - rows.negativeWeight) * factor;
  const double gamma = rows.gamma;
  double exponentials[kFocalBlock];
  Pair total = {};
  for (int64_t start = 0; start < count; start += kFocalBlock) {
    const float* const logits = z + start;
    const int64_t length = std::min(count - start, kFocalBlock);
    forLanes(length, [&](int64_t k, int64_t left) BODY {
      fetchAhead(z, start + k);
      const Pair x = widenUpTo(logits + k, left, 0);
      storePair(exponentials + k, {exponential(-absolute(x.low)), exponential(-absolute(x.high))});
    });
    forLanes(length, [&](int64_t k, int64_t left) BODY {
      const Floats y = loadUpTo(labels + start + k, left, 0);
      const Pair t = widen(signedLogits(loadUpTo(logits + k, left, 0), y));
      const Pair e = loadPair(exponentials + k), w = widen(y);
      const FocalElement<kSquare> low(t.low, e.low, gamma), high(t.high, e.high, gamma);
      if (kGradient) {
        fetchAheadToWrite(gradient, start + k);
        const Pair g = {low.slope(w.low * slopeStep + slopeBase, gamma), high.slope(w.high * slopeStep + slopeBase, gamma)};
        storeUpTo(gradient + start + k, narrow(g), left);
      }
      if (kLoss) {
        const Pair loss = {low.loss(w.low * step + base), high.loss(w.high * step + base)};
        add(total, left < LANES ? firstOf(loss, left) : loss);
      }
    });
  }
  return sum(total);
}

/**
 * With kLoss Σ ℓ_k of `count` elements, and with kGradient factor·∂ℓ/∂z is written; or NaN, and nothing is written, where a label is
 * neither 0 nor 1.
 */
template <bool kLoss, bool kGradient>
static double hardFocal(const SigmoidRows& rows, const float* z, const float* labels, int64_t count, double factor,
                        float* gradient) {
  if (!areHard(labels, count)) return NAN;
  return rows.gamma == 2 ? hardFocalOf<true, kLoss, kGradient>(rows, z, labels, count, factor, gradient)
                         : hardFocalOf<false, kLoss, kGradient>(rows, z, labels, count, factor, gradient);
}
