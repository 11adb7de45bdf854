// Threads over rows. TensorFlow's own pool is out of reach of its C API; it is idle while a kernel of ours runs, because tfjs-node
// executes one op at a time, so these threads take its place and do not add to it.
#pragma once

#include <algorithm>
#include <cstdint>

namespace losses {

/** Threads that a large call works with, the calling one included: the processors of this process, or TF_NUM_INTRAOP_THREADS. */
int threadCount();

/** Calls work(context, begin, end) for parts of [0, units), on this thread and, where `parallel` says so, on the others. */
void forParts(int64_t units, bool parallel, void (*work)(const void* context, int64_t begin, int64_t end), const void* context);

/** The same for a callable. */
template <typename Work>
void forParts(int64_t units, bool parallel, const Work& work) {
  forParts(
      units, parallel,
      [](const void* given, int64_t begin, int64_t end) { (*static_cast<const Work*>(given))(begin, end); }, &work);
}

/** Numbers of an array that a thread takes at a time: 64 KB, as long as a segment of the sigmoid kernels. */
constexpr int64_t kBlock = 16384;

/** Calls work(first, length) for stretches of [0, count). */
template <typename Work>
void forBlocks(int64_t count, bool parallel, const Work& work) {
  forParts((count + kBlock - 1) / kBlock, parallel, [&](int64_t begin, int64_t end) {
    const int64_t first = begin * kBlock;
    work(first, std::min(count, end * kBlock) - first);
  });
}

}  // namespace losses
