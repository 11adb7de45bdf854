#include "memory.h"

#include <atomic>
#include <cstdlib>
#include <cstring>

#include "pool.h"

namespace losses {

void keepFreedMemory() {
#if defined(__GLIBC__)
  // What glibc maps for itself at most (DEFAULT_MMAP_THRESHOLD_MAX), less room for its header and a page of alignment. volatile: a
  // compiler may leave out an allocation that nobody uses.
  void* volatile largest = std::malloc(32 * 1024 * 1024 - 64 * 1024);
  std::free(largest);
#endif
}

void readTwiceWriteOnce(const float* from, float* to, int64_t count) {
  // Takes what was read, so that no compiler leaves the reading out.
  std::atomic<uint32_t> seen{0};
  const bool parallel = count > kBlock;
  // All of it before any of it comes again, as a loss comes before its gradient.
  forBlocks(count, parallel, [&](int64_t first, int64_t length) {
    // Whole numbers are combined in any order: a sum of floats would have to keep its own, one at a time.
    uint32_t bits = 0;
    for (int64_t i = first; i < first + length; i++) {
      uint32_t word;
      std::memcpy(&word, from + i, sizeof word);
      bits |= word;
    }
    seen.fetch_or(bits, std::memory_order_relaxed);
  });
  forBlocks(count, parallel, [&](int64_t first, int64_t length) {
    std::memcpy(to + first, from + first, sizeof(float) * static_cast<size_t>(length));
  });
}

}  // namespace losses
