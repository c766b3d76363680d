#!/bin/bash
# submit: the file and its row, both or neither.
. tests/lib.sh
root=$(pwd)

cat sql/schema.sql sql/views/*.sql "$FIXTURE/runs.sql" |
    sqlite3 "$DB"
cd "$T" || exit 1
mkdir submissions
submit() { "$BIN/submit" --db "$DB" "$@"; }
files() { ls -A submissions | tr '\n' ' '; }

# A plain submission: default header, row numbers as ids, labels of the predicted classes.
file=submissions/shapes-plain-run1.csv
expect_exit 0 '^4 rows, SHA-256 [0-9a-f]{64}$' submit --run 1 --message 'first try'
equal 'the last line is the path' "$file" "$(tail -n 1 "$T/.stdout")"
printf 'ImageId,Label\n1,class 0\n2,class 1\n3,class 2\n4,class 0\n' > expected.csv
check 'the file is as the competition wants it' same expected.csv "$file"
hash=$(sha256sum < "$file" | cut -d ' ' -f 1)
equal 'what is recorded' "1|$file|$hash|4|first try||" \
    "$(sql 'SELECT run, file, sha256, rows, message, public_score, local_score FROM submission')"
equal 'the stage is logged' "submit|1|4 rows, SHA-256 $hash" \
    "$(sql "SELECT stage, run, result FROM stage WHERE stage = 'submit'")"
equal 'no temporary file is left' 'shapes-plain-run1.csv ' "$(files)"
equal 'everybody may read the file' "$(umask 022; touch plain; stat -c %a plain)" \
    "$(umask 022; rm "$file"; submit --run 1 --quiet > /dev/null; stat -c %a "$file")"

# The same again changes nothing, and says so.
before=$(database_hash)
inode=$(stat -c '%i %Y' "$file")
expect_exit 0 '^unchanged: ' submit --run 1
equal 'the path comes last again' "$file" "$(tail -n 1 "$T/.stdout")"
equal 'the database is as before' "$before" "$(database_hash)"
equal 'the file is the same one' "$inode" "$(stat -c '%i %Y' "$file")"
equal 'quiet prints the path alone' "$file" "$(submit --run 1 --quiet)"
submit --run 1 --message 'second thought' > /dev/null
equal 'a message can be changed' 'second thought' "$(sql 'SELECT message FROM submission')"

# Without --run: the newest finished run of the dataset.
expect_exit 0 'submissions/clothes-plain-run4.csv' submit --dataset clothes

# Header, ids and labels as the sample and the classes have them, quoted where CSV needs it.
printf 'id,class name\nq 9,Sandal\n"b,1","T-shirt, top"\nc3,"the ""best"""\n"a""7"," café "\n' \
    > expected.csv
check 'header of the sample, ids and labels quoted' \
    same expected.csv submissions/clothes-plain-run4.csv
sql "UPDATE source_file SET header = NULL WHERE dataset = 2"
submit --run 4 --output bare.csv > /dev/null
sed 1d expected.csv > without.csv
check 'no header where the sample has none' same without.csv bare.csv
sql "UPDATE source_file SET rows = 3 WHERE dataset = 2"
submit --run 4 --output bare.csv > /dev/null 2> warning
check 'a sample with another number of rows is warned of' \
    grep -qx 'submit: warning: the sample submission has 3 rows, this one 4' warning

# Nothing that is not this run's own is overwritten.
sql 'INSERT INTO prediction SELECT 2, image, 1, confidence, probabilities
     FROM prediction WHERE run = 1 AND image >= 8'
ln -s "$DB" link.csv
for output in "$DB" link.csv "$DB-wal" "$DB-locks" "$DB-journal"; do
    refused 1 "^submit: --output: $output: is (the database itself|a part of the database); expected" \
        submit --run 2 --output "$output"
done
check 'nor is anything left beside it' test ! -e "$DB-journal"
cp "$file" kept.csv
refused 1 "^submit: $file: belongs to run 1; expected a free name" submit --run 2 --output "$file"
check 'the other run keeps its file' same kept.csv "$file"
rm "$file"
refused 1 "belongs to run 1" submit --run 2 --output "$file"
check 'its name is kept free while the file is away' test ! -e "$file"
submit --run 1 > /dev/null
check 'the file is written again where it is missing' same kept.csv "$file"
echo precious > mine.csv
refused 1 '^submit: mine.csv: exists and is no submission of run 2; expected a free name' \
    submit --run 2 --output mine.csv
equal 'a foreign file is left alone' precious "$(cat mine.csv)"
mkdir folder
refused 1 '^submit: folder: ' submit --run 2 --output folder

# Our own name, taken by the file of a database that is gone: the next one, and then always that one.
own=submissions/$(submit --run 2 | tail -n 1 | sed 's|.*/||')
sql 'DELETE FROM submission WHERE run = 2'
echo foreign > "$own"
equal 'the next free name' "${own%.csv}-2.csv" "$(submit --run 2 | tail -n 1)"
equal 'which is kept' "${own%.csv}-2.csv" "$(submit --run 2 | tail -n 1)"
equal 'and the foreign file, too' foreign "$(cat "$own")"
rm "$own" "${own%.csv}-2.csv"
sql 'DELETE FROM submission WHERE run = 2'

