# The front door: make on a copy of the checkout, with the fixture as the competition's files. The
# database is the only memory: whatever is gone or changed is made again, and nothing else.
. tests/lib.sh

unset MAKEFLAGS MFLAGS MAKELEVEL
COPY="$T/a checkout"
mkdir "$COPY" "$COPY/build" "$COPY/data"
cp -a "$ROOT"/{Makefile,README.md,nn,pipeline,sql,tests,experiments,submissions} "$COPY"
rm -rf "$COPY"/experiments/{runs.db*,reports} "$COPY"/submissions/*.csv
cp -a "${BUILD:-build}"/. "$COPY/build"
digits
cp "$T"/{train,test,answers,sample_submission}.csv "$COPY/data"
front() { make --no-print-directory -C "$COPY" EXPERIMENT=smoke "$@"; }
last() { tail -n 1 "$1"; }
runs() { sql 'SELECT count(*) FROM run'; }
DB=$COPY/experiments/runs.db
FILE=submissions/digits-smoke-run1.csv
IDLE="Nothing to do, all up to date: $FILE"

front > "$T/first.out" 2> "$T/first.err" || fail 'make' "$(tail "$T/first.out" "$T/first.err")"
equal 'the last line names the submission' "$FILE" "$(last "$T/first.out")"
equal 'the submission' 'ImageId,Label 201' "$(head -n 1 "$COPY/$FILE") $(wc -l < "$COPY/$FILE")"
equal 'one finished run' 'finished' "$(sql 'SELECT status FROM run')"
equal 'a page' 1 "$(find "$COPY/experiments/reports/run-1" -name report.html | wc -l)"

# ---------------------------------------------------------------------- nothing to do
front > "$T/again.out" 2>&1
equal 'a second make does nothing, in one line' "$IDLE" "$(cat "$T/again.out")"
touch "$COPY"/build/bin/*
equal 'a rebuilt program repeats nothing' "$IDLE" "$(front 2>&1)"
touch "$COPY/experiments/smoke.conf" "$COPY/data/train.csv"
equal 'neither do files with a new date' "$IDLE" "$(front 2>&1)"
equal 'one run' 1 "$(runs)"

# ---------------------------------------------------------------------- what is gone or changed
page=$COPY/experiments/reports/run-1/report.html
sum() { sha256sum < "$1"; }
before=$(sum "$COPY/$FILE")
rm "$COPY/$FILE"
equal 'a removed submission is written again' "$FILE" "$(front 2> /dev/null | tail -n 1)"
equal 'just as it was' "$before" "$(sum "$COPY/$FILE")"
echo '201,5' >> "$COPY/$FILE"
equal 'an edited one, too' "$FILE" "$(front 2> /dev/null | tail -n 1)"
equal 'just as it was' "$before" "$(sum "$COPY/$FILE")"
rm "$page"
front > /dev/null 2>&1
check 'a removed page is made again' test -s "$page"
echo '<p>' >> "$page"
front > /dev/null 2>&1
check 'an edited one, too' sh -c '! tail -n 1 "$1" | grep -q "^<p>$"' - "$page"
equal 'then there is nothing to do' "$IDLE" "$(front 2>&1)"
front delete RUN=1 CONFIRM=yes-delete-1 > /dev/null 2>&1
equal 'a deleted run is trained anew' 'submissions/digits-smoke-run2.csv' "$(front 2> /dev/null | tail -n 1)"
equal 'and is the only one' '2|finished' "$(sql 'SELECT id, status FROM run')"

# A backup that is put back: what was trained after it is trained again, with its own seed.
cp "$DB" "$T/backup.db"
front SEED=2 > /dev/null 2>&1
front SEED=3 > /dev/null 2>&1
rm -f "$DB"*
cp "$T/backup.db" "$DB"
equal 'a backup put back: seed 2 is trained' 'submissions/digits-smoke-run3.csv' "$(front SEED=2 2> /dev/null | tail -n 1)"
equal 'then seed 4, beside the file of a run that is gone' 'submissions/digits-smoke-run4-2.csv' "$(front SEED=4 2> /dev/null | tail -n 1)"
equal 'each run with its own seed' '42 2 4' "$(sql 'SELECT group_concat(seed, " ") FROM (SELECT seed FROM run ORDER BY id)')"
front SEED=2 > /dev/null 2>&1 # its page lists the other runs
equal 'seed 2 is up to date' 'Nothing to do, all up to date: submissions/digits-smoke-run3.csv' "$(front SEED=2 2>&1)"

# ---------------------------------------------------------------------- changed inputs
sed -i 's/epochs = 3/epochs = 2/' "$COPY/experiments/smoke.conf"
equal 'a changed experiment trains' 'submissions/digits-smoke-run5.csv' "$(front 2> /dev/null | tail -n 1)"
equal 'on the same data' 1 "$(sql 'SELECT count(*) FROM dataset')"
equal 'SET= changes it, too' 'submissions/digits-smoke-run6.csv' "$(front SET='train.batch=32 train.epochs=1' 2> /dev/null | tail -n 1)"
equal 'as it was told' '32 1' "$(sql "SELECT group_concat(value, ' ') FROM hyperparameter WHERE run = 6 AND name IN ('train.batch', 'train.epochs')")"

# Another file that looks older than the one before, as unzip makes it.
head -n 500 "$T/train.csv" > "$COPY/data/train.csv"
touch -d 2019-01-01 "$COPY/data/train.csv"
equal 'a changed CSV runs everything' 'submissions/digits-smoke-run7.csv' "$(front 2> /dev/null | tail -n 1)"
equal 'as a new version of the dataset' '1 2' "$(sql "SELECT group_concat(version, ' ') FROM dataset")"
equal 'then there is nothing to do' 'Nothing to do, all up to date: submissions/digits-smoke-run7.csv' "$(front 2>&1)"

# ---------------------------------------------------------------------- other datasets, folds, all
mkdir "$COPY/my files"
cp "$COPY"/data/{train,test}.csv "$COPY/my files"
front -j2 TRAIN='my files/train.csv' DATASET=other SEED=5 > "$T/other.out" 2>&1
equal 'another dataset and seed, beside the first; TEST beside TRAIN' 'submissions/other-smoke-run8.csv' "$(last "$T/other.out")"
equal 'with its own seed' 5 "$(sql 'SELECT seed FROM run WHERE id = 8')"
front TRAIN='my files/train.csv' DATASET=other FOLDS=3 > "$T/folds.out" 2>&1
equal 'folds are one run' 'submissions/other-smoke-run9.csv' "$(last "$T/folds.out")"
equal 'of three trainings' 3 "$(sql "SELECT count(*) FROM run WHERE parent = 9 AND status = 'finished'")"
equal 'that predict every training image' 499 \
    "$(sql "SELECT images FROM evaluation WHERE run = 9 AND part = 'validation'")"
equal 'folds are found again' 'Nothing to do, all up to date: submissions/other-smoke-run9.csv' \
    "$(front TRAIN='my files/train.csv' DATASET=other FOLDS=3 2>&1)"
front TRAIN='my files/train.csv' DATASET=other TRAIN_ON=all > "$T/all.out" 2>&1
equal 'trained on all' 'submissions/other-smoke-run13.csv' "$(last "$T/all.out")"
equal 'none is held back' 'none 0' \
    "$(sql "SELECT method || ' ' || (SELECT count(*) FROM evaluation WHERE run = 13 AND part = 'validation')
            FROM run JOIN split ON split.id = run.split WHERE run.id = 13")"

# ---------------------------------------------------------------------- two at once
front SEED=77 > "$T/one.out" 2>&1 &
front SEED=77 > "$T/two.out" 2>&1
wait $!
equal 'two at once train once' '1|finished' "$(sql 'SELECT count(*), min(status) FROM run WHERE seed = 77')"
equal 'and end with the same file' "$(last "$T/one.out" | sed 's/.*: //')" "$(last "$T/two.out" | sed 's/.*: //')"

# ---------------------------------------------------------------------- what make is told
front score RUN=8 ANSWERS=data/answers.csv DATASET=other > "$T/score.out" 2>&1
check 'score' grep -qE '^submissions/other-smoke-run8.csv: [0-9.]+ % ± [0-9.]+ \([0-9]+ wrong of 200\)' "$T/score.out"
front runs > "$T/runs.out" 2>&1
equal 'runs' "$(sql 'SELECT count(*) FROM run')" "$(grep -c ' smoke ' "$T/runs.out")"
front ask > "$T/ask.out" 2>&1
check 'ask lists the questions' grep -q '^ *leaderboard ' "$T/ask.out"
front note RUN=8 TEXT='saved $5 at $(date) and "more"' > /dev/null 2>&1
equal 'texts arrive as typed' 'saved $5 at $(date) and "more"' "$(sql 'SELECT note FROM run WHERE id = 8')"
equal 'a note without TEXT is printed' 'saved $5 at $(date) and "more"' "$(front -s note RUN=8 2>&1)"
equal 'and stays' 'saved $5 at $(date) and "more"' "$(sql 'SELECT note FROM run WHERE id = 8')"
equal 'SQL arrives as typed' '7' "$(front -s ask SQL="SELECT json_extract('{\"a\":7}', '\$.a') AS a" FORMAT=csv 2>&1 | tail -n 1)"

refuses() { # what, regex, call
    local what=$1 regex=$2
    shift 2
    front "$@" > "$T/refused.out" 2>&1
    equal "$what: exit status" 2 $?
    check "$what: is told" grep -qE -- "$regex" "$T/refused.out"
}
before=$(database_hash)
refuses 'an unknown variable' 'EXPERIMNT=: make knows no such variable; did you mean EXPERIMENT\?' EXPERIMNT=smoke
refuses 'a variable of another target' 'Q=: is for make ask committee, not for make all' Q=leaderboard
refuses 'a misspelt parameter' "limt" leaderboard LIMT=3
refuses 'an unknown experiment' 'make: EXPERIMENT=smok: there is no experiments/smok.conf; did you mean smoke\?' EXPERIMENT=smok
refuses 'an unknown dataset' 'make: DATASET=fashon: there is no data/fashon/train.csv.*did you mean fashion\?' DATASET=fashon
refuses 'TRAIN_ON that says something else' 'expected TRAIN_ON=all' TRAIN_ON=some
refuses 'verify without a run' 'make: RUN is missing; expected RUN=7' verify
refuses 'tag without a tag' 'make: TAG is missing; expected TAG=word' tag RUN=1
refuses 'note without a run' 'make: RUN is missing; expected RUN=7' note TEXT=x
refuses 'a file that is not there' 'DATASET=digits: there is no none/train.csv' TRAIN=none/train.csv
refuses 'a name that is no name' "'x;y' is no name" DATASET='x;y' TRAIN=data/train.csv
equal 'nothing of that touched the database' "$before" "$(database_hash)"
printf '# x$(touch %s/ran) `touch %s/ran`\n' "$T" "$T" | cat - "$COPY/experiments/smoke.conf" > "$COPY/experiments/odd.conf"
front EXPERIMENT=odd split > /dev/null 2>&1
check 'no command of an experiment file runs' test ! -e "$T/ran"

rm "$DB"*
rm "$COPY"/submissions/*.csv
equal 'without its database all begins anew' 'submissions/digits-smoke-run1.csv' "$(front 2> /dev/null | tail -n 1)"
equal 'with one run' 1 "$(runs)"
front help > "$T/help.out"
for target in $(sed -n 's/^\([a-z][a-z-]*\):.*/\1/p' "$COPY/Makefile" "$COPY"/*/*.mk | sort -u); do
    check "help knows $target" grep -qE "^  $target " "$T/help.out"
done

finish
