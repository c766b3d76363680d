/* spool.c: see spool.h. */
#include "pipeline/table/spool.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BUFFER = 1 << 20 };

static int fail(struct error *error)
{
    const char *folder = getenv("TMPDIR");
    return error_set(error, "%.200s: rows can't be kept there: %s",
                     folder && *folder ? folder : "/tmp", strerror(errno));
}

static int open_file(struct spool *spool, struct error *error)
{
    char path[1024];
    const char *folder = getenv("TMPDIR");
    snprintf(path, sizeof path, "%.900s/pixelmill-XXXXXX", folder && *folder ? folder : "/tmp");
    const int file = mkstemp(path);
    if (file < 0)
        return fail(error);
    unlink(path);
    spool->file = file + 1;
    return 0;
}

static int flush(struct spool *spool, struct error *error)
{
    size_t done = 0;
    if (!spool->file && open_file(spool, error))
        return FAILED;
    while (done < spool->used) {
        const ssize_t put = pwrite(spool->file - 1, spool->buffer + done, spool->used - done,
                                   (off_t)(spool->written + (int64_t)done));
        if (put < 0 && errno != EINTR)
            return fail(error);
        done += put > 0 ? (size_t)put : 0;
    }
    spool->written += (int64_t)done;
    spool->used = 0;
    return 0;
}

int spool_add(struct spool *spool, const void *row, struct error *error)
{
    const size_t size = spool_row_size(spool);
    if (!spool->buffer) {
        spool->room = size > BUFFER ? size : BUFFER;
        spool->buffer = malloc(spool->room);
    }
    if (!spool->buffer)
        return error_memory(error, "rows");
    if (spool->room - spool->used < size && flush(spool, error))
        return FAILED;
    memcpy(spool->buffer + spool->used, row, size);
    spool->used += size;
    spool->rows++;
    return 0;
}

int64_t spool_read(struct spool *spool, size_t first, size_t most, void *rows, struct error *error)
{
    const size_t size = spool_row_size(spool);
    if (spool->used && flush(spool, error))
        return FAILED;
    if (first >= spool->rows)
        return 0;
    const size_t count = most < spool->rows - first ? most : spool->rows - first;
    for (size_t done = 0; done < count * size;) {
        const ssize_t got = pread(spool->file - 1, (char *)rows + done, count * size - done,
                                  (off_t)(first * size + done));
        if (got == 0 || (got < 0 && errno != EINTR))
            return fail(error);
        done += got > 0 ? (size_t)got : 0;
    }
    return (int64_t)count;
}

int spool_widen(struct spool *spool, struct error *error)
{
    struct spool wide = {.values = spool->values, .floats = 1};
    uint8_t *bytes = malloc(spool->values + 1);
    float *row = malloc((spool->values + 1) * sizeof *row);
    int rc = bytes && row ? 0 : error_memory(error, "rows");
    for (size_t i = 0; i < spool->rows && !rc; i++) {
        rc = spool_read(spool, i, 1, bytes, error) < 0 ? FAILED : 0;
        for (size_t j = 0; j < spool->values && !rc; j++)
            row[j] = bytes[j];
        rc = rc ? rc : spool_add(&wide, row, error);
    }
    free(bytes);
    free(row);
    if (rc) {
        spool_free(&wide);
        return FAILED;
    }
    spool_free(spool);
    *spool = wide;
    return 0;
}

void spool_free(struct spool *spool)
{
    free(spool->buffer);
    if (spool->file)
        close(spool->file - 1);
    *spool = (struct spool){0};
}
