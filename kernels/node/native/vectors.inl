// Vectors of LANES float32, in GCC's and Clang's vector extensions: one source for every width.

typedef float Floats __attribute__((vector_size(4 * LANES)));
typedef int32_t Ints __attribute__((vector_size(4 * LANES)));
typedef float HalfFloats __attribute__((vector_size(2 * LANES)));
typedef double Doubles __attribute__((vector_size(4 * LANES)));
typedef int64_t Longs __attribute__((vector_size(4 * LANES)));
/** For arithmetic on the bits of floats, which may overflow. */
typedef uint32_t Bits __attribute__((vector_size(4 * LANES)));
typedef uint64_t LongBits __attribute__((vector_size(4 * LANES)));

/** LANES float64 in two vectors. */
struct Pair {
  Doubles low, high;
};

#define INLINE static inline __attribute__((always_inline))

// What GCC makes several instructions of that x86 has one for. The other branch says the same in portable terms.
#if defined(__x86_64__) && LANES >= 8
#if LANES == 8
#define X86(name) _mm256_##name
typedef __m256 X86Floats;
typedef __m256d X86Doubles;
typedef __m128 X86HalfFloats;
#else
#define X86(name) _mm512_##name
typedef __m512 X86Floats;
typedef __m512d X86Doubles;
typedef __m256 X86HalfFloats;
#endif

