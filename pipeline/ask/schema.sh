#!/bin/sh
# Prints the tables and the views of a database with every column and what it holds, from the
# comments in sql/:  pipeline/ask/schema.sh [--missing]
#
# Which columns there are, SQLite says of an empty database made from the files. What a table or
# one of its columns is, stands behind `--` in the line that declares it; of a view, in the lines
# below CREATE VIEW, and in the line that ends the column's expression. --missing prints only the
# tables, views and columns of views of which nothing is said.
set -eu
cd "$(dirname "$0")/../.."
[ $# = 0 ] || [ "$*" = --missing ] || {
    echo "Usage: pipeline/ask/schema.sh [--missing]" >&2
    exit 2
}

# First the lines `kind|name|column|type` of all columns, then the files themselves.
{
    cat sql/schema.sql sql/views/*.sql sql/columns.sql | sqlite3 -bail :memory:
    cat sql/schema.sql sql/views/*.sql
} | awk -v missing="$*" -F '|' '
    /^(table|view)\|/ {
        n++; kind[n] = $1; thing[n] = $2; column[n] = $3; type[n] = $4
        next
    }
    { # Each line of the files is looked at with the comment cut off.
        at = index($0, "--")
        text = at ? substr($0, 1, at - 1) : $0
        comment = at ? substr($0, at + 2) : ""
        gsub(/^ +| +$/, "", comment)
        sub(/ +$/, "", text)
    }
    text ~ /^CREATE (TABLE|VIEW) / {
        split(text, word, " ")
        name = word[3]
        view = word[2] == "VIEW"
        about[name] = comment
        heading = view
        next
    }
    heading && text == "" {
        about[name] = about[name] (about[name] == "" ? "" : comment == "" ? "\n" : "\n") comment
        next
    }
    { heading = 0 }
    comment != "" && text != "" {
        sub(/,$/, "", text)
        if (view) {
            sub(/.* AS /, "", text)
            sub(/.*\./, "", text)
            gsub(/ /, "", text)
        } else {
            sub(/^ +/, "", text)
            sub(/ .*/, "", text)
        }
        said[name, text] = comment
    }
    END {
        for (i = 1; i <= n; i++) {
            if (thing[i] != thing[i - 1]) {
                if (missing != "") {
                    if (about[thing[i]] == "") print thing[i]
                } else {
                    lines = split(about[thing[i]], line, "\n")
                    printf "%s%s %s\n", (i > 1 ? "\n" : ""), kind[i], thing[i]
                    for (k = 1; k <= lines; k++)
                        printf "  %s\n", line[k]
                }
            }
            what = said[thing[i], column[i]]
            if (missing == "")
                printf "    %-20s %-8s %s\n", column[i], type[i], what
            else if (what == "" && kind[i] == "view")
                print thing[i] "." column[i]
        }
    }' | sed 's/ *$//'
