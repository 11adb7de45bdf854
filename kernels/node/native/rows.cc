#include "rows.h"

namespace losses {

extern const RowKernels k_baseline, k_avx2, k_avx512;

const RowKernels* const kRowKernels[] = {
#if defined(__x86_64__)
    &k_avx512, &k_avx2,
#endif
    &k_baseline,
};
const int kRowKernelsCount = sizeof kRowKernels / sizeof kRowKernels[0];

}  // namespace losses
