/* labels.c: see labels.h. */
#include "pipeline/table/labels.h"

#include "pipeline/source/fields.h"

#include <stdlib.h>
#include <string.h>

int label_list_find(const struct label_list *list, const char *text, size_t length)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->length[i] == length && !memcmp(list->text[i], text, length))
            return (int)i;
    return -1;
}

int label_list_add(struct label_list *list, const char *text, size_t length)
{
    const int found = label_list_find(list, text, length);
    if (found >= 0 || list->count == NN_MAX_CLASSES)
        return found;
    memcpy(list->text[list->count], text, length);
    list->text[list->count][length] = '\0';
    list->length[list->count] = length;
    return (int)list->count++;
}

struct ranked {
    double value; /* 0 where not all labels are numbers */
    const char *text;
    size_t index;
};

static int compare_ranked(const void *left, const void *right)
{
    const struct ranked *a = left, *b = right;
    if (a->value != b->value)
        return a->value < b->value ? -1 : 1;
    return strcmp(a->text, b->text);
}

int label_list_sort(struct label_list *list, uint16_t number[NN_MAX_CLASSES])
{
    struct ranked ranked[NN_MAX_CLASSES];
    struct label_list *before = malloc(sizeof *before);
    if (!before)
        return -1;
    *before = *list;
    int all_numbers = 1;
    for (size_t i = 0; i < list->count; i++)
        all_numbers = all_numbers && field_is_number(list->text[i]);
    for (size_t i = 0; i < list->count; i++)
        ranked[i] =
            (struct ranked){all_numbers ? strtod(before->text[i], NULL) : 0, before->text[i], i};
    qsort(ranked, list->count, sizeof *ranked, compare_ranked);
    for (size_t i = 0; i < list->count; i++) {
        const size_t from = ranked[i].index;
        memcpy(list->text[i], before->text[from], before->length[from] + 1);
        list->length[i] = before->length[from];
        number[from] = (uint16_t)i;
    }
    free(before);
    return 0;
}
