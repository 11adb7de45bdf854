// What every processor of the architecture has: SSE2 on x86-64, NEON on arm64.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <vector>

#include "rows.h"

#define LANES 4
namespace losses {
namespace baseline {
#include "rows.inl"
}  // namespace baseline
}  // namespace losses

namespace losses {

static bool isSupported() { return true; }

extern const RowKernels k_baseline;
const RowKernels k_baseline = {"baseline",
    isSupported, baseline::softmaxLoss, baseline::softmaxGradient, baseline::sigmoidLoss, baseline::sigmoidGradient};

}  // namespace losses
