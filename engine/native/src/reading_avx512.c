/* x86 with AVX-512. */
#include "ponder.h"

#ifdef PONDER_X86
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx2"))), apply_to = function)
#elif defined(__GNUC__)
#pragma GCC target("avx512f,avx512bw,avx512vl,avx512dq,avx2")
#endif

#define CONVERT ponder_convert_avx512
#include "reading_rows.inc"

#if defined(__clang__)
#pragma clang attribute pop
#endif
#endif
