/* ingest/layout.c: finding header, label, id and image among columns. See layout.h. */
#include "pipeline/ingest/layout.h"

#include "pipeline/ingest/fields.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const LABEL_NAMES[] = {"label",   "class",    "target",  "y",
                                          "digit",   "letter",   "emotion", "diagnosis",
                                          "species", "category", NULL};
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

/* Whether all fields that are numbers count 0, 1, 2, ... or 1, 2, 3, ...; how many they are. */
static size_t counted(const char *const *fields, size_t n)
{
    size_t count = 0;
    long base = 0;
    for (size_t i = 0; i < n; i++) {
        if (!field_is_number(fields[i]))
            continue;
        char *end;
        const long value = strtol(fields[i], &end, 10);
        if (count == 0)
            base = value;
        if (*end || base < 0 || base > 1 || value != base + (long)count)
            return 0;
        count++;
    }
    return count;
}

/* Whether each fraction X.K among the fields is the K-th repetition of an X before it. */
static int are_repeated(const char *const *fields, size_t n)
{
    size_t repeated = 0;
    unsigned times[256] = {0}; /* of a pixel's value so far */
    for (size_t i = 0; i < n; i++) {
        char again[32];
        char *end;
        if (!field_is_number(fields[i]))
            continue;
        const long value = strtol(fields[i], &end, 10);
        if (value < 0 || value > 255)
            return 0;
        if (times[value])
            snprintf(again, sizeof again, "%ld.%u", value, times[value]);
        else
            snprintf(again, sizeof again, "%ld", value);
        if (strcmp(again, fields[i]))
            return 0;
        repeated += times[value]++ > 0;
    }
    return repeated > 0;
}

