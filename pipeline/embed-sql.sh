#!/bin/sh
# Turns the files of sql/ into C strings: prints build/sql.c, or with --header build/sql.h.
#   sql/schema.sql      -> sql_schema
#   sql/views/*.sql     -> sql_views, one after the other in the order of their names
#   sql/stages/NAME.sql -> sql_NAME
# Run it in the project's folder.
set -eu

literal() { # name, files...
    name=$1
    shift
    printf 'const char sql_%s[] =\n' "$name"
    cat "$@" | sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/    "/' -e 's/$/\\n"/'
    printf '    "";\n\n'
}

if [ "${1-}" = --header ]; then
    printf '/* Made from sql/ by pipeline/embed-sql.sh. */\n#ifndef SQL_H\n#define SQL_H\n\n'
    printf 'extern const char sql_schema[];\nextern const char sql_views[];\n'
    for file in sql/stages/*.sql; do
        printf 'extern const char sql_%s[];\n' "$(basename "$file" .sql)"
    done
    printf '\n#endif\n'
    exit
fi

printf '/* Made from sql/ by pipeline/embed-sql.sh. */\n#include "sql.h"\n\n'
literal schema sql/schema.sql
set -- sql/views/*.sql
if [ -e "$1" ]; then literal views "$@"; else literal views /dev/null; fi
for file in sql/stages/*.sql; do
    literal "$(basename "$file" .sql)" "$file"
done
