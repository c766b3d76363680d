# What is wrong with a database and the files beside it is found, and nothing where nothing is.
. tests/lib.sh
CONF=$ROOT/experiments/smoke.conf
ingested
cd "$T"
"$BIN/split" --db "$DB" "$CONF" > out || exit 1
"$BIN/train" --db "$DB" --quiet --threads 1 "$CONF" > out || exit 1
"$BIN/evaluate" --db "$DB" --quiet > out || exit 1
"$BIN/submit" --db "$DB" --quiet > file || exit 1
file=$(cat file)
sql 'PRAGMA wal_checkpoint(TRUNCATE)' > out
cp "$DB" good.db
cp "$file" good.csv
check_it() { "$BIN/check" --db "$DB" --reports reports; }
expect_exit 0 '^all is well$' check_it

# what, command that spoils it, finding
found() {
    cp good.db "$DB"
    cp good.csv "$file"
    eval "$1"
    run check_it
    if [ "$STATUS" = 1 ] && grep -qE "$2" "$T/.stdout" &&
        grep -qxE "check: $DB: found [0-9]+ things? to be put right" "$T/.stderr"; then pass; else
        fail "$1" "expected: $2, found exit $STATUS and: $(cat "$T/.stdout" "$T/.stderr")"
    fi
}
change() { sqlite3 "$DB" "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; $1"; }
found 'change "DELETE FROM split"' 'rows of run name one of split that is not there; make restore'
found 'change "UPDATE prediction SET class = 77 WHERE image = (SELECT min(image) FROM prediction)"' 'run 1: 1 predictions are of images or classes that its dataset lacks'
found 'change "DELETE FROM evaluation"' 'run 1: 320 predictions belong to no evaluation'
found 'change "DELETE FROM prediction WHERE image = 700"' 'evaluated on 320 images and has predictions of 319'
found 'change "DELETE FROM checkpoint"' 'run 1: is finished and has no weights; make delete RUN=1'
found "change \"UPDATE checkpoint SET weights = zeroblob(length(weights)) WHERE kind = 'best'\"" "run 1: its weights 'best' were changed"
found "change \"UPDATE run SET status = 'running', ended_at = NULL, host = 'elsewhere'\"" 'says that it is running on elsewhere, last heard of at .*; where that is over, make settle RUN=1'
found 'rm "$file"' "^$file: the submission is gone; make submit RUN=1"
found 'echo 1,2 >> "$file"' "^$file: the submission was changed; make submit RUN=1"
found "change \"INSERT INTO report VALUES (1, 'reports/run-1/report.html', printf('%064d', 1), printf('%064d', 1), '2026')\"" \
    'run-1/report.html: the report is gone; make report RUN=1'
found 'touch submissions/.a.csv.abcdef.pixelmill' 'submissions/.a.csv.abcdef.pixelmill: was left by a killed program; rm '
rm submissions/.a.csv.abcdef.pixelmill
found 'mkdir -p reports/run-1.new' 'reports/run-1.new: was left by a killed program; make report RUN=1'
rm -r reports
found 'printf "spoilt spoilt" | dd of="$DB" bs=1 seek=$(($(stat -c %s "$DB") / 8192 * 4096)) conv=notrunc 2> out' 'damaged|changed'
cp good.db "$DB"
cp good.csv "$file"
rm -f "$DB"-[ws]*
expect_exit 0 '^all is well$' check_it
finish
