#!/bin/bash
# evaluate: predictions, counts and figures of a run, each worked out a second time in SQL.
. tests/lib.sh

ingested
cat > "$T/tiny.conf" <<'C'
[model]
layers =
    dense 16
    relu
    dense 10

[split]
fraction = 0.2

[train]
batch = 32
epochs = 4
learning_rate = 0.003
C
"$BIN/split" --db "$DB" "$T/tiny.conf" > /dev/null || exit 1
"$BIN/train" --db "$DB" --quiet "$T/tiny.conf" > /dev/null || exit 1
evaluate() { "$BIN/evaluate" --db "$DB" "$@"; }
idle() { # what, arguments: there is nothing to do, and --if-needed says so by its exit status alone
    local what=$1 before
    shift
    before=$(database_hash)
    run evaluate --if-needed "$@"
    equal "$what: status, output, database" "3||$before" "$STATUS|$(cat "$T/.stdout" "$T/.stderr")|$(database_hash)"
}

# What is printed.
expect_exit 0 '^validation: loss [0-9.]+, accuracy [0-9.]+ % ± [0-9.]+ \([0-9]+ wrong of 120\)$' \
    evaluate --run 1
cp "$T/.stdout" "$T/report"
equal 'the report is that of the view' \
    "$(sql "SELECT line FROM report_text WHERE run = 1 AND part = 'validation'
            ORDER BY line_number")" \
    "$(sed -n 3,18p "$T/report")"
check 'a class has its line' grep -qE '^           7 ( +[01]\.[0-9]{2}){3}        12$' "$T/report"
equal 'the most frequent confusion' \
    "$(sql "SELECT printf('  %s → %s: %d (%.2f %%)', actual, predicted, count, 100.0 * count / 12)
            FROM confusion WHERE run = 1 AND part = 'validation' AND actual <> predicted
            ORDER BY count DESC, actual, predicted LIMIT 1")" \
    "$(grep -m 1 → "$T/report")"
check 'ten of them at most' test "$(grep -c → "$T/report")" -le 10
for outcome in right wrong; do
    check "how sure when $outcome" \
        grep -qE "^mean confidence when $outcome: [0-9.]+ % \([0-9]+ images\)$" "$T/report"
done
equal 'a test without labels' 'test: 200 images predicted; they have no labels to be judged by' \
    "$(tail -n 1 "$T/report")"

# What is stored.
equal 'a prediction for each validation and test image, and no other' '120|200|0' \
    "$(sql "SELECT
                sum(i.part = 'train' AND s.part = 'validation'),
                sum(i.part = 'test'),
                sum(i.part = 'train' AND s.part IS NOT 'validation')
            FROM prediction AS p JOIN image AS i ON i.id = p.image
            LEFT JOIN split_image AS s ON s.image = i.id WHERE p.run = 1")"
equal 'each has ten probabilities that add up to 1' 0 \
    "$(sql 'SELECT count(*) FROM (SELECT count(*) AS n, sum(value) AS total
                                  FROM prediction, json_each(probabilities) GROUP BY run, image)
            WHERE n <> 10 OR abs(total - 1) > 1e-5')"
equal 'class and confidence are those of the greatest' 0 \
    "$(sql "SELECT count(*) FROM prediction
            WHERE abs(confidence - (SELECT max(value) FROM json_each(probabilities))) > 1e-6
               OR abs(confidence - json_extract(probabilities, '\$[' || class || ']')) > 1e-6")"
equal 'the counts are those of the predictions' '' \
    "$(sql "SELECT i.class, p.class, count(*) FROM prediction AS p JOIN image AS i ON i.id = p.image
            WHERE i.part = 'train' GROUP BY 1, 2
            EXCEPT SELECT actual, predicted, count FROM confusion WHERE part = 'validation'")"
equal 'all of them' '120' "$(sql "SELECT sum(count) FROM confusion WHERE run = 1")"
equal 'right answers' "$(sql 'SELECT sum(count) FROM confusion WHERE actual = predicted')" \
    "$(sql "SELECT correct FROM evaluation WHERE part = 'validation'")"
