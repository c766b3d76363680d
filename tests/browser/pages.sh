#!/bin/bash
# pages.sh: the report's pages in Debian's chromium and under an HTML validator.
#
# Makes pages of five kinds of runs: made by hand (tests/fixtures/charts.sql), the digits of the fixture
# with three epochs, 47 classes with long labels made of the same digits, a table, and a comparison. What it
# needs from npm is in $BUILD/pages/node_modules (make test-pages puts it there); screenshots go to
# $BUILD/pages.
. tests/lib.sh

PAGES=$(cd "${BUILD:-build}/pages" && pwd) || exit 1
NAME=pages
report() { "$BIN/report" --quiet --db "$DB" "$@" > /dev/null || exit 1; }
net() { # number of classes, conf
    printf '[model]\nlayers =\n    conv 8 3x3 same\n    relu\n    batchnorm\n    maxpool 2\n' > "$2"
    printf '    conv 16 3x3\n    relu\n    dense %d\n[train]\nepochs = 3\nbatch = 16\n' "$1" >> "$2"
}
trained() { # dataset, conf
    "$BIN/split" --db "$DB" --dataset "$1" --quiet "$2" > /dev/null &&
        "$BIN/train" --db "$DB" --dataset "$1" --quiet "$2" > /dev/null &&
        "$BIN/evaluate" --db "$DB" --dataset "$1" --quiet > /dev/null || exit 1
}

cat sql/schema.sql sql/views/*.sql "$FIXTURE/charts.sql" | sqlite3 "$DB"
for run in 1 2 3 4; do report --run $run --out "$T/hand"; done
report --compare 1 2 --out "$T/hand"

rm -f "$DB"*
ingested
net 10 "$T/ten.conf"
trained digits "$T/ten.conf"
# Five ways to write a digit, so 47 classes; a label of each holds a comma, some hold quotes and signs.
awk -F, '
    BEGIN { split("zero one two three four five six seven eight nine", digit, " ")
            split("as it was written|mirrored left to right|turned by a quarter|white \"\"on\"\" black & <inverted>|upper half only", way, "|") }
    NR == 1 { print; next }
    { v = NR % 5; if ($1 + 10 * v >= 47) next
      printf "\"digit %s, %s\"", digit[$1 + 1], way[v + 1]
      for (y = 0; y < 28; y++) for (x = 0; x < 28; x++)
          printf ",%d", v == 0 ? $(2 + 28 * y + x) : v == 1 ? $(2 + 28 * y + 27 - x) : \
              v == 2 ? $(2 + 28 * (27 - x) + y) : v == 3 ? 255 - $(2 + 28 * y + x) : y < 14 ? $(2 + 28 * y + x) : 0
      print "" }' "$T/train.csv" > "$T/many.csv"
"$BIN/ingest" --db "$DB" --dataset many "$T/many.csv" "$T/test.csv" > /dev/null || exit 1
net 47 "$T/forty-seven long & <odd> names.conf"
trained many "$T/forty-seven long & <odd> names.conf"
report --run 1 --out "$T/digits"
report --run 2 --out "$T/many"
awk 'BEGIN { print "length in <mm>,colour & shade,a column with a name that is longer than an axis can bear,none,class"
             for (i = 0; i < 60; i++)
                 print i % 3 + i / 20 "," (i % 4 ? "red" : "blue") "," (i % 7 ? i * i : "") ",NA,kind " i % 3 }' > "$T/table.csv"
awk -F, -v OFS=, 'NR == 1 || NR % 5 == 0 { print $1, $2, $3 * 2, $4 }' "$T/table.csv" > "$T/table-test.csv"
sed -i '1s/.*/length in <mm>,colour \& shade,a column with a name that is longer than an axis can bear,none/' "$T/table-test.csv"
"$BIN/ingest" --db "$DB" --dataset table "$T/table.csv" "$T/table-test.csv" > /dev/null || exit 1
printf '[model]\nlayers =\n    dense 8\n    relu\n    dense 3\n[train]\nepochs = 3\n' > "$T/table.conf"
trained table "$T/table.conf"
report --run 3 --out "$T/table"

set -- "$T"/hand/run-*/report.html "$T/hand/compare-1-2/report.html" "$T/hand/index.html" \
    "$T/digits/run-1/report.html" "$T/many/run-2/report.html" "$T/many/index.html" \
    "$T/table/run-3/report.html"
for page in "$@"; do
    check "valid HTML: ${page#"$T"/}" "$PAGES/node_modules/.bin/html-validate" "$page"
done
for page in "$@"; do
    cp tests/browser/page.mjs "$PAGES/page.mjs"
    name=$(echo "${page#"$T"/}" | tr / - | sed 's/.html$//')
    check "in chromium: ${page#"$T"/}" node "$PAGES/page.mjs" "$page" "$PAGES/$name"
done
finish
