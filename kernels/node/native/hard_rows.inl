// Rows whose target is a single class y of weight a. The scalar twin is kernels/plain/_softmax_rows.ts: with
// s = Σ_{k≠y} e^(z_k−m), S = s + e^(z_y−m), c = log1p(s·e^(m−z_y)), lse = z_y + c, p = e^(z_y−m)/S, u = s/S,
// φ = u^γ·(1 + γ·c·p/u),
//
//     ℓ = a·u^γ·c + λ·lse²     ∂ℓ/∂z_k = (a·φ + 2λ·lse)·e^(z_k−m)/S     ∂ℓ/∂z_y = 2λ·lse·p − a·φ·u
//
// Where the logits are tame the exponentials are float32 and their sum is float64; other rows take float64 throughout. The
// float32 exponentials keep within 1 ULP, so the results keep within the contract.

/**
 * Tame: −16 ≤ m ≤ 32. A sum of e^(z_k)·2⁷⁵ then neither overflows (4 terms of e³²·2⁷⁵ = 3e36) nor loses a term that counts
 * (e^(−16−104)·2⁷⁵ = 3e-30 is normal). Logits below −138 count as −138: up to a million of them are less than 2 % of the
 * smallest float32 beside m ≥ −16.
 */
constexpr float kTameLow = -16;
constexpr float kTameHigh = 32;
constexpr float kTameFloor = -138;
constexpr int64_t kTameClasses = 1 << 20;
constexpr double kFocalShare = 0.25;
constexpr int kSumExponent = -75;
constexpr double kTwoPowMinus75 = 2.6469779601696886e-23;
/** Gradients scale e^z so that p = 1 is about 2⁴⁸ and p = 2^-173 still a normal float. */
constexpr int kGradientExponent = 48;

INLINE bool isTame(float m, int64_t classes) { return m >= kTameLow && m <= kTameHigh && classes <= kTameClasses; }

/** Two exponentials that loss and gradient of a row have in common: a call of one takes as long as 50 classes. */
struct RowExponentials {
  /** e^(z_y−m). */
  double label;
  /** e^−m. */
  double perMaximum;

  RowExponentials(float y, float m)
      : label(std::exp(static_cast<double>(y) - static_cast<double>(m))),
        perMaximum(std::exp(-static_cast<double>(m))) {}
};

/** log1p(s·e^gap) = log1p(s/e), also where e^gap overflows. */
INLINE double log1pScaled(double s, double gap, double e) {
  return gap < 500 ? logarithm1p(s / e) : gap + std::log(s);
}

/** u^γ. */
INLINE double powerOf(double u, double gamma) { return gamma == 2 ? u * u : std::pow(u, gamma); }

/** 2^n for −1022 ≤ n ≤ 1023, and the exponent of a normal number. */
INLINE double powerOfTwo(int n) {
  const uint64_t bits = static_cast<uint64_t>(n + 1023) << 52;
  double power;
  memcpy(&power, &bits, sizeof power);
  return power;
}
INLINE int exponentOf(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return static_cast<int>(bits >> 52 & 0x7ff) - 1023;
}

/** Writes (reference, s) as three float32 numbers, and −1 for the class. */
INLINE void writeStats(float* stats, float reference, double s) {
  const float high = static_cast<float>(s);
  stats[0] = reference;
  stats[1] = high;
  stats[2] = static_cast<float>(s - static_cast<double>(high));
  stats[3] = -1;
}

INLINE double sumOfStats(const float* stats) { return static_cast<double>(stats[1]) + static_cast<double>(stats[2]); }

/** Logits k to k + LANES with −∞ for class `y` and for lanes that are no class. */
INLINE Floats others(const float* z, int64_t k, int64_t classes, int64_t y) {
  const Floats x = loadUpTo(z + k, classes - k, -INFINITY);
  const int64_t lane = y - k;
  if (lane < 0 || lane >= LANES) return x;
  return lanesOf() == static_cast<int32_t>(lane) ? all(-INFINITY) : x;
}

struct SumAndMaximum {
  double sum;
  float maximum;
};

