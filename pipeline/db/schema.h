/* schema.h: whose file a database is, and of which version; its tables and views made or upgraded.
 */
#ifndef SCHEMA_H
#define SCHEMA_H

#include "pipeline/db/statement.h"

/* Looks at a database that was just opened: refuses the file of another application or of a newer
 * version, makes the tables and views of an empty one (where create_new is not 0) and brings an
 * older one, or one with other views, up to date, in one exclusive transaction. A file that may
 * only be read is left as it is. Then the tables are checked (tables.h). 0 or DB_ERROR. */
int schema_check(struct db *db, int create_new);

/* The same look, which changes nothing: whether schema_check would take the file. 0 or DB_ERROR. */
int schema_verify(struct db *db);

#endif
