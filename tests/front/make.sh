# The front door: make on a copy of the checkout, with the fixture as the competition's files.
. tests/lib.sh

unset MAKEFLAGS MFLAGS MAKELEVEL
BUILT=$(cd "${BUILD:-build}" && pwd)
COPY=$T/checkout
mkdir "$COPY" "$COPY/build" "$COPY/data"
cp -a "$ROOT"/{Makefile,README.md,nn,pipeline,sql,tests,experiments,submissions} "$COPY"
rm -rf "$COPY"/experiments/{runs.db*,reports} "$COPY"/submissions/*.csv
cp -a "$ROOT"/build/packages* "$COPY/build"
digits
cp "$T"/{train,test,answers,sample_submission}.csv "$COPY/data"
front() { make --no-print-directory -C "$COPY" BUILD="$BUILT" EXPERIMENT=smoke "$@"; }
last() { tail -n 1 "$1"; }
DB=$COPY/experiments/runs.db
FILE=submissions/digits-smoke-run1.csv

front > "$T/first.out" 2> "$T/first.err" || fail 'make' "$(tail "$T/first.out" "$T/first.err")"
equal 'the last line names the submission' "$FILE" "$(last "$T/first.out")"
equal 'the submission' 'ImageId,Label 201' "$(head -n 1 "$COPY/$FILE") $(wc -l < "$COPY/$FILE")"
equal 'one finished run' 'finished' "$(sql 'SELECT status FROM run')"

front > "$T/again.out" 2>&1
equal 'a second make does nothing, in one line' "Nothing to do, all up to date: $FILE" "$(cat "$T/again.out")"

touch "$BUILT"/bin/*
front > "$T/touched.out" 2>&1
equal 'a rebuilt program repeats no training' 1 "$(sql 'SELECT count(*) FROM run')"

touch "$COPY/experiments/smoke.conf"
front > "$T/same.out" 2>&1
check 'a touched experiment file trains nothing' grep -q 'run 1 has trained just this' "$T/same.out"
sed -i 's/epochs = 3/epochs = 2/' "$COPY/experiments/smoke.conf"
front > "$T/changed.out" 2>&1
equal 'a changed one trains' 'submissions/digits-smoke-run2.csv' "$(last "$T/changed.out")"
equal 'on the same data' 1 "$(sql 'SELECT count(*) FROM dataset')"

head -n 500 "$T/train.csv" > "$COPY/data/train.csv"
front > "$T/data.out" 2>&1
equal 'a changed CSV runs everything' 'submissions/digits-smoke-run3.csv' "$(last "$T/data.out")"
equal 'as a new version of the dataset' '1 2' "$(sql "SELECT group_concat(version, ' ') FROM dataset")"

front -j2 TRAIN=data/train.csv TEST=data/test.csv DATASET=other SEED=5 > "$T/other.out" 2>&1
equal 'another dataset and seed, beside the first' 'submissions/other-smoke-run4.csv' "$(last "$T/other.out")"
equal 'with its own seed' 5 "$(sql 'SELECT seed FROM run WHERE id = 4')"
check 'the other files are still there' ls "$COPY"/submissions/digits-smoke-run{1,2,3}.csv

front TRAIN=data/train.csv TEST=data/test.csv DATASET=other FOLDS=3 > "$T/folds.out" 2>&1
equal 'folds are one run' 'submissions/other-smoke-run5.csv' "$(last "$T/folds.out")"
equal 'of three trainings' 3 "$(sql "SELECT count(*) FROM run WHERE parent = 5 AND status = 'finished'")"
equal 'that predict every training image' 499 \
    "$(sql "SELECT images FROM evaluation WHERE run = 5 AND part = 'validation'")"
front TRAIN=data/train.csv TEST=data/test.csv DATASET=other TRAIN_ON=all > "$T/all.out" 2>&1
equal 'trained on all' 'submissions/other-smoke-run9.csv' "$(last "$T/all.out")"
equal 'none is held back' 'none 0' \
    "$(sql "SELECT method || ' ' || (SELECT count(*) FROM evaluation WHERE run = 9 AND part = 'validation')
            FROM run JOIN split ON split.id = run.split WHERE run.id = 9")"
front TRAIN_ON=some > "$T/some.out" 2>&1
equal 'TRAIN_ON that says something else fails' 2 $?
check 'and what is expected is named' grep -q 'expected TRAIN_ON=all' "$T/some.out"

front score RUN=4 > "$T/score.out" 2>&1
check 'score' grep -qE '^submissions/other-smoke-run4.csv: [0-9.]+ % ± [0-9.]+ \([0-9]+ wrong of 200\)' "$T/score.out"
front runs > "$T/runs.out" 2>&1
equal 'runs' 9 "$(grep -c ' smoke ' "$T/runs.out")"
front ask > "$T/ask.out" 2>&1
check 'ask lists the questions' grep -q '^ *leaderboard ' "$T/ask.out"

rm "$DB"
front > "$T/gone.out" 2>&1
equal 'without its database all begins anew' 1 "$(sql 'SELECT count(*) FROM run')"
front EXPERIMENT=none > "$T/none.out" 2>&1
equal 'an unknown experiment fails' 2 $?
check 'and is named' grep -q 'experiments/none.conf' "$T/none.out"
front help > "$T/help.out"
for target in $(sed -n 's/^\([a-z][a-z-]*\):.*/\1/p' "$COPY/Makefile" "$COPY"/*/*.mk | sort -u); do
    check "help knows $target" grep -qE "^  $target " "$T/help.out"
done

finish
