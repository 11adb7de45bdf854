// Rows with any target. The scalar twin is kernels/plain/_softmax_rows.ts: with the maximal term left out of s,
// L = log1p(s), c_k = (m−z_k) + L, S = 1 + s, p_k = e^(z_k−m)/S, u_k = 1 − p_k (s/S for the maximal class),
// q'_k = w_k·((1−ε)·q_k + ε/K), r_k = q'_k·φ(c_k), φ(c) = u^γ·(1 + γ·c·p/u), R = Σ_k r_k:
//
//     ℓ = Σ_k q'_k·u_k^γ·c_k + λ·(m+L)²     ∂ℓ/∂z_k = (R−r_k)·p_k − r_k·u_k + 2λ·(m+L)·p_k
//
// A cross-entropy takes float32 exponentials for s where the logits are tame. Everything else, in which p_k − q'_k may cancel or
// u^γ makes γ errors out of one, takes float64 ones.

/** Stands for ∞ where a class of zero target may be masked: 0·kHuge is 0. */
constexpr double kHuge = 1e300;

/** Targets of a row before smoothing: dense ones, or the single class `index` (below 2³¹) where `dense` is null. */
struct Targets {
  const float* dense;
  int64_t index;
  const float* weights;
  double keep;
  double uniform;

  double at(int64_t k) const {
    const double q = dense != nullptr ? static_cast<double>(dense[k]) : k == index ? 1 : 0;
    return (weights != nullptr ? static_cast<double>(weights[k]) : 1) * (q * keep + uniform);
  }

  /** q' of the classes k to k + LANES; 0 in lanes that are no class. */
  template <bool kDense, bool kWeighted>
  INLINE_MEMBER Pair lanes(int64_t k, int64_t left) const {
    Pair q;
    if (kDense) q = widenUpTo(dense + k, left, 0);
    else q = widen(lanesOf() == static_cast<int32_t>(index - k) ? all(1) : all(0));
    q = {q.low * keep + uniform, q.high * keep + uniform};
    if (kWeighted) {
      const Pair w = widenUpTo(weights + k, left, 0);
      return {q.low * w.low, q.high * w.high};
    }
    return left < LANES ? firstOf(q, left) : q;
  }

  /** The same without what a single class has more than the others: what q' is linear in takes `own` for that, once. */
  template <bool kDense, bool kWeighted>
  INLINE_MEMBER Pair lanesBut(int64_t k, int64_t left) const {
    if (kDense) return lanes<kDense, kWeighted>(k, left);
    const Pair q = {all2(uniform), all2(uniform)};
    if (kWeighted) {
      const Pair w = widenUpTo(weights + k, left, 0);
      return {q.low * w.low, q.high * w.high};
    }
    return left < LANES ? firstOf(q, left) : q;
  }

  /** What the single class has more than the others; 0 for dense targets. */
  double own() const {
    if (dense != nullptr) return 0;
    return (weights != nullptr ? static_cast<double>(weights[index]) : 1) * keep;
  }
};

/** Calls `work` with whether the targets are dense and weighted as constants, so that its loop is free of the question. */
template <typename Work>
INLINE void withKind(const Targets& targets, Work work) {
  if (targets.dense != nullptr) {
    if (targets.weights != nullptr) work(std::true_type{}, std::true_type{});
    else work(std::true_type{}, std::false_type{});
  } else if (targets.weights != nullptr) {
    work(std::false_type{}, std::true_type{});
  } else {
    work(std::false_type{}, std::false_type{});
  }
}

static float maximumOf(const float* z, int64_t classes) {
  Floats top = all(-INFINITY), other = top;
  constexpr int64_t kBlock = 4 * LANES;
  int64_t k = 0;
  for (; k + kBlock <= classes; k += kBlock) {
    for (int64_t line = k; line < k + kBlock; line += kLine) fetchAhead(z, line);
    top = larger(top, larger(load(z + k), load(z + k + LANES)));
    other = larger(other, larger(load(z + k + 2 * LANES), load(z + k + 3 * LANES)));
  }
  for (; k < classes; k += LANES) top = larger(top, loadUpTo(z + k, classes - k, -INFINITY));
  return maximum(larger(top, other));
}

