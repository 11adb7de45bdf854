// The least that a loss with its gradient asks of the memory, for measurements: two reads of the logits and one write.
#pragma once

#include <cstdint>

namespace losses {

/** Reads `from` once, then copies it to `to`, with as many threads as a kernel. */
void readTwiceWriteOnce(const float* from, float* to, int64_t count);

}  // namespace losses
