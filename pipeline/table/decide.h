/* decide.h: which column of a file is the label, which the id, and what the rows are.
 *
 * In: the first rows of all files and what the command line says. Out: whether a file has a header,
 * which column is what, and whether a row is an image, of what size, or a row of a table. No file
 * is touched.
 */
#ifndef TABLE_DECIDE_H
#define TABLE_DECIDE_H

#include "pipeline/table/layout.h"

/* The rules, in their order:
 * - Header: --header; else some field is no number, or all count 0, 1, 2, ... or 1, 2, 3, ..., or
 *   are numbers of which each one that was there before has got .1, .2, ... appended (as pandas
 *   saves a file that had none); where the second row holds texts, too, the first one must be
 *   different from it in kind. Training and test file both have one or neither. One such field
 *   alone, with no known name, is a label in letters unless the training file has a header, so that
 *   the first image of a bare file is not lost.
 * - Label: the column named by the request; else the one that the test file lacks, where it is just
 *   one; else label, class, target, y, digit, letter, emotion, diagnosis, species or category in
 *   any case; else the second name of the sample file. In a training file without names the first
 *   column, unless just one column holds texts, which then is it; in a test file without names the
 *   same column where the file is as wide as the training file, unless it holds ids: all different
 *   in the first rows, where those of the training file are not.
 * - Left out: columns that the request ignores, a column called Usage, and a first column that is
 *   nameless or called `Unnamed: 0`, unless it is the id by request.
 *   A last column that is nameless, or without a header empty in all rows of the head, must be
 * empty.
 * - Id: the column named by the request, else the sample's first name, else id, ImageId or image_id
 *   in any case, else a first column whose name ends in id; else the first column where the file is
 *   one column wider than an image.
 * - Values: all other columns, or the numbers in a column that has several, parted by blanks. They
 *   are an image where --shape says so, or where they are a square of one or of three channels and
 *   look like pixels by their names, or without names by their values; else a table's row.
 * - The sample file has its ids in the first column, unless a column is named as above.
 * train is NULL for the training file itself. Returns 0, or FAILED with one line in error that
 * begins with the file. */
int layout_decide(const struct layout_request *request, enum table_kind kind,
                  const struct layout *train, struct layout *layout, struct error *error);

#endif
