#!/bin/sh
# Turns the files of sql/ into C strings: prints build/sql.c, or with --header build/sql.h.
#   sql/schema.sql      -> sql_schema, which makes what is not there yet
#   sql/views/*.sql     -> sql_views, one after the other in the order of their names, in place of
#                          those that are there
#   both                -> sql_fingerprint, the SHA-256 of their text
#   sql/stages/NAME.sql -> sql_NAME
#   sql/charts/NAME.sql -> sql_chart_NAME
#   sql/mlflow/NAME.sql -> sql_mlflow_NAME
# Run it in the project's folder.
set -eu

literal() { # name, files...
    name=$1
    shift
    printf 'const char sql_%s[] =\n' "$name"
    cat "$@" | sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/    "/' -e 's/$/\\n"/'
    printf '    "";\n\n'
}

# The same text serves to create and to upgrade: tables and indices stay where they are, triggers
# and views, which hold no data, are made anew.
again() {
    sed -E -e 's/^CREATE (TABLE|INDEX|UNIQUE INDEX) /CREATE \1 IF NOT EXISTS /' \
        -e 's/^CREATE (TRIGGER|VIEW) ([a-z_]+)/DROP \1 IF EXISTS \2;\n&/' "$@"
}

if [ "${1-}" = --header ]; then
    printf '/* Made from sql/ by pipeline/embed-sql.sh. */\n#ifndef SQL_H\n#define SQL_H\n\n'
    printf 'extern const char sql_schema[];\nextern const char sql_views[];\n'
    printf 'extern const char sql_fingerprint[];\n'
    for file in sql/stages/*.sql; do
        printf 'extern const char sql_%s[];\n' "$(basename "$file" .sql)"
    done
    for file in sql/charts/*.sql; do
        printf 'extern const char sql_chart_%s[];\n' "$(basename "$file" .sql)"
    done
    for file in sql/mlflow/*.sql; do
        printf 'extern const char sql_mlflow_%s[];\n' "$(basename "$file" .sql)"
    done
    printf '\n#endif\n'
    exit
fi

printf '/* Made from sql/ by pipeline/embed-sql.sh. */\n#include "sql.h"\n\n'
again sql/schema.sql | literal schema -
again sql/views/*.sql | literal views -
printf 'const char sql_fingerprint[] = "%s";\n\n' \
    "$(cat sql/schema.sql sql/views/*.sql | sha256sum | cut -c 1-64)"
for file in sql/stages/*.sql; do
    literal "$(basename "$file" .sql)" "$file"
done
for file in sql/charts/*.sql; do
    literal "chart_$(basename "$file" .sql)" "$file"
done
for file in sql/mlflow/*.sql; do
    literal "mlflow_$(basename "$file" .sql)" "$file"
done