/* An empty field is no sign of a header: a missing value is more likely, and reported as such. */
static int find_header(const char *const *fields, size_t n, const struct layout_request *request)
{
    enum { SURE = 8 }; /* so many numbers do not count up by chance */
    size_t words = 0, names = 0;
    if (request->header == HEADER_NO)
        return HEADER_NONE;
    const size_t numbers = counted(fields, n);
    if (are_repeated(fields, n))
        return HEADER_NUMBERS;
    for (size_t i = 0; i < n; i++) {
        if (*fields[i] && !field_is_number(fields[i])) {
            words++;
            names += (size_t)is_name(fields[i], request);
        }
    }
    if (words > 1 || names > 0 || (words == 1 && (n == 1 || request->train_header)))
        return HEADER_NAMES;
    const size_t least = request->train_header || request->header == HEADER_YES ? 2 : SURE;
    if (numbers >= least)
        return words ? HEADER_NAMES : HEADER_NUMBERS;
    if (request->header != HEADER_YES)
        return HEADER_NONE;
    return words ? HEADER_NAMES : HEADER_NUMBERS;
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

/* The column that the command line means: by its name, or by its number from 1. */
static size_t find_asked(const char *const *fields, const struct layout *layout, const char *asked)
{
    size_t column = NO_COLUMN;
    char *end;
    if (layout->header)
        column = find_column(fields, layout->columns, asked, NULL);
    if (column != NO_COLUMN || *asked < '1' || *asked > '9')
        return column;
    const unsigned long number = strtoul(asked, &end, 10);
    return *end || number > layout->columns ? NO_COLUMN : number - 1;
}

static int is_left_out(const struct layout *layout, size_t column)
{
    return column == layout->index || column == layout->empty || layout->left_out[column];
}

static int find_ignored(const char *const *fields, const struct layout_request *request,
                        struct layout *layout, struct error *error)
{
    layout->left_out = calloc(layout->columns, 1);
    if (!layout->left_out)
        return error_memory(error, "columns");
    for (int i = 0; i < request->n_ignore; i++) {
        const char *asked = request->ignore[i];
        const size_t column = find_asked(fields, layout, asked);
        /* A number is a column of the training file; one column less, and it is another one. */
        if (request->kind == TABLE_TEST && column != NO_COLUMN &&
            layout->columns != request->train_columns &&
            (!layout->header || strcmp(fields[column], asked)))
            return error_set(error,
                             "--ignore %.100s: which column that is can't be told, for %s has "
                             "%zu columns and this file %zu; expected names",
                             asked, request->train_path, request->train_columns, layout->columns);
        if (column != NO_COLUMN)
            layout->left_out[column] = 1;
        else if (request->kind == TABLE_TRAIN)
            return error_set(error, "no column is named '%.100s', as --ignore says",
                             request->ignore[i]);
    }
    return 0;
}

static size_t find_known(const char *const *fields, const struct layout *layout,
                         const char *const *known)
{
    for (size_t i = 0; layout->header && i < layout->columns; i++)
        if (!is_left_out(layout, i) && is_one_of(fields[i], known))
            return i;
    return NO_COLUMN;
}

/* The columns that the command line or the header names. A number is the column of the training
 * file for the label, of the test file for the id. */
static void find_named(const char *const *fields, const struct layout_request *request,
                       struct layout *layout)
{
    const int is_train = request->kind == TABLE_TRAIN;
    if (layout->header && (!*fields[0] || !strcmp(fields[0], "Unnamed: 0")))
        layout->index = 0;
    if (request->label && (is_train || layout->header))
        layout->label = is_train ? find_asked(fields, layout, request->label)
                                 : find_column(fields, layout->columns, request->label, NULL);
    else if (!request->label)
        layout->label = find_known(fields, layout, LABEL_NAMES);
    if (request->id && (!is_train || layout->header))
        layout->id = is_train ? find_column(fields, layout->columns, request->id, NULL)
                              : find_asked(fields, layout, request->id);
    else if (!request->id)
        layout->id = find_known(fields, layout, ID_NAMES);
    if (layout->index == layout->label || layout->index == layout->id)
        layout->index = NO_COLUMN;
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
    if (layout->header == HEADER_NAMES && is_train && layout->label == NO_COLUMN)
        return error_set(error, "no label column; expected one named label, class, target, y or "
                                "digit, or --label NAME");
    const int as_train = !request->train_header && layout->columns - (layout->empty != NO_COLUMN) ==
                                                       layout_pixels(request->shape) + 1;
    if (layout->header != HEADER_NAMES && layout->label == NO_COLUMN && layout->id == NO_COLUMN &&
        (is_train || as_train))
        layout->label = 0;
    return 0;
}

int layout_is_pixel(const struct layout *layout, size_t column)
{
    return column != layout->label && column != layout->id && !is_left_out(layout, column);
}

size_t layout_pixels(nn_shape shape)
{
    return (size_t)shape.h * (size_t)shape.w * (size_t)shape.c;
}

void layout_free(struct layout *layout)
{
    free(layout->left_out);
    layout->left_out = NULL;
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

/* How many columns have a name like that one, but for the digits. */
static size_t count_alike(const char *const *fields, const struct layout *layout, const char *name)
{
    const char *digits = "0123456789";
    size_t alike = 0;
    for (size_t i = 0; i < layout->columns; i++) {
        const char *a = name, *b = fields[i];
        for (; *a && *a == *b && !strchr(digits, *a); a++, b++)
            ;
        alike += (size_t)(layout_is_pixel(layout, i) && !a[strspn(a, digits)] &&
                          !b[strspn(b, digits)] && !*a == !*b);
    }
    return alike;
}

/* Names the first column that does not look like the others. */
static int no_square(const char *const *fields, const struct layout *layout, size_t pixels,
                     struct error *error)
{
    char shown[FIELD_SHOWN];
    for (size_t i = 0; layout->header && pixels > 3 && i < layout->columns; i++) {
        if (!layout_is_pixel(layout, i) || count_alike(fields, layout, fields[i]) > 1)
            continue;
        field_show(fields[i], strlen(fields[i]), shown);
        return error_set(error,
                         "%zu pixel columns are no square; '%s' (column %zu) does not look "
                         "like the others: --ignore '%s' leaves it out (make: IGNORE='%s'), "
                         "or give --shape HxWxC",
                         pixels, shown, i + 1, shown, shown);
    }
    return error_set(error, "%zu pixel columns are no square; give --shape HxWxC", pixels);
}

/* Column 0 is an id where the file is one column too wide and that column is not yet taken. */
static int decide_image(const char *const *fields, const struct layout_request *request,
                        struct layout *layout, struct error *error)
{
    const nn_shape asked = request->shape;
    size_t pixels = 0;
    for (size_t i = 0; i < layout->columns; i++)
        pixels += (size_t)layout_is_pixel(layout, i);
    if (pixels == 0)
        return error_set(error, "no pixel columns; found %zu column%s in all, separated by commas",
                         layout->columns, layout->columns == 1 ? "" : "s");
    if (find_shape(pixels, asked, &layout->shape))
        return 0;
    if (layout->id == NO_COLUMN && layout_is_pixel(layout, 0) &&
        find_shape(pixels - 1, asked, &layout->shape)) {
        layout->id = 0;
        return 0;
    }
    if (asked.h)
        return error_set(error, "%zu pixel columns; expected %zu for %dx%dx%d", pixels,
                         layout_pixels(asked), asked.h, asked.w, asked.c);
    return no_square(fields, layout, pixels, error);
}

int layout_decide(const char *const *fields, size_t n, const struct layout_request *request,
                  struct layout *layout, struct error *error)
{
    *layout = (struct layout){
        .columns = n, .label = NO_COLUMN, .id = NO_COLUMN, .index = NO_COLUMN, .empty = NO_COLUMN};
    layout->header = find_header(fields, n, request);
    if (request->kind == TABLE_TEST && !layout->header != !request->train_header)
        return error_set(error,
                         "%s a header, but %s has %s; expected both or neither, or --header "
                         "yes|no (make: HEADER=yes)",
                         layout->header ? "has" : "lacks", request->train_path,
                         layout->header ? "none" : "one");
    if (n > 1 && (!*fields[n - 1] || !strncmp(fields[n - 1], "Unnamed: ", 9)))
        layout->empty = n - 1;
    if (find_ignored(fields, request, layout, error))
        return FAILED;
    find_named(fields, request, layout);
    if (request->kind == TABLE_SAMPLE) {
        layout->label = NO_COLUMN;
        layout->id = layout->id == NO_COLUMN ? 0 : layout->id;
        return 0;
    }
    return decide_label(request, layout, error) ? FAILED
                                                : decide_image(fields, request, layout, error);
}
