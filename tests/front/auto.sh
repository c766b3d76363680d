# The front door for somebody's own files: the dataset's name, a missing test file, EXPERIMENT=auto,
# and the few digits that stand in where there is no network.
. tests/lib.sh

unset MAKEFLAGS MFLAGS MAKELEVEL EXPERIMENT DATASET TOLD REPORTS BIN
COPY="$T/a checkout"
mkdir "$COPY" "$COPY/build" "$COPY/data"
cp -a "$ROOT"/{Makefile,README.md,nn,pipeline,sql,tests,experiments,submissions} "$COPY"
rm -rf "$COPY"/experiments/{runs.db*,reports} "$COPY"/submissions/*.csv
cp -a "${BUILD:-build}"/. "$COPY/build"
DB=$COPY/experiments/runs.db
front() { make --no-print-directory -C "$COPY" "$@" > "$T/out" 2> "$T/err"; }
last() { tail -n 1 "$T/out"; }

# ------------------------------------------------------------------------------ a table
# Two clouds of points with a gap and a column of texts, 60 rows of each label.
mkdir "$T/two clouds"
awk 'BEGIN { srand(7); print "width,height,colour,kind"
    for (i = 0; i < 120; i++) { k = i % 2
        printf "%.3f,%s,%s,%s\n", rand() + 2 * k, i == 10 ? "" : sprintf("%.3f", rand() - k),
            rand() < 0.5 ? "red" : "green", k ? "oak" : "elm" } }' > "$T/two clouds/train.csv"
head -n 21 "$T/two clouds/train.csv" | cut -d, -f1-3 > "$T/two clouds/test.csv"
head -n 21 "$T/two clouds/train.csv" | cut -d, -f4 > "$T/truth"
QUICK='SET=train.least_steps=300'
check 'make TRAIN=' front TRAIN="$T/two clouds/train.csv" "$QUICK"
equal 'the last line' submissions/two-clouds-table-run1.csv "$(last)"
equal 'named after the folder' 'two-clouds table' "$(sql 'SELECT name || " " || kind FROM dataset')"
equal 'the run is that of the experiment' 'table' "$(sql 'SELECT experiment FROM run')"
equal 'and its net begins with standardize' 'standardize' \
    "$(sql 'SELECT kind FROM layer WHERE run = 1 AND layer = 1')"
equal 'header by the names of the files' 'ImageId,kind' "$(head -n 1 "$COPY/$(last)" | sed 's/Label/kind/')"
equal 'all right' "$(tail -n +2 "$T/truth")" "$(tail -n +2 "$COPY/$(last)" | cut -d, -f2)"
check 'what was chosen is said' grep -q '^choose: table for two-clouds: rows of ' "$T/err"
front TRAIN="$T/two clouds/train.csv" "$QUICK"
equal 'a second make does nothing' \
    'Nothing to do, all up to date: submissions/two-clouds-table-run1.csv' "$(cat "$T/out")"
front TRAIN="$T/two clouds/train.csv" EXPERIMENT=table "$QUICK"
equal 'nor does its own name' \
    'Nothing to do, all up to date: submissions/two-clouds-table-run1.csv' "$(cat "$T/out")"

# ------------------------------------------------------------------------------ no test file
rm "$T/two clouds/test.csv"
mv "$T/two clouds" "$T/alone"
check 'no test file' front TRAIN="$T/alone/train.csv" LABEL=kind "$QUICK"
equal 'ends with the report' run-2/report.html "$(last | sed 's|.*reports/||')"
front TRAIN="$T/alone/train.csv" LABEL=kind "$QUICK"
equal 'and then there is nothing to do' 'Nothing to do, all up to date: run-2/report.html' \
    "$(sed 's|: .*reports/|: |' "$T/out")"
mv "$T/alone/train.csv" "$T/alone/oaks.csv"
front TRAIN="$T/alone/oaks.csv" LABEL=kind "$QUICK"
equal 'a file with a name of its own' oaks "$(sql 'SELECT name FROM dataset ORDER BY id DESC LIMIT 1')"
check 'a file that is not there' test "$(front TRAIN="$T/none.csv"; echo $?)" = 2
check 'is named' grep -q "there is no $T/none.csv" "$T/err"

# ------------------------------------------------------------------------------ without a network
mkdir "$T/bin"
printf '#!/bin/sh\nexit 1\n' > "$T/bin/npm"
chmod +x "$T/bin/npm"
offline() { (export PATH="$T/bin:$PATH" HOME="$T"; front "$@"); }
check 'make without a network' offline EXPERIMENT=smoke
equal 'a dataset of its own' submissions/digits-sample-smoke-run3.csv "$(last)"
check 'and is named, with the reason' grep -q '^These are 800 digits .* npm cannot fetch' "$T/err"
digits
cp "$T"/{train,test}.csv "$COPY/data"
front EXPERIMENT=smoke
equal 'the digits themselves are another one' submissions/digits-smoke-run4.csv "$(last)"

# ------------------------------------------------------------------------------ a look at images
front
equal 'digits: as the experiment is' 'quick|' \
    "$(sql "SELECT experiment, settings FROM choice JOIN dataset ON dataset.id = choice.dataset WHERE name = 'digits'")"
equal 'run as quick' 'quick' "$(sql 'SELECT experiment FROM run ORDER BY id DESC LIMIT 1')"
finish
