/* report.h: the parts of the report program.
 *
 * A report is a folder: queries and the net give data files (data/NAME.tsv, data/NAME.bin), gnuplot
 * draws them with the scripts of experiments/charts, and the page report.html holds the charts and
 * the tables. Everything is made in a folder beside the final one and renamed into place.
 *
 * Functions that can fail return 0 or -1 with one line in report->error, unless they say otherwise.
 */
#ifndef REPORT_H
#define REPORT_H

#include "pipeline/store/dataset.h"
#include "pipeline/store/run.h"
#include "pipeline/program/stage.h"

#include <stdio.h>

enum { REPORT_MAX_DATA = 48, REPORT_MAX_COLUMNS = 16, REPORT_PATH = 1200 };

/* What a script must know of a column before it draws. */
struct data_column {
    char name[32];
    size_t n; /* numbers in it; 0: the others are NaN */
    double least, greatest, sum;
};

struct data_file {
    char name[32];
    size_t rows;
    int columns; /* 0 where no query wrote it */
    struct data_column column[REPORT_MAX_COLUMNS];
};

struct report {
    struct stage *stage;
    struct db *db;
    struct run run;
    struct dataset dataset;
    struct image_set train, test;
    struct split_rows split;
    nn_model *model; /* with the weights that count; NULL where the run has none */
    int64_t a, b;    /* runs to compare; 0 elsewhere */
    char root[1100]; /* leads from the page to the folder in which the program runs */

    const char *scripts; /* folder of the gnuplot scripts */
    int png;             /* charts as PNG, not SVG */
    char folder[1024];   /* where all is written, without a '/' at the end */

    struct data_file files[REPORT_MAX_DATA];
    int n_files;
    char filters[2][64]; /* the layers whose filters are shown; "" where there is none */
    char maps_of[64];    /* which image the feature maps are of */
    size_t map_tiles;
    char error[1400];
};

/* report_data.c: queries into data files. ------------------------------------------------------ */

/* Opens a file of the report for writing, `name` below its folder. NULL on error. */
FILE *report_open(struct report *report, const char *name);
int report_close(struct report *report, FILE *file, const char *name); /* checks what was written */

/* A statement with whichever of :run, :a, :b and :root it has bound. NULL on error. */
sqlite3_stmt *report_prepare(struct report *report, const char *sql);

/* Writes a query's rows to data/NAME.tsv and remembers how many they are. Where it has a column
 * `image`, the pixels of those images go to data/NAME.bin. */
int data_query(struct report *report, const char *name, const char *sql);

/* Remembers a data file that was written otherwise; how many rows one has (0: none, or unknown). */
int data_note(struct report *report, const char *name, size_t rows);
size_t data_rows(const struct report *report, const char *name);
const struct data_file *data_find(const struct report *report, const char *name);

/* The pixels of an image of the dataset, NULL where it has none of that number; with `tile`, a copy
 * of what is drawn of them: all of 1 or 3 channels, else the first. */
const uint8_t *report_pixels(const struct report *report, int64_t image);
size_t report_tile(const struct report *report, const uint8_t *pixels, uint8_t *tile);
int tile_channels(const struct report *report); /* 1 or 3 */

/* report_pixels.c: what only a look at all pixels tells: mean images, values, brightness; and the
 * correctly read image that is nearest to each wrong one. */
int pixels_write(struct report *report);
int nearest_write(struct report *report);

/* report_net.c: filters and time a layer; report_features.c: feature maps. */
int net_write(struct report *report);
int features_write(struct report *report);

/* report_charts.c: which charts there are, and drawing them. ----------------------------------- */

struct chart {
    const char *section; /* of the page, or "compare" */
    const char *name;    /* of the picture */
    const char *script;  /* in the folder of scripts, without .gp */
    const char *data;    /* the data file that must have rows */
    const char *values;  /* not NULL: and a number in a column whose name ends so */
    int base, step, per; /* height: base + step for each `per` rows, begun ones counted */
    int wide;            /* not 0: 960 pixels wide, not 480 */
    const char *title, *caption, *missing;
};

extern const struct chart CHARTS[];
extern const int N_CHARTS;

/* Whether it can be drawn; its size. */
int chart_drawn(const struct report *report, const struct chart *chart);
void chart_size(const struct report *report, const struct chart *chart, int *width, int *height);

/* Draws all charts (of a comparison: those of section "compare") with one gnuplot. */
int charts_draw(struct report *report);

/* report_svg.c: gnuplot's SVG made smaller, its identifiers unique by `prefix`, without text that
 * names files. `standalone`: with the colours for dark pages and the declarations of a file. */
int svg_clean(const char *text, const char *prefix, const char *label, int standalone, FILE *out);
void svg_style(FILE *out); /* CSS rules for charts in a dark page */

/* report_html.c, report_page.c: the pages. ----------------------------------------------------- */

void html_text(FILE *out, const char *text); /* escaped */
void html_head(FILE *out, const char *title, const char *description);
void html_foot(FILE *out);

/* Rows of a query as a table; column names are headings with '_' as blanks. A column `link` is the
 * target of the next one. *rows (may be NULL) gets their number; none: nothing is written. */
int html_table(struct report *report, FILE *out, const char *sql, const char *caption, int *rows);

/* The same of a bound statement, which it finalizes. */
int html_rows(struct report *report, FILE *out, sqlite3_stmt *statement, const char *caption,
              int *rows);

/* Rows (name, value) of a query as a description list. */
int html_list(struct report *report, FILE *out, const char *sql, const char *class_name);

/* The charts of a section, or why one is missing; to stand in an element of class "charts". */
int html_charts(struct report *report, FILE *out, const char *section);

/* Replaces the drawings by such as stand for themselves; afterwards no page can take them in. */
int charts_clean(struct report *report);

int page_write(struct report *report);
int compare_write(struct report *report);

/* report_json.c: final_report.json, training_summary.json and training_history.csv. */
int json_write(struct report *report);

/* report_index.c: the page of all runs, in the folder that holds the reports. */
int index_write(struct report *report, const char *out);

#endif