equal 'the loss is the mean of -ln p' 1 \
    "$(sql "SELECT abs(avg(-ln(max(value, 1e-7)))
                       - (SELECT loss FROM evaluation WHERE part = 'validation')) < 1e-4
            FROM prediction AS p JOIN image AS i ON i.id = p.image, json_each(probabilities)
            WHERE i.part = 'train' AND key = i.class")"
equal 'loss and accuracy are those of the epoch whose weights count' 1 \
    "$(sql "SELECT abs(e.validation_loss - v.loss) < 1e-5
                   AND abs(e.validation_accuracy - v.accuracy) < 1e-9
            FROM run AS r JOIN epoch AS e ON e.run = r.id AND e.epoch = r.best_epoch
            JOIN evaluation_summary AS v ON v.run = r.id AND v.part = 'validation'")"
equal 'neither loss nor right answers without labels' '200||' \
    "$(sql "SELECT images, loss, correct FROM evaluation WHERE part = 'test'")"
equal 'the stage is logged' 1 \
    "$(sql "SELECT count(*) FROM stage WHERE stage = 'evaluate' AND run = 1
            AND result LIKE 'validation % of 120 right, test 200 predicted'")"

# Again: the same, whatever the number of threads; nothing is doubled.
facts() {
    sql 'SELECT * FROM prediction; SELECT * FROM confusion;
         SELECT run, part, images, loss, correct FROM evaluation' | sha256sum
}
before=$(facts)
sql "DELETE FROM prediction WHERE image % 3 = 0; UPDATE evaluation SET loss = 9;
     INSERT INTO confusion VALUES (1, 'test', 1, 1, 5)"
expect_exit 0 '^test: 200 images' evaluate --quiet --threads 1
equal 'a second evaluation replaces the first' "$before" "$(facts)"
equal 'quiet prints a line a part' 2 "$(wc -l < "$T/.stdout")"
evaluate --again --quiet --threads 2 > /dev/null
equal 'two threads predict the same' "$before" "$(facts)"

# What is recorded is not computed again: it is printed as it is.
evaluations() { sql "SELECT count(*) FROM stage WHERE stage = 'evaluate'"; }
n=$(evaluations)
expect_exit 0 '^run 1 is evaluated: nothing to do$' evaluate --run 1
equal 'the report all the same' "$(cat "$T/report")" "$(tail -n +2 "$T/.stdout")"
expect_exit 0 '^run 1 is evaluated: nothing to do$' evaluate --quiet "$T/tiny.conf"
idle 'by its number' --run 1
idle 'by its experiment' "$T/tiny.conf"
idle 'the newest' --quiet
equal 'nobody has worked' "$n" "$(evaluations)"
expect_exit 0 '^test: 200 images' evaluate --again --if-needed --run 1
equal 'anew when asked to' "$((n + 1))|$before" "$(evaluations)|$(facts)"

# What is gone, or not what the rest says, is made again.
while IFS=';' read -r what change; do
    sql "$change"
    expect_exit 0 '^test: 200 images' evaluate --if-needed --quiet "$T/tiny.conf"
    equal "$what: made again" "$before" "$(facts)"
done << 'END'
no evaluation of a part;DELETE FROM evaluation WHERE part = 'test'
none at all;DELETE FROM evaluation
a prediction is missing;DELETE FROM prediction WHERE image = (SELECT max(image) FROM prediction)
one too many;INSERT INTO prediction SELECT run, 1, class, confidence, probabilities FROM prediction LIMIT 1
the part was larger;UPDATE evaluation SET images = 121 WHERE part = 'validation'
a count is missing;DELETE FROM confusion WHERE actual = 3
a count of a part without labels;INSERT INTO confusion VALUES (1, 'test', 1, 1, 5)
it is older than the weights;UPDATE evaluation SET evaluated_at = '2001-01-01T00:00:00.000Z'
END

# A run that has not finished may be judged, but its weights will change.
sql "UPDATE run SET status = 'interrupted' WHERE id = 1"
n=$(evaluations)
expect_exit 0 '^test: 200 images' evaluate --if-needed --run 1
expect_exit 0 '^test: 200 images' evaluate --if-needed --run 1
equal 'interrupted: judged each time' "$((n + 2))" "$(evaluations)"
refused 1 'run 1 of .*tiny.conf is interrupted; expected one that is finished' evaluate "$T/tiny.conf"
sql "UPDATE run SET status = 'finished', ended_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '+1 second') WHERE id = 1"
expect_exit 0 '^test: 200 images' evaluate --if-needed --run 1
equal 'finished since: judged again' "$((n + 3))" "$(evaluations)"
sql "UPDATE run SET ended_at = started_at WHERE id = 1"

