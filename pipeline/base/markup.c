/* markup.c: see markup.h. */
#include "pipeline/base/markup.h"

#include <ctype.h>
#include <string.h>

void markup_text(struct text *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '&')
            text_add(out, "&amp;");
        else if (*text == '<')
            text_add(out, "&lt;");
        else if (*text == '>')
            text_add(out, "&gt;");
        else if (*text == '"')
            text_add(out, "&quot;");
        else if ((unsigned char)*text >= ' ' || *text == '\n' || *text == '\t')
            text_add_bytes(out, text, 1);
    }
}

void markup_address(struct text *out, const char *path)
{
    for (; *path; path++) {
        if (isalnum((unsigned char)*path) || strchr("/-._~", *path))
            text_add_bytes(out, path, 1);
        else
            text_format(out, "%%%02X", (unsigned char)*path);
    }
}

void markup_element(struct text *out, const char *tag, const char *text)
{
    text_format(out, "<%s>", tag);
    markup_text(out, text);
    text_format(out, "</%.*s>", (int)strcspn(tag, " "), tag);
}

void markup_attribute(struct text *out, const char *name, const char *text)
{
    text_format(out, " %s=\"", name);
    markup_text(out, text);
    text_add(out, "\"");
}
