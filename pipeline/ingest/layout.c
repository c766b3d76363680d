/* ingest_layout.c: finding header, label, id and image among columns. See ingest_layout.h. */
#include "pipeline/ingest/layout.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const LABEL_NAMES[] = {"label", "class", "target", "y", "digit", NULL};
static const char *const ID_NAMES[] = {"id", "imageid", "image_id", NULL};

/* strtod alone would take "nan", "inf", hexadecimal and leading blanks too. */
int layout_is_number(const char *text)
{
    char *end;
    if (!*text || text[strspn(text, "0123456789+-.eE")])
        return 0;
    (void)strtod(text, &end);
    return !*end;
}

static int is_one_of(const char *text, const char *const *names)
{
    for (; *names; names++)
        if (!strcasecmp(text, *names))
            return 1;
    return 0;
}

static int is_name(const char *text, const struct layout_request *request)
{
    return is_one_of(text, LABEL_NAMES) || is_one_of(text, ID_NAMES) ||
           (request->label && !strcmp(text, request->label)) ||
           (request->id && !strcmp(text, request->id));
}

/* An empty field is no sign of a header: a missing value is more likely, and reported as such. */
static int is_header(const char *const *fields, size_t n, const struct layout_request *request)
{
    size_t words = 0, names = 0;
    for (size_t i = 0; i < n; i++) {
        if (*fields[i] && !layout_is_number(fields[i])) {
            words++;
            names += (size_t)is_name(fields[i], request);
        }
    }
    return words > 1 || names > 0 || (words == 1 && (n == 1 || request->train_header));
}

/* The column of that name, exactly; or without a name the first one with a known name. */
static size_t find_column(const char *const *fields, size_t n, const char *name,
                          const char *const *known)
{
    for (size_t i = 0; i < n; i++)
        if (name ? !strcmp(fields[i], name) : is_one_of(fields[i], known))
            return i;
    return NO_COLUMN;
}

static int square_side(size_t pixels)
{
    const size_t side = (size_t)(sqrt((double)pixels) + 0.5);
    return side > 0 && side * side == pixels ? (int)side : 0;
}

static size_t shape_pixels(nn_shape shape)
{
    return (size_t)shape.h * (size_t)shape.w * (size_t)shape.c;
}

/* The shape of an image of so many bytes; 0 where it has none. */
static int find_shape(size_t pixels, nn_shape asked, nn_shape *shape)
{
    int side;
    if (asked.h)
        *shape = asked;
    else if ((side = square_side(pixels)))
        *shape = (nn_shape){side, side, 1};
    else if (pixels % 3 == 0 && (side = square_side(pixels / 3)))
        *shape = (nn_shape){side, side, 3};
    else
        return 0;
    return shape_pixels(*shape) == pixels;
}

/* Column 0 is an id where the file is one column too wide and that column is not yet taken. */
static int decide_image(const struct layout_request *request, struct layout *layout,
                        char error[400])
{
    const size_t taken = (size_t)(layout->label != NO_COLUMN) + (size_t)(layout->id != NO_COLUMN);
    const size_t pixels = layout->columns - taken;
    if (pixels == 0) {
        snprintf(error, 400, "no pixel columns; found %zu column%s in all, separated by commas",
                 layout->columns, layout->columns == 1 ? "" : "s");
        return -1;
    }
    if (find_shape(pixels, request->shape, &layout->shape))
        return 0;
    if (layout->id == NO_COLUMN && layout->label != 0 &&
        find_shape(pixels - 1, request->shape, &layout->shape)) {
        layout->id = 0;
        return 0;
    }
    if (request->shape.h)
        snprintf(error, 400, "%zu pixel columns; expected %zu for %dx%dx%d", pixels,
                 shape_pixels(request->shape), request->shape.h, request->shape.w,
                 request->shape.c);
    else
        snprintf(error, 400, "%zu pixel columns are no square; give --shape HxWxC", pixels);
    return -1;
}

int layout_decide(const char *const *fields, size_t n, const struct layout_request *request,
                  struct layout *layout, char error[400])
{
    *layout = (struct layout){.columns = n, .label = NO_COLUMN, .id = NO_COLUMN};
    layout->header = is_header(fields, n, request);
    if (layout->header) {
        layout->label = find_column(fields, n, request->label, LABEL_NAMES);
        layout->id = find_column(fields, n, request->id, ID_NAMES);
        if (layout->id == layout->label)
            layout->id = NO_COLUMN;
    }
    if (request->kind == TABLE_SAMPLE) {
        layout->label = NO_COLUMN;
        if (layout->id == NO_COLUMN)
            layout->id = 0;
        return 0;
    }

    const int is_train = request->kind == TABLE_TRAIN;
    if (request->label && layout->label == NO_COLUMN && is_train) {
        snprintf(error, 400, "no column is named '%.100s', as --label says", request->label);
        return -1;
    }
    if (request->id && layout->id == NO_COLUMN && !is_train) {
        snprintf(error, 400, "no column is named '%.100s', as --id says", request->id);
        return -1;
    }
    if (layout->header && is_train && layout->label == NO_COLUMN) {
        snprintf(
            error, 400,
            "no label column; expected one named label, class, target, y or digit, or --label");
        return -1;
    }
    if (!layout->header) {
        const int as_train = !request->train_header && n == shape_pixels(request->shape) + 1;
        if (is_train || as_train)
            layout->label = 0;
    }
    return decide_image(request, layout, error);
}
