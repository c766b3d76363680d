/* text.c: a small sheet of augmented images in half-block characters, two pixels a
 * character, as `show` draws one image. See preview.h. */
#include "pipeline/preview/preview.h"

#include <stdio.h>

enum { GAP = 2 }; /* columns between images */

/* The brightness of a point, 0 to 255: the mean of its channels; 0 below the last row. */
static int brightness(const uint8_t *pixels, nn_shape shape, int y, int x)
{
    int sum = 0;
    if (y >= shape.h)
        return 0;
    for (int c = 0; c < shape.c; c++)
        sum += pixels[((size_t)y * (size_t)shape.w + (size_t)x) * (size_t)shape.c + (size_t)c];
    return sum / shape.c;
}

/* The rows y and y + 1 of an image. Without colour, what is brighter than half counts as ink. */
static void print_rows(const uint8_t *pixels, nn_shape shape, int y, int colour)
{
    static const char *const halves[4] = {" ", "▄", "▀", "█"};
    for (int x = 0; x < shape.w; x++) {
        int upper = brightness(pixels, shape, y, x);
        int lower = brightness(pixels, shape, y + 1, x);
        if (colour)
            printf("\033[38;2;%d;%d;%dm\033[48;2;%d;%d;%dm▀", upper, upper, upper, lower, lower,
                   lower);
        else
            fputs(halves[2 * (upper > 127) + (lower > 127)], stdout);
    }
    if (colour)
        fputs("\033[0m", stdout);
}

void preview_print(const struct preview_sheet *sheet, int width, int height, int colour)
{
    const nn_shape shape = sheet->shape;
    int columns = (width + GAP) / (shape.w + GAP), rows = height / ((shape.h + 1) / 2 + 1);
    columns = columns < 1 ? 1 : columns > PREVIEW_COLUMNS ? PREVIEW_COLUMNS : columns;
    rows = rows < 1 ? 1 : rows > sheet->rows ? sheet->rows : rows;
    for (int row = 0; row < rows; row++) {
        for (int y = 0; y < shape.h; y += 2) {
            for (int column = 0; column < columns; column++) {
                if (column)
                    printf("%*s", GAP, "");
                print_rows(preview_tile(sheet, row, column), shape, y, colour);
            }
            putchar('\n');
        }
        putchar('\n');
    }
}
