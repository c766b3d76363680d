#!/bin/bash
# ask: named questions, their parameters, the forms of their answers, the views they rest on.
. tests/lib.sh
unset COLUMNS WIDE

cat sql/schema.sql sql/views/*.sql "$FIXTURE/runs.sql" |
    sqlite3 "$DB"
ask() { "$BIN/ask" --db "$DB" "$@"; }
report() {
    sql "SELECT line FROM report_text WHERE run = $1 AND part = '$2' ORDER BY line_number"
}
mkdir "$T/q"
asked() { "$BIN/ask" --db "$DB" --dir "$T/q" "$@"; }
answers() { # what, expected text, arguments of asked
    local what=$1 expected=$2
    shift 2
    equal "$what" "$expected" "$(asked "$@")"
}

# The list: every file, its first line of comment.
expect_exit 0 '^leaderboard +The finished runs, best first' ask
equal 'each question is listed' "$(ls sql/ask | wc -l)" "$(ask | wc -l)"
equal 'a list needs no database' "$(ask)" "$("$BIN/ask" --db "$T/none.db")"

# Each question runs as it is in sqlite3, too, and gives the same.
for file in sql/ask/*.sql; do
    name=$(basename "$file" .sql)
    check "$name begins with what it answers" sh -c "head -n 1 $file | grep -q '^-- [A-Z].*\.\$'"
    sqlite3 -header "$DB" < "$file" > "$T/theirs" 2>&1
    ask "$name" --quiet --format csv > "$T/ours" 2>&1
    equal "$name in sqlite3" "$(cat "$T/theirs")" \
        "$(sqlite3 -header :memory: -cmd ".import --csv $T/ours answer" 'SELECT * FROM answer')"
done

# What the first questions answer, worked by hand from fixtures/runs.sql.
answer() { ask --format csv "$@" | sed 1d; }
equal 'runs, newest first' '8 7 6 5 4 3 2 1' "$(answer runs | cut -d, -f1 | xargs)"
equal 'a run' \
    '1,training,plain,shapes,42,finished,3/3,2,5,0.6,0.21909,0.9,10.5,2026-01-01 00:00:00,' \
    "$(answer runs | tail -n 1)"
equal 'why a run failed' 'step 3: the loss is not a number' \
    "$(answer runs | grep ,failed, | cut -d, -f15)"
equal 'the best run: macro F1 is (2/3 + 0 + 4/5) / 3' \
    '1,1,training,plain,shapes,42,5,0.6,0.21909,,,,,,,,0.9,0.48889,2,6.0,200.0,15,,,' \
    "$(answer leaderboard | head -n 1)"
equal 'no failed run on the leaderboard' 7 "$(answer leaderboard | wc -l)"
equal 'limit' 2 "$(answer leaderboard limit=2 | wc -l)"
sql 'UPDATE run SET archived = 1 WHERE id = 8'
equal 'no archived run on the leaderboard' 6 "$(answer leaderboard | wc -l)"
equal 'nor in the list of runs' 7 "$(answer runs | wc -l)"
equal 'history' '1,1,"",0.001,1.25,0.5,1.5,0.4,,,2.0,100.0
1,2,*,0.001,0.75,0.75,1.0,0.6,,,2.0,200.0
1,3,"",0.0005,0.5,1.0,1.25,0.6,,,2.0,300.0' "$(answer history --run 1)"
equal 'class report' 'class 0,0.5,1.0,0.6667,1,2,1
class 1,0.0,0.0,0.0,1,1,0
class 2,1.0,0.6667,0.8,3,2,2' "$(answer class_report run=1)"
equal 'top confusions' 'class 1,class 0,1,100.0
class 2,class 1,1,33.33' "$(answer top_confusions)"
equal 'confidence' 'validation,right,3,0.8,0.7,0.9
validation,wrong,2,0.55,0.5,0.6' "$(answer confidence)"
equal 'the classification report, as scikit-learn prints it' \
'              precision    recall  f1-score   support

     class 0       0.50      1.00      0.67         1
     class 1       0.00      0.00      0.00         1
     class 2       1.00      0.67      0.80         3

    accuracy                           0.60         5
   macro avg       0.50      0.56      0.49         5
weighted avg       0.70      0.60      0.61         5' \
    "$(report 1 validation)"

# Two decimals round the binary value, and a tie to the even digit: 1/8, 3/8, 5/8 and 23/40 of
# class 0 are right; the label decides the width, in characters.
sql "INSERT INTO confusion VALUES (2, 'validation', 0, 0, 1), (2, 'validation', 0, 1, 7),
                                  (2, 'test', 0, 0, 5), (2, 'test', 0, 1, 3),
                                  (8, 'validation', 0, 0, 3), (8, 'validation', 0, 1, 5),
                                  (8, 'test', 0, 0, 23), (8, 'test', 0, 1, 17);
     UPDATE class SET label = 'wide labèl 0' || 'é' WHERE dataset = 1 AND class = 0"
for case in 2,validation,0.12 2,test,0.62 8,validation,0.38 8,test,0.57; do
    IFS=, read -r run part value <<< "$case"
    equal "recall $case" "wide labèl 0é       1.00      $value" \
        "$(report "$run" "$part" | sed -n 3p | cut -c 1-36)"
done
equal 'other names are as wide' '     accuracy                           0.57        40' \
    "$(report 8 test | grep accuracy)"

# What scikit-learn printed for the same counts (fixtures/make_sklearn_fixture.py).
sqlite3 "$DB" -cmd "INSERT INTO dataset (id, name, version, height, width, channels, hash, created_at) SELECT 6, 'ten', 1, 2, 2, 1, hash, created_at
                    FROM dataset WHERE id = 1" \
    -cmd 'INSERT INTO class SELECT 6, value, value FROM generate_series(0, 9)' \
    -cmd 'UPDATE run SET dataset = 6 WHERE id = 3' \
    -cmd 'CREATE TEMP TABLE counted (actual, predicted, count)' \
    -cmd ".import --csv --skip 1 $FIXTURE/sklearn_report_confusion.csv counted" \
    "INSERT INTO confusion SELECT 3, 'test', actual, predicted, count FROM counted"
equal 'the report of scikit-learn' "$(cat "$FIXTURE/sklearn_report.txt")" "$(report 3 test)"

# A condition on run must reach the keys: no view may read all runs to answer about one.
for view in class_report report_text top_confusion confidence_summary evaluation_summary history \
            run_summary leaderboard calibration labelled_prediction wrong_prediction run_fact \
            run_cost run_effort submission_ledger provenance; do
    equal "$view of one run scans no table" '' \
        "$(sql "EXPLAIN QUERY PLAN SELECT * FROM $view WHERE run = 1" |
           grep -wE 'SCAN (run|epoch|confusion|prediction|evaluation|image|submission|class)')"
done

# The table of mistakes follows the predictions, however they change.
wrong() { sql 'SELECT image, actual, predicted FROM mistake WHERE run = 1 ORDER BY image' | xargs; }
equal 'mistakes of run 1' '2|1|0 5|2|1' "$(wrong)"
sql 'UPDATE prediction SET class = 2 WHERE run = 1 AND image = 1'
sql 'UPDATE prediction SET class = 1 WHERE run = 1 AND image = 2'
equal 'after a change' '1|0|2 5|2|1' "$(wrong)"
sql 'INSERT OR REPLACE INTO prediction SELECT run, image, 2, confidence, probabilities
     FROM prediction WHERE run = 1 AND image = 5'
equal 'after a replacement' '1|0|2' "$(wrong)"
sql 'UPDATE prediction SET class = 0 WHERE run = 1 AND image IN (1, 2);
     UPDATE prediction SET class = 1 WHERE run = 1 AND image = 5'
equal 'as before' '2|1|0 5|2|1' "$(wrong)"
equal 'after deletions' '5|2|1 0' "$(sql 'BEGIN; DELETE FROM prediction WHERE run = 1 AND image = 2;
     SELECT image, actual, predicted FROM mistake; DELETE FROM run WHERE id = 1;
     SELECT count(*) FROM mistake; ROLLBACK' | xargs)"

# The best run first: run 2 beats run 1 on validation, run 8 beats it on loss.
sql "INSERT INTO evaluation VALUES
         (2, 'validation', 5, 0.9, 4, 0.5, '2026-01-01T00:01:00.000Z'),
         (8, 'validation', 5, 0.8, 4, 0.5, '2026-01-01T00:01:00.000Z');
     UPDATE run SET archived = 0"
equal 'order of the leaderboard' '8 2 1 4 5 6 7' "$(sql 'SELECT run FROM leaderboard' | xargs)"
equal 'places' '1,8 2,2 3,1' "$(answer leaderboard limit=3 | cut -d, -f1,2 | xargs)"

# Forms.
cat > "$T/q/forms.sql" <<'Q'
-- Values of every kind.
SELECT 1 AS n, 0.5 AS x, 'a,b' AS text, NULL AS nil, '' AS blank
UNION ALL
SELECT 1234, 0.125, 'say "é日本"' || char(10) || 'and | \' || char(9, 1), 7, 'z'
ORDER BY n;
Q
answers 'table: numbers to the right, equal decimals, width of wide characters, nothing that steers' \
'   n      x  text                        nil  blank
   1  0.500  a,b
1234  0.125  say "é日本"\nand | \\t\x01    7  z' forms
answers 'CSV quotes' \
    "$(printf 'n,x,text,nil,blank\n1,0.5,"a,b",,""\n1234,0.125,"say ""é日本""\nand | \\\t\001",7,z')" \
    forms --format csv
answers 'JSON escapes' '[
 {"n": 1, "x": 0.5, "text": "a,b", "nil": null, "blank": ""},
 {"n": 1234, "x": 0.125, "text": "say \"é日本\"\nand | \\\t\u0001", "nil": 7, "blank": "z"}
]' --format json forms
answers 'Markdown' \
'|    n |     x | text                        | nil | blank |
| ---: | ----: | --------------------------- | --: | ----- |
|    1 | 0.500 | a,b                         |     |       |
| 1234 | 0.125 | say "é日本"\nand \| \\t\x01 |   7 | z     |' --format md forms
asked forms --format csv > "$T/forms.csv"
equal 'sqlite3 reads the CSV back' '1234|0.125|7' \
    "$(sqlite3 :memory: -cmd ".import --csv $T/forms.csv f" \
       "SELECT n, x, nil FROM f WHERE n = 1234")"

# A table is no wider than the terminal: texts are shortened, what then is too much is left out, numbers are whole.
cat > "$T/q/long.sql" <<'Q'
-- Long.
SELECT 1 AS run, 'a very long name of an experiment' AS name, 0.98125 AS accuracy, '日本日本日本日本' AS note
UNION ALL SELECT 22, 'short', 0.5, NULL;
Q
export COLUMNS=46
answers 'shortened to the width' 'run  name           accuracy  note
  1  a very long …   0.98125  日本日本日本日本
 22  short           0.50000' long
equal 'of which nothing is said' '' "$(asked long 2>&1 > /dev/null)"
export COLUMNS=20
answers 'what does not fit is left out' 'run  name   accuracy
  1  a ve…   0.98125
 22  short   0.50000' long --quiet
equal 'and said' 'ask: 1 column left out; all of them: --wide (make: WIDE=1)' "$(asked long 2>&1 > /dev/null)"
equal 'not with --quiet' '' "$(asked long --quiet 2>&1 > /dev/null)"
whole='run  name                               accuracy  note
  1  a very long name of an experiment   0.98125  日本日本日本日本
 22  short                               0.50000'
answers 'wide' "$whole" long --wide
WIDE=1 answers 'wide by the environment' "$whole" long
answers 'other forms are whole' "$(COLUMNS='' asked long --format csv)" long --format csv
answers 'as is Markdown' "$(COLUMNS='' asked long --format md)" long --format md
unset COLUMNS
answers 'no terminal: any width' "$whole" long
if command -v script > "$T/out"; then
    equal 'the width of a terminal' 'run  name   accuracy' "$(script -qec "stty cols 20; '$BIN/ask' --quiet --dir '$T/q' --db '$DB' long" \
        /dev/null < /dev/null | head -n 1 | tr -d '\r')"
fi

# What would steer the terminal is shown; JSON takes no bytes that are no UTF-8.
cat > "$T/q/steer.sql" <<'Q'
-- Steers.
SELECT char(27) || '[2J' || char(155) || CAST(x'ff41c0af' AS TEXT) || char(13) AS "na
me";
Q
answers 'control characters are seen' 'na\nme
\x1b[2J\u009b\xffA\xc0\xaf\r' steer
answers 'bytes that are no UTF-8 in JSON' '[
 {"na\nme": "\\x1b[2J\\u009b\\xffA\\xc0\\xaf\\r"}
]' steer --format json

# Reals read back as they were; a column that needs an exponent has it throughout.
cat > "$T/q/reals.sql" <<'Q'
-- Reals.
SELECT 0.1 + 0.2 AS a, 1e-7 AS b, 9e999 AS c, 3.0 AS d UNION ALL SELECT 1, 0.5, 2.0, 4.0;
Q
answers 'exact in CSV' \
    "$(printf 'a,b,c,d\n0.30000000000000004,1.0e-07,Inf,3.0\n1,0.5,2.0,4.0')" reals --format csv
answers 'no infinity in JSON' '[
 {"a": 0.30000000000000004, "b": 1.0e-07, "c": null, "d": 3.0},
 {"a": 1, "b": 0.5, "c": 2.0, "d": 4.0}
]' reals --format json
answers 'six digits in a table' \
'  a      b    c  d
0.3  1e-07  inf  3
  1    0.5    2  4' reals

# Parameters.
cat > "$T/q/types.sql" <<'Q'
-- Types.
SELECT typeof(:a) AS a, typeof(:b) AS b, typeof(:run) AS run;
Q
answers 'unbound parameters are NULL' "$(printf 'a,b,run\nnull,null,null')" types --format csv
answers 'values have their types' "$(printf 'a,b,run\nreal,text,integer')" \
    types --format csv a=1.5 b=x=y --run 7
answers 'run= is --run' "$(printf 'a,b,run\ninteger,text,integer')" types --format csv a=-3 b= run=7
refused 2 "^ask: the question has no parameter 'c'; it has: a, b, run$" asked types c=1
refused 2 "^ask: the question has no parameter 'run'; it has: baseline, limit$" \
    ask leaderboard --run 1
refused 2 "^ask: the question has no parameter 'x'; it has: none$" asked forms x=1
refused 2 "^ask: found 'limit'; expected PARAMETER=VALUE$" ask leaderboard limit
refused 2 "^ask: found '=1'; expected PARAMETER=VALUE$" ask leaderboard =1

# No rows.
expect_exit 0 '^run  epoch ' ask history --run 99
equal 'no rows is said' 'ask: no rows' "$(cat "$T/.stderr")"
equal 'not with --quiet' '' "$(ask history --run 99 --quiet 2>&1 > /dev/null)"
equal 'no rows in JSON' '[]' "$(ask history --run 99 --quiet --format json)"

# Only questions.
printf -- '-- Forgets.\nDELETE FROM run RETURNING id;\n' > "$T/q/write.sql"
printf -- '-- Two.\nSELECT 1;\nDELETE FROM run;\n' > "$T/q/two.sql"
printf -- '-- Nothing.\n' > "$T/q/nothing.sql"
printf -- '-- Wrong.\nSELECT * FROM nowhere;\n' > "$T/q/wrong.sql"
printf -- '-- Fails at its second row.\nSELECT json(column1) FROM (VALUES (1), (char(123)));\n' \
    > "$T/q/late.sql"
refused 1 '^ask: .*/write.sql: is no question; expected one statement that reads' asked write
refused 1 '^ask: .*/two.sql: has more than one statement; expected one$' asked two
refused 1 '^ask: .*/nothing.sql: is no question' asked nothing
refused 1 '^ask: .*/wrong.sql: no such table: nowhere$' asked wrong
refused 1 '^ask: .*/late.sql: .*malformed JSON' asked late
refused 1 "^ask: no question 'none' \(sql/ask/none.sql: No such file.*\); ask alone lists them$" \
    ask none
