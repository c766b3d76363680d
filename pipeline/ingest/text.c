/* ingest_text.c: lists of labels and ids. See ingest_text.h. */
#include "pipeline/ingest/text.h"

#include "pipeline/ingest/layout.h"

#include <stdio.h>
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
        all_numbers = all_numbers && layout_is_number(list->text[i]);
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

int text_list_add(struct text_list *list, const char *text, size_t length)
{
    if (list->count == list->capacity) {
        const size_t capacity = list->capacity ? 2 * list->capacity : 1024;
        char **items = realloc(list->items, capacity * sizeof *items);
        if (!items)
            return -1;
        list->items = items;
        list->capacity = capacity;
    }
    char *copy = malloc(length + 1);
    if (!copy)
        return -1;
    memcpy(copy, text, length);
    copy[length] = '\0';
    list->items[list->count++] = copy;
    return 0;
}

void text_list_free(struct text_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i]);
    free(list->items);
    *list = (struct text_list){0};
}

int text_line_add(struct text_line *line, const char *block, size_t size)
{
    if (line->complete)
        return 0;
    size_t length = 0;
    while (length < size && block[length] != '\n' && block[length] != '\r')
        length++;
    char *text = realloc(line->text, line->length + length + 1);
    if (!text)
        return -1;
    memcpy(text + line->length, block, length);
    line->text = text;
    line->length += length;
    text[line->length] = '\0';
    line->complete = length < size;
    return 0;
}

int text_is_clean(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
            return 0;
    return 1;
}

void text_show(const char *text, size_t length, char *shown, size_t size)
{
    size_t n = length < size ? length : size - 1;
    for (size_t i = 0; i < n; i++)
        shown[i] = (char)((unsigned char)text[i] >= 0x20 && text[i] < 0x7f ? text[i] : '?');
    if (n < length)
        memcpy(shown + n - 3, "...", 3);
    shown[n] = '\0';
}