/**
 * Σ_{k≠y} 2⁷⁵·e^(z_k), right if the logits are tame, and max_{k≠y} z_k: one pass does both. With kKeep the terms are written to
 * `kept`.
 */
template <bool kKeep>
static SumAndMaximum tameSum(const float* z, int64_t classes, int64_t y, float* kept) {
  const Floats floor = all(kTameFloor);
  const Floats scale = scaleOf(kSumExponent);
  Floats top = all(-INFINITY);
  Doubles low{}, high{};
  constexpr int64_t kBlock = 4 * LANES;
  int64_t k = 0;
  for (; k + kBlock <= classes; k += kBlock) {
    for (int64_t line = k; line < k + kBlock; line += kLine) fetchAhead(z, line);
    Floats a = load(z + k), b = load(z + k + LANES), c = load(z + k + 2 * LANES), d = load(z + k + 3 * LANES);
    if (y >= k && y < k + kBlock) {
      a = others(z, k, classes, y);
      b = others(z, k + LANES, classes, y);
      c = others(z, k + 2 * LANES, classes, y);
      d = others(z, k + 3 * LANES, classes, y);
    }
    top = larger(top, larger(larger(a, b), larger(c, d)));
    // Pairs are added in float32, which costs half an ULP of the pair twice, before float64 takes over.
    const Floats ea = expScaled(atLeast(a, floor), scale), eb = expScaled(atLeast(b, floor), scale);
    const Floats ec = expScaled(atLeast(c, floor), scale), ed = expScaled(atLeast(d, floor), scale);
    if (kKeep) {
      for (int64_t line = k; line < k + kBlock; line += kLine) fetchAheadToWrite(kept, line);
      storeUpTo(kept + k, ea, LANES);
      storeUpTo(kept + k + LANES, eb, LANES);
      storeUpTo(kept + k + 2 * LANES, ec, LANES);
      storeUpTo(kept + k + 3 * LANES, ed, LANES);
    }
    const Pair e = widen((ea + eb) + (ec + ed));
    low += e.low;
    high += e.high;
  }
  for (; k < classes; k += LANES) {
    const Floats a = others(z, k, classes, y);
    top = larger(top, a);
    const Floats term = expScaled(atLeast(a, floor), scale);
    if (kKeep) storeUpTo(kept + k, term, classes - k);
    const Pair e = widen(term);
    low += e.low;
    high += e.high;
  }
  return {sum(low + high), maximum(top)};
}

/** Σ_{k≠y} e^(z_k−m) in float64. */
static double wildSum(const float* z, int64_t classes, int64_t y, double m) {
  Doubles low{}, high{};
  for (int64_t k = 0; k < classes; k += LANES) {
    // Lanes that are no class are −∞; where m is −∞ too the row is NaN, which is what it should be.
    const Pair x = widen(others(z, k, classes, y));
    low += exponential(x.low - m);
    high += exponential(x.high - m);
  }
  return sum(low + high);
}

/** Of a row: its loss, and what its gradient is made of. */
struct HardLoss {
  double loss;
  RowExponentials exponentials;
  /** Whether `kept` has the terms 2⁷⁵·e^(z_k), that hardGradient makes a gradient of in their place. */
  bool isKept;
};

/** `kept` is null, or room for the terms. */
static HardLoss hardLoss(const SoftmaxRows& rows, const float* z, int64_t y, double a, float* stats, float* kept) {
  const int64_t classes = rows.classes;
  const float label = z[y];
  const SumAndMaximum tame =
      kept != nullptr ? tameSum<true>(z, classes, y, kept) : tameSum<false>(z, classes, y, nullptr);
  const float m = label > tame.maximum ? label : tame.maximum;
  const RowExponentials ofRow(label, m);
  const double e = ofRow.label;
  double s = tame.sum * kTwoPowMinus75 * ofRow.perMaximum;
  // u^γ makes γ·p relative errors of s out of one: more than a quarter is too much for float32 exponentials.
  const bool isKept = kept != nullptr && isTame(m, classes) && label == label;
  if (!isTame(m, classes) || label != label || rows.gamma * e > kFocalShare * (s + e)) {
    s = classes == 1 ? 0 : wildSum(z, classes, y, static_cast<double>(m));
  }
  if (classes == 1) s = 0;
  writeStats(stats, m, s);
  const double c = log1pScaled(s, static_cast<double>(m) - static_cast<double>(label), e);
  const double loss = weigh(a, rows.gamma == 0 ? c : powerOf(s / (s + e), rows.gamma) * c);
  const double lse = static_cast<double>(label) + c;
  return {rows.zLoss == 0 ? loss : loss + rows.zLoss * lse * lse, ofRow, isKept};
}

