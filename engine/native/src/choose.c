/* Which kernels this processor can run, and the library's entry points that need no session. */
#include "ponder.h"

#include <string.h>

#ifdef PONDER_X86
#if defined(_MSC_VER)
#include <immintrin.h>
#include <intrin.h>
static void cpuid(unsigned leaf, unsigned part, unsigned *found) { __cpuidex((int *)found, (int)leaf, (int)part); }
static unsigned long long enabled_state(void) { return _xgetbv(0); }
#else
#include <cpuid.h>
static void cpuid(unsigned leaf, unsigned part, unsigned *found) {
    if (!__get_cpuid_count(leaf, part, &found[0], &found[1], &found[2], &found[3])) memset(found, 0, 16);
}
static unsigned long long enabled_state(void) {
    unsigned low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return low | (unsigned long long)high << 32;
}
#endif

#define HAS(word, bit) (((word) >> (bit)) & 1)
enum { A, B, C, D };

static int can_run(const PonderKernels *kernels) {
    unsigned base[4], more[4], extended[4];
    if (kernels == &ponder_portable) return 1;
    cpuid(1, 0, base);
    cpuid(7, 0, more);
    cpuid(7, 1, extended);
    if (!HAS(base[C], 27)) return 0; /* the system does not say which registers it saves */
    unsigned long long state = enabled_state();
    if ((state & 0x06) != 0x06 || !HAS(base[C], 12) || !HAS(more[B], 5)) return 0; /* YMM, FMA, AVX2 */
    if (kernels == &ponder_avx2) return 1;
    if (kernels == &ponder_avx2_vnni) return HAS(extended[A], 4);
    int wide = HAS(more[B], 16) && HAS(more[B], 17) && HAS(more[B], 30) && HAS(more[B], 31) && HAS(more[C], 11);
    return wide && (state & 0xE6) == 0xE6; /* F, DQ, BW, VL, VNNI; ZMM */
}

static const PonderKernels *const all[] = {&ponder_avx512_vnni, &ponder_avx2_vnni, &ponder_avx2, &ponder_portable};

#elif defined(PONDER_ARM)
#if defined(__linux__)
#include <sys/auxv.h>
#elif defined(_WIN32)
#include <windows.h>
#endif

static int can_run(const PonderKernels *kernels) {
    if (kernels != &ponder_neon_dot) return 1;
#if defined(__linux__)
    return (getauxval(AT_HWCAP) >> 20) & 1; /* HWCAP_ASIMDDP */
#elif defined(__APPLE__)
    return 1; /* all of Apple's own */
#elif defined(_WIN32)
    return IsProcessorFeaturePresent(43); /* PF_ARM_V82_DP_INSTRUCTIONS_AVAILABLE */
#else
    return 0;
#endif
}

static const PonderKernels *const all[] = {&ponder_neon_dot, &ponder_neon, &ponder_portable};

#else
static int can_run(const PonderKernels *kernels) { return kernels == &ponder_portable; }
static const PonderKernels *const all[] = {&ponder_portable};
#endif

int64_t ponder_abi(void) { return PONDER_ABI; }

const PonderKernels *ponder_kernels(const char *name) {
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if ((!name || strcmp(name, all[i]->name) == 0) && can_run(all[i])) return all[i];
    return NULL;
}

/* The library is opened through ctypes and is no Python module, but installers build it as one, and on Windows the
   linker insists on this name. */
PONDER_EXPORT void *PyInit__kernels(void);
void *PyInit__kernels(void) { return NULL; }