refused 1 "^ask: no question 'leaderbord' .*; did you mean leaderboard\?$" ask leaderbord
refused 1 "^ask: no question 'top-confusion' .*; did you mean top_confusions\?$" ask top-confusion
refused 2 "^ask: '../views/history' is no name of a question" ask ../views/history
refused 2 "^ask: --format: 'xml', expected table, csv, json or md$" ask runs --format xml
refused 1 '^ask: nowhere: No such file' ask --dir nowhere
refused 1 'no such database' "$BIN/ask" --db "$T/none.db" runs
refused 1 "^ask: the results cannot be written to standard output: No space" sh -c "'$BIN/ask' --db '$DB' runs > /dev/full"

# Questions in SQL.
equal 'SQL' "$(printf 'n,b\n8,x')" \
    "$(ask --format csv --sql 'SELECT count(*) AS n, :b AS b FROM run' b=x)"
refused 1 '^ask: --sql: is no question; expected one statement that reads' \
    ask --sql 'DELETE FROM run'
refused 1 '^ask: --sql: no such table: nowhere$' ask --sql 'SELECT * FROM nowhere'
refused 1 '^ask: --sql: has more than one statement' ask --sql 'SELECT 1; SELECT 2'
refused 2 "^ask: found 'runs'; expected PARAMETER=VALUE$" ask --sql 'SELECT 1' runs

