/* 64-bit ARM, any. */
#include "ponder.h"

#ifdef PONDER_ARM
#define KERNELS ponder_neon
#define KERNELS_NAME "neon"
#include "kernels_neon.inc"

/* A product of two codes fits in 16 bits; pairs of products are added up in 32. */
PONDER_INLINE int32x4_t dot_step(int32x4_t sum, int8x16_t a, int8x16_t b) {
    sum = vpadalq_s16(sum, vmull_s8(vget_low_s8(a), vget_low_s8(b)));
    return vpadalq_s16(sum, vmull_high_s8(a, b));
}

#include "kernels.inc"
#endif
