// All loops over rows for one instruction set: LANES is its vector length in float32, ROWS its name. The standard headers are
// included before the instructions are switched on, so that no function of theirs is compiled with them.

#define INLINE_MEMBER inline __attribute__((always_inline))
#include "vectors.inl"
#include "math.inl"
#include "hard_rows.inl"
#include "soft_rows.inl"
#include "smooth_rows.inl"
#include "sigmoid_rows.inl"
#include "bce_rows.inl"
#include "focal_rows.inl"

/** The class that holds all of a row's target, or −1 where none or several do (NaN counts as one that does). */
static int64_t singleTarget(const float* labels, int64_t classes) {
  int64_t single = -1;
  constexpr int64_t kBlock = 4 * LANES;
  for (int64_t k = 0; k < classes; k += kBlock) {
    if (k + kBlock <= classes) {
      const float* p = labels + k;
      for (int64_t line = k; line < k + kBlock; line += kLine) fetchAhead(labels, line);
      const Ints any = (load(p) != 0.0f) | (load(p + LANES) != 0.0f) | (load(p + 2 * LANES) != 0.0f) |
                       (load(p + 3 * LANES) != 0.0f);
      if (!anyOf(any)) continue;
    }
    for (int64_t i = k; i < classes && i < k + kBlock; i++) {
      if (labels[i] == 0) continue;
      if (single >= 0) return -1;
      single = i;
    }
  }
  return single;
}

/** Class indices below it are float32 numbers. */
constexpr int64_t kLargestIndex = 1 << 24;
constexpr int64_t kIgnored = -1;

/** The class of a row, or kIgnored. ops.cc has checked that it is one of these. */
static int64_t indexOfRow(const SoftmaxRows& rows, int64_t row) {
  const double index = rows.intIndices != nullptr ? static_cast<double>(rows.intIndices[row])
                                                  : static_cast<double>(rows.floatIndices[row]);
  return index == rows.ignoreIndex ? kIgnored : static_cast<int64_t>(index);
}

static double weightOf(const SoftmaxRows& rows, int64_t k) {
  return rows.weights != nullptr ? static_cast<double>(rows.weights[k]) : 1;
}

/** Whether a row's labels are 1 for class `y` and 0 for the others, so that `y` says it all; `y` is singleTarget's. */
static bool isOneHot(const float* labels, int64_t y) { return y >= 0 && y < kLargestIndex && labels[y] == 1; }

static Targets targetsOf(const SoftmaxRows& rows, const float* dense, int64_t index) {
  return {dense, index, rows.weights, 1 - rows.labelSmoothing, rows.labelSmoothing / static_cast<double>(rows.classes)};
}

/** Room for e^(z−m) and r of a soft row. */
static double* roomFor(int64_t classes) {
  static thread_local std::vector<double> room;
  room.resize(static_cast<size_t>(2 * (classes + LANES)));
  return room.data();
}

/** With `rows.gradient` its gradient too, row after row. */
static void softmaxLoss(const SoftmaxRows& rows, int64_t begin, int64_t end) {
  const bool hard = rows.labelSmoothing == 0, smooth = isSmooth(rows);
  const double dy = rows.expectedDy * rows.scale;
  for (int64_t row = begin; row < end; row++) {
    const float* z = rows.logits + row * rows.classes;
    float* stats = rows.stats + row * kStatsColumns;
    const float* labels = rows.labels != nullptr ? rows.labels + row * rows.classes : nullptr;
    float* gradient = rows.gradient != nullptr ? rows.gradient + row * rows.classes : nullptr;
    double q = 1;
    int64_t y;
    if (labels == nullptr) {
      y = indexOfRow(rows, row);
      if (y == kIgnored) {
        rows.losses[row] = 0;
        memset(stats, 0, sizeof(float) * kStatsColumns);
        if (gradient != nullptr) memset(gradient, 0, sizeof(float) * static_cast<size_t>(rows.classes));
        continue;
      }
    } else {
      y = singleTarget(labels, rows.classes);
      if (y >= 0) q = static_cast<double>(labels[y]);
    }
    const bool oneHot = labels != nullptr && isOneHot(labels, y);
    if (hard && y >= 0) {
      const double a = q * weightOf(rows, y);
      const HardLoss of = hardLoss(rows, z, y, a, stats, gradient);
      rows.losses[row] = of.loss;
      if (gradient != nullptr) hardGradient(rows, z, y, a, stats, of.exponentials, dy, gradient, of.isKept);
    } else {
      const Targets targets = targetsOf(rows, oneHot ? nullptr : labels, y);
      double loss = NAN;
      if (gradient == nullptr) {
        loss = softLoss(rows, z, targets, stats);
      } else {
        double* room = roomFor(rows.classes);
        if (smooth && targets.dense == nullptr) loss = smoothLossAndGradient(rows, z, y, stats, dy, room, gradient);
        if (loss != loss) loss = softLossAndGradient(rows, z, targets, stats, dy, room, gradient);
      }
      rows.losses[row] = loss;
    }
    if (oneHot) stats[3] = static_cast<float>(y);
  }
}

