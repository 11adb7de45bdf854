#include "memory.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>

#include "pool.h"

namespace losses {
namespace {

/** Numbers that a thread takes at a time: 64 KB, as long as a segment of the sigmoid kernels. */
constexpr int64_t kBlock = 16384;

struct Arrays {
  const float* from;
  float* to;
  int64_t count;
  /** Takes what was read, so that no compiler leaves the reading out. */
  std::atomic<uint32_t>* seen;
};

template <typename Work>
void forBlocks(const void* given, int64_t begin, int64_t end, Work work) {
  const Arrays& arrays = *static_cast<const Arrays*>(given);
  const int64_t first = begin * kBlock;
  work(arrays, first, std::min(arrays.count, end * kBlock) - first);
}

void read(const void* given, int64_t begin, int64_t end) {
  forBlocks(given, begin, end, [](const Arrays& arrays, int64_t first, int64_t count) {
    const float* from = arrays.from + first;
    // Whole numbers are combined in any order: a sum of floats would have to keep its own, one at a time.
    uint32_t bits = 0;
    for (int64_t i = 0; i < count; i++) {
      uint32_t word;
      std::memcpy(&word, from + i, sizeof word);
      bits |= word;
    }
    arrays.seen->fetch_or(bits, std::memory_order_relaxed);
  });
}

void copy(const void* given, int64_t begin, int64_t end) {
  forBlocks(given, begin, end, [](const Arrays& arrays, int64_t first, int64_t count) {
    std::memcpy(arrays.to + first, arrays.from + first, sizeof(float) * static_cast<size_t>(count));
  });
}

}  // namespace

void keepFreedMemory() {
#if defined(__GLIBC__)
  // What glibc maps for itself at most (DEFAULT_MMAP_THRESHOLD_MAX), less room for its header and a page of alignment. volatile: a
  // compiler may leave out an allocation that nobody uses.
  void* volatile largest = std::malloc(32 * 1024 * 1024 - 64 * 1024);
  std::free(largest);
#endif
}

void readTwiceWriteOnce(const float* from, float* to, int64_t count) {
  std::atomic<uint32_t> seen{0};
  const Arrays arrays{from, to, count, &seen};
  const int64_t blocks = (count + kBlock - 1) / kBlock;
  // All of it before any of it comes again, as a loss comes before its gradient.
  forParts(blocks, blocks > 1, read, &arrays);
  forParts(blocks, blocks > 1, copy, &arrays);
}

}  // namespace losses
