/* gunzip.c: see gunzip.h. */
#include "pipeline/source/gunzip.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { ROOM = 1 << 18, ANY_WINDOW = 15, GZIP_ALONE = 16 };

struct gunzip {
    struct input *input;
    z_stream stream;
    int between; /* two members, or behind the last one */
    char block[ROOM];
};

struct gunzip *gunzip_new(struct input *input)
{
    struct gunzip *gunzip = calloc(1, sizeof *gunzip);
    if (!gunzip)
        return NULL;
    gunzip->input = input;
    if (inflateInit2(&gunzip->stream, ANY_WINDOW + GZIP_ALONE) == Z_OK)
        return gunzip;
    free(gunzip);
    return NULL;
}

void gunzip_free(struct gunzip *gunzip)
{
    if (gunzip)
        inflateEnd(&gunzip->stream);
    free(gunzip);
}

static int damaged(const struct gunzip *gunzip, const char *how, struct error *error)
{
    return error_set(error, "%s: is damaged: %s", input_name(gunzip->input), how);
}

/* What zlib says of data and length that are not those that the member ends with. */
static int is_checksum(const char *message)
{
    return message &&
           (!strcmp(message, "incorrect data check") || !strcmp(message, "incorrect length check"));
}

/* More bytes where there are none left. 1, 0 at the end, FAILED. */
static int refill(struct gunzip *gunzip, struct error *error)
{
    const char *block;
    size_t size;
    if (gunzip->stream.avail_in)
        return 1;
    const int more = input_read(gunzip->input, &block, &size, error);
    if (more > 0) {
        gunzip->stream.next_in = (z_const Bytef *)block;
        gunzip->stream.avail_in = (uInt)size;
    }
    return more;
}

/* Behind a member: 1 where another one begins, 0 where bytes are to be skipped, FAILED. */
static int begin_member(struct gunzip *gunzip, struct error *error)
{
    z_stream *stream = &gunzip->stream;
    while (stream->avail_in && *stream->next_in == 0) {
        stream->next_in++;
        stream->avail_in--;
    }
    if (!stream->avail_in)
        return 0;
    if (*stream->next_in != 0x1f)
        return damaged(gunzip, "something else follows its end", error);
    gunzip->between = 0;
    return inflateReset(stream) == Z_OK ? 1 : damaged(gunzip, "it cannot be unpacked", error);
}

/* Unpacks what there is, as far as there is room for it. */
static int inflate_some(struct gunzip *gunzip, struct error *error)
{
    z_stream *stream = &gunzip->stream;
    const int rc = inflate(stream, Z_NO_FLUSH);
    if (rc == Z_STREAM_END)
        gunzip->between = 1;
    else if (rc == Z_MEM_ERROR)
        return error_memory(error, input_name(gunzip->input));
    else if (rc != Z_OK && rc != Z_BUF_ERROR)
        return damaged(gunzip,
                       is_checksum(stream->msg) ? "its checksum is wrong"
                       : stream->msg            ? stream->msg
                                                : "it cannot be unpacked",
                       error);
    return 0;
}

int gunzip_read(struct gunzip *gunzip, const char **block, size_t *size, struct error *error)
{
    z_stream *stream = &gunzip->stream;
    int more;
    stream->next_out = (Bytef *)gunzip->block;
    stream->avail_out = ROOM;
    while (stream->avail_out && (more = refill(gunzip, error)) != 0) {
        if (more < 0)
            return FAILED;
        const int begun = gunzip->between ? begin_member(gunzip, error) : 1;
        if (begun < 0 || (begun && inflate_some(gunzip, error)))
            return FAILED;
    }
    *block = gunzip->block;
    *size = ROOM - stream->avail_out;
    if (stream->avail_out && !gunzip->between)
        return damaged(gunzip, "it ends too early", error);
    return *size > 0;
}
