#!/bin/bash
# submit: a probability for each class, or one, as the table submission_column says.
. tests/lib.sh
root=$(pwd)

cat sql/schema.sql sql/views/*.sql "$FIXTURE/runs.sql" |
    sqlite3 "$DB"
cd "$T" || exit 1
submit() { "$BIN/submit" --db "$DB" "$@"; }
columns() { # dataset, (position, name, kind, class)...
    sql "DELETE FROM submission_column WHERE dataset = $1; INSERT INTO submission_column
         SELECT $1, column1, column2, column3, column4 FROM (VALUES $2)"
}

# Each row of the file: its values' sum within 1e-6 of 1, and which column is the greatest.
sums() {
    tail -n +2 "$1" | awk -F, '{ s = 0; for (i = 2; i <= NF; i++) s += $i; if (s < 1 - 1e-6 || s > 1 + 1e-6) print }'
}

# A column a class, not in the order of the classes; six digits of a prediction do not sum to 1.
columns 1 "(1, 'id', 'id', NULL), (2, 'p 2', 'probability', 2), (3, 'p,0', 'probability', 0),
           (4, 'p1', 'probability', 1)"
sql "UPDATE prediction SET probabilities = '[0.333334,0.333333,0.333332]', class = 0
     WHERE run = 1 AND image = 11"
expect_exit 0 '^4 rows, SHA-256' submit --run 1 --output classes.csv
equal 'the header is of the columns' 'id,p 2,"p,0",p1' "$(head -n 1 classes.csv)"
equal 'the probabilities stand under their names' '1,0.05,0.9,0.05' "$(sed -n 2p classes.csv)"
equal 'in all rows' '3,0.7,0.1,0.2' "$(sed -n 4p classes.csv)"
equal 'the rows sum to 1' '' "$(sums classes.csv)"
check 'with nine digits' grep -qx '4,0.333332[0-9]*,0.333334[0-9]*,0.333333[0-9]*' classes.csv
expect_exit 0 '^unchanged: ' submit --run 1 --output classes.csv

# The sample's header as it stands there; without one there is none.
sql "INSERT INTO source_file (dataset, part, name, sha256, bytes, rows, header, ingested_at)
     VALUES (1, 'sample', 's.csv', printf('%064d', 9), 1, 4,
             '\"id\",\"p 2\",\"p,0\",p1' || char(13), '2026-01-01T00:00:00.000Z')"
submit --run 1 --output quoted.csv > out
equal 'quotes stay' '"id","p 2","p,0",p1' "$(head -n 1 quoted.csv)"
check 'the rows are the same' same <(sed 1d classes.csv) <(sed 1d quoted.csv)
sql "UPDATE source_file SET header = NULL WHERE dataset = 1;
     UPDATE submission_column SET name = NULL WHERE dataset = 1"
submit --run 1 --output bare.csv > out
check 'no header' same <(sed 1d classes.csv) bare.csv
sql "UPDATE source_file SET header = 'id,p' WHERE dataset = 1"
refused 1 "^submit: s.csv: the header is 'id,p'; expected a name for the id and one for each class" \
    submit --run 1 --output x.csv
sql "DELETE FROM source_file WHERE dataset = 1"

# What can't be a submission.
sql "UPDATE submission_column SET class = 0 WHERE dataset = 1 AND position = 2"
refused 1 '^submit: dataset shapes: its table submission_column has 4 columns that are no' \
    submit --run 1 --output x.csv
sql "UPDATE submission_column SET class = 2 WHERE dataset = 1 AND position = 2;
     UPDATE prediction SET probabilities = '[0.5,0.5]' WHERE run = 1 AND image = 9"
refused 1 "^submit: the prediction of test row 2 is '\[0.5,0.5\]'; expected a probability for each of 3" \
    submit --run 1 --output x.csv
sql "UPDATE prediction SET probabilities = '[0.1,0.2,0.7]' WHERE run = 1 AND image = 9"
refused 1 "row 2 would not have its greatest probability at the predicted label 'class 1'" \
    submit --run 1 --output x.csv
refused 1 '^submit: --positive: a submission on dataset shapes has a probability for each class' \
    submit --run 1 --positive 'class 1' --output x.csv
check 'no file came of these' test ! -e x.csv

# One probability: of the greater of two labels, or of the one that is asked for.
columns 3 "(1, 'id', 'id', NULL), (2, 'target', 'probability', NULL)"
sql "DELETE FROM source_file WHERE dataset = 3"
expect_exit 0 'submissions/three-plain-run5.csv' submit --run 5
file=submissions/three-plain-run5.csv
equal 'of label 1' 'id,target 1,0.1' "$(xargs < $file)"
expect_exit 0 '^unchanged: ' submit --run 5 --positive 1
equal 'the same file again' 3 "$(submit --run 5 --if-needed > out; echo $?)"
expect_exit 0 '^1 rows' submit --run 5 --positive 0 --if-needed
equal 'of label 0, in the same file' 'id,target 1,0.9' "$(xargs < $file)"
equal 'one row holds it' "$(sha256sum < $file | cut -c 1-64)" \
    "$(sql 'SELECT sha256 FROM submission WHERE run = 5')"
equal 'what is there is asked by the label' '3 0' \
    "$(submit --run 5 --positive 0 --if-needed > out; echo -n "$? "; submit --run 5 --if-needed > out; echo $?)"
expect_exit 0 '^unchanged: ' submit --run 5 --positive 1.0
refused 1 "^submit: --positive: 'x' is no label of dataset three; expected one of 0, 1$" \
    submit --run 5 --positive x
refused 1 '^submit: --positive: a submission on dataset clothes has labels; expected one of a single' \
    submit --run 4 --positive Sandal

# Of more than two labels it must be said.
sql "UPDATE prediction SET probabilities = '[0.1,0.8,0.1]' WHERE run = 1 AND image = 9"
columns 1 "(1, 'id', 'id', NULL), (2, 'p', 'probability', NULL)"
refused 1 '^submit: dataset shapes has 3 labels .* expected --positive with one of class 0, class 1' \
    submit --run 1 --output x.csv
submit --run 1 --positive 'class 1' --output one.csv > out
equal 'its probability' '2,0.8' "$(sed -n 3p one.csv)"
sql "UPDATE submission_column SET class = 2 WHERE dataset = 1 AND position = 2"
submit --run 1 --output two.csv > out
equal 'the class that the table names' '3,0.7' "$(sed -n 4p two.csv)"

# A label, in other words than ImageId,Label.
columns 1 "(1, 'image id', 'id', NULL), (2, 'what', 'label', NULL)"
submit --run 1 --output label.csv > out
equal 'labels under the names of the table' 'image id,what 1,class 0' \
    "$(head -n 2 label.csv | xargs)"

refused 1 '^submit: dataset trainonly has no test file; nothing to submit$' submit --run 7
equal 'which is nothing to do' '3' "$(submit --run 7 --if-needed; echo $?)"

# A file that was sent keeps its bytes, whatever the predictions are by now.
sql "UPDATE prediction SET class = 2 WHERE run = 1 AND image = 8"
before=$(sha256sum label.csv)
expect_exit 0 '^message kept$' submit --run 1 --output label.csv --message 'on Monday' --sent
equal 'the file' "$before" "$(sha256sum label.csv)"
equal 'the message' 'on Monday' "$(sql "SELECT message FROM submission WHERE file = 'label.csv'")"
refused 1 '^submit: none.csv: is no submission of run 1$' \
    submit --run 1 --output none.csv --message x --sent
refused 2 '^submit: --sent needs the --output and the --message' submit --run 1 --sent

cd "$root" || exit 1
finish