/** The first class with this logit, or −1. */
static int64_t indexOf(const float* z, int64_t classes, float value) {
  const Floats sought = all(value);
  for (int64_t k = 0; k < classes; k += LANES) {
    fetchAhead(z, k);
    if (!anyOf(loadUpTo(z + k, classes - k, NAN) == sought)) continue;
    for (int64_t i = k; i < classes && i < k + LANES; i++) {
      if (z[i] == value) return i;
    }
  }
  return -1;
}

/** `x` where the gap to the maximum is not 0 (NaN stays), and where it is. */
INLINE Doubles below(Doubles gap, Doubles x) { return gap != 0.0 ? x : all2(0); }
INLINE Doubles atMaximum(Doubles gap, Doubles x) { return gap == 0.0 ? x : all2(0); }

/** Σ_k q'_k·(m−z_k) + (Σ_k q'_k)·L. */
template <bool kDense, bool kWeighted>
static double crossEntropy(const float* z, const Targets& targets, int64_t classes, double m, double logSum) {
  Pair gaps = {}, mass = {};
  forLanes(classes, [&](int64_t k, int64_t left) BODY {
    if (kDense) fetchAhead(targets.dense, k);
    const Pair q = targets.lanesBut<kDense, kWeighted>(k, left);
    const Pair x = widenUpTo(z + k, left, 0);
    add(gaps, {q.low * atMost(m - x.low, kHuge), q.high * atMost(m - x.high, kHuge)});
    add(mass, q);
  });
  const double own = targets.own();
  const double ownGap = kDense ? 0 : std::min(m - static_cast<double>(z[targets.index]), kHuge);
  return (sum(gaps) + own * ownGap) + (sum(mass) + own) * logSum;
}

/** u^γ from p ≤ 1/2. */
INLINE Doubles powerOfComplement(Doubles p, double gamma) {
  if (gamma == 2) return (1.0 - p) * (1.0 - p);
  return exponential(minusLog1pMinus(p) * -gamma);
}

/**
 * Σ_k q'_k·u_k^γ·c_k. Where two classes share the maximum no p exceeds 1/2; where one has it alone its u is s/S. Both are s/S of
 * the same s, so maximal classes are one term.
 */
template <bool kDense, bool kWeighted>
static double focalCrossEntropy(const float* z, const Targets& targets, int64_t classes, double m, double s, double gamma) {
  const double logSum = logarithm1p(s);
  const double inverse = 1 / (1 + s);
  Pair loss = {}, maximal = {};
  forLanes(classes, [&](int64_t k, int64_t left) BODY {
    const Pair q = targets.lanes<kDense, kWeighted>(k, left);
    // −∞ in lanes that are no class: e^−gap must not overflow there, whatever m is.
    const Pair x = widenUpTo(z + k, left, -INFINITY);
    const auto term = [&](Doubles target, Doubles gap) BODY {
      const Doubles p = atMost(exponential(-gap) * inverse, 0.5);
      return below(gap, target * (powerOfComplement(p, gamma) * (atMost(gap, kHuge) + logSum)));
    };
    add(loss, {term(q.low, m - x.low), term(q.high, m - x.high)});
    add(maximal, {atMaximum(m - x.low, q.low), atMaximum(m - x.high, q.high)});
  });
  const double q = sum(maximal);
  return sum(loss) + (q == 0 ? 0 : q * std::pow(s / (1 + s), gamma) * logSum);
}

