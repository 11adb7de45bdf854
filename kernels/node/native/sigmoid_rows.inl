// Elements of the sigmoid family. The scalar twin is kernels/plain/_sigmoid_element.ts: with e = e^−|z|, L = log1p(e),
// softplus(±z) = max(±z, 0) + L,
//
//     ℓ = p·softplus(−z)·σ(−z)^γ + n·softplus(z)·σ(z)^γ                            p = a₊·y', n = a₋·(1−y')
//     ∂ℓ/∂z = n·σ(z)^γ·(σ(z) + γ·σ(−z)·softplus(z)) − p·σ(−z)^γ·(σ(−z) + γ·σ(z)·softplus(−z))
//
// with σ(∓z)^γ = e^(−γ·softplus(±z)), or a square for γ = 2.

/** Beyond it the gradient is a limit for float32, and no product reads 0·∞. */
constexpr double kFar = 700;

INLINE Doubles absolute(Doubles x) { return (Doubles)((Longs)x & ~(Longs)all2(-0.0)); }
INLINE Doubles positivePart(Doubles x) { return atLeast(x, 0); }

struct Sides {
  Doubles positive, negative;
};

/** ℓ. */
INLINE Doubles elementLoss(Doubles z, Sides sides, double gamma) {
  const Doubles e = exponential(-absolute(z));
  const Doubles logTerm = logarithm1p(e);
  const Doubles x = atMost(atLeast(z, -kHuge), kHuge);
  const Doubles softplus = positivePart(x) + logTerm;
  const Doubles softplusNegative = positivePart(-x) + logTerm;
  Doubles positive = sides.positive * softplusNegative;
  Doubles negative = sides.negative * softplus;
  if (gamma == 2) {
    const Doubles larger = 1.0 / (e + 1.0);
    const Doubles smaller = e * larger;
    const Doubles sigmoid = x > 0.0 ? larger : smaller;
    const Doubles sigmoidNegative = x > 0.0 ? smaller : larger;
    positive *= sigmoidNegative * sigmoidNegative;
    negative *= sigmoid * sigmoid;
  } else if (gamma != 0) {
    positive *= exponential(softplus * -gamma);
    negative *= exponential(softplusNegative * -gamma);
  }
  return positive + negative;
}

/** ∂ℓ/∂z. */
INLINE Doubles elementSlope(Doubles z, Sides sides, double gamma) {
  const Doubles e = exponential(-absolute(z));
  const Doubles larger = 1.0 / (e + 1.0);
  const Doubles smaller = e * larger;
  const Doubles sigmoid = z > 0.0 ? larger : smaller;
  const Doubles sigmoidNegative = z > 0.0 ? smaller : larger;
  if (gamma == 0) return sides.negative * sigmoid - sides.positive * sigmoidNegative;

  const Doubles logTerm = logarithm1p(e);
  const Doubles x = atMost(atLeast(z, -kFar), kFar);
  const Doubles softplus = positivePart(x) + logTerm;
  const Doubles softplusNegative = positivePart(-x) + logTerm;
  Doubles up = sides.negative * (sigmoid + gamma * sigmoidNegative * softplus);
  Doubles down = sides.positive * (sigmoidNegative + gamma * sigmoid * softplusNegative);
  if (gamma == 2) {
    up *= sigmoid * sigmoid;
    down *= sigmoidNegative * sigmoidNegative;
  } else {
    up *= exponential(softplusNegative * -gamma);
    down *= exponential(softplus * -gamma);
  }
  return up - down;
}

/** The weights of the two sides, times `factor`; `w` is per label. */
INLINE Sides sidesOf(const SigmoidRows& rows, Doubles y, Doubles w, double factor) {
  const Doubles smoothed = y * (1 - rows.labelSmoothing) + rows.labelSmoothing / 2;
  return {smoothed * (rows.positiveWeight * factor) * w, (1.0 - smoothed) * (rows.negativeWeight * factor)};
}

/** The weights of the elements k to k + LANES of a row. */
INLINE void sidesOfLanes(const SigmoidRows& rows, const float* labels, int64_t k, int64_t start, int64_t left, double factor,
                         Sides* low, Sides* high) {
  const Pair y = widenUpTo(labels + k, left, 0);
  const Pair w = rows.posWeight != nullptr ? widenUpTo(rows.posWeight + start + k, left, 0) : Pair{all2(1), all2(1)};
  *low = sidesOf(rows, y.low, w.low, factor);
  *high = sidesOf(rows, y.high, w.high, factor);
}

/** Elements `start` to `start + count` of a row of any kind: their sum, and each of them where `rows.elements` is there. */
static double anyLoss(const SigmoidRows& rows, int64_t offset, int64_t start, int64_t count) {
  const float* z = rows.logits + offset + start;
  const float* labels = rows.labels + offset + start;
  Pair total = {};
  forLanes(count, [&](int64_t k, int64_t left) BODY {
    const Pair x = widenUpTo(z + k, left, 0);
    Sides low, high;
    sidesOfLanes(rows, labels, k, start, left, 1, &low, &high);
    Pair loss = {elementLoss(x.low, low, rows.gamma), elementLoss(x.high, high, rows.gamma)};
    if (rows.elements != nullptr) {
      storeUpTo(rows.elements + offset + start + k, narrow({loss.low * rows.scale, loss.high * rows.scale}), left);
    }
    if (left < LANES) loss = firstOf(loss, left);
    add(total, loss);
  });
  return sum(total);
}

static void anyGradient(const SigmoidRows& rows, int64_t offset, int64_t start, int64_t count, double factor) {
  const float* z = rows.logits + offset + start;
  const float* labels = rows.labels + offset + start;
  const bool perElement = rows.dyKind == SigmoidRows::Dy::kElements;
  forLanes(count, [&](int64_t k, int64_t left) BODY {
    const Pair x = widenUpTo(z + k, left, 0);
    Sides low, high;
    sidesOfLanes(rows, labels, k, start, left, factor, &low, &high);
    Pair g = {elementSlope(x.low, low, rows.gamma), elementSlope(x.high, high, rows.gamma)};
    if (perElement) {
      const Pair dy = widenUpTo(rows.dy + offset + start + k, left, 0);
      g = {g.low * dy.low, g.high * dy.high};
    }
    storeUpTo(rows.gradient + offset + start + k, narrow(g), left);
  });
}

/** All lanes of a label that is 0 or 1. */
INLINE Ints isHard(Floats y) { return (y == 0.0f) | (y == 1.0f); }

static bool areHard(const float* labels, int64_t count) {
  Ints all = isHard(Floats{});
  forLanes(count, [&](int64_t k, int64_t left) BODY {
    fetchAhead(labels, k);
    all &= isHard(loadUpTo(labels + k, left, 0));
  });
  return !anyOf(~all);
}
