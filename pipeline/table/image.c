/* image.c: whether the values of a row are an image. See image.h. */
#include "pipeline/table/image.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    SMALL_SIDE = 5, /* pixels: a square of so few may as well be some measurements */
    SURE_SIDE = 8,  /* of so many it is no chance */
    DARK = 128      /* values of small images go beyond that */
};

/* ---------------------------------------------------------------- shapes */

static int square_side(size_t pixels)
{
    const size_t side = (size_t)(sqrt((double)pixels) + 0.5);
    return side > 0 && side * side == pixels ? (int)side : 0;
}

/* The square image of so many values; h 0 where there is none. */
static nn_shape square(size_t values)
{
    int side;
    if ((side = square_side(values)))
        return (nn_shape){side, side, 1};
    if (values % 3 == 0 && (side = square_side(values / 3)))
        return (nn_shape){side, side, 3};
    return (nn_shape){0};
}

/* ---------------------------------------------------------------- names */

static const char DIGITS[] = "0123456789";

/* Whether two names differ in nothing but digits. */
static int are_alike(const char *a, const char *b)
{
    for (;;) {
        const size_t x = strspn(a, DIGITS), y = strspn(b, DIGITS);
        if (!x != !y)
            return 0;
        a += x;
        b += y;
        if (*a != *b)
            return 0;
        if (!*a)
            return 1;
        a++;
        b++;
    }
}

static size_t count_alike(const struct head *head, const struct layout *layout, size_t column)
{
    size_t alike = 0;
    for (size_t i = 0; i < layout->columns; i++)
        alike += (size_t)(layout_is_value(layout, i) &&
                          are_alike(layout_name(head, column), layout_name(head, i)));
    return alike;
}

static size_t first_value(const struct layout *layout)
{
    size_t i = 0;
    while (i < layout->columns && !layout_is_value(layout, i))
        i++;
    return i;
}

/* The column whose name most others are like; they are so many. */
static size_t most_alike(const struct head *head, const struct layout *layout, size_t *most)
{
    size_t best = first_value(layout), tried = 0;
    *most = 0;
    for (size_t i = 0; i < layout->columns && tried < 4; i++) {
        if (!layout_is_value(layout, i))
            continue;
        const size_t alike = count_alike(head, layout, i);
        tried++;
        if (alike > *most) {
            *most = alike;
            best = i;
        }
    }
    return best;
}

/* pixel0, px_1_2, p3, 1x1, 17: what people call pixels. */
static int is_pixel_name(const char *name)
{
    static const char *const WORDS[] = {"pixel", "pix", "px", "p", "", NULL};
    const size_t letters = strcspn(name, "0123456789_-. ");
    for (const char *const *word = WORDS; *word; word++)
        if (strlen(*word) == letters && !strncasecmp(name, *word, letters))
            return 1;
    return 0;
}

static int is_number_name(const char *name)
{
    return !name[strspn(name, "0123456789")];
}

/* ---------------------------------------------------------------- values */

/* Whether all values of the head are whole numbers from 0 to 255, and the greatest of them. */
static int are_bytes(const struct head *head, const struct layout *layout, double *greatest)
{
    *greatest = 0;
    for (size_t row = layout->header != HEADER_NONE; row < head->count; row++)
        for (size_t i = 0; i < layout->columns && i < head->rows[row].count; i++) {
            const char *text = head->rows[row].items[i];
            if (!layout_is_value(layout, i))
                continue;
            const double value = field_is_number(text) ? strtod(text, NULL) : -1;
            if (value < 0 || value > 255 || value != floor(value))
                return 0;
            *greatest = value > *greatest ? value : *greatest;
        }
    return 1;
}

static int looks_like_pixels(const struct head *head, const struct layout *layout, size_t values,
                             nn_shape shape)
{
    double greatest;
    size_t alike;
    const int bytes = are_bytes(head, layout, &greatest);
    if (layout->header == HEADER_NAMES) {
        const size_t column = most_alike(head, layout, &alike);
        if (alike < values)
            return 0;
        if (is_pixel_name(layout_name(head, column)))
            return shape.h > SMALL_SIDE || !is_number_name(layout_name(head, column)) ||
                   (bytes && greatest > DARK);
        return shape.h >= SURE_SIDE;
    }
    return shape.h > SMALL_SIDE || (shape.h > 1 && bytes && greatest > DARK);
}

/* ---------------------------------------------------------------- channels */

/* The value of a packed or a plain row; *at runs through the head's columns or numbers. */
static size_t row_values(const struct fields *row, const struct layout *layout, float *values,
                         size_t room)
{
    size_t n = 0;
    for (size_t i = 0; i < layout->columns && i < row->count; i++) {
        if (!layout_is_value(layout, i))
            continue;
        char *at = row->items[i], *end;
        for (float v = strtof(at, &end); end != at && n < room; v = strtof(at = end, &end))
            values[n++] = v;
    }
    return n;
}

/* How much neighbours along y differ in all, if value (pixel, channel) stands at pixel * step +
 * channel * plane. Along x the wrong order would look smooth as well: the channels of a pixel,
 * which are alike, would be its neighbours. */
static double roughness(const float *values, nn_shape shape, size_t step, size_t plane)
{
    double sum = 0;
    for (size_t c = 0; c < (size_t)shape.c; c++)
        for (int y = 1; y < shape.h; y++)
            for (int x = 0; x < shape.w; x++) {
                const size_t at = (size_t)(y * shape.w + x) * step + c * plane;
                sum += fabs((double)values[at] - (double)values[at - (size_t)shape.w * step]);
            }
    return sum;
}

