/* Threads that take pieces of matrices in turn, read them block by block and convert each block at once. */
#include "reading.h"

#include <stdlib.h>
#include <string.h>

/* Rows are read in blocks that stay in a core's cache until they are converted. */
#define BLOCK_BYTES (256 << 10)

#if defined(_MSC_VER)
#include <intrin.h>
#define ADD(x, y) _InterlockedExchangeAdd64(x, y)
#define SET_ONCE(x, y) (_InterlockedCompareExchange64(x, y, 0) == 0)
#else
#define ADD(x, y) __atomic_fetch_add(x, y, __ATOMIC_ACQ_REL)
static int set_once(volatile int64_t *x, int64_t value) {
    int64_t none = 0;
    return __atomic_compare_exchange_n(x, &none, value, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}
#define SET_ONCE(x, y) set_once(x, y)
#endif

#if defined(_WIN32)
#include <windows.h>
/* How many bytes were read; -1: an error. */
static int64_t read_at(int64_t file, void *to, int64_t bytes, int64_t start, int64_t *error) {
    OVERLAPPED place = {0};
    DWORD got = 0;
    place.Offset = (DWORD)start;
    place.OffsetHigh = (DWORD)(start >> 32);
    if (ReadFile((HANDLE)(intptr_t)file, to, (DWORD)bytes, &got, &place)) return got;
    *error = GetLastError();
    return *error == ERROR_HANDLE_EOF ? 0 : -1;
}
#else
#include <errno.h>
#include <unistd.h>
static int64_t read_at(int64_t file, void *to, int64_t bytes, int64_t start, int64_t *error) {
    ssize_t got;
    do got = pread((int)file, to, (size_t)bytes, (off_t)start);
    while (got < 0 && errno == EINTR);
    *error = got < 0 ? errno : 0;
    return got;
}
#endif

static int64_t read_all(int64_t file, char *to, int64_t bytes, int64_t start, int64_t *error) {
    while (bytes > 0) {
        int64_t got = read_at(file, to, bytes, start, error);
        if (got <= 0) return got < 0 ? PONDER_UNREADABLE : PONDER_ENDED;
        to += got;
        start += got;
        bytes -= got;
    }
    return PONDER_OK;
}

/* As numbers: the two zeros are equal. A NaN is found in any case. */
static int equal(const char *x, const char *y, int64_t count, int64_t width) {
    if (memcmp(x, y, (size_t)(count * width)) == 0) return 1;
    for (int64_t i = 0; i < count; i++) {
        uint32_t a = 0, b = 0;
        memcpy(&a, x + i * width, (size_t)width);
        memcpy(&b, y + i * width, (size_t)width);
        if (a != b && ((a | b) << (width == 2 ? 17 : 1)) != 0) return 0;
    }
    return 1;
}

typedef struct {
    PonderReading *reading;
    PonderConvert *convert;
    int64_t block_bytes;
    char *block, *other;
    float *wide;
} Reader;

static int64_t read_piece(Reader *self, const PonderPiece *piece, int64_t *error) {
    int64_t width = ponder_width(piece->type), row_bytes = piece->columns * width;
    int64_t at_once = self->block_bytes / row_bytes;
    int same = piece->plain && piece->plain_type == piece->type;
    for (int64_t row = 0; row < piece->rows; row += at_once) {
        if (self->reading->stop) return PONDER_STOPPED;
        int64_t rows = piece->rows - row < at_once ? piece->rows - row : at_once, bytes = rows * row_bytes;
        char *plain = piece->plain ? (char *)piece->plain + row * piece->columns * ponder_width(piece->plain_type) : NULL;
        char *block = same ? plain : self->block;
        int64_t result = read_all(piece->file, block, bytes, piece->start + row * row_bytes, error);
        if (result == PONDER_OK && piece->twin >= 0) {
            result = read_all(piece->twin, self->other, bytes, piece->twin_start + row * row_bytes, error);
            if (result == PONDER_OK && !equal(block, self->other, rows * piece->columns, width))
                result = PONDER_DIFFERS;
        }
        if (result != PONDER_OK) return result;
        self->convert(piece, block, rows, same ? NULL : plain, piece->codes ? piece->codes + row * piece->columns : NULL,
                      piece->codes ? piece->scale + row : NULL, piece->peak + row, self->wide);
        ADD(&self->reading->done_bytes, bytes);
    }
    return PONDER_OK;
}

static void fail(PonderReading *reading, int64_t result, int64_t piece, int64_t error) {
    if (SET_ONCE(&reading->result, result)) {
        reading->failed = piece;
        reading->error = error;
    }
    reading->stop = 1;
}

static PonderConvert *convert_for(const PonderKernels *kernels) {
#ifdef PONDER_X86
    if (kernels == &ponder_avx512_vnni) return ponder_convert_avx512;
    if (kernels == &ponder_avx2 || kernels == &ponder_avx2_vnni) return ponder_convert_avx2;
#endif
    (void)kernels;
    return ponder_convert_portable;
}

void ponder_read(PonderReading *reading, const PonderKernels *kernels) {
    int64_t columns = 1, block_bytes = BLOCK_BYTES;
    for (int64_t i = 0; i < reading->count; i++) {
        const PonderPiece *piece = reading->piece + i;
        int64_t row_bytes = piece->columns * ponder_width(piece->type);
        if (piece->columns > columns) columns = piece->columns;
        if (row_bytes > block_bytes) block_bytes = row_bytes;
    }
    Reader self = {reading, convert_for(kernels), block_bytes, malloc((size_t)block_bytes), malloc((size_t)block_bytes),
                   malloc((size_t)columns * sizeof(float))};
    if (!self.block || !self.other || !self.wide) fail(reading, PONDER_NO_MEMORY, 0, 0);
    while (!reading->stop) {
        int64_t at = ADD(&reading->next, 1), error = 0;
        if (at >= reading->count) break;
        int64_t result = read_piece(&self, reading->piece + at, &error);
        if (result != PONDER_OK && result != PONDER_STOPPED) fail(reading, result, at, error);
    }
    free(self.block);
    free(self.other);
    free(self.wide);
}