# The page of the schema: every view, and each of its columns with what it holds.
equal 'nothing is left unsaid' '' "$(sh pipeline/ask/schema.sh --missing)"
sh pipeline/ask/schema.sh > "$T/schema"
equal 'every view and table is there' \
    "$(sql "SELECT type || ' ' || name FROM sqlite_schema
            WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' ORDER BY 1")" \
    "$(grep -E '^(table|view) ' "$T/schema" | sort)"
equal 'and every column' \
    "$(sql "SELECT count(*) FROM sqlite_schema AS thing JOIN pragma_table_info(thing.name)
            WHERE thing.type IN ('table', 'view') AND thing.name NOT LIKE 'sqlite_%'")" \
    "$(grep -c '^    [a-z]' "$T/schema")"
check 'a column with its comment' \
    grep -q '^    accuracy  *on validation, 0 to 1; NULL where there is none$' "$T/schema"
mkdir -p "$T/copy/pipeline/ask"
cp -r sql "$T/copy"
cp pipeline/ask/schema.sh "$T/copy/pipeline/ask"
sed -i 's/ *-- on validation$//' "$T/copy/sql/views/leaderboard.sql"
equal 'a column without a comment is found' leaderboard.loss \
    "$(sh "$T/copy/pipeline/ask/schema.sh" --missing | grep '^leaderboard')"

expect_exit 0 '^  build/bin/ask ' "$BIN/ask" --help
finish
