/* layout.c: see layout.h. */
#include "pipeline/table/layout.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const LABEL_NAMES[] = {"label",   "class",    "target",  "y",
                                          "digit",   "letter",   "emotion", "diagnosis",
                                          "species", "category", NULL};
static const char *const ID_NAMES[] = {"id", "imageid", "image_id", NULL};

static int is_one_of(const char *text, const char *const *names)
{
    text += strspn(text, " ");
    for (; *names; names++)
        if (!strcasecmp(text, *names))
            return 1;
    return 0;
}

int layout_is_label_name(const char *name)
{
    return is_one_of(name, LABEL_NAMES);
}

int layout_is_id_name(const char *name)
{
    return is_one_of(name, ID_NAMES);
}

int layout_is_left_out(const struct layout *layout, size_t column)
{
    return column == layout->index || column == layout->empty || column == layout->usage ||
           layout->left_out[column];
}

int layout_is_value(const struct layout *layout, size_t column)
{
    if (layout->packed != NO_COLUMN)
        return column == layout->packed;
    return column != layout->label && column != layout->id && !layout_is_left_out(layout, column);
}

void layout_free(struct layout *layout)
{
    free(layout->left_out);
    layout->left_out = NULL;
}
