/* sheet.c: a sheet of augmented images as an SVG file. See preview.h.
 *
 * The whole sheet is one picture in it, each pixel once; whoever draws the file enlarges them
 * without smoothing, so that every pixel can be seen. One channel is drawn as ink, dark on white
 * (light on black where pages are dark), as in the reports; three are colours. */
#include "pipeline/base/file.h"
#include "pipeline/chart/draw.h"
#include "pipeline/chart/svg.h"
#include "pipeline/preview/preview.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    GAP = 1,     /* pixels between images */
    SHADE = 190, /* of that gap: neither ink nor paper */
    LABEL_CHARACTERS = 11
};

const uint8_t *preview_tile(const struct preview_sheet *sheet, int row, int column)
{
    const nn_shape s = sheet->shape;
    return sheet->pixels +
           (size_t)(row * PREVIEW_COLUMNS + column) * ((size_t)s.h * (size_t)s.w * (size_t)s.c);
}

/* All pixels, three bytes each. One channel becomes ink; of other numbers than 1 and 3 the first
 * channel is drawn. */
static void paint(const struct preview_sheet *sheet, struct text *out)
{
    const nn_shape shape = sheet->shape;
    const size_t h = (size_t)shape.h, w = (size_t)shape.w, c = (size_t)shape.c;
    const size_t width = PREVIEW_COLUMNS * (w + GAP) - GAP;
    const size_t size = 3 * width * ((size_t)sheet->rows * (h + GAP) - GAP);
    char *pixels = text_extend(out, size);
    if (!pixels)
        return;
    memset(pixels, SHADE, size);
    for (int row = 0; row < sheet->rows; row++) {
        for (int column = 0; column < PREVIEW_COLUMNS; column++) {
            const uint8_t *tile = preview_tile(sheet, row, column);
            for (size_t i = 0; i < h * w; i++) {
                const size_t y = (size_t)row * (h + GAP) + i / w;
                const size_t x = (size_t)column * (w + GAP) + i % w;
                if (c == 3)
                    memcpy(pixels + 3 * (y * width + x), tile + i * c, 3);
                else
                    memset(pixels + 3 * (y * width + x), 255 - tile[i * c], 3);
            }
        }
    }
    text_extended(out, size);
}

/* Text of at most `most` characters, with dots where there is more, without tabs and line ends. */
static void add_label(struct text *out, const char *text, int most)
{
    int characters = 0;
    for (const char *at = text; *at; at++) {
        /* The later bytes of a character begin with the bits 10. */
        if ((*at & 0xc0) != 0x80 && ++characters > most) {
            text_add(out, "…");
            return;
        }
        if (*at == '"')
            text_add(out, "”");
        else
            text_add_bytes(out, (unsigned char)*at < ' ' ? " " : at, 1);
    }
}

/* The files that the script reads, in FOLDER/data. */
static int write_data(const struct preview_sheet *sheet, const char *folder, struct error *error)
{
    struct text pixels = {0}, labels = {0};
    paint(sheet, &pixels);
    text_add(&labels, "label\n");
    for (int i = 0; i < sheet->rows && !(sheet->single && i); i++) {
        add_label(&labels, *sheet->labels[i] ? sheet->labels[i] : " ", LABEL_CHARACTERS);
        text_add(&labels, "\n");
    }
    int rc = data_write(folder, "data/preview.bin", &pixels, error) ||
             data_write(folder, "data/preview.tsv", &labels, error);
    text_free(&pixels);
    text_free(&labels);
    return rc ? FAILED : 0;
}

static int draw(const struct preview_sheet *sheet, const char *scripts, const char *folder,
                char warning[300], struct error *error)
{
    struct data_files files = {0};
    struct drawing drawing = {.scripts = scripts, .folder = folder};
    char height[200];
    snprintf(height, sizeof height, "94 + 850.0 / %d * %d",
             PREVIEW_COLUMNS * (sheet->shape.w + GAP) - GAP,
             sheet->rows * (sheet->shape.h + GAP) - GAP);
    const struct chart chart = {.name = "preview",
                                .title = (char *)sheet->title,
                                .width = "960",
                                .height = height,
                                .data = "preview",
                                .also = ""};
    if (write_data(sheet, folder, error))
        return FAILED;
    if (!data_add(&files, "preview", (size_t)sheet->rows))
        return error_memory(error, "the sheet");
    draw_begin(&drawing);
    draw_text(&drawing.script, "subtitle", sheet->caption);
    text_format(&drawing.script,
                "classes = 1\nlongest = 1\ncolumns = %d\ngap = %d\nimage_height = %d\n"
                "image_width = %d\nimage_channels = 3\n",
                PREVIEW_COLUMNS, GAP, sheet->shape.h, sheet->shape.w);
    draw_chart(&drawing, &chart, &files);
    data_free(&files);
    return draw_end(&drawing, warning, error);
}

/* What draw left, made fit to stand alone. */
static int finish(const struct preview_sheet *sheet, const char *folder, const char *path,
                  struct error *error)
{
    struct text drawing = {0}, out = {0};
    int width, height, rc = svg_read(folder, "preview", &drawing, &width, &height, error);
    if (!rc) {
        const struct svg_look look = {.prefix = "preview",
                                      .label = sheet->title,
                                      .keep = sheet->shape.c == 3,
                                      .standalone = 1};
        svg_clean(text_of(&drawing), &look, &out);
        rc = text_failed(&out) ? error_memory(error, path)
                               : file_replace(path, out.bytes, out.length, error);
    }
    text_free(&drawing);
    text_free(&out);
    return rc;
}

int preview_draw(const struct preview_sheet *sheet, const char *scripts, const char *path,
                 char warning[300], struct error *error)
{
    struct unfinished folder;
    char data[UNFINISHED_PATH + 8];
    warning[0] = '\0';
    if (unfinished_folder(&folder, "preview", error))
        return FAILED;
    snprintf(data, sizeof data, "%s/data", folder.path);
    int rc = mkdir(data, 0777) ? error_system(error, data)
                               : draw(sheet, scripts, folder.path, warning, error);
    rc = rc ? rc : finish(sheet, folder.path, path, error);
    unfinished_remove(&folder);
    return rc;
}
