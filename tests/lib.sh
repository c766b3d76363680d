# lib.sh: what the stage tests share. Sourced by tests/*/*.sh, which run in the project's
# folder.
#
#   $BIN      the built programs          $T      a fresh folder, removed at the end
#   $ROOT     the project      
#   $FIXTURE  tests/fixtures              $DB     a database in it, not made yet
#
#   check WHAT COMMAND...                 passes where the command succeeds
#   equal WHAT EXPECTED FOUND             passes where two texts are the same
#   expect_exit CODE REGEX COMMAND...     passes where the command ends with that code and its whole
#                                         stderr (stdout where CODE is 0) matches the extended regex
#   refused CODE REGEX COMMAND...         expect_exit, and exactly one line of error (two with the
#                                         hint of a usage error), and the database is as before
#   same FILE FILE                        succeeds where two files are the same
#   sql QUERY                             runs it on $DB, columns separated by '|'
#   trap_row TABLE COLUMN CONDITION WHAT  from now on the table takes no row but of this condition, in
#                                         which :last is the column's greatest value; else the error
#                                         is WHAT. spring TABLE ends it
#   digits                                unpacks the fixture's CSV files into $T
#   ingested                              digits, and the dataset `digits` in $DB
#   finish                                prints `NAME: P passed, F failed` and ends the script
set -u

BIN=$(cd "${BIN:-${BUILD:-build}/bin}" && pwd)
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
FIXTURE=$ROOT/tests/fixtures
NAME=$(basename "$0" .sh)
T=$(mktemp -d "${TMPDIR:-/tmp}/pixelmill-test.XXXXXX")
DB=$T/runs.db
PASSED=0
FAILED=0
trap 'rm -rf "$T"' EXIT
trap 'exit 1' HUP INT TERM
export LC_ALL=C TMPDIR=$T # what a killed program leaves there goes, too

pass() {
    PASSED=$((PASSED + 1))
}

# The line tells which call of the script it was.
fail() { # what, details
    FAILED=$((FAILED + 1))
    echo "$NAME:${BASH_LINENO[1]}: FAILED: $1" >&2
    [ -z "${2-}" ] || echo "$2" | head -n 20 | sed 's/^/    /' >&2
}

check() {
    local what=$1
    shift
    if "$@" > "$T/.out" 2>&1; then pass; else fail "$what" "$(cat "$T/.out")"; fi
}

equal() {
    if [ "$2" = "$3" ]; then pass; else fail "$1" "expected: $2
found:    $3"; fi
}

# Runs a command: $T/.stdout, $T/.stderr; sets STATUS.
run() {
    "$@" > "$T/.stdout" 2> "$T/.stderr"
    STATUS=$?
}

expect_exit() {
    local code=$1 regex=$2 stream=$T/.stderr
    shift 2
    run "$@"
    [ "$code" = 0 ] && stream=$T/.stdout
    if [ "$STATUS" = "$code" ] && grep -qE -- "$regex" "$stream"; then
        pass
    else
        fail "$*" "expected exit $code and: $regex
found exit $STATUS and:
$(cat "$T/.stdout" "$T/.stderr")"
    fi
}

# One number for all that the database holds but for what it knows of files; the same where it is
# not there.
database_hash() {
    if [ -e "$DB" ]; then sqlite3 "$DB" .dump | grep -v "^INSERT INTO file VALUES" | sha256sum; else echo none; fi
}

refused() {
    local code=$1 regex=$2 before after lines
    shift 2
    before=$(database_hash)
    run "$@"
    after=$(database_hash)
    lines=$(wc -l < "$T/.stderr")
    if [ "$STATUS" != "$code" ] || ! grep -qE -- "$regex" "$T/.stderr"; then
        fail "$*" "expected exit $code and: $regex
found exit $STATUS and:
$(cat "$T/.stdout" "$T/.stderr")"
    elif [ "$lines" != "$code" ]; then
        fail "$*" "expected $code lines on stderr, got $lines:
$(cat "$T/.stderr")"
    elif [ "$before" != "$after" ]; then
        fail "$* changed the database"
    else
        pass
    fi
}

same() {
    cmp "$1" "$2"
}

sql() {
    sqlite3 -cmd '.timeout 60000' "$DB" "PRAGMA foreign_keys = ON; $1"
}

trap_row() { # table, column, condition with :last, name
    sql "ALTER TABLE $1 ADD COLUMN trap INTEGER CONSTRAINT \"$4\"
         CHECK (${3//:last/$(sql "SELECT quote(max($2)) FROM $1")})"
}
spring() { # table
    sql "ALTER TABLE $1 DROP COLUMN trap"
}

digits() {
    local file
    for file in "$FIXTURE"/digits/*.csv.gz; do
        gzip -dc "$file" > "$T/$(basename "$file" .gz)"
    done
}

ingested() {
    digits
    "$BIN/ingest" --db "$DB" "$T/train.csv" "$T/test.csv" > /dev/null || exit 1
}

finish() {
    echo "$NAME: $PASSED passed, $FAILED failed"
    [ "$FAILED" = 0 ] && [ "$PASSED" -gt 0 ]
    exit
}
