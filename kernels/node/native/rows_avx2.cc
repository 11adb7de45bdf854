// AVX2 with fused multiply-add: x86-64 processors since 2013 (Intel) and 2015 (AMD).
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
#pragma clang attribute push(__attribute__((target("avx,avx2,fma,bmi,bmi2"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx,avx2,fma,bmi,bmi2")
#endif

#define LANES 8
namespace losses {
namespace avx2 {
#include "rows.inl"
}  // namespace avx2
}  // namespace losses

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

namespace losses {

static bool isSupported() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2"); }

extern const RowKernels k_avx2;
const RowKernels k_avx2 = {"avx2",
    isSupported, avx2::softmaxLoss, avx2::softmaxGradient, avx2::sigmoidLoss, avx2::sigmoidGradient};

}  // namespace losses
#endif
