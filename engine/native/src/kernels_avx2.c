/* x86 with AVX2 and FMA (Intel from Haswell, AMD from Zen). */
#include "ponder.h"

#ifdef PONDER_X86
#include <immintrin.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#elif defined(__GNUC__)
#pragma GCC target("avx2,fma")
#endif

#define KERNELS ponder_avx2
#define KERNELS_NAME "avx2"
typedef int16_t CODE;
#include "kernels_avx2.inc"

/* Activations are kept 16 bits wide: the 8-bit instruction of AVX2 adds two products up in 16 bits and saturates. */
PONDER_INLINE void v_codes(CODE *p, V x) {
    __m256i wide = _mm256_cvtps_epi32(x);
    __m128i narrow = _mm_packs_epi32(_mm256_castsi256_si128(wide), _mm256_extracti128_si256(wide, 1));
    _mm_storeu_si128((__m128i *)p, narrow);
}

PONDER_INLINE void dot_rows(const int8_t *row, const CODE *x, int64_t stride, const int count, int64_t columns,
                            const int32_t *code_sums, int32_t *y) {
    (void)code_sums;
    __m256i sums[8];
    for (int j = 0; j < count; j++) sums[j] = _mm256_setzero_si256();
    int64_t i = 0;
    for (; i + 32 <= columns; i += 32) {
        __m256i a = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(row + i)));
        __m256i b = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(row + i + 16)));
        fetch(row + i, 32);
        for (int j = 0; j < count; j++) {
            const CODE *at = x + j * stride + i;
            __m256i low = _mm256_madd_epi16(a, _mm256_loadu_si256((const __m256i *)at));
            __m256i high = _mm256_madd_epi16(b, _mm256_loadu_si256((const __m256i *)(at + 16)));
            sums[j] = _mm256_add_epi32(sums[j], _mm256_add_epi32(low, high));
        }
    }
    for (int j = 0; j < count; j++) {
        y[j] = sum_of(sums[j]);
        for (int64_t k = i; k < columns; k++) y[j] += row[k] * x[j * stride + k];
    }
}

#include "kernels.inc"

#if defined(__clang__)
#pragma clang attribute pop
#endif
#endif
