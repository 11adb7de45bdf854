// Rows whose label is one class y, with smoothing and nothing else: q'_k = ε/K but for q'_y = 1−ε+ε/K. Loss and gradient at once;
// each alone is that of any soft row. The SIMD twin is kernels/simd/_smooth_rows.ts. With m = max z, S = Σ_k e^(z_k−m), L = log S,
//
//     ℓ = L + (1−ε)·(m−z_y) + (ε/K)·Σ_k (m−z_k) + λ·(m+L)²     ∂ℓ/∂z_k = (1 + 2λ·(m+L))·e^(z_k−m)/S − q'_k
//
// The exponentials are those of z itself, so that one pass finds m, makes the terms, and adds them up.

/** Below, S − 1 loses too much of what is left of a loss or a gradient. */
constexpr double kLeastSmoothing = 0.001;
/** |m| ≤ 64: exponentials that count beside ε/K are then those of |z| < 128, whose error is below 2⁻⁴⁵. */
constexpr float kSmoothRange = 64;

/** With one class S is 1, and e^z·e^−m only nearly so. */
INLINE bool isSmooth(const SoftmaxRows& rows) {
  return rows.labelSmoothing >= kLeastSmoothing && rows.gamma == 0 && rows.weights == nullptr && rows.classes > 1 &&
         rows.classes <= kTameClasses;
}

struct SmoothSums {
  double exponentials;
  double logits;
  float maximum;
};

/** Σ e^(z_k), whose terms go to `to`, Σ z_k and m. */
static SmoothSums keepExponentials(const float* z, int64_t classes, double* to) {
  Floats top = all(-INFINITY);
  Pair exponentials = {}, logits = {};
  forLanes(classes, [&](int64_t k, int64_t left) BODY {
    fetchAhead(z, k);
    const Floats x = loadUpTo(z + k, left, -INFINITY);
    top = larger(top, x);
    const Pair wide = widen(x);
    const Pair e = exponential(wide);
    storePair(to + k, e);
    add(exponentials, e);
    add(logits, left < LANES ? firstOf(wide, left) : wide);
  });
  return {sum(exponentials), sum(logits), maximum(top)};
}

/** Writes the gradient and returns the loss, or NaN where the row is another's: logits out of the range, NaN, 0·∞ for ε = 1. */
static double smoothLossAndGradient(const SoftmaxRows& rows, const float* z, int64_t y, float* stats, double dy, double* room,
                                    float* gradient) {
  const int64_t classes = rows.classes;
  const SmoothSums sums = keepExponentials(z, classes, room);
  if (!(std::fabs(sums.maximum) <= kSmoothRange) || sums.logits != sums.logits) return NAN;
  const double m = static_cast<double>(sums.maximum), label = static_cast<double>(z[y]);
  const double perMaximum = std::exp(-m);
  const double total = sums.exponentials * perMaximum;
  const double rest = std::max(total - 1, 0.0);
  writeStats(stats, sums.maximum, rest);
  const double logSum = logarithm1p(rest);
  const double zTerm = rows.zLoss == 0 ? 0 : 2 * rows.zLoss * (m + logSum);

  const double uniform = rows.labelSmoothing / static_cast<double>(classes);
  const double factor = dy * (1 + zTerm) / sums.exponentials, uniformDy = dy * uniform;
  forLanes(classes, [&](int64_t k, int64_t left) BODY {
    fetchAheadToWrite(gradient, k);
    const Pair e = loadPair(room + k);
    storeUpTo(gradient + k, narrow({e.low * factor - uniformDy, e.high * factor - uniformDy}), left);
  });
  // At the maximum p = 1/S may be close to 1, and so may q: (1−q)·1 − q·(S−1) keeps their difference.
  const double q = 1 - rows.labelSmoothing + uniform;
  const double difference = label == m ? rows.labelSmoothing - uniform - q * rest + zTerm
                                       : room[y] * perMaximum * (1 + zTerm) - q * total;
  gradient[y] = static_cast<float>(dy * (difference / total));

  const double gaps = static_cast<double>(classes) * m - sums.logits;
  const double loss = logSum + (1 - rows.labelSmoothing) * (m - label) + uniform * gaps;
  return rows.zLoss == 0 ? loss : loss + rows.zLoss * (m + logSum) * (m + logSum);
}