static void softmaxGradient(const SoftmaxRows& rows, int64_t begin, int64_t end) {
  const bool hard = rows.labelSmoothing == 0;
  for (int64_t row = begin; row < end; row++) {
    const float* z = rows.logits + row * rows.classes;
    const float* stats = rows.stats + row * kStatsColumns;
    const float* labels = rows.labels != nullptr ? rows.labels + row * rows.classes : nullptr;
    float* gradient = rows.gradient + row * rows.classes;
    const double dy = static_cast<double>(rows.dy[rows.dyPerRow ? row : 0]) * rows.scale;
    double q = 1;
    int64_t y;
    if (labels == nullptr) {
      y = indexOfRow(rows, row);
      if (y == kIgnored) {
        memset(gradient, 0, sizeof(float) * static_cast<size_t>(rows.classes));
        continue;
      }
    } else if (stats[3] >= 0 && stats[3] < static_cast<float>(rows.classes)) {
      // The loss has found the row's single class; its labels need no second look.
      y = static_cast<int64_t>(stats[3]);
      labels = nullptr;
    } else {
      y = hard ? singleTarget(labels, rows.classes) : -1;
      if (y >= 0) q = static_cast<double>(labels[y]);
    }
    if (hard && y >= 0) {
      hardGradient(rows, z, y, q * weightOf(rows, y), stats, RowExponentials(z[y], stats[0]), dy, gradient, false);
    } else {
      softGradient(rows, z, targetsOf(rows, labels, y), stats, dy, roomFor(rows.classes), gradient);
    }
  }
}

/** factor·∂ℓ/∂z of elements that share a factor, by the first way that takes them. */
static void segmentGradient(const SigmoidRows& rows, int64_t offset, int64_t start, int64_t count, double factor) {
  const float* z = rows.logits + offset + start;
  const float* labels = rows.labels + offset + start;
  float* gradient = rows.gradient + offset + start;
  if (rows.dyKind != SigmoidRows::Dy::kElements && rows.posWeight == nullptr && rows.labelSmoothing == 0) {
    if (rows.gamma != 0) {
      if (hardFocal<false, true>(rows, z, labels, count, factor, gradient) == 0) return;
    } else if (rows.positiveWeight == rows.negativeWeight) {
      if (bceGradient(z, labels, count, static_cast<float>(factor * rows.positiveWeight), gradient)) return;
    }
  }
  anyGradient(rows, offset, start, count, factor);
}

/** With `rows.gradient` its gradient too, segment after segment. */
static void sigmoidLoss(const SigmoidRows& rows, int64_t begin, int64_t end) {
  const bool plain = rows.elements == nullptr && rows.posWeight == nullptr && rows.labelSmoothing == 0;
  const bool balanced = rows.positiveWeight == rows.negativeWeight;
  const double factor = rows.expectedDy * rows.scale;
  const float balancedFactor = static_cast<float>(factor * rows.positiveWeight);
  const int64_t perRow = rows.segmentsOfRow();
  for (int64_t segment = begin; segment < end; segment++) {
    const int64_t offset = segment / perRow * rows.classes;
    const int64_t start = segment % perRow * SigmoidRows::kSegment;
    const int64_t stop = std::min(rows.classes, start + SigmoidRows::kSegment);
    const float* z = rows.logits + offset + start;
    const float* labels = rows.labels + offset + start;
    float* gradient = rows.gradient != nullptr ? rows.gradient + offset + start : nullptr;
    const int64_t count = stop - start;
    double loss = NAN;
    bool isWritten = gradient == nullptr;
    if (plain && rows.gamma != 0) {
      if (isWritten) {
        loss = hardFocal<true, false>(rows, z, labels, count, 0, nullptr);
      } else {
        loss = hardFocal<true, true>(rows, z, labels, count, factor, gradient);
        isWritten = loss == loss;
      }
    } else if (plain && balanced) {
      if (isWritten || !isPlainFactor(balancedFactor) || !areHard(labels, count)) {
        loss = rows.positiveWeight * bceLoss<false>(z, labels, count, 0, nullptr);
      } else {
        loss = rows.positiveWeight * bceLoss<true>(z, labels, count, balancedFactor, gradient);
        isWritten = true;
      }
    }
    if (loss != loss) loss = anyLoss(rows, offset, start, count);
    if (!isWritten) segmentGradient(rows, offset, start, count, factor);
    if (rows.sums != nullptr) rows.sums[segment] = loss;
  }
}

static void sigmoidGradient(const SigmoidRows& rows, int64_t begin, int64_t end) {
  const int64_t perRow = rows.segmentsOfRow();
  for (int64_t segment = begin; segment < end; segment++) {
    const int64_t row = segment / perRow;
    const int64_t start = segment % perRow * SigmoidRows::kSegment;
    const int64_t stop = std::min(rows.classes, start + SigmoidRows::kSegment);
    double factor = rows.scale;
    if (rows.dyKind == SigmoidRows::Dy::kRows) factor *= static_cast<double>(rows.dy[row]);
    if (rows.dyKind == SigmoidRows::Dy::kOne) factor *= static_cast<double>(rows.dy[0]);
    segmentGradient(rows, row * rows.classes, start, stop - start, factor);
  }
}
