/* x86 with AVX2, FMA and AVX-VNNI (Intel's hybrid processors from Alder Lake, AMD from Zen 5). */
#include "ponder.h"

#ifdef PONDER_X86
#include <immintrin.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma,avxvnni"))), apply_to = function)
#elif defined(__GNUC__)
#pragma GCC target("avx2,fma,avxvnni")
#endif

#define KERNELS ponder_avx2_vnni
#define KERNELS_NAME "avx2_vnni"
typedef int8_t CODE;
#include "kernels_avx2.inc"

PONDER_INLINE void v_codes(CODE *p, V x) {
    __m256i wide = _mm256_cvtps_epi32(x);
    __m128i narrow = _mm_packs_epi32(_mm256_castsi256_si128(wide), _mm256_extracti128_si256(wide, 1));
    _mm_storel_epi64((__m128i *)p, _mm_packs_epi16(narrow, narrow));
}

/* As with AVX-512: 128 is added to each weight and taken off again by the activations' sum. */
PONDER_INLINE void dot_rows(const int8_t *row, const CODE *x, int64_t stride, const int count, int64_t columns,
                            const int32_t *code_sums, int32_t *y) {
    const __m256i flip = _mm256_set1_epi8((char)0x80);
    __m256i sums[8];
    for (int j = 0; j < count; j++) sums[j] = _mm256_setzero_si256();
    int64_t i = 0;
    for (; i + 64 <= columns; i += 64) {
        __m256i a = _mm256_xor_si256(_mm256_loadu_si256((const __m256i *)(row + i)), flip);
        __m256i b = _mm256_xor_si256(_mm256_loadu_si256((const __m256i *)(row + i + 32)), flip);
        fetch(row + i, 64);
        for (int j = 0; j < count; j++) {
            const CODE *at = x + j * stride + i;
            sums[j] = _mm256_dpbusd_avx_epi32(sums[j], a, _mm256_loadu_si256((const __m256i *)at));
            sums[j] = _mm256_dpbusd_avx_epi32(sums[j], b, _mm256_loadu_si256((const __m256i *)(at + 32)));
        }
    }
    for (int j = 0; j < count; j++) {
        y[j] = sum_of(sums[j]) - 128 * code_sums[j];
        /* the codes behind i were never multiplied, but they are in the sum */
        for (int64_t k = i; k < columns; k++) y[j] += (row[k] + 128) * x[j * stride + k];
    }
}

#include "kernels.inc"

#if defined(__clang__)
#pragma clang attribute pop
#endif
#endif
