/* markup.h: HTML and SVG, written into a text. All escaping is done here. */
#ifndef MARKUP_H
#define MARKUP_H

#include "pipeline/base/text.h"

/* A text as content or between double quotes; control characters but tab and line end are left
 * out. */
void markup_text(struct text *out, const char *text);

/* A path as an address has it (RFC 3986, section 2). */
void markup_address(struct text *out, const char *path);

/* <TAG>text</NAME>; tag may have attributes, which are ours: "td class=\"number\"". */
void markup_element(struct text *out, const char *tag, const char *text);

/* " name=\"text\"" */
void markup_attribute(struct text *out, const char *name, const char *text);

#endif