/* Neighbouring pixels are alike: in the order in which they are so much more, the file is. */
static int find_planes(const struct head *head, const struct layout *layout)
{
    enum { LEAST = 64 }; /* pixels, for so few neighbours it may be chance */
    const nn_shape shape = layout->shape;
    const size_t n = nn_shape_size(shape), pixels = (size_t)shape.h * (size_t)shape.w;
    double last = 0, first = 0;
    if (pixels < LEAST)
        return 0;
    float *values = malloc((n + 1) * sizeof *values);
    for (size_t row = layout->header != HEADER_NONE; values && row < head->count; row++) {
        if (row_values(&head->rows[row], layout, values, n) != n)
            continue;
        last += roughness(values, shape, (size_t)shape.c, 1);
        first += roughness(values, shape, 1, pixels);
    }
    free(values);
    return first < 0.9 * last;
}

/* ---------------------------------------------------------------- the decision */

/* A file of pixels with a column too many: names the first that does not look like the others. */
static int fail_odd(const struct head *head, const struct layout *layout, size_t values,
                    struct error *error)
{
    char shown[FIELD_SHOWN];
    size_t alike;
    const size_t column = most_alike(head, layout, &alike);
    for (size_t i = 0; i < layout->columns; i++) {
        const char *name = layout_name(head, i);
        if (!layout_is_value(layout, i) || are_alike(layout_name(head, column), name))
            continue;
        field_show(name, strlen(name), shown);
        return error_set(error,
                         "%zu pixel columns are no square; '%s' (column %zu) does not look "
                         "like the others: --ignore '%s' leaves it out (make: IGNORE='%s'), "
                         "or give --shape HxWxC, or --table where a row is no image "
                         "(make: TABLE=1)",
                         values, shown, i + 1, shown, shown);
    }
    return error_set(error,
                     "%zu pixel columns are no square; give --shape HxWxC (make: SHAPE=), or "
                     "--table where a row is no image (make: TABLE=1)",
                     values);
}

/* Columns that are called pixels, but for a few, are no table. */
static int must_be_pixels(const struct head *head, const struct layout *layout, size_t values)
{
    size_t alike;
    if (layout->packed != NO_COLUMN)
        return 1;
    if (layout->header != HEADER_NAMES)
        return layout->header == HEADER_NUMBERS && values >= 64;
    const char *name = layout_name(head, most_alike(head, layout, &alike));
    if (!is_pixel_name(name) || (is_number_name(name) && values < 64))
        return 0;
    return alike > 3 && (10 * alike >= 9 * values || square(alike).h);
}

static size_t count_values(const struct head *head, const struct layout *layout)
{
    size_t values = 0;
    if (layout->packed != NO_COLUMN) {
        const char *at = head->rows[layout->header != HEADER_NONE].items[layout->packed];
        char *end;
        for (strtof(at, &end); end != at; strtof(at = end, &end))
            values++;
        return values;
    }
    for (size_t i = 0; i < layout->columns; i++)
        values += (size_t)layout_is_value(layout, i);
    return values;
}

/* Column 0 is an id where the file is one column too wide and that column is not yet taken. */
static nn_shape square_behind_id(const struct head *head, struct layout *layout, size_t values)
{
    nn_shape shape = {0};
    if (layout->id != NO_COLUMN || layout->packed != NO_COLUMN || !layout_is_value(layout, 0))
        return shape;
    shape = square(values - 1);
    layout->id = 0;
    if (!shape.h || !looks_like_pixels(head, layout, values - 1, shape)) {
        layout->id = NO_COLUMN;
        shape.h = 0;
    }
    return shape;
}

static int fit_asked(size_t values, const struct layout_request *request, struct layout *layout,
                     struct error *error)
{
    const nn_shape asked = request->shape;
    layout->shape = asked;
    if (values == nn_shape_size(asked))
        return 0;
    if (values == nn_shape_size(asked) + 1 && layout->id == NO_COLUMN &&
        layout_is_value(layout, 0) && layout->packed == NO_COLUMN) {
        layout->id = 0;
        return 0;
    }
    return error_set(error, "%zu pixel columns; expected %zu for %dx%dx%d", values,
                     nn_shape_size(asked), asked.h, asked.w, asked.c);
}

int image_find(const struct head *head, const struct layout_request *request, struct layout *layout,
               struct error *error)
{
    const size_t values = count_values(head, layout);
    if (values == 0)
        return error_set(error, "no columns of values; found %zu column%s in all, separated by %s",
                         layout->columns, layout->columns == 1 ? "" : "s",
                         head->separator == '\t' ? "tabs" : (char[]){head->separator, 0});
    if (request->shape.h) {
        if (fit_asked(values, request, layout, error))
            return FAILED;
    } else if (request->table) {
        layout->shape = (nn_shape){0};
    } else {
        layout->shape = square(values);
        if (layout->shape.h && layout->packed == NO_COLUMN &&
            !looks_like_pixels(head, layout, values, layout->shape))
            layout->shape.h = 0;
        if (!layout->shape.h)
            layout->shape = square_behind_id(head, layout, values);
        if (!layout->shape.h && must_be_pixels(head, layout, values))
            return fail_odd(head, layout, values, error);
    }
    layout->is_table = !layout->shape.h;
    if (layout->is_table)
        layout->shape = (nn_shape){1, 1, (int)values};
    if (!layout->is_table && layout->shape.c > 1)
        layout->planes = request->channels == CHANNELS_FIRST ||
                         (request->channels == CHANNELS_FOUND_OUT && find_planes(head, layout));
    return 0;
}