# Six equal calls at once: one works, the others wait for it and have nothing to do.
sql 'DELETE FROM evaluation'
n=$(evaluations)
children=()
for i in 1 2 3 4 5 6; do
    "$BIN/evaluate" --db "$DB" --threads 1 --run 1 --quiet > "$T/six$i.out" 2> "$T/six$i.err" &
    children+=($!)
done
failed=0
for child in "${children[@]}"; do wait "$child" || failed=$((failed + 1)); done
equal 'six at once: one works, none fails' "0|$((n + 1))|5" \
    "$failed|$(evaluations)|$(cat "$T"/six?.out | grep -c '^run 1 is evaluated: nothing to do$')"

# The weights change while it works: nothing is stored. The other writer holds the database until
# the predictions are there.
weights=$(sql "SELECT sha256 FROM checkpoint WHERE run = 1 AND kind = 'best'")
{
    echo "BEGIN IMMEDIATE; UPDATE checkpoint SET sha256 = printf('%064d', 1) WHERE run = 1 AND kind = 'best';"
    echo ".shell touch $T/held; sleep 2"
    echo 'COMMIT;'
} | sqlite3 "$DB" &
for _ in $(seq 200); do [ -e "$T/held" ] && break; sleep 0.01; done
run evaluate --again --run 1
wait
equal 'other weights meanwhile' "1|evaluate: run 1: its weights have changed meanwhile; evaluate it again" \
    "$STATUS|$(cat "$T/.stderr")"
equal 'what was there stays' "$before" "$(facts)"
sql "UPDATE checkpoint SET sha256 = '$weights' WHERE run = 1 AND kind = 'best'"

# The instruction set that NN_ISA names is used, as in training: the figures are the same, bit for bit.
SMOKE=$ROOT/experiments/smoke.conf
NN_ISA=plain "$BIN/train" --db "$DB" --quiet "$SMOKE" > /dev/null
NN_ISA=plain evaluate --quiet "$SMOKE" > /dev/null
equal 'plain' 1 "$(sql "SELECT v.loss = e.validation_loss FROM run AS r
    JOIN epoch AS e ON e.run = r.id AND e.epoch = r.best_epoch
    JOIN evaluation AS v ON v.run = r.id AND v.part = 'validation' WHERE r.id = 2")"
sql "DELETE FROM run WHERE id = 2; UPDATE sqlite_sequence SET seq = 1 WHERE name = 'run'"
NN_ISA=mmx refused 2 "^evaluate: NN_ISA: 'mmx' is not an instruction set of this CPU" evaluate --run 1

# A test with labels is judged, too, and as score judges the submission.
sqlite3 "$DB" -cmd '.mode csv' -cmd "CREATE TEMP TABLE answer (row, label)" \
    -cmd ".import --skip 1 $T/answers.csv answer" \
    "UPDATE image SET class = (SELECT c.class FROM answer JOIN class AS c ON c.label = answer.label
     WHERE answer.row = image.row) WHERE part = 'test'"
expect_exit 0 '^test: loss [0-9.]+, accuracy [0-9.]+ % ± [0-9.]+ \([0-9]+ wrong of 200\)$' \
    evaluate --run 1
check 'the net sees the test images as it saw the others: half of them right at least' \
    test "$(sql "SELECT wrong FROM evaluation_summary WHERE part = 'test'")" -lt 100
equal 'a report for each part' 2 "$(grep -c 'weighted avg' "$T/.stdout")"
(cd "$T" && "$BIN/submit" --db "$DB" --run 1 --output s.csv > /dev/null &&
    "$BIN/score" --db "$DB" --answers answers.csv s.csv > score.txt)
equal 'wrong rows' \
    "$(sql "SELECT wrong || ' wrong of ' || images FROM evaluation_summary WHERE part = 'test'")" \
    "$(sed 's/.*(\(.*\))/\1/' "$T/score.txt")"

