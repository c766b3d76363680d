/* preview.h: what the files of the program preview share. */
#ifndef PREVIEW_H
#define PREVIEW_H

#include "nn/nn.h"
#include "pipeline/base/error.h"

enum { PREVIEW_COLUMNS = 10 };

/* A sheet of images: the first column holds originals, the others draws of their augmentation.
 * `single`: all rows are of one image, of which the original stands in the first row only. */
struct preview_sheet {
    nn_shape shape;
    int rows, single;
    const char **labels; /* [rows] */
    uint8_t *pixels;     /* [rows][PREVIEW_COLUMNS][H][W][C] */
    const char *title, *caption;
};

/* The pixels of a place of the sheet. */
const uint8_t *preview_tile(const struct preview_sheet *sheet, int row, int column);

/* sheet.c: the sheet as an SVG file, drawn by a gnuplot script of the folder. What gnuplot said is
 * in `warning`. 0 or FAILED. */
int preview_draw(const struct preview_sheet *sheet, const char *scripts, const char *path,
                 char warning[300], struct error *error);

/* text.c: as many of the sheet's places as fit a terminal of that width and height. */
void preview_print(const struct preview_sheet *sheet, int width, int height, int colour);

#endif
