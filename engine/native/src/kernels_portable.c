/* Plain C, for every processor; what the others are compared with. */
#include "ponder.h"

#include <math.h>
#include <string.h>

#define KERNELS ponder_portable
#define KERNELS_NAME "portable"
#define LANES 8
#define PAIR 2
#define GROUP 4
typedef struct {
    float at[LANES];
} V;
typedef int8_t CODE;

#define EACH(expression)                                   \
    V y;                                                   \
    for (int i = 0; i < LANES; i++) y.at[i] = expression;  \
    return y
PONDER_INLINE float one_bf16(uint16_t narrow) {
    uint32_t bits = (uint32_t)narrow << 16;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}
PONDER_INLINE V v_set(float x) { EACH(x); }
PONDER_INLINE V v_load(const float *p) { EACH(p[i]); }
PONDER_INLINE V v_load_part(const float *p, int64_t n) { EACH(i < n ? p[i] : 0.0f); }
PONDER_INLINE V v_bf16(const uint16_t *p) { EACH(one_bf16(p[i])); }
PONDER_INLINE V v_bf16_part(const uint16_t *p, int64_t n) { EACH(i < n ? one_bf16(p[i]) : 0.0f); }
PONDER_INLINE V v_i8(const int8_t *p) { EACH((float)p[i]); }
PONDER_INLINE V v_i8_part(const int8_t *p, int64_t n) { EACH(i < n ? (float)p[i] : 0.0f); }
PONDER_INLINE V v_add(V a, V b) { EACH(a.at[i] + b.at[i]); }
PONDER_INLINE V v_mul(V a, V b) { EACH(a.at[i] * b.at[i]); }
PONDER_INLINE V v_div(V a, V b) { EACH(a.at[i] / b.at[i]); }
PONDER_INLINE V v_fma(V a, V b, V c) { EACH(a.at[i] * b.at[i] + c.at[i]); }
PONDER_INLINE V v_max(V a, V b) { EACH(a.at[i] > b.at[i] ? a.at[i] : b.at[i]); }
PONDER_INLINE V v_min(V a, V b) { EACH(a.at[i] < b.at[i] ? a.at[i] : b.at[i]); }
PONDER_INLINE V v_abs(V a) { EACH(fabsf(a.at[i])); }
PONDER_INLINE V v_round(V a) { EACH(rintf(a.at[i])); }
PONDER_INLINE V v_power(V n) { EACH(ldexpf(1.0f, n.at[i] == n.at[i] ? (int)n.at[i] : 0)); }
PONDER_INLINE float v_sum(V a) {
    float sum = 0.0f;
    for (int i = 0; i < LANES; i++) sum += a.at[i];
    return sum;
}
PONDER_INLINE void v_sum4(V a, V b, V c, V d, float *y) {
    y[0] = v_sum(a);
    y[1] = v_sum(b);
    y[2] = v_sum(c);
    y[3] = v_sum(d);
}
PONDER_INLINE float v_top(V a) {
    float top = a.at[0];
    for (int i = 1; i < LANES; i++) top = a.at[i] > top ? a.at[i] : top;
    return top;
}
PONDER_INLINE void v_fetch(const char *p) { (void)p; }
PONDER_INLINE void v_store(float *p, V x) { memcpy(p, x.at, sizeof x.at); }
PONDER_INLINE void v_store_part(float *p, int64_t n, V x) { memcpy(p, x.at, (size_t)n * sizeof *p); }
PONDER_INLINE void v_codes(CODE *p, V x) {
    for (int i = 0; i < LANES; i++) p[i] = (CODE)x.at[i];
}
PONDER_INLINE void dot_rows(const int8_t *row, const CODE *x, int64_t stride, const int count, int64_t columns,
                            const int32_t *code_sums, int32_t *y) {
    (void)code_sums;
    for (int j = 0; j < count; j++) {
        int32_t sum = 0;
        for (int64_t i = 0; i < columns; i++) sum += row[i] * x[j * stride + i];
        y[j] = sum;
    }
}

#include "kernels.inc"
