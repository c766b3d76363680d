/* looks.c: the text of predict.views into looks at an image. See looks.h. */
#include "pipeline/conf/looks.h"

#include "pipeline/base/number.h"

#include <stdio.h>
#include <string.h>

enum { BLANKS_MOST = 64, WORD_MOST = 32 };

#define BLANKS " \t\r\n"
#define WORDS "as is, shift X Y, rotate DEGREES, shear DEGREES, scale S [SY] or flip"

/* One view while it is read: its text and what is left of it. */
struct reader {
    const char *text, *end, *at;
    int number;   /* of the view, from 1 */
    unsigned had; /* bit i: WORD i was there */
    struct error *error;
};

static int fail(const struct reader *r, const char *finding, const char *expectation)
{
    int length = (int)(r->end - r->text);
    return error_set(r->error, "view %d ('%.*s'): %s; expected %s", r->number,
                     length < BLANKS_MOST ? length : BLANKS_MOST, r->text, finding, expectation);
}

/* The next word of the view, cut to WORD_MOST - 1 bytes; "" at its end. */
static const char *peek(struct reader *r, char word[WORD_MOST], size_t *length)
{
    r->at += strspn(r->at, BLANKS);
    *length = r->at < r->end ? strcspn(r->at, BLANKS ",") : 0;
    snprintf(word, WORD_MOST, "%.*s", (int)*length, r->at);
    return word;
}

static int is_number(const char *word)
{
    return *word && strchr("+-.0123456789", *word) != NULL;
}

/* A number from least to greatest follows. */
static int take_number(struct reader *r, double least, double greatest, float *number)
{
    char word[WORD_MOST], finding[80], expectation[80];
    size_t length;
    double value;
    peek(r, word, &length);
    if (length == 0 || length >= WORD_MOST || number_real(word, least, greatest, &value)) {
        snprintf(finding, sizeof finding, "found %s%s%s", *word ? "'" : "",
                 *word ? word : "its end", *word ? "'" : "");
        snprintf(expectation, sizeof expectation, "a number from %g to %g", least, greatest);
        return fail(r, finding, expectation);
    }
    *number = (float)value;
    r->at += length;
    return 0;
}

static int take_scale(struct reader *r, nn_view *view)
{
    char word[WORD_MOST];
    size_t length;
    if (take_number(r, 0.1, 10, &view->scale_x))
        return -1;
    view->scale_y = view->scale_x;
    return is_number(peek(r, word, &length)) ? take_number(r, 0.1, 10, &view->scale_y) : 0;
}

static int take_word(struct reader *r, const char *word, size_t length, nn_view *view)
{
    static const char *const KNOWN[] = {"shift", "rotate", "shear", "scale", "flip"};
    char finding[80];
    unsigned i = 0;
    while (i < 5 && strcmp(word, KNOWN[i]) != 0)
        i++;
    snprintf(finding, sizeof finding, "found '%s'%s", word, i < 5 ? " a second time" : "");
    if (i == 5 || r->had & 1u << i)
        return fail(r, finding, i < 5 ? "each word once" : WORDS);
    r->had |= 1u << i;
    r->at += length;
    switch (i) {
    case 0:
        return take_number(r, -1000, 1000, &view->shift_x) ||
                       take_number(r, -1000, 1000, &view->shift_y)
                   ? -1
                   : 0;
    case 1:
        return take_number(r, -180, 180, &view->rotation);
    case 2:
        return take_number(r, -60, 60, &view->shear);
    case 3:
        return take_scale(r, view);
    default:
        view->flip = 1;
        return 0;
    }
}

/* `as is`, where the view begins so. Returns 1 where it does. */
static int take_as_is(struct reader *r)
{
    char word[WORD_MOST];
    size_t length;
    const char *start = r->at;
    if (strcmp(peek(r, word, &length), "as") != 0)
        return 0;
    r->at += length;
    if (strcmp(peek(r, word, &length), "is") == 0) {
        r->at += length;
        if (!*peek(r, word, &length))
            return 1;
    }
    r->at = start;
    return 0;
}

static int take_view(struct reader *r, nn_view *view)
{
    char word[WORD_MOST];
    size_t length;
    memset(view, 0, sizeof *view);
    if (take_as_is(r))
        return 0;
    if (!*peek(r, word, &length))
        return fail(r, "found nothing", WORDS);
    while (*peek(r, word, &length))
        if (take_word(r, word, length, view))
            return -1;
    return 0;
}

int views_parse(const char *text, nn_view views[VIEWS_MOST], struct error *error)
{
    int n = 0;
    if (!text[strspn(text, BLANKS)]) {
        memset(views, 0, sizeof *views);
        return 1;
    }
    for (;;) {
        struct reader r = {.number = n + 1, .error = error};
        text += strspn(text, BLANKS);
        r.text = r.at = text;
        r.end = text + strcspn(text, ",");
        if (n == VIEWS_MOST)
            return error_set(error, "more than %d views; expected at most that many", VIEWS_MOST);
        if (take_view(&r, &views[n]))
            return -1;
        n++;
        if (!*r.end)
            return n;
        text = r.end + 1;
    }
}
