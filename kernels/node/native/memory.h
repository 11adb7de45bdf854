// What concerns memory itself: keeping it, and the least that a loss with its gradient asks of it, for measurements.
#pragma once

#include <cstdint>

namespace losses {

/** Keeps the memory of freed tensors with the process, where malloc is glibc's: see keepFreedMemory in kernels/cpu/_allocator.ts. */
void keepFreedMemory();

/** Reads `from` once, then copies it to `to`, with as many threads as a kernel. */
void readTwiceWriteOnce(const float* from, float* to, int64_t count);

}  // namespace losses
