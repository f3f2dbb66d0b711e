/* One decode step: from token ids to logits, every layer of the model, in one parallel region.

   The forward pass is that of engine/model/decoder.py, in float32 throughout. Each row (token) is computed by the same
   sums in the same order whatever the number of rows or threads, so that a batch gives exactly what single steps give. */
#include "team.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#ifdef PONDER_X86
#include <immintrin.h>
#endif

struct PonderSession {
    const PonderModel *model;
    const PonderKernels *kernels;
    int64_t qkv_rows, mixed_columns, widest;
    float *x, *qkv, *mixed; /* (PONDER_MAX_ROWS, hidden | qkv_rows | mixed_columns) */
    float *inner;           /* (2, PONDER_MAX_ROWS, intermediate): gates, then ups */
    float *parts;           /* what each chunk of positions adds to the attention */
    int64_t parts_held;     /* floats in it */
    char *own;              /* a workspace for each thread */
    int64_t own_bytes, own_threads;
};

/* A thread's workspace; the first thread's `values` and `codes` also serve all threads where there are many rows. */
typedef struct {
    float *values, *queries;
    void *codes;
    float scale[PONDER_MAX_ROWS];
    int32_t sum[PONDER_MAX_ROWS];
} Own;

typedef struct {
    PonderSession *session;
    const PonderCache *cache;
    const int64_t *tokens;
    int64_t count, start, logit_rows, chunks;
    float *logits;
    const volatile int32_t *cancel;
    TeamBarrier barrier;
    volatile int32_t stop;
} Run;

typedef struct {
    Run *run;
    int64_t thread, size;
} Worker;

#define ALIGNMENT 64

static int64_t aligned(int64_t bytes) { return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT; }

static void *allocate(int64_t bytes) {
    /* The block's own address is kept just before what is handed out. */
    char *block = malloc((size_t)bytes + ALIGNMENT + sizeof(void *));
    if (!block) return NULL;
    uintptr_t start = ((uintptr_t)block + sizeof(void *) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    ((void **)start)[-1] = block;
    return (void *)start;
}

static void release(void *start) {
    if (start) free(((void **)start)[-1]);
}

static int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }
static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

PonderSession *ponder_open(const PonderModel *model, const PonderKernels *kernels) {
    PonderSession *session = calloc(1, sizeof *session);
    if (!session) return NULL;
    session->model = model;
    session->kernels = kernels;
    session->qkv_rows = (model->heads + 2 * model->kv_heads) * model->head_dim;
    session->mixed_columns = model->heads * model->head_dim;
    session->widest = larger(larger(model->hidden, model->intermediate), session->mixed_columns);
    session->widest = (session->widest + PONDER_PAD - 1) / PONDER_PAD * PONDER_PAD;
    int64_t row_bytes = PONDER_MAX_ROWS * (int64_t)sizeof(float);
    session->x = allocate(row_bytes * model->hidden);
    session->qkv = allocate(row_bytes * session->qkv_rows);
    session->mixed = allocate(row_bytes * session->mixed_columns);
    session->inner = allocate(2 * row_bytes * model->intermediate);
    if (!session->x || !session->qkv || !session->mixed || !session->inner) {
        ponder_close(session);
        return NULL;
    }
    return session;
}

void ponder_close(PonderSession *session) {
    if (!session) return;
    release(session->x);
    release(session->qkv);
    release(session->mixed);
    release(session->inner);
    release(session->parts);
    release(session->own);
    free(session);
}

static int64_t group_of(const PonderModel *model) { return model->heads / model->kv_heads; }

static Own *own_of(const PonderSession *session, int64_t thread) {
    return (Own *)(session->own + thread * session->own_bytes);
}