static double softLoss(const SoftmaxRows& rows, const float* z, const Targets& targets, float* stats) {
  const int64_t classes = rows.classes;
  const float top = maximumOf(z, classes);
  const double m = static_cast<double>(top);
  const int64_t maximal = indexOf(z, classes, top);
  double s = NAN;
  // A row of NaN has no maximum, and one that holds ∞, or is all −∞, is NaN.
  if (maximal >= 0 && std::fabs(top) != INFINITY) {
    if (classes == 1) s = 0;
    else if (rows.gamma != 0 || !isTame(top, classes)) s = wildSum(z, classes, maximal, m);
    else s = tameSum<false>(z, classes, maximal, nullptr).sum * kTwoPowMinus75 * std::exp(-m);
  }
  writeStats(stats, top, s);
  const double logSum = logarithm1p(s);
  if (!(logSum == logSum)) return NAN;
  double loss = 0;
  withKind(targets, [&](auto dense, auto weighted) {
    loss = rows.gamma == 0 ? crossEntropy<dense.value, weighted.value>(z, targets, classes, m, logSum)
                           : focalCrossEntropy<dense.value, weighted.value>(z, targets, classes, m, s, rows.gamma);
  });
  if (rows.zLoss != 0) loss += rows.zLoss * (m + logSum) * (m + logSum);
  return loss;
}

/** Sums over the classes below the maximum and over those that share it, which are apart so that a small rest survives. */
struct Parts {
  double below;
  double maximal;
};

/** s: Σ e^(z_k−m) over all classes but one of the maximal ones; writes e^(z_k−m). `targetParts` is Σ_k q'_k. */
template <bool kDense, bool kWeighted>
static double writeExponentials(const float* z, const Targets& targets, int64_t classes, double m, double* to,
                                Parts& targetParts, double& maxima) {
  Pair rest = {}, count = {}, qBelow = {}, qMaximal = {};
  forLanes(classes, [&](int64_t k, int64_t left) BODY {
    const Pair x = widenUpTo(z + k, left, -INFINITY);
    const Doubles low = x.low - m, high = x.high - m;
    const Pair e = {exponential(low), exponential(high)};
    storePair(to + k, e);
    add(rest, {below(low, e.low), below(high, e.high)});
    add(count, {atMaximum(low, all2(1)), atMaximum(high, all2(1))});
    const Pair q = targets.lanes<kDense, kWeighted>(k, left);
    add(qBelow, {below(low, q.low), below(high, q.high)});
    add(qMaximal, {atMaximum(low, q.low), atMaximum(high, q.high)});
  });
  targetParts = {sum(qBelow), sum(qMaximal)};
  maxima = sum(count);
  return sum(rest) + (maxima - 1);
}

/** Of all classes but one of the maximal ones, which has no gap either. */
struct Others {
  double exponentials;
  double targets;
  /** Σ q'_k·(m−z_k). */
  double gaps;
};

/**
 * Writes e^(z_k−m); returns Σ e^(z_k−m) and Σ q'_k over all classes but `maximal`, one of those whose logit is m, and with kGaps
 * their gaps.
 */
template <bool kDense, bool kWeighted, bool kGaps>
static Others writeExponentialsOnly(const float* z, const Targets& targets, int64_t classes, int64_t maximal, double m,
                                    double* to) {
  const int64_t block = maximal / LANES * LANES;
  // All but one class have the same target.
  constexpr bool kEven = !kDense && !kWeighted;
  Pair rest = {}, mass = {}, gaps = {};
  forLanes(classes, [&](int64_t k, int64_t left) BODY {
    fetchAhead(z, k);
    if (kDense) fetchAhead(targets.dense, k);
    const Pair x = widenUpTo(z + k, left, -INFINITY);
    const Doubles low = x.low - m, high = x.high - m;
    const Pair e = {exponential(low), exponential(high)};
    storePair(to + k, e);
    if (kGaps) {
      const Pair gap = {atLeast(low, -kHuge), atLeast(high, -kHuge)};
      if (kEven) {
        add(gaps, left < LANES ? firstOf(gap, left) : gap);
      } else {
        const Pair q = targets.lanesBut<kDense, kWeighted>(k, left);
        add(gaps, {q.low * gap.low, q.high * gap.high});
      }
    }
    if (k == block) return;
    add(rest, e);
    if (!kEven) add(mass, targets.lanesBut<kDense, kWeighted>(k, left));
  });
  // The maximal class taken off a sum that has it would take what is small beside it along.
  Others others{sum(rest), sum(mass), kGaps ? -sum(gaps) : 0};
  if (kEven) {
    others.targets = targets.uniform * static_cast<double>(classes - std::min(classes - block, int64_t{LANES}));
    others.gaps *= targets.uniform;
  }
  if (!kDense && (targets.index < block || targets.index >= block + LANES)) others.targets += targets.own();
  if (kGaps && !kDense) others.gaps += targets.own() * std::min(m - static_cast<double>(z[targets.index]), kHuge);
  for (int64_t k = block; k < std::min(classes, block + LANES); k++) {
    if (k == maximal) continue;
    others.exponentials += to[k];
    others.targets += targets.at(k);
  }
  return others;
}

