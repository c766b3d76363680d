/* preview_svg.c: a sheet of augmented images as an SVG file. See preview.h.
 *
 * The pixels are one PNG inside it, each once; whoever draws the file enlarges them without
 * smoothing, so that every pixel can be seen. One channel is drawn as ink, dark on white (light on
 * black where pages are dark), as in the reports; three are colours.
 */
#include "pipeline/preview/preview.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    GAP = 1,     /* pixels of the PNG between images */
    SHADE = 190, /* of that gap: neither ink nor paper */
    WIDTH = 960, /* of the drawing, as of a report's wide chart */
    LEFT = 90,   /* room for labels */
    TOP = 74,    /* and for the title */
    LABEL_CHARACTERS = 11,
    STORED = 65535 /* the most bytes of a stored block (RFC 1951) */
};

const uint8_t *preview_tile(const struct preview_sheet *sheet, int row, int column)
{
    const nn_shape s = sheet->shape;
    return sheet->pixels +
           (size_t)(row * PREVIEW_COLUMNS + column) * ((size_t)s.h * (size_t)s.w * (size_t)s.c);
}

/* ---------------------------------------------------------------- PNG */

static uint8_t *put_number(uint8_t *at, uint32_t number)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        *at++ = (uint8_t)(number >> shift);
    return at;
}

/* CRC-32 of the PNG specification (annex D), a bit at a time: a sheet is small. */
static uint32_t checksum(const uint8_t *bytes, size_t size)
{
    uint32_t crc = 0xffffffffu;
    for (size_t i = 0; i < size; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc & 1 ? crc >> 1 ^ 0xedb88320u : crc >> 1;
    }
    return ~crc;
}

/* A chunk whose `size` bytes of data stand already at `at` + 8. */
static uint8_t *end_chunk(uint8_t *at, const char *type, size_t size)
{
    put_number(at, (uint32_t)size);
    memcpy(at + 4, type, 4);
    return put_number(at + 8 + size, checksum(at + 4, size + 4));
}

/* The zlib stream (RFC 1950) of these bytes, stored as they are; its size. */
static size_t store(const uint8_t *bytes, size_t size, uint8_t *out)
{
    uint8_t *at = out;
    uint32_t a = 1, b = 0; /* Adler-32 */
    *at++ = 0x78;
    *at++ = 0x01;
    for (size_t done = 0; done < size;) {
        const size_t n = size - done < STORED ? size - done : STORED;
        *at++ = done + n == size;
        *at++ = (uint8_t)n;
        *at++ = (uint8_t)(n >> 8);
        *at++ = (uint8_t)~n;
        *at++ = (uint8_t)(~n >> 8);
        memcpy(at, bytes + done, n);
        at += n;
        done += n;
    }
    for (size_t i = 0; i < size; i++) {
        a = (a + bytes[i]) % 65521;
        b = (b + a) % 65521;
    }
    return (size_t)(put_number(at, b << 16 | a) - out);
}

struct canvas {
    uint8_t *lines; /* [height][1 + width * channels]: each begins with PNG's filter 0 */
    size_t width, height, channels;
};

static size_t line_size(const struct canvas *canvas)
{
    return 1 + canvas->width * canvas->channels;
}

/* One channel becomes ink; of other numbers than 1 and 3 the first channel is drawn. */
static void paint(const struct preview_sheet *sheet, struct canvas *canvas)
{
    const nn_shape shape = sheet->shape;
    const size_t h = (size_t)shape.h, w = (size_t)shape.w, c = (size_t)shape.c;
    memset(canvas->lines, SHADE, canvas->height * line_size(canvas));
    for (size_t y = 0; y < canvas->height; y++)
        canvas->lines[y * line_size(canvas)] = 0;
    for (int row = 0; row < sheet->rows; row++) {
        for (int column = 0; column < PREVIEW_COLUMNS; column++) {
            const uint8_t *tile = preview_tile(sheet, row, column);
            for (size_t i = 0; i < h * w; i++) {
                const size_t y = (size_t)row * (h + GAP) + i / w;
                const size_t x = (size_t)column * (w + GAP) + i % w;
                uint8_t *to = canvas->lines + y * line_size(canvas) + 1 + x * canvas->channels;
                if (canvas->channels == 3)
                    memcpy(to, tile + i * c, 3);
                else
                    *to = (uint8_t)(255 - tile[i * c]);
            }
        }
    }
}

