// Threads over rows. TensorFlow's own pool is out of reach of its C API; it is idle while a kernel of ours runs, because tfjs-node
// executes one op at a time, so these threads take its place and do not add to it.
#pragma once

#include <cstdint>

namespace losses {

/** Threads that a large call works with, the calling one included: the processors of this process, or TF_NUM_INTRAOP_THREADS. */
int threadCount();

/** Calls work(context, begin, end) for parts of [0, units), on this thread and, where `parallel` says so, on the others. */
void forParts(int64_t units, bool parallel, void (*work)(const void* context, int64_t begin, int64_t end), const void* context);

}  // namespace losses
