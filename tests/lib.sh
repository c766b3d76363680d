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
#   small_digits                          $T/train.rows and $T/test.rows: a digit and its 64 pixels of
#                                         0..16 a line, parted by blanks
#   form_of ROWS COLUMNS [NAME=VALUE]...  prints such rows as a file of that form, see there
#   truth_of ROWS [NAME=VALUE]...         what `stored` has to print for them
#   stored DATASET PART                   id|label|numbers of all rows, of its newest version
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

small_digits() {
    xz -dc "$FIXTURE/digits-8x8/digits.csv.xz" | awk -F, -v t="$T" '{
        row = $65
        for (i = 1; i < 65; i++) row = row " " $i
        print row > (t (NR <= 120 ? "/train.rows" : NR <= 160 ? "/test.rows" : "/more.rows")) }'
}

# COLUMNS are label, id, index (0, 1, 2, ...), empty, pixels, left and right (halves of them), packed
# (all in one field), and texts as they are. Names: sep, label and id (their names), p (of pixels) and
# base (of the first one), header (0: none), lf and idf (printf formats), mul, add and vf (of values).
# `order` are the pixels in another order, `comma=1` makes decimal commas.
FORM='
BEGIN {
    if (sep == "") sep = ","; if (label == "") label = "label"; if (id == "") id = "id"
    if (p == "") p = "p"; if (p == "-") p = ""; if (lf == "") lf = "%s"; if (idf == "") idf = "img_%d"
    if (mul == "") mul = 1; if (vf == "") vf = "%d"; if (header == "") header = 1
    n_columns = split(columns, column, " ")
}
function value(i,   text) {
    text = sprintf(vf, $(at[i] + 1) * mul + add)
    if (comma) sub(/\./, ",", text)
    return text
}
function pixels(from, to, what,   i, out) {
    for (i = from; i <= to; i++)
        out = out (i > from ? sep : "") (what == "names" ? p (at[i] - 1 + base) : value(i))
    return out
}
function field(name, what) {
    if (name == "pixels") return pixels(1, n, what)
    if (name == "left") return pixels(1, n / 2, what)
    if (name == "right") return pixels(n / 2 + 1, n, what)
    if (what == "names") return name == "label" ? label : name == "id" ? id : name == "index" || name == "empty" ? "" : name == "packed" ? "pixels" : name
    if (name == "label") return sprintf(lf, $1)
    if (name == "id") return sprintf(idf, NR)
    if (name == "index") return NR - 1
    if (name == "empty") return ""
    if (name == "packed") { name = sep; sep = " "; what = pixels(1, n, what); sep = name; return what }
    return name
}
function line(what,   i, out) {
    for (i = 1; i <= n_columns; i++) out = out (i > 1 ? sep : "") field(column[i], what)
    print out
}
NR == 1 {
    n = NF - 1
    for (i = 1; i <= n; i++) at[i] = i
    if (order != "") split(order, at, " ")
    if (header) line("names")
}
{ line("rows") }'
form_of() { # rows, columns, name=value...
    local name rows=$1 columns=$2 names=()
    shift 2
    for name in "$@"; do names+=(-v "$name"); done
    awk -v columns="$columns" "${names[@]}" "$FORM" "$rows"
}

# Names: id=1 (there are ids) and idf, nolabel=1, lf, mul, add, vf.
truth_of() { # rows, name=value...
    local name rows=$1 names=()
    shift
    for name in "$@"; do names+=(-v "$name"); done
    awk "${names[@]}" '
        BEGIN { if (mul == "") mul = 1; if (vf == "") vf = "%d"; if (lf == "") lf = "%s"; if (idf == "") idf = "img_%d" }
        {
            out = (id ? sprintf(idf, NR) : "-") "|" (nolabel ? "-" : sprintf(lf, $1)) "|"
            for (i = 2; i <= NF; i++)
                out = out (i > 2 ? " " : "") sprintf("%.6g", sprintf(vf, $i * mul + add))
            print out
        }' "$rows"
}

stored() { # dataset, part
    sql "SELECT ifnull(i.external_id, '-'), ifnull(c.label, '-'), d.format, hex(i.pixels)
         FROM image AS i JOIN dataset AS d ON d.id = i.dataset
         LEFT JOIN class AS c ON c.dataset = d.id AND c.class = i.class
         WHERE i.part = '$2' AND d.id =
             (SELECT id FROM dataset WHERE name = '$1' ORDER BY version DESC LIMIT 1) ORDER BY i.row" |
        awk -F'|' '
            BEGIN { for (i = 0; i < 256; i++) byte[sprintf("%02X", i)] = i }
            function real(hex,   b3, b2, exponent, fraction, sign) {
                b3 = byte[substr(hex, 7, 2)]; b2 = byte[substr(hex, 5, 2)]
                sign = b3 > 127 ? -1 : 1
                exponent = b3 % 128 * 2 + (b2 > 127)
                fraction = b2 % 128 * 65536 + byte[substr(hex, 3, 2)] * 256 + byte[substr(hex, 1, 2)]
                if (exponent == 255) return "nan"
                if (exponent == 0) return sprintf("%.6g", sign * fraction * 2 ^ -149)
                return sprintf("%.6g", sign * (1 + fraction / 8388608) * 2 ^ (exponent - 127))
            }
            {
                step = $3 == "floats" ? 8 : 2
                out = $1 "|" $2 "|"
                for (i = 1; i <= length($4); i += step)
                    out = out (i > 1 ? " " : "") (step == 2 ? byte[substr($4, i, 2)] : real(substr($4, i, 8)))
                print out
            }'
}

finish() {
    echo "$NAME: $PASSED passed, $FAILED failed"
    [ "$FAILED" = 0 ] && [ "$PASSED" -gt 0 ]
    exit
}
