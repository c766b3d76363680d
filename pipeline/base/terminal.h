/* terminal.h: what is written for somebody who sits at a terminal: how much room there is, text
 * that can do the terminal no harm, tables, and pictures of images.
 *
 * Columns are those of the screen: a Chinese character takes two, an accent that stands alone
 * none. All functions take texts for UTF-8, whatever the locale. */
#ifndef TERMINAL_H
#define TERMINAL_H

#include "pipeline/base/error.h"
#include "pipeline/base/text.h"

#include <stdint.h>
#include <stdio.h>

/* How many columns a line on stdout may have; 0: any number. That is 0 with `wide` or the
 * environment variable WIDE, else what COLUMNS says, else the width of the terminal, and 0 where
 * stdout is none. */
int terminal_width(int wide);

/* Its lines, where stdout is a terminal: what LINES says, else its height; else 24. */
int terminal_height(void);

/* Whether to write in colour; `when`: 0 on a terminal, unless NO_COLOR is set; 1 always; 2 never.
 * So an option's row has .choices = TERMINAL_WHEN. */
#define TERMINAL_WHEN "auto|always|never"
int terminal_colour(int when);

/* Appends a text out of a file or the database: what would steer the terminal becomes visible, a
 * control character as \n, \t, \x1b or \u009b, a byte that is no UTF-8 as \xff. */
void terminal_add_plain(struct text *text, const char *more);

/* The columns that a text takes, which holds no control characters. */
int terminal_columns(const char *text);

/* Shortens what was appended after the first `begin` bytes to `width` columns, of which the last
 * one becomes an ellipsis. 0: any number. */
void terminal_cut(struct text *text, size_t begin, int width);

/* A table: headings, then the rows, columns parted by two blanks. What is too long for a line of
 * `width` columns (0: any) is shortened: long texts end in an ellipsis, and where that is not
 * enough, columns at the end are left out; numbers and short words are never cut. Headings and
 * cells must be plain. */
struct terminal_column {
    const char *name;
    int right; /* numbers: to the right */
};

/* cells: [rows][columns], NULL for an empty one. Appends the table to `out` and returns the number
 * of columns that were left out, or FAILED. */
int terminal_table(const struct terminal_column *columns, int n, char *const *cells, size_t rows,
                   int width, struct text *out, struct error *error);

/* An image in half-block characters, two pixels a character. */
struct terminal_picture {
    const uint8_t *pixels; /* [height][width][channels] */
    int height, width, channels;
};

/* Appends the rows y and y + 1, without a line end: in grey, of which the upper pixel is the
 * character's colour, the lower one its background; or without colour, where what is brighter
 * than half counts as ink. */
void terminal_add_picture(struct text *text, const struct terminal_picture *picture, int y,
                          int colour);

#endif
