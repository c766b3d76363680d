/* line.c: a line of text in, words and numbers out. */
#include "nn/layers/line.h"

#include "nn/base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int nn_line_bad(const nn_line *line, const char *format, ...)
{
    char finding[200];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(finding, sizeof finding, format, arguments);
    va_end(arguments);
    return nn_fail(line->error, NN_ERROR_MODEL, "line %d: '%.60s': %s", line->layer->line,
                   line->layer->text, finding);
}

int nn_line_split(nn_line *line)
{
    line->count = 0;
    for (const char *at = line->layer->text; *at; at += strspn(at, " \t\r")) {
        size_t length = strcspn(at, " \t\r");
        if (line->count == NN_LINE_WORDS || length >= NN_LINE_WORD) {
            return nn_line_bad(line, "too long, expected one layer");
        }
        memcpy(line->word[line->count], at, length);
        line->word[line->count++][length] = '\0';
        at += length;
    }
    line->next = 1;
    return NN_OK;
}

const char *nn_line_next(nn_line *line)
{
    return line->next < line->count ? line->word[line->next++] : NULL;
}

int nn_line_is(nn_line *line, const char *word)
{
    int same = line->next < line->count && strcmp(line->word[line->next], word) == 0;
    line->next += same;
    return same;
}

int nn_whole(const char *text, long low, long high, char end, int *value, const char **rest)
{
    char *stop;
    errno = 0;
    long number = strtol(text, &stop, 10);
    if (stop == text || *stop != end || errno || number < low || number > high) {
        return -1;
    }
    *value = (int)number;
    if (rest) {
        *rest = stop + 1;
    }
    return 0;
}

int nn_line_whole(nn_line *line, const char *what, int high, int *value)
{
    const char *word = nn_line_next(line);
    if (!word) {
        return nn_line_bad(line, "expected the %s", what);
    }
    if (nn_whole(word, 1, high, '\0', value, NULL)) {
        return nn_line_bad(line, "the %s is '%s', expected a whole number from 1 to %d", what, word,
                           high);
    }
    return NN_OK;
}

int nn_line_number(nn_line *line, const char *what, float low, float high, float *value)
{
    const char *word = nn_line_next(line);
    if (!word) {
        return nn_line_bad(line, "expected the %s", what);
    }
    char *stop;
    float number = strtof(word, &stop);
    if (stop == word || *stop || !(number >= low && number < high)) {
        return nn_line_bad(line, "the %s is '%s', expected a number from %g to below %g", what,
                           word, (double)low, (double)high);
    }
    *value = number;
    return NN_OK;
}
