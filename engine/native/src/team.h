/* A team of threads inside one parallel region, and the barrier at which they wait for one another.

   The region belongs to the OpenMP runtime that torch brought along, so that there is one set of threads in the process
   and not two that fight over the cores. The barrier spins, since the pieces of work between two of them take
   microseconds, and gives the core away where somebody else is running there. */
#ifndef PONDER_TEAM_H
#define PONDER_TEAM_H

#include "ponder.h"

#if defined(_MSC_VER)
#include <intrin.h>
#include <windows.h>
typedef volatile long TeamInt;
PONDER_INLINE long team_load(TeamInt *x) { return InterlockedOr(x, 0); }
PONDER_INLINE void team_store(TeamInt *x, long value) { InterlockedExchange(x, value); }
PONDER_INLINE long team_add(TeamInt *x) { return InterlockedIncrement(x); }
PONDER_INLINE void team_pause(void) { YieldProcessor(); }
PONDER_INLINE void team_yield(void) { SwitchToThread(); }
#else
#include <sched.h>
typedef volatile long TeamInt;
PONDER_INLINE long team_load(TeamInt *x) { return __atomic_load_n(x, __ATOMIC_ACQUIRE); }
PONDER_INLINE void team_store(TeamInt *x, long value) { __atomic_store_n(x, value, __ATOMIC_RELEASE); }
PONDER_INLINE long team_add(TeamInt *x) { return __atomic_add_fetch(x, 1, __ATOMIC_ACQ_REL); }
PONDER_INLINE void team_yield(void) { sched_yield(); }
PONDER_INLINE void team_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ __volatile__("yield");
#endif
}
#endif

#define TEAM_SPINS 4000

typedef struct {
    TeamInt arrived;
    char apart[64 - sizeof(TeamInt)]; /* two cache lines: waiting threads read one, arriving threads write the other */
    TeamInt round;
    char behind[64 - sizeof(TeamInt)];
} TeamBarrier;

PONDER_INLINE void team_wait(TeamBarrier *barrier, long size) {
    if (size == 1) return;
    long round = team_load(&barrier->round);
    if (team_add(&barrier->arrived) == size) {
        team_store(&barrier->arrived, 0);
        team_store(&barrier->round, round + 1);
        return;
    }
    for (long spins = 0; team_load(&barrier->round) == round; spins++) {
        if (spins < TEAM_SPINS) team_pause();
        else team_yield();
    }
}

/* Calls body(data, thread, size) on every thread of a team of at most `threads`. */
typedef void (*TeamBody)(void *data, int64_t thread, int64_t size);
void team_run(const PonderRuntime *runtime, int64_t threads, TeamBody body, void *data);

#endif
