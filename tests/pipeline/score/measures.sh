#!/bin/bash
# score: submissions of probabilities against answers at hand, and the forms that answers have.
. tests/lib.sh

cat sql/schema.sql sql/views/*.sql "$FIXTURE/runs.sql" |
    sqlite3 "$DB"
cd "$T" || exit 1
score() { "$BIN/score" --db "$DB" "$@"; }
submit() { "$BIN/submit" --db "$DB" --quiet "$@" > submitted || exit 1; }
kept() { sql "SELECT local_score, local_wrong, round(local_log_loss, 6), local_auc FROM submission WHERE run = $1"; }
near() { awk -v a="$1" -v b="$2" 'BEGIN { exit !(a != "" && a - b < 5e-6 && b - a < 5e-6) }'; }

# A column a class; run 1 gives the right labels 0.9, 0.8, 0.1 and 0.6.
sql "INSERT INTO submission_column VALUES
     (1, 1, 'id', 'id', NULL), (1, 2, 'c2', 'probability', 2), (1, 3, 'c0', 'probability', 0),
     (1, 4, 'c1', 'probability', 1)"
submit --run 1 --output classes.csv
printf 'id,label\n4,class 0\n3,class 0\n2,class 1\n1,class 0\n' > answers.csv
loss=$(awk 'BEGIN { print -(log(0.9) + log(0.8) + log(0.1) + log(0.6)) / 4 }')
expect_exit 0 '^classes.csv: 75.00 % ± 21.65 \(1 wrong of 4\), log loss [0-9.]+$' \
    score --run 1 --answers answers.csv
check 'the log loss is printed' near "$(sed 's/.*log loss //' .stdout)" "$(printf %.5f "$loss")"
equal 'accuracy is kept' '0.75|1' "$(kept 1 | cut -d '|' -f 1,2)"
check 'and the log loss' near "$(kept 1 | cut -d '|' -f 3)" "$loss"
equal 'and no AUC' '' "$(kept 1 | cut -d '|' -f 4)"
check 'the log loss stands in the lists' near "$(cd "$ROOT" && "$BIN/ask" --db "$DB" --format csv submissions run=1 |
    tail -n 1 | rev | cut -d , -f 2 | rev)" "$(printf %.5f "$loss")"

# Answers in the form of the submission, with and without Usage.
printf 'id,c2,c0,c1,Usage\n1,0,1,0,Public\n2,0,0,1,Private\n3,0,1.0,0,Public\n4,0,1,0,Private\n' > own.csv
expect_exit 0 '^classes.csv: 75.00 %.*, log loss ' score --run 1 --answers own.csv
check 'Usage is spoken of' grep -qx "score: own.csv: its column 'Usage' is ignored" .stderr
check 'the same log loss' near "$(kept 1 | cut -d '|' -f 3)" "$loss"
cut -d , -f 1-4 own.csv > bare.csv
expect_exit 0 '^classes.csv: 75.00 %' score --run 1 --answers bare.csv
equal 'no word of Usage' '' "$(cat .stderr)"
sed '2s/0,1,0/0,1,1/' bare.csv > two.csv
refused 1 '^score: two.csv:2: the columns of the classes mark no label; expected a 1 for one' \
    score --run 1 --answers two.csv
printf 'id,label,usage,weight,"a, b"\n1,class 0,Public,1,2\n' > more.csv
refused 1 "^score: more.csv:1: more columns than needed: 'weight', 'a, b'; expected an id and a label" \
    score --quiet --run 1 --answers more.csv
printf 'id,Usage\n1,Public\n' > none.csv
refused 1 "^score: none.csv:1: the header is 'id,Usage'; expected two names, id and label$" \
    score --quiet --run 1 --answers none.csv

# Rows that do not sum to 1 are scaled; a sure mistake costs 15 ln 10 and no more.
printf 'id,c2,c0,c1\n1,0,1,0\n2,0.5,0.5,1\n3,1,0,0\n4,0.2,0.2,0.2\n' > foreign.csv
printf 'id,label\n1,class 0\n2,class 1\n3,class 0\n4,class 1\n' > truth.csv
expect_exit 0 '^foreign.csv: 50.00 % .*\(2 wrong of 4\), log loss ' \
    score --dataset shapes foreign.csv --answers truth.csv
check 'clipped and scaled' near "$(sed 's/.*log loss //' .stdout)" \
    "$(awk 'BEGIN { printf "%.5f", (log(2) + 15 * log(10) + log(3)) / 4 }')"
sed 's/^2,0.5/2,1.5/' foreign.csv > large.csv
refused 1 "^score: large.csv:3: '1.5' is no probability; expected a number from 0 to 1$" \
    score --dataset shapes large.csv --answers truth.csv
sed '4s/1,0,0/0,0,0/' foreign.csv > zero.csv
refused 1 '^score: zero.csv:4: all probabilities are 0' \
    score --dataset shapes zero.csv --answers truth.csv
sed '1s/c1/c9/' foreign.csv > named.csv
refused 1 "^score: named.csv:1: column 4 is 'c9'; expected 'c1'$" \
    score --dataset shapes named.csv --answers truth.csv
cut -d , -f 1,2 foreign.csv > narrow.csv
refused 1 '^score: narrow.csv:1: expected 4 fields, got 2$' \
    score --dataset shapes narrow.csv --answers truth.csv
sed 1s/id/ImageId/ truth.csv > other.csv
refused 1 "^score: classes.csv:1: the header is 'id,c2,c0,c1'; expected 'ImageId,label' as in other" \
    score --run 1 --answers other.csv

# One probability a row: AUC, log loss, accuracy. 0 is the right label of all but row 3 and 4;
# of label 1 the values are 0.1, 0.4, 0.35 and 0.8: three of the four pairs are in order.
sql "INSERT INTO submission_column VALUES (3, 1, 'id', 'id', NULL), (3, 2, 'target', 'probability', NULL);
     DELETE FROM source_file WHERE dataset = 3;
     INSERT INTO image SELECT 100 + row, 3, 'test', row, NULL, NULL, x'00000000'
     FROM image WHERE dataset = 1 AND part = 'test' AND row > 1;
     UPDATE prediction SET probabilities = '[0.9,0.1]' WHERE run = 5;
     INSERT INTO prediction VALUES (5, 102, 0, 0.6, '[0.6,0.4]'), (5, 103, 0, 0.65, '[0.65,0.35]'),
                                   (5, 104, 1, 0.8, '[0.2,0.8]')"
submit --run 5 --output one.csv
printf 'id,label,Usage\n1,0,a\n2,0.0,a\n3,1,b\n4,1.0,b\n' > answers.csv
expect_exit 0 '^one.csv: 75.00 % ± 21.65 \(1 wrong of 4\), log loss 0.47229, AUC 0.75000 of 1$' \
    score --run 5 --answers answers.csv
equal 'all of it is kept' "0.75|1|$(awk 'BEGIN { printf "%.6f", -(log(.9) + log(.6) + log(.35) + log(.8)) / 4 }')|0.75" \
    "$(kept 5)"
equal 'in the ledger, too' '0.75' "$(sql 'SELECT local_auc FROM submission_ledger WHERE run = 5')"

# Whose probability the file has is found by the run's predictions.
submit --run 5 --positive 0 --output no.csv
expect_exit 0 '^no.csv: 75.00 %.*, log loss 0.47229, AUC 0.75000 of 0$' \
    score no.csv --answers answers.csv
refused 1 "^score: --positive: '1': run 5 wrote the probability of '0' into no.csv$" \
    score --quiet no.csv --positive 1 --answers answers.csv
printf 'id,target\n1,0.2\n2,0.5\n3,0.5\n4,1\n' > guess.csv
expect_exit 0 'AUC 0.87500 of 1$' score --dataset three guess.csv --answers answers.csv
expect_exit 0 'AUC 0.12500 of 0$' score --dataset three guess.csv --positive 0 --answers answers.csv
printf 'id,label\n1,0\n2,0\n3,0\n4,0\n' > alike.csv
expect_exit 0 'log loss [0-9.]+, no AUC: the answers are of one kind$' \
    score --run 5 --answers alike.csv
refused 1 "^score: --positive: 'x' is no label of dataset three; expected one of 0, 1$" \
    score --quiet --dataset three guess.csv --positive x --answers answers.csv

# Answers under the name of the probability: 1 is its label, whatever it is called.
sql "UPDATE class SET label = iif(class, 'yes', 'no') WHERE dataset = 3"
printf 'id,target\n1,0\n2,0\n3,1\n4,1\n' > marked.csv
expect_exit 0 'AUC 0.75000 of yes$' score one.csv --answers marked.csv
# Elsewhere it is a label like others.
refused 1 "^score: answers.csv:2: '0' is no class of dataset three; expected one of no, yes$" \
    score --quiet one.csv --answers answers.csv

# Labels: 7.0 is 7, and what the dataset lacks is refused by its place.
sql "DELETE FROM submission_column; UPDATE class SET label = 7 - class WHERE dataset = 1"
submit --run 1 --output labels.csv
printf 'ImageId,Label\n1,7.0\n2,6.000000000000000000e+00\n3,5\n4,7\n' > answers.csv
expect_exit 0 '^labels.csv: 100.00 %' score labels.csv --answers answers.csv
equal 'no log loss of labels' '1.0|0||' "$(sql "SELECT local_score, local_wrong, local_log_loss, local_auc
    FROM submission WHERE file = 'labels.csv'")"
sed 's/^3,5/3,5.5/' answers.csv > lacks.csv
refused 1 "^score: lacks.csv:4: '5.5' is no class of dataset shapes; expected one of 7, 6, 5$" \
    score labels.csv --answers lacks.csv

# A submission without a header.
sql "INSERT INTO submission_column VALUES (1, 1, NULL, 'id', NULL), (1, 2, NULL, 'label', NULL)"
submit --run 1 --output headless.csv
equal 'there is none' 4 "$(wc -l < headless.csv)"
expect_exit 0 '^headless.csv: 100.00 % .*of 4\)$' score headless.csv --answers answers.csv

# No test file: nothing to score.
refused 1 '^score: dataset trainonly has no test file; nothing to score$' \
    score --run 7 --answers answers.csv
equal 'which is nothing to do' 3 "$(score --dataset trainonly --if-needed --answers none; echo $?)"
finish
