/* chart.h: charts, each of them two files: sql/charts/NAME.sql says what it shows, and
 * experiments/charts/NAME.gp draws it with gnuplot. The script begins with comment lines that say
 * what it is; style.gp beside it documents them. */
#ifndef CHART_H
#define CHART_H

#include "pipeline/base/error.h"
#include "pipeline/base/text.h"

#include <stdint.h>

/* The texts are those of the header; they live until charts_free. */
struct chart {
    char *name;            /* of the file, without .gp */
    char *section, *title; /* of a page */
    char *caption;         /* below the picture */
    char *empty;           /* why it is missing where there is nothing to show */
    char *data;            /* the data that must have rows; its own name where nothing is said */
    char *also;            /* names of further data, parted by blanks; "" */
    char *needs;           /* "", or the end of a column's name: one of those must have a number */
    char *width, *height;  /* pixels, as gnuplot computes them */
    char *dark;            /* "keep": images have the same colours on a dark page; "" */
    char *of;              /* "images" or "table": only for such a dataset; "" */
    int64_t number;        /* its place in the section */
    int64_t classes;       /* more than those are too many for it; 0: any number */
    int too_many;          /* 1: there are more */
};

struct charts {
    struct chart *items; /* [n], by section, number and name */
    int n;
    char hash[65]; /* of all scripts of the folder */
};

/* The charts of a folder: all its NAME.gp but those whose first line is `# NAME.gp: ...`, which
 * others load. 0 or FAILED with a line that names file, line, finding and expectation. charts_free
 * accepts charts that were zeroed or failed to be read. */
int charts_read(const char *folder, struct charts *charts, struct error *error);
void charts_free(struct charts *charts);

/* Leaves the charts that suit a dataset, of so many classes: says {images} in their texts as such a
 * dataset does, see chart_add_words, and why those have too many classes that have. 0 or FAILED. */
int charts_suit(struct charts *charts, int is_table, int classes, struct error *error);

/* Appends a text in which {images}, {Images}, {image} and {Image} stand for what the rows of a
 * dataset are called. */
void chart_add_words(struct text *out, const char *text, int is_table);

/* Word i of the names in `also`, from 0; 0 where there is none, else 1. */
int chart_also(const struct chart *chart, int i, char name[64]);

#endif
