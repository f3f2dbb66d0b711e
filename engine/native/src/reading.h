/* Matrices read out of files straight into the memory that is computed with; what Python fills in is repeated in
   engine/native/reading.py. */
#ifndef PONDER_READING_H
#define PONDER_READING_H

#include "ponder.h"

enum { PONDER_ENDED = 10, PONDER_UNREADABLE = 11, PONDER_DIFFERS = 12, PONDER_STOPPED = 13 };

/* Consecutive rows of a matrix in a file, and what is to be made of them. */
typedef struct {
    int64_t file, start; /* a descriptor (on Windows a handle); where in the file they begin, in bytes */
    int64_t twin, twin_start; /* where numbers of the same type lie that must equal them; -1: nowhere */
    int64_t rows, columns, type;
    void *plain; /* NULL, or where they go as numbers of `plain_type` */
    int64_t plain_type;
    int8_t *codes; /* NULL, or where they go as 8-bit codes of which `scale` is the unit, one a row; where both are wanted,
                      of the numbers as they lie in `plain` */
    float *scale;
    float *peak; /* one a row: its largest magnitude; not finite where it holds a NaN or an infinity */
} PonderPiece;

/* Pieces of work for several threads, each of which calls ponder_read once. */
typedef struct {
    const PonderPiece *piece;
    int64_t count;
    volatile int64_t next;       /* the first piece that nobody has taken */
    volatile int64_t done_bytes; /* of the files */
    volatile int64_t stop;       /* not 0: all end as soon as they can */
    volatile int64_t result;     /* PONDER_OK, or how the first failure came about, */
    int64_t failed, error;       /* in which piece, and the system's number for it */
} PonderReading;

PONDER_EXPORT void ponder_read(PonderReading *reading, const PonderKernels *kernels);

/* One instruction set's conversion of rows that lie at `source`. `plain` is NULL where nothing is to be converted for
   it; `wide` has room for a row in float32. */
typedef void PonderConvert(const PonderPiece *piece, const void *source, int64_t rows, void *plain, int8_t *codes,
                           float *scale, float *peak, float *wide);

PonderConvert ponder_convert_portable;
#ifdef PONDER_X86
PonderConvert ponder_convert_avx2, ponder_convert_avx512;
#endif

PONDER_INLINE int64_t ponder_width(int64_t type) { return type == PONDER_F32 ? 4 : type == PONDER_I8 ? 1 : 2; }

#endif
