/* What the library's parts share: the tables that Python fills in, and the kernels of one instruction set.

   All fields are eight bytes wide, so that no compiler pads these structures in its own way; engine/native/library.py
   repeats them. Matrices are row-major; a matrix of `rows` x `columns` maps `columns` inputs to `rows` outputs. */
#ifndef PONDER_H
#define PONDER_H

#include <stddef.h>
#include <stdint.h>

/* To be raised with every change of a structure or a signature here: a library built from older sources is refused. */
#define PONDER_ABI 2

#if defined(_MSC_VER)
#define PONDER_EXPORT __declspec(dllexport)
#define PONDER_INLINE static __forceinline
#else
#define PONDER_EXPORT __attribute__((visibility("default")))
#define PONDER_INLINE static inline __attribute__((always_inline))
#endif

/* Rows of activations that one pass over the weights may serve. */
#define PONDER_MAX_ROWS 16
/* Cached positions that are attended as one piece of work. Fixed, so that the sums do not depend on the threads. */
#define PONDER_CHUNK 256
/* Vectors of quantised activations are padded with zeros to a multiple of this. */
#define PONDER_PAD 64

enum { PONDER_F32 = 0, PONDER_BF16 = 1, PONDER_I8 = 2, PONDER_F16 = 3 };
enum { PONDER_OK = 0, PONDER_CANCELLED = 1, PONDER_NO_MEMORY = 2, PONDER_BAD_TOKEN = 3 };

typedef struct {
    const void *data;
    const float *scale; /* one a row, for PONDER_I8 only */
    int64_t rows, columns, type;
} PonderMatrix;

typedef struct {
    const float *attention_norm, *query_norm, *key_norm, *mlp_norm;
    PonderMatrix qkv, output, gate_up, down;
} PonderLayer;

typedef struct {
    int64_t hidden, intermediate, heads, kv_heads, head_dim, layers;
    double epsilon;
    const PonderLayer *layer;
    PonderMatrix embedding, head;
    const float *final_norm;
    const void *cosine, *sine; /* (positions, head_dim), both halves of a row equal */
    int64_t rotary_type;
} PonderModel;

/* Keys and values: two buffers a layer, keys first, each (kv_heads, capacity, head_dim); scales (kv_heads, capacity). */
typedef struct {
    int64_t type, capacity;
    void *const *codes;
    float *const *scales; /* for PONDER_I8 only */
} PonderCache;

/* Activations as the products want them: `values` in float32, or `codes` (of the kernels' own width) with a scale and
   the codes' sum a row. */
typedef struct {
    const float *values;
    const void *codes;
    const float *scale;
    const int32_t *sum;
    int64_t stride; /* numbers between two rows */
} PonderInput;

/* Queries of one KV head against consecutive cached positions. Row r sees the first visible[r] of them. */
typedef struct {
    int64_t type, head_dim, rows, group;
    const void *keys, *values;
    const float *key_scales, *value_scales;
    const int64_t *visible;
    const float *queries;  /* (rows, group, head_dim), already divided by the root of head_dim */
    float *peak, *total;   /* (rows, group): the largest score, and the sum of exp(score - peak) */
    float *mixed;          /* (rows, group, head_dim): sum of exp(score - peak) * value */
} PonderAttention;

typedef struct {
    const char *name;
    int64_t code_bytes; /* width of one quantised activation */
    /* y[j * stride + r] = or += row r of the matrix times input row j, for first <= r < last and j < count */
    void (*product)(const PonderMatrix *matrix, int64_t first, int64_t last, const PonderInput *input, int64_t count,
                    float *y, int64_t stride, int64_t add);
    void (*norm)(const float *x, const float *weight, float epsilon, int64_t count, float *y);
    /* codes are padded with zeros; returns the scale, NaN where x holds a NaN or an infinity */
    float (*quantise)(const float *x, int64_t count, void *codes, int32_t *sum);
    void (*gate)(const float *gate, const float *up, int64_t count, float *y); /* silu(gate) * up */
    void (*attend)(const PonderAttention *work);
    void (*add_scaled)(float *y, const float *x, float factor, int64_t count);
    float (*exponential)(float x);
} PonderKernels;

extern const PonderKernels ponder_portable;
#if defined(__x86_64__) || defined(_M_X64)
#define PONDER_X86 1
extern const PonderKernels ponder_avx2, ponder_avx2_vnni, ponder_avx512_vnni;
#elif defined(__aarch64__) || defined(_M_ARM64)
#define PONDER_ARM 1
extern const PonderKernels ponder_neon, ponder_neon_dot;
#endif

/* The OpenMP runtime that is in the process already, by its functions' addresses: either GNU's or LLVM's/Intel's way of
   opening a region. All zero: one thread. */
typedef struct {
    void (*gnu_parallel)(void (*body)(void *), void *data, unsigned threads, unsigned flags);
    void (*kmp_fork)(void *where, int32_t count, void (*body)(int32_t *, int32_t *, void *), ...);
    int32_t (*kmp_thread)(void *where);
    void (*kmp_threads)(void *where, int32_t thread, int32_t threads);
    int (*thread_number)(void);
    int (*team_size)(void);
} PonderRuntime;

typedef struct PonderSession PonderSession;

PONDER_EXPORT int64_t ponder_abi(void);
/* The kernels of that name if this processor can run them, else NULL; the best there are for a name of NULL. */
PONDER_EXPORT const PonderKernels *ponder_kernels(const char *name);
/* The model's tables must stay where they are until the session is closed. NULL: no memory. */
PONDER_EXPORT PonderSession *ponder_open(const PonderModel *model, const PonderKernels *kernels);
PONDER_EXPORT void ponder_close(PonderSession *session);
/* Reads `count` tokens at positions start.. and writes float32 logits of the last `logit_rows` of them, (rows, vocab).
   The cache has room for them. `cancel` may be NULL; it is looked at between layers. Returns PONDER_OK or why not. */
PONDER_EXPORT int64_t ponder_step(PonderSession *session, const PonderCache *cache, const PonderRuntime *runtime,
                                  int64_t threads, const int64_t *tokens, int64_t count, int64_t start,
                                  int64_t logit_rows, float *logits, const volatile int32_t *cancel);

#endif
