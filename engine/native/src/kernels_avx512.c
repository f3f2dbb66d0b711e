/* x86 with AVX-512 and its integer dot products (Intel from Ice Lake, AMD from Zen 4). */
#include "ponder.h"

#ifdef PONDER_X86
#include <immintrin.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx2,fma"))), \
                             apply_to = function)
#elif defined(__GNUC__)
#pragma GCC target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx2,fma")
#endif

#define KERNELS ponder_avx512_vnni
#define KERNELS_NAME "avx512_vnni"
#define LANES 16
#define PAIR 8
#define GROUP 8
typedef __m512 V;
typedef int8_t CODE;

#define FIRST(n) ((__mmask16)((1u << (n)) - 1))
PONDER_INLINE V v_set(float x) { return _mm512_set1_ps(x); }
PONDER_INLINE V v_load(const float *p) { return _mm512_loadu_ps(p); }
PONDER_INLINE V v_load_part(const float *p, int64_t n) { return _mm512_maskz_loadu_ps(FIRST(n), p); }
PONDER_INLINE void v_store(float *p, V x) { _mm512_storeu_ps(p, x); }
PONDER_INLINE void v_store_part(float *p, int64_t n, V x) { _mm512_mask_storeu_ps(p, FIRST(n), x); }
PONDER_INLINE V v_widen(__m256i x) { return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(x), 16)); }
PONDER_INLINE V v_bf16(const uint16_t *p) { return v_widen(_mm256_loadu_si256((const __m256i *)p)); }
PONDER_INLINE V v_bf16_part(const uint16_t *p, int64_t n) { return v_widen(_mm256_maskz_loadu_epi16(FIRST(n), p)); }
PONDER_INLINE V v_whole(__m128i x) { return _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(x)); }
PONDER_INLINE V v_i8(const int8_t *p) { return v_whole(_mm_loadu_si128((const __m128i *)p)); }
PONDER_INLINE V v_i8_part(const int8_t *p, int64_t n) { return v_whole(_mm_maskz_loadu_epi8(FIRST(n), p)); }
PONDER_INLINE V v_add(V a, V b) { return _mm512_add_ps(a, b); }
PONDER_INLINE V v_mul(V a, V b) { return _mm512_mul_ps(a, b); }
PONDER_INLINE V v_div(V a, V b) { return _mm512_div_ps(a, b); }
PONDER_INLINE V v_fma(V a, V b, V c) { return _mm512_fmadd_ps(a, b, c); }
PONDER_INLINE V v_max(V a, V b) { return _mm512_max_ps(a, b); }
PONDER_INLINE V v_min(V a, V b) { return _mm512_min_ps(a, b); }
PONDER_INLINE V v_abs(V a) { return _mm512_abs_ps(a); }
PONDER_INLINE V v_round(V a) { return _mm512_roundscale_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
PONDER_INLINE V v_power(V n) { return _mm512_scalef_ps(_mm512_set1_ps(1.0f), n); }
PONDER_INLINE __m128 v_fold(V a) { /* the quarters added up */
    __m256 half = _mm256_add_ps(_mm512_castps512_ps256(a), _mm512_extractf32x8_ps(a, 1));
    return _mm_add_ps(_mm256_castps256_ps128(half), _mm256_extractf128_ps(half, 1));
}
PONDER_INLINE float v_sum(V a) {
    __m128 four = v_fold(a);
    __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}
PONDER_INLINE void v_sum4(V a, V b, V c, V d, float *y) {
    /* quarters first, as in v_sum: four numbers of each are left, then a transposition adds them up */
    __m128 i = v_fold(a), j = v_fold(b), k = v_fold(c), l = v_fold(d);
    __m128 m = _mm_add_ps(_mm_unpacklo_ps(i, j), _mm_unpackhi_ps(i, j));
    __m128 n = _mm_add_ps(_mm_unpacklo_ps(k, l), _mm_unpackhi_ps(k, l));
    _mm_storeu_ps(y, _mm_add_ps(_mm_movelh_ps(m, n), _mm_movehl_ps(n, m)));
}
PONDER_INLINE float v_top(V a) { return _mm512_reduce_max_ps(a); }
PONDER_INLINE void v_fetch(const char *p) { _mm_prefetch(p, _MM_HINT_T0); }
PONDER_INLINE void v_codes(CODE *p, V x) {
    _mm_storeu_si128((__m128i *)p, _mm512_cvtepi32_epi8(_mm512_cvtps_epi32(x)));
}

PONDER_INLINE void fetch(const void *p, int64_t bytes);

PONDER_INLINE __m128i sums_of4(__m512i a, __m512i b, __m512i c, __m512i d) {
    __m512i e = _mm512_add_epi32(_mm512_unpacklo_epi32(a, b), _mm512_unpackhi_epi32(a, b));
    __m512i f = _mm512_add_epi32(_mm512_unpacklo_epi32(c, d), _mm512_unpackhi_epi32(c, d));
    __m512i g = _mm512_add_epi32(_mm512_unpacklo_epi64(e, f), _mm512_unpackhi_epi64(e, f));
    __m256i half = _mm256_add_epi32(_mm512_castsi512_si256(g), _mm512_extracti64x4_epi64(g, 1));
    return _mm_add_epi32(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
}

/* The instruction multiplies unsigned by signed bytes: 128 is added to each weight, and 128 times the sum of the
   activations' codes taken off again at the end. The codes are padded with zeros. */
PONDER_INLINE void dot_rows(const int8_t *row, const CODE *x, int64_t stride, const int count, int64_t columns,
                            const int32_t *code_sums, int32_t *y) {
    const __m512i flip = _mm512_set1_epi8((char)0x80);
    __m512i sums[8], others[8];
    for (int j = 0; j < 8; j++) sums[j] = others[j] = _mm512_setzero_si512();
    int64_t i = 0;
    for (; i + 128 <= columns; i += 128) {
        __m512i a = _mm512_xor_si512(_mm512_loadu_si512(row + i), flip);
        __m512i b = _mm512_xor_si512(_mm512_loadu_si512(row + i + 64), flip);
        fetch(row + i, 128);
        for (int j = 0; j < count; j++) {
            sums[j] = _mm512_dpbusd_epi32(sums[j], a, _mm512_loadu_si512(x + j * stride + i));
            others[j] = _mm512_dpbusd_epi32(others[j], b, _mm512_loadu_si512(x + j * stride + i + 64));
        }
    }
    for (; i < columns; i += 64) {
        __mmask64 some = columns - i >= 64 ? ~0ull : (1ull << (columns - i)) - 1;
        __m512i a = _mm512_xor_si512(_mm512_maskz_loadu_epi8(some, row + i), flip);
        for (int j = 0; j < count; j++)
            sums[j] = _mm512_dpbusd_epi32(sums[j], a, _mm512_loadu_si512(x + j * stride + i));
    }
    for (int j = 0; j < count; j++) sums[j] = _mm512_add_epi32(sums[j], others[j]);
    if (count <= 2) {
        for (int j = 0; j < count; j++) y[j] = _mm512_reduce_add_epi32(sums[j]);
    } else {
        _mm_storeu_si128((__m128i *)y, sums_of4(sums[0], sums[1], sums[2], sums[3]));
        if (count > 4) _mm_storeu_si128((__m128i *)(y + 4), sums_of4(sums[4], sums[5], sums[6], sums[7]));
    }
    for (int j = 0; j < count; j++) y[j] -= 128 * code_sums[j];
}

#include "kernels.inc"

#if defined(__clang__)
#pragma clang attribute pop
#endif
#endif