INLINE Doubles widenHalf(HalfFloats v) { return (Doubles)X86(cvtps_pd)((X86HalfFloats)v); }
INLINE HalfFloats narrowHalf(Doubles v) { return (HalfFloats)X86(cvtpd_ps)((X86Doubles)v); }
/** a where a > b, otherwise b: NaN in b stays. */
INLINE Floats maximumOf2(Floats a, Floats b) { return (Floats)X86(max_ps)((X86Floats)a, (X86Floats)b); }
INLINE Doubles maximumOf2(Doubles a, Doubles b) { return (Doubles)X86(max_pd)((X86Doubles)a, (X86Doubles)b); }
/** a where a < b, otherwise b: NaN in b stays. */
INLINE Floats minimumOf2(Floats a, Floats b) { return (Floats)X86(min_ps)((X86Floats)a, (X86Floats)b); }
INLINE Doubles minimumOf2(Doubles a, Doubles b) { return (Doubles)X86(min_pd)((X86Doubles)a, (X86Doubles)b); }
/** The two halves of a vector and back, in registers: through memory, a vector that was stored in halves is slow to load whole. */
#if LANES == 8
INLINE HalfFloats lowHalf(Floats v) { return (HalfFloats)_mm256_castps256_ps128((__m256)v); }
INLINE HalfFloats highHalf(Floats v) { return (HalfFloats)_mm256_extractf128_ps((__m256)v, 1); }
INLINE Floats join(HalfFloats low, HalfFloats high) {
  return (Floats)_mm256_insertf128_ps(_mm256_castps128_ps256((__m128)low), (__m128)high, 1);
}
#else
INLINE HalfFloats lowHalf(Floats v) { return (HalfFloats)_mm512_castps512_ps256((__m512)v); }
INLINE HalfFloats highHalf(Floats v) { return (HalfFloats)_mm512_extractf32x8_ps((__m512)v, 1); }
INLINE Floats join(HalfFloats low, HalfFloats high) {
  return (Floats)_mm512_insertf32x8(_mm512_castps256_ps512((__m256)low), (__m256)high, 1);
}
#endif
/** Whether any lane of a comparison is true. */
#if LANES == 8
INLINE bool anyOf(Ints mask) { return _mm256_movemask_ps((__m256)mask) != 0; }
#else
INLINE bool anyOf(Ints mask) { return _mm512_test_epi32_mask((__m512i)mask, (__m512i)mask) != 0; }
#endif
/** The first `count` < LANES floats, and `fill` for the rest; and to write those alone. */
#if LANES == 8
INLINE __m256i firstLanes(int64_t count) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(count)), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
INLINE Floats loadTail(const float* p, int64_t count, float fill) {
  const __m256i mask = firstLanes(count);
  return (Floats)_mm256_blendv_ps(_mm256_set1_ps(fill), _mm256_maskload_ps(p, mask), _mm256_castsi256_ps(mask));
}
INLINE void storeTail(float* p, Floats v, int64_t count) { _mm256_maskstore_ps(p, firstLanes(count), (__m256)v); }
#else
INLINE __mmask16 firstLanes(int64_t count) { return static_cast<__mmask16>((1u << count) - 1); }
INLINE Floats loadTail(const float* p, int64_t count, float fill) {
  return (Floats)_mm512_mask_loadu_ps(_mm512_set1_ps(fill), firstLanes(count), p);
}
INLINE void storeTail(float* p, Floats v, int64_t count) { _mm512_mask_storeu_ps(p, firstLanes(count), (__m512)v); }
#endif
/** Across the lanes, in halves: one lane after another would wait for the one before. */
INLINE double sumOf4(__m256d v) {
  const __m128d two = _mm_add_pd(_mm256_castpd256_pd128(v), _mm256_extractf128_pd(v, 1));
  return two[0] + two[1];
}
INLINE float maximumOf4(__m128 v) {
  const __m128 two = _mm_max_ps(v, _mm_movehl_ps(v, v));
  return _mm_cvtss_f32(_mm_max_ss(two, _mm_shuffle_ps(two, two, 1)));
}
#if LANES == 8
INLINE double sum(Doubles v) { return sumOf4((__m256d)v); }
INLINE float maximum(Floats v) { return maximumOf4(_mm_max_ps((__m128)lowHalf(v), (__m128)highHalf(v))); }
#else
INLINE double sum(Doubles v) {
  return sumOf4(_mm256_add_pd((__m256d)lowHalf((Floats)v), (__m256d)highHalf((Floats)v)));
}
INLINE float maximum(Floats v) {
  const __m256 eight = _mm256_max_ps((__m256)lowHalf(v), (__m256)highHalf(v));
  return maximumOf4(_mm_max_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1)));
}
#endif
#undef X86
#else
INLINE Doubles widenHalf(HalfFloats v) { return __builtin_convertvector(v, Doubles); }
INLINE HalfFloats narrowHalf(Doubles v) { return __builtin_convertvector(v, HalfFloats); }
INLINE Floats maximumOf2(Floats a, Floats b) { return a > b ? a : b; }
INLINE Doubles maximumOf2(Doubles a, Doubles b) { return a > b ? a : b; }
INLINE Floats minimumOf2(Floats a, Floats b) { return a < b ? a : b; }
INLINE Doubles minimumOf2(Doubles a, Doubles b) { return a < b ? a : b; }
INLINE bool anyOf(Ints mask) {
  int32_t any = 0;
  for (int i = 0; i < LANES; i++) any |= mask[i];
  return any != 0;
}
INLINE Floats loadTail(const float* p, int64_t count, float fill) {
  Floats v = fill - Floats{};
  for (int64_t i = 0; i < count; i++) v[i] = p[i];
  return v;
}
INLINE void storeTail(float* p, Floats v, int64_t count) { memcpy(p, &v, sizeof(float) * static_cast<size_t>(count)); }
INLINE double sum(Doubles v) {
  double total = 0;
  for (int i = 0; i < LANES / 2; i++) total += v[i];
  return total;
}
INLINE float maximum(Floats v) {
  float m = v[0];
  for (int i = 1; i < LANES; i++) m = v[i] > m ? v[i] : m;
  return m;
}
static_assert(LANES == 4, "the halves below are of two");
INLINE HalfFloats lowHalf(Floats v) { return HalfFloats{v[0], v[1]}; }
INLINE HalfFloats highHalf(Floats v) { return HalfFloats{v[2], v[3]}; }
INLINE Floats join(HalfFloats low, HalfFloats high) { return Floats{low[0], low[1], high[0], high[1]}; }
#endif

INLINE Floats load(const float* p) {
  Floats v;
  memcpy(&v, p, sizeof v);
  return v;
}

INLINE void store(float* p, Floats v) { memcpy(p, &v, sizeof v); }

/**
 * Asks for what the loop at p[k] comes to 4 kB later, one cache line in 64 bytes; what is beyond the array does no harm. The
 * processor fetches ahead by itself, but not beyond a page of 4 kB: without this, sparse rows of 32,000 classes take 1.7 times as
 * long.
 */
