#!/bin/sh
# Turns files of sql/ into C strings: embed-sql.sh --header|--source ROOM
#
#   schema   sql/schema.sql      -> sql_schema, which makes what is not there yet
#            sql/views/*.sql     -> sql_views, one after the other in the order of their names, in
#                                   place of those that are there
#            both                -> sql_fingerprint, the SHA-256 of their text, and sql_columns,
#                                   a line `TABLE.COLUMN TYPE` for each column
#            sql/upgrade/N.sql   -> sql_upgrades[N], from version N - 1; NULL where there is none
#   charts   sql/charts/NAME.sql -> sql_charts_NAME, and the table sql_charts of their names
#   mlflow   sql/mlflow/NAME.sql -> sql_mlflow_NAME
#   ROOM     sql/ROOM.sql        -> sql_ROOM_NAME for each statement, which begins with the comment
#                                   line `-- NAME: what it does`
#
# Prints the C file or its header. Run it in the project's folder.
set -eu
form=$1 room=$2

literal() { # name, of a text on standard input
    if [ "$form" = --header ]; then
        cat > /dev/null
        printf 'extern const char sql_%s[];\n' "$1"
    else
        printf '\nconst char sql_%s[] =\n' "$1"
        sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/    "/' -e 's/$/\\n"/'
        printf '    "";\n'
    fi
}

# The same text serves to create and to upgrade: tables and indices stay where they are, triggers
# and views, which hold no data, are made anew.
again() {
    sed -E -e 's/^CREATE (TABLE|INDEX|UNIQUE INDEX) /CREATE \1 IF NOT EXISTS /' \
        -e 's/^CREATE (TRIGGER|VIEW) ([a-z_]+)/DROP \1 IF EXISTS \2;\n&/' "$@"
}

# A column stands in a line of its own.
columns() {
    awk '/^CREATE TABLE / { table = $3 }
         /^\)/ { table = "" }
         table != "" && /^    [a-z][a-z0-9_]* +(INTEGER|REAL|TEXT|BLOB|ANY)[ ,]/ {
             type = $2; sub(/,.*/, "", type); print table "." $1 " " type }' sql/schema.sql
}

schema() {
    again sql/schema.sql | literal schema
    columns | literal columns
    again sql/views/*.sql | literal views
    if [ "$form" = --header ]; then
        echo 'extern const char sql_fingerprint[];'
    else
        printf '\nconst char sql_fingerprint[] = "%s";\n' \
            "$(cat sql/schema.sql sql/views/*.sql | sha256sum | cut -c 1-64)"
    fi
    newest=0
    for file in sql/upgrade/*.sql; do
        number=$(basename "$file" .sql)
        literal "upgrade_$number" < "$file"
        [ "$number" -le "$newest" ] || newest=$number
    done
    if [ "$form" = --header ]; then
        printf '\nenum { SQL_VERSION = %d };\nextern const char *const sql_upgrades[SQL_VERSION + 1];\n' "$newest"
    else
        printf '\nconst char *const sql_upgrades[SQL_VERSION + 1] = {'
        for file in sql/upgrade/*.sql; do
            number=$(basename "$file" .sql)
            printf '\n    [%d] = sql_upgrade_%d,' "$number" "$number"
        done
        printf '\n};\n'
    fi
}

files() { # a folder
    for file in sql/"$1"/*.sql; do
        literal "$1_$(basename "$file" .sql)" < "$file"
    done
}

# Which charts there are, so that a program need know none by its name.
table() {
    if [ "$form" = --header ]; then
        printf '\nstruct sql_text {\n    const char *name, *text;\n};\n'
        echo 'extern const struct sql_text sql_charts[]; /* ended by zeros */'
    else
        printf '\nconst struct sql_text sql_charts[] = {\n'
        for file in sql/charts/*.sql; do
            name=$(basename "$file" .sql)
            printf '    {"%s", sql_charts_%s},\n' "$name" "$name"
        done
        printf '    {0}};\n'
    fi
}

# A statement ends where the next one is named.
statements() {
    awk -v room="$1" -v form="$form" '
        function end() { if (name != "" && form != "--header") print "    \"\";" }
        match($0, /^-- [a-z][a-z0-9_]*: /) {
            end()
            name = substr($2, 1, length($2) - 1)
            if (form == "--header") printf "extern const char sql_%s_%s[];\n", room, name
            else printf "\nconst char sql_%s_%s[] =\n", room, name
            next
        }
        form == "--header" || name == "" || /^--/ || /^$/ { next }
        { gsub(/\\/, "\\\\"); gsub(/"/, "\\\""); printf "    \"%s\\n\"\n", $0 }
        END { end() }' sql/"$1".sql
}

printf '/* Made from sql/ by pipeline/db/embed-sql.sh. */\n'
if [ "$form" = --header ]; then
    guard=SQL_$(echo "$room" | tr a-z A-Z)_H
    printf '#ifndef %s\n#define %s\n\n' "$guard" "$guard"
else
    printf '#include "sql/%s.h"\n' "$room"
fi
case $room in
schema) schema ;;
charts) files charts; table ;;
mlflow) files mlflow ;;
*) statements "$room" ;;
esac
[ "$form" != --header ] || printf '\n#endif\n'
