/* svg.h: gnuplot's SVG made fit for a page. */
#ifndef SVG_H
#define SVG_H

#include "pipeline/base/error.h"
#include "pipeline/base/text.h"

struct svg_look {
    const char *prefix; /* makes its identifiers unique on a page */
    const char *label;  /* what it shows, for who does not see it */
    int keep;           /* 1: its images have the same colours on a dark page */
    int standalone;     /* 1: a file, with the colours for dark pages */
};

/* The drawing that is in FOLDER/NAME.svg, with its size. 0 or FAILED; text_free. */
int svg_read(const char *folder, const char *name, struct text *drawing, int *width, int *height,
             struct error *error);

/* Appends a drawing made smaller: without empty groups, without titles that name files and without
 * markers that it does not use. */
void svg_clean(const char *drawing, const struct svg_look *look, struct text *out);

/* Reads it, cleans it and puts it into its place; no page can take it in afterwards. */
int svg_finish(const char *folder, const char *name, const struct svg_look *look,
               struct error *error);

/* CSS rules for charts in pages. */
const char *svg_style(void);

#endif
