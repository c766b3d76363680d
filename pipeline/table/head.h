/* head.h: the first rows of an input file, by which it is decided how all are read. */
#ifndef TABLE_HEAD_H
#define TABLE_HEAD_H

#include "pipeline/base/error.h"
#include "pipeline/source/fields.h"

enum { HEAD_ROWS = 32 };

struct head {
    const char *path;
    struct fields rows[HEAD_ROWS];
    size_t count;   /* rows that there are */
    char separator; /* of the fields */
    int comma;      /* fractions have a decimal comma: in the fields it is a point already */
    int row_names; /* the first row is one field short, as R writes row names: an empty field stands
                      in front of it here */
};

/* Reads the head of a text, whose path is `path`. separator is 0 where it is to be found out.
 * Returns 0, or FAILED with a line; head_free in both cases. */
struct source; /* source.h */
int head_read(struct head *head, const char *path, struct source *source, char separator,
              struct error *error);
void head_free(struct head *head);

/* The number of fields of a row; of the second one where there is one, for the first may be a
 * header. 0 where there is no row. */
size_t head_columns(const struct head *head);

/* Where a decimal comma stands for the point: 1 and the text with a point in `number`, which has
 * room for it, where that makes it a number. */
enum { HEAD_NUMBER = 64 };
int head_point(const char *text, size_t length, char number[HEAD_NUMBER]);

#endif
