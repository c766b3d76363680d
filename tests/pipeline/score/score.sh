#!/bin/bash
# score: a submission against answers at hand.
. tests/lib.sh

cat sql/schema.sql sql/views/*.sql "$FIXTURE/runs.sql" |
    sqlite3 "$DB"
cd "$T" || exit 1
score() { "$BIN/score" --db "$DB" "$@"; }
"$BIN/submit" --db "$DB" --run 1 --quiet --output one.csv > submitted || exit 1
"$BIN/submit" --db "$DB" --run 4 --quiet --output four.csv >> submitted || exit 1

# one.csv says class 0, 1, 2, 0. One wrong of four: 75 %, standard error sqrt(0.75 * 0.25 / 4).
printf 'ImageId,Label\n1,class 0\n2,class 1\n3,class 2\n4,class 2\n' > answers.csv
expect_exit 0 '^one.csv: 75.00 % ± 21.65 \(1 wrong of 4\)$' score --run 1 --answers answers.csv
equal 'the score stands beside the submission' '0.75|1|24' \
    "$(sql 'SELECT local_score, local_wrong, length(scored_at) FROM submission WHERE run = 1')"
equal 'and beside no other' '|' \
    "$(sql 'SELECT local_score, scored_at FROM submission WHERE run = 4')"
equal 'the stage is logged' '1|1 wrong of 4' \
    "$(sql "SELECT run, result FROM stage WHERE stage = 'score'")"

# Order of rows, line ends and quotes do not matter; the newest submission of the dataset is meant.
printf 'ImageId,Label\r\n4,"class 0"\r\n2,class 1\r\n3,class 2\r\n1,class 0\r\n' > answers.csv
expect_exit 0 '^one.csv: 100.00 % ± 0.00 \(0 wrong of 4\)$' \
    score --dataset shapes --answers answers.csv
equal 'the newer score counts' '1.0|0' \
    "$(sql 'SELECT local_score, local_wrong FROM submission WHERE run = 1')"

# Labels with commas and quotes.
printf 'id,class name\nq 9,Sandal\n"b,1","T-shirt, top"\nc3,"the ""best"""\n"a""7",Sandal\n' \
    > quoted.csv
expect_exit 0 '^four.csv: 75.00 %' score four.csv --answers quoted.csv
equal 'a file is found by its bytes' 1 "$(sql 'SELECT local_wrong FROM submission WHERE run = 4')"
cp four.csv copy.csv
printf 'id,class name\nq 9, café \n"b,1",Sandal\nc3,Sandal\n"a""7",Sandal\n' > wrong.csv
sed -i 's/, café /," café "/' wrong.csv
expect_exit 0 '^copy.csv: 0.00 %' score copy.csv --answers wrong.csv
equal 'whatever it is called' 4 "$(sql 'SELECT local_wrong FROM submission WHERE run = 4')"

# A file that is no submission of this database is judged, not kept.
printf 'ImageId,Label\n1,class 1\n2,class 1\n3,class 1\n4,class 1\n' > foreign.csv
before=$(database_hash)
expect_exit 0 '^foreign.csv: 25.00 %' score foreign.csv --answers answers.csv
check 'and that is said' grep -q '^score: not kept: no submission in .* is this file$' "$T/.stderr"
equal 'the database is as before' "$before" "$(database_hash)"

# What doesn't match.
rows() { printf 'ImageId,Label\n'; printf '%s\n' "$@"; }
rows '1,a' '2,a' '3,a' > short.csv
refused 1 "^score: short.csv: id '4' is missing; expected the 4 ids of answers.csv$" \
    score short.csv --answers answers.csv
rows '1,a' '2,a' '3,a' '4,a' '5,a' > long.csv
refused 1 "^score: long.csv:6: id '5' is not in answers.csv; expected its 4 ids$" \
    score long.csv --answers answers.csv
rows '0,a' '1,a' '2,a' '3,a' > shifted.csv
refused 1 "^score: shifted.csv:2: id '0' is not in answers.csv" \
    score shifted.csv --answers answers.csv
rows '1,a' '2,a' '2,a' '4,a' > twice.csv
refused 1 "^score: twice.csv:4: id '2' occurs a second time; expected unique ids$" \
    score twice.csv --answers answers.csv
sed -i 's/,a$/,class 0/' twice.csv
refused 1 "^score: twice.csv:4: id '2' occurs" score one.csv --answers twice.csv
rows '1,a' '2,a,b' > ragged.csv
refused 1 '^score: ragged.csv:3: expected 2 fields, got 3$' score ragged.csv --answers answers.csv
rows '1,a' '2,"a' > open.csv
refused 1 '^score: open.csv:[0-9]+: ' score open.csv --answers answers.csv
sed 's/ImageId,Label/id,label/' one.csv > header.csv
refused 1 "^score: header.csv:1: the header is 'id,label'; expected 'ImageId,Label' as in answers" \
    score header.csv --answers answers.csv
rows > empty.csv
sed -i 2d empty.csv
refused 1 '^score: empty.csv: no rows below the header$' score empty.csv --answers answers.csv
refused 1 '^score: none.csv: No such file' score none.csv --answers answers.csv
refused 1 '^score: none.csv: No such file' score one.csv --answers none.csv
refused 1 '^score: .*: run 2 has no submission' score --run 2 --answers answers.csv
refused 1 "^score: .*: no submission on dataset 'none'" score --dataset none --answers answers.csv
echo '5,class 0' >> one.csv
refused 1 '^score: one.csv: has changed since run 1 submitted it' \
    score --run 1 --answers answers.csv
# The newest submission of the run is another file.
"$BIN/submit" --db "$DB" --run 1 --quiet --output two.csv > submitted
expect_exit 0 '^two.csv: ' score --run 1 --answers answers.csv
refused 2 '^score: --answers is missing' score --run 1
refused 2 '^score: expected either --run or one submission file$' \
    score --run 1 one.csv --answers answers.csv
refused 2 '^score: expected either' score one.csv four.csv --answers answers.csv

expect_exit 0 '^Example:$' "$BIN/score" --help
finish