static int make_room(PonderSession *session, int64_t threads, int64_t rows, int64_t chunks) {
    const PonderModel *model = session->model;
    int64_t values = aligned(PONDER_MAX_ROWS * session->widest * (int64_t)sizeof(float));
    int64_t codes = aligned(PONDER_MAX_ROWS * session->widest * session->kernels->code_bytes);
    int64_t queries = aligned(PONDER_MAX_ROWS * group_of(model) * model->head_dim * (int64_t)sizeof(float));
    int64_t header = aligned((int64_t)sizeof(Own));
    if (session->own_threads < threads) {
        release(session->own);
        session->own_threads = 0;
        session->own_bytes = header + values + codes + queries;
        session->own = allocate(threads * session->own_bytes);
        if (!session->own) return 0;
        session->own_threads = threads;
        for (int64_t thread = 0; thread < threads; thread++) {
            Own *own = own_of(session, thread);
            char *at = (char *)own + header;
            own->values = (float *)at;
            own->codes = at + values;
            own->queries = (float *)(at + values + codes);
        }
    }
    int64_t parts = rows * model->heads * chunks * (model->head_dim + 2);
    if (session->parts_held < parts) {
        release(session->parts);
        session->parts_held = 0;
        session->parts = allocate(2 * parts * (int64_t)sizeof(float));
        if (!session->parts) return 0;
        session->parts_held = 2 * parts;
    }
    return 1;
}

