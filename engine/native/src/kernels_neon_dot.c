/* 64-bit ARM with dot products of 8-bit integers (ARMv8.2 and later: Apple's, Graviton 2, Cortex-A76). */
#include "ponder.h"

#ifdef PONDER_ARM
#if defined(__clang__)
#include <arm_neon.h>
#pragma clang attribute push(__attribute__((target("dotprod"))), apply_to = function)
#elif defined(__GNUC__)
#pragma GCC target("arch=armv8.2-a+dotprod")
#endif

#define KERNELS ponder_neon_dot
#define KERNELS_NAME "neon_dot"
#include "kernels_neon.inc"

PONDER_INLINE int32x4_t dot_step(int32x4_t sum, int8x16_t a, int8x16_t b) { return vdotq_s32(sum, a, b); }

#include "kernels.inc"

#if defined(__clang__)
#pragma clang attribute pop
#endif
#endif
