/* report.h: the parts of the report program.
 *
 * A report is a folder: queries and the net give data files (data/NAME.tsv, data/NAME.bin), gnuplot
 * draws them with the scripts of experiments/charts, and the page report.html holds the charts and
 * the tables. Everything is made in a folder beside the final one and renamed into place.
 *
 * Functions that can fail return 0 or FAILED with one line in report->error, unless they say
 * otherwise. Pages are written into a struct text; memory that was short is noticed where it goes
 * into its file.
 */
#ifndef REPORT_H
#define REPORT_H

#include "pipeline/chart/chart.h"
#include "pipeline/chart/data.h"
#include "pipeline/program/stage.h"
#include "pipeline/store/dataset.h"
#include "pipeline/store/run.h"
#include "pipeline/store/split.h"

struct report {
    const struct stage *stage;
    struct db *db;
    nn_isa isa;
    struct run run;
    struct dataset dataset;
    struct image_set train, test;
    struct split_rows split;
    nn_model *model; /* with the weights that count; NULL where the run has none */
    int64_t a, b;    /* runs to compare; 0 elsewhere */
    int all;         /* 1: the page of all runs; `run` is the newest then */

    const char *out;     /* folder that holds the reports */
    const char *scripts; /* folder of the gnuplot scripts */
    int png;             /* 1: the charts as PNG files, too */
    char folder[1000];   /* where all of this one is written, without a '/' at the end */
    char root[1100];     /* leads from the page to the folder in which the program runs */

    struct text columns; /* of a table: what is known of each number of its rows, see columns.c */

    struct charts charts;
    struct data_files files;
    struct error error;
};

/* load.c: what a report is made of. ------------------------------------------------------------ */

/* The run, or run B of a comparison, must be there; then its dataset, images, split and net. A run
 * that has no weights has no model; one whose weights can't be read is an error. */
int report_load(struct report *report);
void report_unload(struct report *report);

/* A statement with whichever of :run, :a, :b, :root, :columns (see columns.c) and :rows (`images`,
 * or `rows` of a table) it has bound. NULL on error, which is noted in the report. */
struct statement *report_prepare(struct report *report, const char *sql);
int report_db_error(struct report *report); /* notes it; FAILED */

/* columns.c: the JSON array report->columns, of a table. */
int report_columns(struct report *report);

/* data.c: the data that charts name: queries of sql/charts, and what only pixels or the net tell.
 */

/* Sees to it that the data of a chart are there. */
int data_make(struct report *report, const struct chart *chart);

const char *data_sql(const char *name); /* of sql/charts/NAME.sql, NULL: none */

/* The pixels of an image of the dataset, NULL where it has none of that number; appended, all of 1
 * or 3 channels, else the first. */
const uint8_t *data_pixels(const struct report *report, int64_t image);
void data_tile(const struct report *report, const uint8_t *pixels, struct text *tiles);
int data_channels(const struct report *report); /* 1 or 3 */

/* Writes data/NAME.tsv or .bin and frees the text; remembers a file: NULL on error. */
int data_put(struct report *report, const char *name, struct text *text);
struct data_file *data_note(struct report *report, const char *name, size_t rows);

/* What makes the data that are no query, for a chart: */
int nearest_write(struct report *report, const struct chart *chart);      /* nearest.c */
int class_images_write(struct report *report, const struct chart *chart); /* pixels.c */
int values_write(struct report *report, const struct chart *chart);
int filters_write(struct report *report, const struct chart *chart); /* net.c */
int layer_time_write(struct report *report, const struct chart *chart);
int features_write(struct report *report, const struct chart *chart); /* features.c */

/* draw.c: the charts of a page. ---------------------------------------------------------------- */

/* Draws those of all sections that the page has. */
int report_draw(struct report *report);

/* Replaces the drawings by such as stand for themselves; afterwards no page can take them in. */
int report_finish_drawings(struct report *report);

/* html.c: what pages are made of. -------------------------------------------------------------- */

void html_head(struct text *out, const char *title, const char *description);
void html_foot(struct text *out);

/* Rows of a bound statement, which is finished, as a table; column names are headings with '_' as
 * blanks. A column `link` is the target of the next one; the caption may have words as the texts of
 * charts have (chart_add_words). *rows (may be NULL) gets their number;
 * none: nothing is written. html_table: of a statement that is bound by report_prepare. */
int html_rows(struct report *report, struct text *out, struct statement *statement,
              const char *caption, int *rows);
int html_table(struct report *report, struct text *out, const char *sql, const char *caption,
               int *rows);

/* Rows (name, value) of a query as a description list. */
int html_list(struct report *report, struct text *out, const char *sql, const char *class_name);

/* The charts of a section, or why one is missing; to stand in an element of class "charts". */
int html_charts(struct report *report, struct text *out, const char *section);

/* The pages. ----------------------------------------------------------------------------------- */

/* Whether the page of this run, or of two, has the section; whether any page has. */
int page_has_section(const struct report *report, const char *section);
int page_knows_section(const char *section);

int page_write(struct report *report, struct text *out);    /* page.c: of one run */
int compare_write(struct report *report, struct text *out); /* of two */

/* index.c: the page of all runs, in the folder that holds the reports. index_needed: 1 where it is
 * not of what is known now, 0, or FAILED. index_write writes it where it is needed. */
int index_needed(struct report *report);
int index_write(struct report *report);

/* json.c: final_report.json, training_summary.json and training_history.csv. */
int json_write(struct report *report);

/* current.c: whether a page need be made again. ------------------------------------------------ */

/* SHA-256 of all that a page is made of: the program itself, the scripts of charts, what else
 * counts
 * (`more`), and the facts that a query lists in its column `fact`. */
int current_inputs(struct report *report, const char *facts, const char *more, char inputs[65]);

/* 1 where the page at path is of these inputs and as it was made, 0 where not, or FAILED. */
int current_page(struct report *report, const char *path, const char inputs[65]);

/* Records that it is, and that the stage has run; with inputs NULL only the latter. */
int current_record(struct report *report, const char *path, const char *inputs, const char *sha256);

/* place.c: folders. ---------------------------------------------------------------------------- */

/* Makes report->folder, empty but for its folder data, beside its place, which must not be or hold
 * the database, the scripts or the experiment. */
int place_begin(struct report *report, const char *path);
void place_abandon(struct report *report);

/* Puts it in the place of an older one, which is there until the new one is; or only its pictures
 * and data into that one. */
int place_end(struct report *report, const char *path);
int place_pictures(struct report *report, const char *path);

/* From the page, two folders below report->out, to the folder in which the program runs. */
void place_root(struct report *report);

#endif
