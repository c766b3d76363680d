#!/bin/sh
# Times every view and every question on the large database of make-big-db.sh, by the clock of
# sqlite3:
#
#     tests/bench/time-questions.sh [BUILD-FOLDER]
#
# Prints the median of five calls in milliseconds, all rows read, and of what takes longer than
# LIMIT (100) the query plan. Views that read predictions are asked for one run, as they are meant
# to be.
set -eu
cd "$(dirname "$0")/../.."
build=${1:-build}
db=$build/bench/big.db
limit=${LIMIT:-100}
mkdir -p "$build/bench"
newest() { # the database is as new as what makes it
    [ -e "$db" ] || return 1
    [ -z "$(find sql/schema.sql sql/views tests/bench/big-db.sql -newer "$db")" ]
}
newest || sh tests/bench/make-big-db.sh "$db" > /dev/null

time_query() { # name, query
    median=$(for i in 1 2 3 4 5; do printf '%s\n' "$2"; done |
        sqlite3 -cmd '.timer on' "$db" | sed -n 's/^Run Time: real \([0-9.]*\) .*/\1/p' |
        sort -n | sed -n 3p)
    awk -v name="$1" -v seconds="$median" -v limit="$limit" 'BEGIN {
        printf "%-32s %8.1f ms%s\n", name, 1000 * seconds, (1000 * seconds > limit ? "  over" : "")
        exit 1000 * seconds > limit
    }' || printf '%s\n' "$2" | sqlite3 -cmd '.eqp on' -cmd '.mode list' "$db" |
        grep -E '^[ |`]*(QUERY PLAN|.*--)' | sed 's/^/        /'
}

for file in sql/views/*.sql; do
    view=$(basename "$file" .sql)
    case $view in
    class_report | report_text | confidence_summary | calibration | labelled_prediction)
        where=' WHERE run = 500' ;;
    comparison)
        where=' WHERE a = 500 AND b = 200' ;;
    *)
        where= ;;
    esac
    time_query "view $view$where" "SELECT * FROM $view$where;"
done
for file in sql/ask/*.sql; do
    time_query "ask $(basename "$file" .sql)" "$(cat "$file")"
done
time_query 'ask compare a=500 b=200' "$(sed 's/:a\b/500/g; s/:b\b/200/g' sql/ask/compare.sql)"