/* Returns the file's bytes, which the caller frees; NULL: out of memory. */
static uint8_t *make_png(const struct preview_sheet *sheet, size_t *size)
{
    static const uint8_t signature[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    struct canvas canvas = {
        .width = (size_t)(PREVIEW_COLUMNS * (sheet->shape.w + GAP) - GAP),
        .height = (size_t)(sheet->rows * (sheet->shape.h + GAP) - GAP),
        .channels = sheet->shape.c == 3 ? 3 : 1,
    };
    const size_t bytes = canvas.height * line_size(&canvas);
    canvas.lines = malloc(bytes);
    uint8_t *png = malloc(bytes + bytes / STORED * 5 + 100);
    if (canvas.lines && png) {
        paint(sheet, &canvas);
        memcpy(png, signature, sizeof signature);
        uint8_t *at = png + sizeof signature, *header = at + 8;
        const uint8_t kind[5] = {8, canvas.channels == 3 ? 2 : 0, 0, 0, 0};
        header = put_number(put_number(header, (uint32_t)canvas.width), (uint32_t)canvas.height);
        memcpy(header, kind, sizeof kind);
        at = end_chunk(at, "IHDR", 13);
        at = end_chunk(at, "IDAT", store(canvas.lines, bytes, at + 8));
        at = end_chunk(at, "IEND", 0);
        *size = (size_t)(at - png);
    } else {
        free(png);
        png = NULL;
    }
    free(canvas.lines);
    return png;
}

/* ---------------------------------------------------------------- SVG */

/* Text of at most `most` characters, with dots where there is more. */
static void put_text(FILE *out, const char *text, int most)
{
    int characters = 0;
    for (const char *at = text; *at; at++) {
        /* The later bytes of a character begin with the bits 10. */
        if ((*at & 0xc0) != 0x80 && ++characters > most) {
            fputs("…", out);
            return;
        }
        if (*at == '<')
            fputs("&lt;", out);
        else if (*at == '&')
            fputs("&amp;", out);
        else if (*at == '"')
            fputs("&quot;", out);
        else
            putc(*at, out);
    }
}

static void put_style(FILE *out, int ink)
{
    fprintf(out,
            "<style>\n"
            "svg { background: #ffffff; font-family: Arial, sans-serif; font-size: 14px; }\n"
            "text { fill: #222222; }\n"
            ".faint { fill: #666666; }\n"
            "image { image-rendering: pixelated; }\n"
            "@media (prefers-color-scheme: dark) {\n"
            "svg { background: #16181b; }\n"
            "text { fill: #e8e8e8; }\n"
            ".faint { fill: #a8a8a8; }\n"
            "%s}\n</style>\n",
            ink ? "image { filter: invert(1); }\n" : "");
}

static void put_sheet(FILE *out, const struct preview_sheet *sheet, const char *base64)
{
    const double scale = (WIDTH - LEFT - 20.0) / (PREVIEW_COLUMNS * (sheet->shape.w + GAP) - GAP);
    const double row = scale * (sheet->shape.h + GAP), column = scale * (sheet->shape.w + GAP);
    const double height = scale * (sheet->rows * (sheet->shape.h + GAP) - GAP);
    fprintf(out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" "
            "xmlns:xlink=\"http://www.w3.org/1999/xlink\" viewBox=\"0 0 %d %.0f\" "
            "width=\"%d\" height=\"%.0f\" role=\"img\" aria-label=\"",
            WIDTH, TOP + height + 20, WIDTH, TOP + height + 20);
    put_text(out, sheet->title, 1000);
    fputs("\">\n", out);
    put_style(out, sheet->shape.c != 3);
    fputs("<text x=\"20\" y=\"26\" font-size=\"17\" font-weight=\"bold\">", out);
    put_text(out, sheet->title, 110);
    fputs("</text>\n<text x=\"20\" y=\"46\" class=\"faint\">", out);
    put_text(out, sheet->caption, 140);
    fprintf(out,
            "</text>\n<text x=\"%d\" y=\"%d\" class=\"faint\">as it is</text>\n"
            "<text x=\"%.1f\" y=\"%d\" class=\"faint\">as training sees it</text>\n",
            LEFT, TOP - 6, LEFT + column, TOP - 6);
    for (int i = 0; i < sheet->rows && !(sheet->single && i); i++) {
        fprintf(out, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">", LEFT - 8,
                TOP + (i + 0.5) * row);
        put_text(out, sheet->labels[i], LABEL_CHARACTERS);
        fputs("</text>\n", out);
    }
    fprintf(out,
            "<image x=\"%d\" y=\"%d\" width=\"%d\" height=\"%.2f\" preserveAspectRatio=\"none\" "
            "xlink:href=\"data:image/png;base64,%s\"/>\n</svg>\n",
            LEFT, TOP, WIDTH - LEFT - 20, height, base64);
}

int preview_write_svg(const struct preview_sheet *sheet, const char *path)
{
    size_t size = 0;
    int rc = -1;
    uint8_t *png = make_png(sheet, &size);
    unsigned char *base64 = png ? malloc((size + 2) / 3 * 4 + 1) : NULL;
    FILE *out = base64 ? fopen(path, "w") : NULL;
    if (out) {
        EVP_EncodeBlock(base64, png, (int)size);
        put_sheet(out, sheet, (const char *)base64);
        const int failed = ferror(out);
        rc = fclose(out) || failed ? -1 : 0;
    } else if (!base64) {
        errno = ENOMEM;
    }
    free(base64);
    free(png);
    return rc;
}
