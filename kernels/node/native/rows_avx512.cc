// AVX-512: servers since 2017 (Intel) and 2022 (AMD).
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <vector>

#include "rows.h"

#if defined(__x86_64__)
#include <immintrin.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx,avx2,fma,bmi,bmi2,avx512f,avx512vl,avx512dq,avx512bw"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx,avx2,fma,bmi,bmi2,avx512f,avx512vl,avx512dq,avx512bw")
#endif

#define LANES 16
namespace losses {
namespace avx512 {
#include "rows.inl"
}  // namespace avx512
}  // namespace losses

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

namespace losses {

static bool isSupported() { return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("fma"); }

extern const RowKernels k_avx512;
const RowKernels k_avx512 = {"avx512",
    isSupported, avx512::softmaxLoss, avx512::softmaxGradient, avx512::sigmoidLoss, avx512::sigmoidGradient};

}  // namespace losses
#endif
