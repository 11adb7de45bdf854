// The loops over rows, once per instruction set: rows_<set>.cc compile the same sources (*.inl), and `bestRows` chooses.
#pragma once

#include <cstdint>

namespace losses {

/** Columns of stats: see STATS_COLUMNS in src/kernel_names.ts. */
constexpr int64_t kStatsColumns = 4;

/** What the kernels of the softmax family get. Arrays are [N, K] or [N], row-major; a pointer that may be null says so. */
struct SoftmaxRows {
  int64_t classes;
  const float* logits;
  /** Dense targets, or null in the sparse form, which has class indices instead: one of the two below. */
  const float* labels;
  const int32_t* intIndices;
  const float* floatIndices;
  /** Rows with this index are ignored; NaN for none. */
  double ignoreIndex;
  /** [K] or null. */
  const float* weights;
  double labelSmoothing;
  double gamma;
  double zLoss;
  /** [N, 4]: written by the loss, read by the gradient. */
  float* stats;
  /** Of the loss. */
  double* losses;
  /** Of the gradient: dy of each row or one for all, times scale. */
  const float* dy;
  bool dyPerRow;
  double scale;
  /** The loss may write it as well, for `expectedDy` times scale in all rows; null where it does not. */
  float* gradient;
  double expectedDy;
};

/**
 * What the kernels of the sigmoid family get: `classes` elements of a row, cut into segments of at most kSegment so that
 * long rows have several threads.
 */
struct SigmoidRows {
  int64_t classes;
  const float* logits;
  const float* labels;
  /** [K] or null. */
  const float* posWeight;
  double labelSmoothing;
  double gamma;
  double positiveWeight;
  double negativeWeight;
  /** Sums of the segments, or null where losses of the elements are asked for. */
  double* sums;
  /** Losses of the elements, or null. */
  float* elements;
  /** Of the gradient: dy of each row, of each element, or one for all, times scale. */
  const float* dy;
  enum class Dy { kOne, kRows, kElements } dyKind;
  double scale;
  /** The loss may write it as well, for `expectedDy` times scale in all elements; null where it does not. */
  float* gradient;
  double expectedDy;

  static constexpr int64_t kSegment = 16384;
  int64_t segmentsOfRow() const { return (classes + kSegment - 1) / kSegment; }
};

/** Each function works on rows (segments in the sigmoid family) `begin` to `end`. */
struct RowKernels {
  const char* name;
  /** Whether this processor has the instructions. */
  bool (*isSupported)();
  void (*softmaxLoss)(const SoftmaxRows&, int64_t begin, int64_t end);
  void (*softmaxGradient)(const SoftmaxRows&, int64_t begin, int64_t end);
  void (*sigmoidLoss)(const SigmoidRows&, int64_t begin, int64_t end);
  void (*sigmoidGradient)(const SigmoidRows&, int64_t begin, int64_t end);
};

/** From the widest to the narrowest, which every processor has. */
extern const RowKernels* const kRowKernels[];
extern const int kRowKernelsCount;

}  // namespace losses