constexpr int64_t kAhead = 1024;
constexpr int64_t kLine = 16;
INLINE void fetchAhead(const float* p, int64_t k) {
  if (LANES == kLine || k % kLine == 0) __builtin_prefetch(p + k + kAhead);
}
INLINE void fetchAheadToWrite(float* p, int64_t k) {
  if (LANES == kLine || k % kLine == 0) __builtin_prefetch(p + k + kAhead, 1);
}

INLINE Floats all(float x) { return x - Floats{}; }
INLINE Doubles all2(double x) { return x - Doubles{}; }

INLINE Floats loadUpTo(const float* p, int64_t left, float fill) {
  return left >= LANES ? load(p) : loadTail(p, left, fill);
}

INLINE void storeUpTo(float* p, Floats v, int64_t left) {
  if (left >= LANES) return store(p, v);
  storeTail(p, v, left);
}

/** float64 from memory: exact. */
INLINE Pair widen(const float* p) {
  HalfFloats low, high;
  memcpy(&low, p, sizeof low);
  memcpy(&high, p + LANES / 2, sizeof high);
  return {widenHalf(low), widenHalf(high)};
}

INLINE Pair widen(Floats v) { return {widenHalf(lowHalf(v)), widenHalf(highHalf(v))}; }

/** LANES float64 from and to memory. */
INLINE Pair loadPair(const double* p) {
  Pair v;
  memcpy(&v.low, p, sizeof v.low);
  memcpy(&v.high, p + LANES / 2, sizeof v.high);
  return v;
}

INLINE void storePair(double* p, Pair v) {
  memcpy(p, &v.low, sizeof v.low);
  memcpy(p + LANES / 2, &v.high, sizeof v.high);
}

INLINE Pair widenUpTo(const float* p, int64_t left, float fill) {
  return left >= LANES ? widen(p) : widen(loadTail(p, left, fill));
}

INLINE Floats narrow(Pair v) { return join(narrowHalf(v.low), narrowHalf(v.high)); }

/** The larger one; a where b is NaN. */
INLINE Floats larger(Floats a, Floats b) { return maximumOf2(b, a); }
/** At least `floor`; NaN stays. */
INLINE Floats atLeast(Floats x, Floats floor) { return maximumOf2(floor, x); }
INLINE Floats atMost(Floats x, Floats top) { return minimumOf2(top, x); }
INLINE Doubles atLeast(Doubles x, double floor) { return maximumOf2(all2(floor), x); }
INLINE Doubles atMost(Doubles x, double top) { return minimumOf2(all2(top), x); }

/** A vector loop's body: inlined, so that it is compiled for the constants that it is called with. */
#define BODY __attribute__((always_inline))

/** body(k, left) for k = 0, LANES, 2·LANES …: `left` is the constant LANES but in the last call, so whole vectors ask nothing. */
template <typename Body>
INLINE void forLanes(int64_t count, Body body) {
  int64_t k = 0;
  for (; k + LANES <= count; k += LANES) body(k, int64_t{LANES});
  if (k < count) body(k, count - k);
}

/** The first `count` < LANES numbers; the rest is 0. */
INLINE Pair firstOf(Pair v, int64_t count) {
  Longs lanes;
  for (int i = 0; i < LANES / 2; i++) lanes[i] = i;
  return {lanes < count ? v.low : all2(0), lanes < count - LANES / 2 ? v.high : all2(0)};
}

INLINE double sum(Pair v) { return sum(v.low + v.high); }

INLINE void add(Pair& total, Pair x) {
  total.low += x.low;
  total.high += x.high;
}

INLINE Ints lanesOf() {
  Ints lanes;
  for (int i = 0; i < LANES; i++) lanes[i] = i;
  return lanes;
}

INLINE Floats withSign(Floats x, Ints sign) { return (Floats)((Ints)x ^ sign); }
INLINE Ints signBit() { return (Ints)all(-0.0f); }
INLINE Floats negativeAbsolute(Floats x) { return (Floats)((Ints)x | signBit()); }