# A file with just these bytes is taken over.
printf 'ImageId,Label\n1,class 1\n2,class 1\n3,class 1\n4,class 1\n' > adopted.csv
expect_exit 0 '^adopted.csv$' submit --run 2 --output adopted.csv
equal 'it is recorded' 1 "$(sql "SELECT count(*) FROM submission WHERE file = 'adopted.csv'")"

# Other predictions of the same run replace its file, and the scores of the old bytes go.
sql "UPDATE submission SET public_score = 0.9, local_score = 0.9, local_wrong = 1 WHERE run = 1"
sql 'UPDATE prediction SET class = 2 WHERE run = 1 AND image = 8'
expect_exit 0 '^4 rows' submit --run 1
check 'the new label is in the file' grep -qx '1,class 2' "$file"
equal 'one row, without the scores' "$(sha256sum < "$file" | cut -d ' ' -f 1)|second thought||" \
    "$(sql 'SELECT sha256, message, public_score, local_score FROM submission WHERE run = 1')"

# What can't be submitted.
before_files=$(files)
refused 1 '^submit: .*: no run 99$' submit --run 99
refused 1 '^submit: run 3 has no predictions of the test images' submit --run 3
refused 1 '^submit: run 8 has predictions of 1 test images; expected 4' submit --run 8
refused 1 '^submit: dataset trainonly has no test file; nothing to submit$' submit --run 7
refused 1 "^submit: sample_submission.csv: the header is 'id,p0,p1'; expected two names" \
    submit --run 5
refused 1 "^submit: .*: the id 'x' stands in two test rows; expected unique ids" submit --run 6
refused 1 "^submit: nowhere/x.csv: can't be written: No such file" \
    submit --run 1 --output nowhere/x.csv
refused 1 "^submit: mine.csv/x.csv: can't be written: Not a dir" \
    submit --run 1 --output mine.csv/x.csv
refused 1 'no such database' "$BIN/submit" --db "$T/none.db" --run 1
refused 2 "unexpected argument 'x.csv'" submit --run 1 x.csv
refused 2 '^submit: --output: expected a file name' submit --run 1 --output ''
refused 2 '^submit: --run: ' submit --run one
equal 'no file came of these' "$before_files" "$(files)"

# What the file could not hold is found before it is in place.
sql "UPDATE image SET external_id = 'two' || char(10) || 'lines' WHERE id = 17"
expect_exit 0 'x.csv' submit --run 6 --output x.csv
equal 'an id of two lines is quoted' '"two' "$(sed -n 2p x.csv)"
sql "UPDATE image SET external_id = 'cr' || char(13) || char(10) || 'lf' WHERE id = 17"
refused 1 'found 5 line ends, 1 of them CRLF' submit --run 6 --output y.csv
check 'the file that failed the check is gone' test ! -e y.csv

# COMMIT fails: the file goes, too.
sql 'PRAGMA foreign_keys = OFF;
     ALTER TABLE submission ADD COLUMN trap INTEGER DEFAULT 12345 REFERENCES run DEFERRABLE INITIALLY DEFERRED'
refused 1 'FOREIGN KEY constraint failed' submit --run 2 --output submissions/late.csv
check 'no file without its row' test ! -e submissions/late.csv
equal 'and no temporary one' "$before_files" "$(files)"

expect_exit 0 '^Example:$' "$BIN/submit" --help
cd "$root" || exit 1
finish
