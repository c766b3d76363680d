/* ingest/layout.c: finding header, label, id and image among columns. See layout.h. */
#include "pipeline/ingest/layout.h"

#include "pipeline/ingest/fields.h"

#include <math.h>
#include <string.h>
#include <strings.h>

static const char *const LABEL_NAMES[] = {"label", "class", "target", "y", "digit", NULL};
static const char *const ID_NAMES[] = {"id", "imageid", "image_id", NULL};

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
        if (*fields[i] && !field_is_number(fields[i])) {
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

/* The columns that the header names. */
static void find_named(const char *const *fields, const struct layout_request *request,
                       struct layout *layout)
{
    layout->label = find_column(fields, layout->columns, request->label, LABEL_NAMES);
    layout->id = find_column(fields, layout->columns, request->id, ID_NAMES);
    if (layout->id == layout->label)
        layout->id = NO_COLUMN;
}

static int decide_label(const struct layout_request *request, struct layout *layout,
                        struct error *error)
{
    const int is_train = request->kind == TABLE_TRAIN;
    if (request->label && layout->label == NO_COLUMN && is_train)
        return error_set(error, "no column is named '%.100s', as --label says", request->label);
    if (request->id && layout->id == NO_COLUMN && !is_train)
        return error_set(error, "no column is named '%.100s', as --id says", request->id);
    if (layout->header && is_train && layout->label == NO_COLUMN)
        return error_set(error, "no label column; expected one named label, class, target, y or "
                                "digit, or --label");
    const int as_train =
        !request->train_header && layout->columns == layout_pixels(request->shape) + 1;
    if (!layout->header && (is_train || as_train))
        layout->label = 0;
    return 0;
}

size_t layout_pixels(nn_shape shape)
{
    return (size_t)shape.h * (size_t)shape.w * (size_t)shape.c;
}

static int square_side(size_t pixels)
{
    const size_t side = (size_t)(sqrt((double)pixels) + 0.5);
    return side > 0 && side * side == pixels ? (int)side : 0;
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
    return layout_pixels(*shape) == pixels;
}

/* Column 0 is an id where the file is one column too wide and that column is not yet taken. */
static int decide_image(const struct layout_request *request, struct layout *layout,
                        struct error *error)
{
    const nn_shape asked = request->shape;
    const size_t taken = (size_t)(layout->label != NO_COLUMN) + (size_t)(layout->id != NO_COLUMN);
    const size_t pixels = layout->columns - taken;
    if (pixels == 0)
        return error_set(error, "no pixel columns; found %zu column%s in all, separated by commas",
                         layout->columns, layout->columns == 1 ? "" : "s");
    if (find_shape(pixels, asked, &layout->shape))
        return 0;
    if (layout->id == NO_COLUMN && layout->label != 0 &&
        find_shape(pixels - 1, asked, &layout->shape)) {
        layout->id = 0;
        return 0;
    }
    if (asked.h)
        return error_set(error, "%zu pixel columns; expected %zu for %dx%dx%d", pixels,
                         layout_pixels(asked), asked.h, asked.w, asked.c);
    return error_set(error, "%zu pixel columns are no square; give --shape HxWxC", pixels);
}

int layout_decide(const char *const *fields, size_t n, const struct layout_request *request,
                  struct layout *layout, struct error *error)
{
    *layout = (struct layout){.columns = n, .label = NO_COLUMN, .id = NO_COLUMN};
    layout->header = is_header(fields, n, request);
    if (layout->header)
        find_named(fields, request, layout);
    if (request->kind == TABLE_SAMPLE) {
        layout->label = NO_COLUMN;
        layout->id = layout->id == NO_COLUMN ? 0 : layout->id;
        return 0;
    }
    return decide_label(request, layout, error) ? FAILED : decide_image(request, layout, error);
}