static float half_to_float(uint16_t half) {
    uint32_t sign = (uint32_t)(half & 0x8000) << 16, exponent = (half >> 10) & 31, fraction = half & 1023;
    if (exponent == 0) {
        float value = ldexpf((float)fraction, -24);
        return sign ? -value : value;
    }
    uint32_t bits = sign | (exponent == 31 ? 0x7F800000u : (exponent + 112) << 23) | fraction << 13;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static float bfloat_to_float(uint16_t narrow) {
    uint32_t bits = (uint32_t)narrow << 16;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* To the nearest, ties to even, as torch rounds. */
static uint16_t float_to_bfloat(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    if (value != value) return 0x7FC0;
    return (uint16_t)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
}

static void widen(const void *data, int64_t type, int64_t at, int64_t count, float *y) {
    switch (type) {
    case PONDER_F32: memcpy(y, (const float *)data + at, (size_t)count * sizeof(float)); break;
    case PONDER_BF16:
        for (int64_t i = 0; i < count; i++) y[i] = bfloat_to_float(((const uint16_t *)data)[at + i]);
        break;
    default:
        for (int64_t i = 0; i < count; i++) y[i] = half_to_float(((const uint16_t *)data)[at + i]);
    }
}

static void wait(const Worker *worker) { team_wait(&worker->run->barrier, (long)worker->size); }

static int64_t share(int64_t count, int64_t thread, int64_t size) { return count * thread / size; }

/* Normalises rows (where there is a norm) and quantises them (for an 8-bit product). One row is done by every thread
   for itself, which is quicker than waiting; several are shared out. */
static PonderInput prepare(const Worker *worker, const float *x, int64_t columns, const float *norm, int64_t type) {
    const Run *run = worker->run;
    const PonderSession *session = run->session;
    const PonderKernels *kernels = session->kernels;
    int alone = run->count == 1;
    Own *own = own_of(session, alone ? worker->thread : 0);
    PonderInput input = {norm ? own->values : x, own->codes, own->scale, own->sum, norm ? session->widest : columns};
    if (type == PONDER_I8) input.stride = session->widest;
    if (!norm && type != PONDER_I8) return input;
    for (int64_t row = alone ? 0 : worker->thread; row < run->count; row += alone ? 1 : worker->size) {
        const float *values = x + row * columns;
        if (norm) {
            float *normal = own->values + row * session->widest;
            kernels->norm(values, norm, (float)session->model->epsilon, columns, normal);
            values = normal;
        }
        if (type == PONDER_I8) {
            char *codes = (char *)own->codes + row * session->widest * kernels->code_bytes;
            own->scale[row] = kernels->quantise(values, columns, codes, &own->sum[row]);
        }
    }
    if (!alone) wait(worker);
    return input;
}

/* This thread's rows of y (+)= matrix * x, whatever the number of rows of x. */
static void multiply(const Worker *worker, const PonderMatrix *matrix, const PonderInput *input, float *y, int64_t add) {
    int64_t first = share(matrix->rows, worker->thread, worker->size);
    int64_t last = share(matrix->rows, worker->thread + 1, worker->size);
    worker->run->session->kernels->product(matrix, first, last, input, worker->run->count, y, matrix->rows, add);
}

/* Normalises one head's query or key and rotates it to its position. */
static void turn_head(const PonderSession *session, const float *head, const float *norm, int64_t position, float factor,
                      float *y) {
    const PonderModel *model = session->model;
    int64_t half = model->head_dim / 2, at = position * model->head_dim;
    session->kernels->norm(head, norm, (float)model->epsilon, model->head_dim, y);
    for (int64_t i = 0; i < half; i++) {
        float cosine, sine;
        if (model->rotary_type == PONDER_F32) {
            cosine = ((const float *)model->cosine)[at + i];
            sine = ((const float *)model->sine)[at + i];
        } else {
            cosine = bfloat_to_float(((const uint16_t *)model->cosine)[at + i]);
            sine = bfloat_to_float(((const uint16_t *)model->sine)[at + i]);
        }
        float low = y[i], high = y[i + half];
        y[i] = (low * cosine - high * sine) * factor;
        y[i + half] = (high * cosine + low * sine) * factor;
    }
}

/* Writes one head of a key or a value to its place in the cache. */
static void store(const PonderCache *cache, int64_t buffer, int64_t place, const float *x, int64_t count) {
    void *codes = cache->codes[buffer];
    int64_t at = place * count;
    if (cache->type == PONDER_F32) {
        memcpy((float *)codes + at, x, (size_t)count * sizeof(float));
    } else if (cache->type == PONDER_BF16) {
        for (int64_t i = 0; i < count; i++) ((uint16_t *)codes)[at + i] = float_to_bfloat(x[i]);
    } else {
        float top = 0.0f;
        for (int64_t i = 0; i < count; i++) top = fabsf(x[i]) > top || x[i] != x[i] ? fabsf(x[i]) : top;
        float scale = top / 127.0f;
        if (!(scale > 0.0f) && scale == scale) scale = 1.0f;
        cache->scales[buffer][place] = scale;
        for (int64_t i = 0; i < count; i++) {
            float code = rintf(x[i] / scale);
            ((int8_t *)codes)[at + i] = code >= -127.0f && code <= 127.0f ? (int8_t)code : 0;
        }
    }
}

static int64_t element_bytes(int64_t type) { return type == PONDER_F32 ? 4 : type == PONDER_BF16 ? 2 : 1; }

/* One KV head against one chunk of positions, for all rows; the chunk's new keys and values are written first. */
static void attend_chunk(const Worker *worker, int64_t layer, int64_t kv_head, int64_t chunk, int fresh) {
    Run *run = worker->run;
    const PonderSession *session = run->session;
    const PonderModel *model = session->model;
    const PonderLayer *weights = &model->layer[layer];
    const PonderCache *cache = run->cache;
    Own *own = own_of(session, worker->thread);
    int64_t group = group_of(model), size = model->head_dim, from = chunk * PONDER_CHUNK;
    int64_t visible[PONDER_MAX_ROWS];
    for (int64_t row = 0; row < run->count; row++) {
        const float *qkv = session->qkv + row * session->qkv_rows;
        int64_t position = run->start + row;
        visible[row] = larger(0, smaller(PONDER_CHUNK, position + 1 - from));
        for (int64_t member = 0; fresh && member < group; member++)
            turn_head(session, qkv + (kv_head * group + member) * size, weights->query_norm, position,
                      1.0f / sqrtf((float)size), own->queries + (row * group + member) * size);
        if (position >= from && position < from + PONDER_CHUNK) {
            int64_t place = kv_head * cache->capacity + position;
            turn_head(session, qkv + (model->heads + kv_head) * size, weights->key_norm, position, 1.0f, own->values);
            store(cache, 2 * layer, place, own->values, size);
            store(cache, 2 * layer + 1, place, qkv + (model->heads + model->kv_heads + kv_head) * size, size);
        }
    }
    int64_t place = kv_head * cache->capacity + from, bytes = place * size * element_bytes(cache->type);
    int64_t scaled = cache->type == PONDER_I8;
    int64_t part = (kv_head * run->chunks + chunk) * run->count * group;
    float *peaks = session->parts, *totals = peaks + run->count * model->heads * run->chunks;
    float *mixed = totals + run->count * model->heads * run->chunks;
    PonderAttention work = {
        cache->type, size, run->count, group,
        (const char *)cache->codes[2 * layer] + bytes, (const char *)cache->codes[2 * layer + 1] + bytes,
        scaled ? cache->scales[2 * layer] + place : NULL, scaled ? cache->scales[2 * layer + 1] + place : NULL,
        visible, own->queries, peaks + part, totals + part, mixed + part * size,
    };
    session->kernels->attend(&work);
}

/* Adds the chunks of one head of one row up. */
static void join_chunks(const Run *run, int64_t row, int64_t head) {
    const PonderSession *session = run->session;
    const PonderModel *model = session->model;
    const PonderKernels *kernels = session->kernels;
    int64_t group = group_of(model), size = model->head_dim, kv_head = head / group;
    const float *peaks = session->parts, *totals = peaks + run->count * model->heads * run->chunks;
    const float *mixed = totals + run->count * model->heads * run->chunks;
    float *y = session->mixed + row * session->mixed_columns + head * size;
    int64_t chunks = (run->start + row) / PONDER_CHUNK + 1;
    float peak = -INFINITY, total = 0.0f;
#define PART(chunk) (((kv_head * run->chunks + (chunk)) * run->count + row) * group + head % group)
    for (int64_t chunk = 0; chunk < chunks; chunk++) {
        float own = peaks[PART(chunk)];
        peak = own > peak || own != own ? own : peak;
    }
    memset(y, 0, (size_t)size * sizeof(float));
    for (int64_t chunk = 0; chunk < chunks; chunk++)
        total += totals[PART(chunk)] * kernels->exponential(peaks[PART(chunk)] - peak);
    for (int64_t chunk = 0; chunk < chunks; chunk++)
        kernels->add_scaled(y, mixed + PART(chunk) * size, kernels->exponential(peaks[PART(chunk)] - peak) / total,
                            size);
#undef PART
}

static void attention(const Worker *worker, int64_t layer) {
    Run *run = worker->run;
    const PonderModel *model = run->session->model;
    int64_t items = model->kv_heads * run->chunks, before = -1;
    for (int64_t item = share(items, worker->thread, worker->size);
         item < share(items, worker->thread + 1, worker->size); item++) {
        attend_chunk(worker, layer, item / run->chunks, item % run->chunks, item / run->chunks != before);
        before = item / run->chunks;
    }
    wait(worker);
    int64_t joins = run->count * model->heads;
    for (int64_t join = share(joins, worker->thread, worker->size);
         join < share(joins, worker->thread + 1, worker->size); join++)
        join_chunks(run, join / model->heads, join % model->heads);
    wait(worker);
}

static void feed_forward(const Worker *worker, const PonderLayer *layer) {
    Run *run = worker->run;
    const PonderSession *session = run->session;
    const PonderKernels *kernels = session->kernels;
    int64_t inner = session->model->intermediate;
    int64_t first = share(inner, worker->thread, worker->size), last = share(inner, worker->thread + 1, worker->size);
    PonderInput input = prepare(worker, session->x, session->model->hidden, layer->mlp_norm, layer->gate_up.type);
    /* The same rows of gate and of up, so that their product is this thread's own affair. */
    PonderMatrix up = layer->gate_up;
    up.data = (const char *)up.data + inner * up.columns * element_bytes(up.type);
    if (up.scale) up.scale += inner;
    float *ups = session->inner + PONDER_MAX_ROWS * inner;
    kernels->product(&layer->gate_up, first, last, &input, run->count, session->inner, inner, 0);
    kernels->product(&up, first, last, &input, run->count, ups, inner, 0);
    for (int64_t row = 0; row < run->count; row++) {
        float *gate = session->inner + row * inner + first;
        kernels->gate(gate, ups + row * inner + first, last - first, gate);
    }
    wait(worker);
    input = prepare(worker, session->inner, inner, NULL, layer->down.type);
    multiply(worker, &layer->down, &input, session->x, 1);
}

static void read_tokens(const Worker *worker) {
    Run *run = worker->run;
    int64_t thread = worker->thread, size = worker->size;
    PonderSession *session = run->session;
    const PonderModel *model = session->model;
    for (int64_t row = thread; row < run->count; row += size)
        widen(model->embedding.data, model->embedding.type, run->tokens[row] * model->hidden, model->hidden,
              session->x + row * model->hidden);
    wait(worker);
    for (int64_t index = 0; index < model->layers; index++) {
        const PonderLayer *layer = &model->layer[index];
        PonderInput input = prepare(worker, session->x, model->hidden, layer->attention_norm, layer->qkv.type);
        multiply(worker, &layer->qkv, &input, session->qkv, 0);
        wait(worker);
        attention(worker, index);
        input = prepare(worker, session->mixed, session->mixed_columns, NULL, layer->output.type);
        multiply(worker, &layer->output, &input, session->x, 1);
        wait(worker);
        feed_forward(worker, layer);
        if (thread == 0 && run->cancel && *run->cancel) run->stop = 1;
        wait(worker);
        if (run->stop) return;
    }
    if (run->logit_rows == 0) return;
    int64_t skipped = run->count - run->logit_rows;
    PonderInput input = prepare(worker, session->x, model->hidden, model->final_norm, model->head.type);
    input.values += skipped * input.stride;
    input.codes = (const char *)input.codes + skipped * input.stride * session->kernels->code_bytes;
    input.scale += skipped;
    input.sum += skipped;
    int64_t first = share(model->head.rows, thread, size), last = share(model->head.rows, thread + 1, size);
    session->kernels->product(&model->head, first, last, &input, run->logit_rows, run->logits, model->head.rows, 0);
}

/* Weights of positions that hardly count get so small that some processors multiply them a hundred times more slowly;
   they are taken as zero. The thread is torch's, and gets its setting back. */
static void work(void *data, int64_t thread, int64_t size) {
    Worker worker = {data, thread, size};
#if defined(PONDER_X86)
    unsigned before = _mm_getcsr();
    _mm_setcsr(before | 0x8040);
    read_tokens(&worker);
    _mm_setcsr(before);
#else
    read_tokens(&worker);
#endif
}

int64_t ponder_step(PonderSession *session, const PonderCache *cache, const PonderRuntime *runtime, int64_t threads,
                    const int64_t *tokens, int64_t count, int64_t start, int64_t logit_rows, float *logits,
                    const volatile int32_t *cancel) {
    for (int64_t row = 0; row < count; row++)
        if (tokens[row] < 0 || tokens[row] >= session->model->embedding.rows) return PONDER_BAD_TOKEN;
    int64_t chunks = (start + count - 1) / PONDER_CHUNK + 1;
    if (!make_room(session, threads, count, chunks)) return PONDER_NO_MEMORY;
    Run run = {session, cache, tokens, count, start, logit_rows, chunks, logits, cancel, {0}, 0};
    team_run(runtime, threads, work, &run);
    return run.stop ? PONDER_CANCELLED : PONDER_OK;
}