/** Writes dy·(factor·e_k − q'_k), as (dy·factor)·e_k − dy·q'_k: 2⁻⁵³ of either term is no loss even where they cancel to 2⁻²⁰. */
template <bool kDense, bool kWeighted>
static void writeGradient(const double* e, const Targets& targets, int64_t classes, double factor, double dy, float* gradient) {
  const double scaled = factor * dy;
  forLanes(classes, [&](int64_t k, int64_t left) BODY {
    fetchAheadToWrite(gradient, k);
    const Pair q = targets.lanesBut<kDense, kWeighted>(k, left);
    const Pair x = loadPair(e + k);
    storeUpTo(gradient + k, narrow({x.low * scaled - q.low * dy, x.high * scaled - q.high * dy}), left);
  });
  if (kDense) return;
  const int64_t y = targets.index;
  gradient[y] = static_cast<float>(e[y] * scaled - targets.at(y) * dy);
}

/** The gradient of a cross-entropy from its exponentials e. */
template <bool kDense, bool kWeighted>
static void gradientOfExponentials(const SoftmaxRows& rows, const Targets& targets, const Others& other, int64_t maximal,
                                   double m, const double* e, double dy, float* gradient) {
  const double s = other.exponentials;
  const double own = targets.at(maximal);
  const double zTerm = rows.zLoss == 0 ? 0 : 2 * rows.zLoss * (m + std::log1p(s));
  const double factor = (other.targets + own + zTerm) / (1 + s);
  writeGradient<kDense, kWeighted>(e, targets, rows.classes, factor, dy, gradient);
  gradient[maximal] = static_cast<float>(dy * ((other.targets + zTerm - own * s) / (1 + s)));
}

/** Writes r_k, for given e_k, and returns their sums; `maximalSlope` is φ of a maximal class. */
template <bool kDense, bool kWeighted>
static Parts writeSlopes(const float* z, const Targets& targets, int64_t classes, double m, double s, double gamma,
                         double maximalSlope, const double* e, double* to) {
  const double logSum = logarithm1p(s);
  const double inverse = 1 / (1 + s);
  Pair rest = {}, maximal = {};
  forLanes(classes, [&](int64_t k, int64_t left) BODY {
    const Pair q = targets.lanes<kDense, kWeighted>(k, left);
    const Pair x = widenUpTo(z + k, left, 0);
    const Pair power = loadPair(e + k);
    const auto slope = [&](Doubles target, Doubles gap, Doubles exponentials) BODY {
      const Doubles p = atMost(exponentials * inverse, 0.5);
      // Further apart p is 0 as good as, and the gap may be ∞.
      const Doubles weighted = (atMost(gap, -kUnderflow) + logSum) * p;
      const Doubles u = 1.0 - p;
      const Doubles phi = gamma == 2 ? u * (u + 2.0 * weighted) : powerOfComplement(p, gamma) * (1.0 + gamma * weighted / u);
      return target * (gap == 0.0 ? all2(maximalSlope) : phi);
    };
    const Doubles low = m - x.low, high = m - x.high;
    const Pair r = {slope(q.low, low, power.low), slope(q.high, high, power.high)};
    storePair(to + k, r);
    add(rest, {below(low, r.low), below(high, r.high)});
    add(maximal, {atMaximum(low, r.low), atMaximum(high, r.high)});
  });
  return {sum(rest), sum(maximal)};
}

