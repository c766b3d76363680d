/* draw.h: charts drawn by one gnuplot: starting one takes longer than a chart. */
#ifndef DRAW_H
#define DRAW_H

#include "pipeline/chart/chart.h"
#include "pipeline/chart/data.h"

/* A script in the making, and what it is drawn into. */
struct drawing {
    const char *scripts; /* the folder of the scripts */
    const char *folder;  /* holds the folder data; the pictures come into it */
    int png;             /* 1: NAME.png, 0: NAME.svg */
    struct text script;
};

/* Begins with what holds for all charts: `data`, `scripts` and `format`; the caller may append
 * lines of its own to drawing->script, with draw_text those of a text: NAME = 'VALUE'. */
void draw_begin(struct drawing *drawing);
void draw_text(struct text *script, const char *name, const char *value);

/* Whether a chart has something to show. */
int draw_possible(const struct chart *chart, const struct data_files *files);

/* Appends a chart. */
void draw_chart(struct drawing *drawing, const struct chart *chart, const struct data_files *files);

/* Runs gnuplot and frees the script. What gnuplot said while it drew all is in `warning`, "" where
 * it said nothing. 0 or FAILED. */
int draw_end(struct drawing *drawing, char warning[300], struct error *error);

#endif
