/* tables.h: whether the tables of a database are those of the program. A file that came from
 * elsewhere may say that it is Pixelmill's and be something else. */
#ifndef TABLES_H
#define TABLES_H

#include "pipeline/db/statement.h"

/* Whether all tables are there with their columns and types, and nothing happens by itself when
 * they are written to but what sql/schema.sql says. What else is in the file, tables, views,
 * indices and further columns, is left alone. 0, or DB_ERROR with a line that names what is found.
 */
int tables_check(struct db *db);

/* Whether no trigger on a table has a name that is not the program's: what may be asked of a file
 * of an older version, whose triggers are about to be made anew. 0 or DB_ERROR. */
int tables_check_triggers(struct db *db);

/* Whether the views are those of the program, text by text: 1, 0, or DB_ERROR. */
int tables_views_are_ours(struct db *db);

#endif