# A run on all images has no validation.
"$BIN/split" --db "$DB" --method none > /dev/null
cat > "$T/all.conf" <<'C'
[model]
layers =
    dense 10
[split]
method = none
[train]
epochs = 1
[checkpoint]
monitor = none
[early_stopping]
monitor = none
[reduce_lr]
monitor = none
C
"$BIN/train" --db "$DB" --quiet "$T/all.conf" > /dev/null
expect_exit 0 '^validation: no images; the run was trained on all of them$' evaluate --run 2
equal 'test alone is evaluated' 'test' "$(sql 'SELECT part FROM evaluation WHERE run = 2')"

# Folds: the run's own fold validates.
"$BIN/split" --db "$DB" --folds 5 > /dev/null
cat > "$T/fold.conf" <<'C'
[model]
layers =
    dense 10
[split]
method = stratified-kfold
folds = 5
[train]
epochs = 1
C
"$BIN/train" --db "$DB" --quiet --fold 3 "$T/fold.conf" > /dev/null
expect_exit 0 'wrong of 120' evaluate --run 3
equal 'the images of fold 3' '120|3|3' \
    "$(sql "SELECT count(*), min(s.fold), max(s.fold) FROM prediction AS p
            JOIN image AS i ON i.id = p.image AND i.part = 'train'
            JOIN run AS r ON r.id = p.run
            JOIN split_image AS s ON s.split = r.split AND s.image = i.id
            WHERE p.run = 3")"

# A run of folds: each training image is predicted by the net that did not see it, test images by all.
"$BIN/split" --db "$DB" --folds 3 > /dev/null
sed 's/^folds = 5/folds = 3/' "$T/fold.conf" > "$T/folds.conf"
"$BIN/train" --db "$DB" --quiet "$T/folds.conf" > /dev/null
equal 'a run of three folds' '4 folds finished|3' \
    "$(sql "SELECT id || ' ' || kind || ' ' || status, (SELECT count(*) FROM run WHERE parent = 4)
            FROM run WHERE kind = 'folds'")"
for child in 5 6 7; do evaluate --quiet --run $child > /dev/null; done
expect_exit 0 '^run 4 \(folds\) on digits, 3 folds$' evaluate --run 4
check 'out-of-fold figures' grep -qE '^validation: loss .* wrong of 600\)$' "$T/.stdout"
equal 'the log knows of the folds' 1 \
    "$(sql "SELECT count(*) FROM stage WHERE run = 4 AND result LIKE '% of 600 right, %, 3 folds'")"
equal 'each training image as by its own fold' '600|0' \
    "$(sql "SELECT count(*), sum(p.probabilities <> c.probabilities OR r.fold <> s.fold)
            FROM prediction AS p JOIN image AS i ON i.id = p.image AND i.part = 'train'
            JOIN prediction AS c ON c.image = p.image
            JOIN run AS r ON r.id = c.run AND r.parent = 4
            JOIN split_image AS s ON s.split = r.split AND s.image = p.image
            WHERE p.run = 4")"
equal 'each test image as the mean over the folds' '200|0' \
    "$(sql "SELECT count(*), sum(abs(mean - whole) > 2e-6)
            FROM (SELECT avg(json_extract(c.probabilities, '\$[3]')) AS mean,
                         max(json_extract(p.probabilities, '\$[3]')) AS whole
                  FROM prediction AS p JOIN image AS i ON i.id = p.image AND i.part = 'test'
                  JOIN prediction AS c ON c.image = p.image
                  JOIN run AS r ON r.id = c.run AND r.parent = 4
                  WHERE p.run = 4 GROUP BY p.image)")"
equal 'the folds together are judged as the run is' \
    "$(sql "SELECT correct FROM evaluation WHERE run = 4 AND part = 'validation'")" \
    "$(sql "SELECT sum(correct) FROM evaluation WHERE run IN (5, 6, 7) AND part = 'validation'")"
equal 'the newest run is the one of all folds' 'run 4 (folds)' \
    "$(evaluate | sed -n 2p | cut -d ' ' -f 1-3)"