/**
 * Writes factor·e^(z_k−m)/S: with N within 2 of log₂(e^m·S) − 48, the product of 2^-N·e^(z_k) and factor·2^N·e^-m/S. N is odd like
 * the exponent of the terms that the sum has kept, so that expScaled rounds halves alike and they are the same to the bit.
 */
static void tameGradient(const float* z, int64_t classes, double factor, double m, double perMaximum, double total,
                         float* gradient, bool isKept) {
  const int exponent = (static_cast<int>(std::nearbyint(m * kLog2E64)) + exponentOf(total) - kGradientExponent) | 1;
  const Floats f = all(static_cast<float>(factor * (powerOfTwo(exponent) * perMaximum) / total));
  const Floats scale = scaleOf(exponent);
  // 2^-125 stands for everything below it: with |factor| < 2⁴⁰ it becomes 0 in the product.
  const Floats floor = all(static_cast<float>((exponent - 125) * kLn2));
  if (isKept) {
    const Floats change = all(static_cast<float>(powerOfTwo(kSumExponent - exponent)));
    const Floats least = expScaled(floor, scale);
    forLanes(classes, [&](int64_t k, int64_t left) BODY {
      storeUpTo(gradient + k, atLeast(loadUpTo(gradient + k, left, 0) * change, least) * f, left);
    });
    return;
  }
  forLanes(classes, [&](int64_t k, int64_t left) BODY {
    fetchAhead(z, k);
    fetchAheadToWrite(gradient, k);
    const Floats x = loadUpTo(z + k, left, 0);
    storeUpTo(gradient + k, expScaled(atLeast(x, floor), scale) * f, left);
  });
}

/** Writes factor·e^(z_k−m) in float64. */
static void wildGradient(const float* z, int64_t classes, double factor, double m, float* gradient) {
  forLanes(classes, [&](int64_t k, int64_t left) BODY {
    const Pair x = widenUpTo(z + k, left, 0);
    storeUpTo(gradient + k, narrow({exponential(x.low - m) * factor, exponential(x.high - m) * factor}), left);
  });
}

/** `dy` is the upstream gradient of the row; with `isKept` the row's hardLoss has left its terms in `gradient`. */
static void hardGradient(const SoftmaxRows& rows, const float* z, int64_t y, double a, const float* stats,
                         const RowExponentials& ofRow, double dy, float* gradient, bool isKept) {
  const int64_t classes = rows.classes;
  const double m = static_cast<double>(stats[0]);
  const double s = sumOfStats(stats);
  const double label = static_cast<double>(z[y]);
  const double e = ofRow.label;
  const double total = s + e;
  const double p = e / total;
  const double u = s / total;
  double slope = a;
  double zTerm = 0;
  if (rows.gamma != 0 || rows.zLoss != 0) {
    const double c = log1pScaled(s, m - label, e);
    if (rows.gamma != 0) slope *= powerOf(u, rows.gamma) * (1 + (p == 0 || u == 0 ? 0 : rows.gamma * c * p / u));
    if (rows.zLoss != 0) zTerm = 2 * rows.zLoss * (label + c);
  }
  const double factor = dy * (slope + zTerm);
  const double size = std::fabs(factor);
  if (isTame(stats[0], classes) && total == total && (size == 0 || (size > 1e-18 && size < 1e12))) {
    tameGradient(z, classes, factor, m, ofRow.perMaximum, total, gradient, isKept);
  } else {
    wildGradient(z, classes, factor / total, m, gradient);
  }
  gradient[y] = static_cast<float>(dy * (zTerm * p - slope * u));
}