/**
 * dy·((R + 2λ·lse)·p_k − r_k) for all classes, and (R−r_k)·p_k − r_k·u_k + 2λ·lse·p_k in place of it for the maximal class,
 * where R − r_k and u_k may be small.
 */
static void softGradient(const SoftmaxRows& rows, const float* z, const Targets& targets, const float* stats, double dy,
                         double* room, float* gradient) {
  const int64_t classes = rows.classes;
  const float top = stats[0];
  const double m = static_cast<double>(top);
  const int64_t maximal = std::fabs(top) == INFINITY ? -1 : indexOf(z, classes, top);
  if (maximal < 0) {
    for (int64_t k = 0; k < classes; k++) gradient[k] = NAN;
    return;
  }
  double* e = room;
  double* r = room + (classes + LANES - 1) / LANES * LANES;
  withKind(targets, [&](auto dense, auto weighted) {
    // p_k − q_k may cancel, so the loss's s, which is as exact as a loss has to be, is not enough here.
    if (rows.gamma == 0) {
      const Others other = writeExponentialsOnly<dense.value, weighted.value, false>(z, targets, classes, maximal, m, e);
      gradientOfExponentials<dense.value, weighted.value>(rows, targets, other, maximal, m, e, dy, gradient);
      return;
    }
    Parts parts;
    double maxima;
    const double s = writeExponentials<dense.value, weighted.value>(z, targets, classes, m, e, parts, maxima);
    const double zTerm = rows.zLoss == 0 ? 0 : 2 * rows.zLoss * (m + std::log1p(s));
    const double p = 1 / (1 + s);
    const double u = s / (1 + s);
    const double slope = std::pow(u, rows.gamma) * (1 + (u == 0 ? 0 : rows.gamma * logarithm1p(s) * p / u));
    const double own = targets.at(maximal) * slope;
    parts = writeSlopes<dense.value, weighted.value>(z, targets, classes, m, s, rows.gamma, slope, e, r);
    const double factor = dy * ((parts.below + parts.maximal + zTerm) / (1 + s));
    forLanes(classes, [&](int64_t k, int64_t left) BODY {
      const Pair x = loadPair(e + k), y = loadPair(r + k);
      storeUpTo(gradient + k, narrow({x.low * factor - y.low * dy, x.high * factor - y.high * dy}), left);
    });
    const double others = parts.below + (maxima > 1 ? parts.maximal - own : 0);
    gradient[maximal] = static_cast<float>(dy * ((others + zTerm - own * s) / (1 + s)));
  });
}

/**
 * softLoss and softGradient of a row. A cross-entropy has both of the same exponentials, the float64 ones of the gradient.
 */
static double softLossAndGradient(const SoftmaxRows& rows, const float* z, const Targets& targets, float* stats, double dy,
                                  double* room, float* gradient) {
  const int64_t classes = rows.classes;
  const float top = rows.gamma == 0 ? maximumOf(z, classes) : NAN;
  const int64_t maximal = std::fabs(top) < INFINITY ? indexOf(z, classes, top) : -1;
  if (maximal < 0) {
    const double loss = softLoss(rows, z, targets, stats);
    softGradient(rows, z, targets, stats, dy, room, gradient);
    return loss;
  }
  const double m = static_cast<double>(top);
  double loss = 0;
  withKind(targets, [&](auto dense, auto weighted) {
    const Others other = writeExponentialsOnly<dense.value, weighted.value, true>(z, targets, classes, maximal, m, room);
    writeStats(stats, top, other.exponentials);
    gradientOfExponentials<dense.value, weighted.value>(rows, targets, other, maximal, m, room, dy, gradient);
    const double logSum = logarithm1p(other.exponentials);
    loss = other.gaps + (other.targets + targets.at(maximal)) * logSum;
    if (rows.zLoss != 0) loss += rows.zLoss * (m + logSum) * (m + logSum);
  });
  return loss;
}
