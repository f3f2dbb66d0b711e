#include "team.h"

typedef struct {
    const PonderRuntime *runtime;
    TeamBody body;
    void *data;
} Region;

/* LLVM's description of a place in a program. */
typedef struct {
    int32_t reserved, flags, reserved2, reserved3;
    const char *name;
} Where;

static void enter(void *data) {
    const Region *region = data;
    region->body(region->data, region->runtime->thread_number(), region->runtime->team_size());
}

static void enter_kmp(int32_t *global, int32_t *local, void *data) {
    (void)global;
    (void)local;
    enter(data);
}

void team_run(const PonderRuntime *runtime, int64_t threads, TeamBody body, void *data) {
    Region region = {runtime, body, data};
    if (threads > 1 && runtime->gnu_parallel) {
        runtime->gnu_parallel(enter, &region, (unsigned)threads, 0);
    } else if (threads > 1 && runtime->kmp_fork) {
        static Where where = {0, 2, 0, 0, ";ponder;step;0;0;;"};
        runtime->kmp_threads(&where, runtime->kmp_thread(&where), (int32_t)threads);
        runtime->kmp_fork(&where, 1, enter_kmp, &region);
    } else {
        body(data, 0, 1);
    }
}