idle 'all folds' "$T/folds.conf"
idle 'one of them' --run 6
sql 'DELETE FROM prediction WHERE run = 4 AND image = 300'
expect_exit 0 'wrong of 600' evaluate --if-needed --quiet "$T/folds.conf"
idle 'all folds, made again' "$T/folds.conf"
equal 'the folds are not ranked beside it' '4' \
    "$(sql "SELECT group_concat(run) FROM leaderboard WHERE experiment = 'folds'")"
equal 'it is ranked by 600 images, with the time of its folds' '600|folds|3|1' \
    "$(sql "SELECT images, kind, epochs, abs(seconds - (SELECT sum(seconds) FROM epoch
                WHERE run IN (5, 6, 7))) < 1e-6 FROM leaderboard WHERE run = 4")"
sql "UPDATE run SET status = 'interrupted' WHERE id = 6"
refused 1 '^evaluate: run 4: no finished training of fold 1; expected one for each of its 3 folds$' \
    evaluate --again --run 4
sql "UPDATE run SET status = 'finished' WHERE id = 6"
"$BIN/report" --db "$DB" --run 4 --out "$T/reports" --quiet
for text in '<h2 id="h-folds">Folds</h2>' 'href="../run-5/report.html"' '3 of 3' 'wrong of 600' \
    'the epoch whose weights count' '<figure id="layers"' '<figure id="confusion"'; do
    check "the page of a run of folds has: $text" grep -q "$text" "$T/reports/run-4/report.html"
done
equal 'and no history of its own' 0 "$(grep -c 'id="section-training"' "$T/reports/run-4/report.html")"
expect_exit 0 '^  fold 1: run 6, finished, epoch 1, validation accuracy' \
    "$BIN/show" --db "$DB" --run 4
expect_exit 0 'run 4  folds seed 42 folds  epoch 3/3 ' "$BIN/watch" --db "$DB" --run 4
refused 1 'a folds run has no net of its own' "$BIN/show" --db "$DB" --run 4 --image \
    "$(sql 'DELETE FROM prediction WHERE run = 4 AND image = 9' && echo 9)"

# What can't be evaluated.
refused 1 '^evaluate: .*: no run 99$' evaluate --run 99
refused 1 "no finished run on dataset 'none'" evaluate --dataset none
refused 1 '^evaluate: .*none.db: no such database' "$BIN/evaluate" --db "$T/none.db" --run 1
refused 2 "^evaluate: unexpected argument 'x'$" evaluate x
refused 2 "^evaluate: --threads: '0' is not a whole number from 1" evaluate --threads 0
refused 2 "^evaluate: --run: 'x'" evaluate --run x
refused 2 "unknown or ambiguous option '--conf'" evaluate --conf "$T/tiny.conf"
refused 2 '^evaluate: --run names a run as it is' evaluate --run 1 "$T/tiny.conf"
refused 1 'no run of .*tiny.conf on dataset digits with these settings \(train makes one\)' evaluate --seed 9 "$T/tiny.conf"
sql 'CREATE TABLE kept AS SELECT * FROM checkpoint WHERE run = 1'
sql 'UPDATE checkpoint SET weights = zeroblob(10) WHERE run = 1'
refused 1 '^evaluate: run 1: weights: ' evaluate --again --run 1
# The 12,730 floats behind the header become NaN.
sql "SELECT writefile('$T/weights', weights) FROM kept" > /dev/null
truncate -s $(($(stat -c %s "$T/weights") - 4 * 12730)) "$T/weights"
head -c $((4 * 12730)) /dev/zero | tr '\0' '\377' >> "$T/weights"
sql "UPDATE checkpoint SET weights = readfile('$T/weights') WHERE run = 1"
refused 1 '^evaluate: run 1: .*(is not a probability|not a number|NaN)' evaluate --again --run 1
sql 'DELETE FROM checkpoint WHERE run = 1'
refused 1 '^evaluate: run 1: has no weights' evaluate --again --run 1
sql "UPDATE run SET status = 'running', ended_at = NULL, host = 'elsewhere' WHERE id = 1"
refused 1 '^evaluate: run 1 is still running; expected one that has ended$' evaluate --run 1

# A failure on the way leaves the old evaluation whole.
trap_row evaluation evaluated_at "part <> 'test' OR evaluated_at <= :last" 'no room'
refused 1 '^evaluate: .*no room' evaluate --again --run 3

expect_exit 0 '^Example:' "$BIN/evaluate" --help
finish
