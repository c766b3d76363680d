# Sweeps: which trials a file asks for, what came of them, workers that are killed, successive halving.
. tests/lib.sh

sweep() { "$BIN/sweep" --db "$DB" "$@"; }
cat > "$T/tiny.conf" << 'END'
[model]
layers =
    maxpool 7
    dense 10
[train]
epochs = 4
batch = 64
END
make_sweep() { # name; the text comes from stdin
    cat > "$T/$1.sweep"
}
ingested

# A grid: every combination with every seed, by two workers.
make_sweep grid << 'END'
[sweep]
base = tiny
seeds = 1, 2
evaluate = no
[vary]
train.learning_rate = 0.001 0.1
train.batch = 32, 64
END
expect_exit 0 'sweep 1: 8 of 8 trials done; best: train.batch=32, train.learning_rate=0.1' \
    sweep --workers 2 --threads 1 "$T/grid.sweep"
equal 'each combination once' '8|8|4|2' \
    "$(sql 'SELECT count(*), count(DISTINCT run), count(DISTINCT configuration), count(DISTINCT seed) FROM trial')"
equal 'the runs have the settings of their trials' 16 "$(sql '
    SELECT count(*) FROM trial JOIN sweep_value USING (sweep, configuration)
    JOIN hyperparameter AS h ON h.run = trial.run AND h.name = sweep_value.name AND h.value = sweep_value.value
    JOIN run ON run.id = trial.run AND run.seed = trial.seed')"
equal 'the seed is no setting of a configuration' 2 "$(sql 'SELECT count(DISTINCT name) FROM sweep_value')"
expect_exit 0 'sweep 1: goes on with tiny' sweep --threads 1 "$T/grid.sweep"
equal 'the same file: no second sweep, no run' '1|8' "$(sql 'SELECT (SELECT count(*) FROM sweep), (SELECT count(*) FROM run)')"
ask() { "$BIN/ask" --db "$DB" --dir "$ROOT/sql/ask" --format csv "$@"; }
ask sweep > "$T/sweep.csv"
equal 'the question: a line a configuration, best first' '5 train.learning_rate=0.1' \
    "$(wc -l < "$T/sweep.csv") $(sed -n 2p "$T/sweep.csv" | grep -o 'train.learning_rate=0.1')"
ask sweep_importance > "$T/importance.csv"
equal 'the learning rate matters most' 'train.learning_rate,2,0.1' "$(sed -n 2p "$T/importance.csv" | cut -d , -f 1-3)"
# Worked by hand: two values, two seeds: means 2 and 6 about 4; explained 16 / 18, noise 2 / 18, F 16.
sql "UPDATE trial SET configuration = 1 + (id > 4) WHERE sweep = 1;
     DELETE FROM sweep_value WHERE sweep = 1;
     INSERT INTO sweep_value VALUES (1, 1, 'train.batch', 8), (1, 2, 'train.batch', 9);
     DELETE FROM trial WHERE id NOT IN (1, 2, 5, 6);
     UPDATE epoch SET validation_loss = (SELECT CASE trial.id WHEN 1 THEN 1.5 WHEN 2 THEN 2.5 WHEN 5 THEN 5.5 ELSE 6.5 END
                                         FROM trial WHERE trial.run = epoch.run) WHERE run IN (SELECT run FROM trial)"
equal 'importance, by hand' 'train.batch,2,8,0.941,0.333,0.059,32' \
    "$(ask sweep_importance sweep=1 | sed -n 2p | sed 's/\.0$//')"

# Ranges: drawn, within their bounds, the same each time.
make_sweep draw << 'END'
[sweep]
base = tiny
trials = 30
[vary]
train.learning_rate = 1e-4 .. 1e-2 log
train.batch = 16 .. 32
reduce_lr.factor = 0.25 .. 0.5
END
expect_exit 0 'sweep 2: 0 of 30 trials done' sweep --workers 0 "$T/draw.sweep"
equal 'within their bounds, whole where the bounds are' '90|1' "$(sql "
    SELECT count(*),
           min(CASE name WHEN 'train.batch' THEN value BETWEEN 16 AND 32 AND typeof(value) = 'integer'
                         WHEN 'train.learning_rate' THEN value BETWEEN 1e-4 AND 1e-2
                         WHEN 'reduce_lr.factor' THEN value BETWEEN 0.25 AND 0.5 ELSE 1 END)
    FROM sweep_value WHERE sweep = 2")"
equal 'half of the logarithmic range is below its middle' 1 "$(sql "
    SELECT count(*) BETWEEN 7 AND 23 FROM sweep_value WHERE sweep = 2 AND name = 'train.learning_rate' AND value < 1e-3")"

# A killed worker: its trial is free at once, its training dies with it, another worker takes it up.
sed -i 's/^epochs = 4/epochs = 3000/' "$T/tiny.conf"
make_sweep long << 'END'
[sweep]
base = tiny
evaluate = no
[vary]
train.learning_rate = 0.001, 0.002
END
sweep --workers 0 "$T/long.sweep" > "$T/out"
"$BIN/sweep" --db "$DB" --work 3 --threads 1 > "$T/worker.out" 2>&1 &
for _ in $(seq 500); do
    [ "$(sql "SELECT count(*) FROM epoch JOIN run ON run.id = run WHERE status = 'running'")" -gt 2 ] && break
    sleep 0.02
done
equal 'claimed' 'running|1' "$(sql "SELECT state, attempts FROM trial WHERE sweep = 3 ORDER BY id LIMIT 1")"
"$BIN/ask" --db "$DB" runs > "$T/out"
equal 'a living worker keeps its trial' running "$(sql "SELECT state FROM trial WHERE sweep = 3 ORDER BY id LIMIT 1")"
worker=$(ps -o pid= --ppid $! | tr -d ' ') # the parent only waits for its workers
kill -KILL "$worker"
for _ in $(seq 100); do
    "$BIN/ask" --db "$DB" runs > "$T/out"
    [ "$(sql "SELECT count(*) FROM run WHERE status = 'running'")" = 0 ] && break
    sleep 0.02
done
wait $! 2> "$T/err"
equal 'killed worker: back in the queue' waiting "$(sql "SELECT state FROM trial WHERE sweep = 3 ORDER BY id LIMIT 1")"
equal 'killed worker: its training died with it' crashed "$(sql "SELECT status FROM run ORDER BY id DESC LIMIT 1")"
crashed=$(sql 'SELECT max(id) FROM run')
"$BIN/sweep" --db "$DB" --work 3 --threads 1 > "$T/worker.out" 2>&1 &
child=$!
for _ in $(seq 500); do
    [ "$(sql "SELECT count(*) FROM trial WHERE sweep = 3 AND state = 'running'")" = 1 ] &&
        [ "$(sql "SELECT status FROM run WHERE id = $crashed")" = running ] && break
    sleep 0.02
done
equal 'the next worker goes on with the same run' running "$(sql "SELECT status FROM run WHERE id = $crashed")"
kill -TERM $child
wait $child
equal 'stopped worker: exit status' 143 $?
equal 'stopped worker: back in the queue' 'waiting' "$(sql "SELECT DISTINCT state FROM trial WHERE sweep = 3")"
equal 'stopped worker: its training is interrupted' interrupted "$(sql "SELECT status FROM run WHERE id = $crashed")"

# Of another host: left alone.
sql "UPDATE trial SET state = 'running', host = 'elsewhere' WHERE sweep = 3"
"$BIN/ask" --db "$DB" runs > "$T/out"
equal 'a trial of another host' running "$(sql "SELECT DISTINCT state FROM trial WHERE sweep = 3")"

# Successive halving: 4 configurations for 2 epochs, the best 2 for 4, the best 1 for 8.
sed -i 's/^epochs = 3000/epochs = 8/' "$T/tiny.conf"
make_sweep halve << 'END'
[sweep]
base = tiny
halving = 2
rungs = 3
seeds = 1, 2
objective = validation_accuracy
evaluate = yes
[vary]
train.learning_rate = 0.00001, 0.001, 0.01, 0.1
END
expect_exit 0 'sweep 4: 14 of 14 trials done' sweep --workers 2 --threads 1 "$T/halve.sweep"
equal 'rungs' '1|4|8|2
2|2|4|4
3|1|2|8' "$(sql 'SELECT rung, count(DISTINCT configuration), count(*), max(epochs) FROM trial WHERE sweep = 4 GROUP BY rung')"
equal 'the best were promoted' 1 "$(sql '
    SELECT min(worst.mean) >= max(best.mean)
    FROM (SELECT configuration, avg(badness) AS mean FROM trial_result WHERE sweep = 4 AND rung = 1
          GROUP BY configuration) AS worst
    JOIN (SELECT configuration, avg(badness) AS mean FROM trial_result WHERE sweep = 4 AND rung = 1
          GROUP BY configuration) AS best
    WHERE worst.configuration NOT IN (SELECT configuration FROM trial WHERE sweep = 4 AND rung = 2)
      AND best.configuration IN (SELECT configuration FROM trial WHERE sweep = 4 AND rung = 2)')"
equal 'the last rung is evaluated' 2 "$(sql "SELECT count(*) FROM evaluation WHERE part = 'validation'")"

# A trial that fails says why, and may be tried again.
make_sweep wild << 'END'
[sweep]
base = wild
[vary]
train.learning_rate = 1000, 999
END
{
    printf '[model]\nlayers =\n'
    for _ in $(seq 12); do printf '    dense 8\n    relu\n'; done
    printf '    dense 10\n'
} > "$T/wild.conf"
expect_exit 0 'sweep 5: 0 of 2 trials done, 2 failed' sweep --threads 1 "$T/wild.sweep"
check 'why' [ "$(sql "SELECT count(*) FROM trial WHERE sweep = 5 AND message LIKE 'train: run %step%'")" = 2 ]
sql "UPDATE trial SET run = NULL WHERE sweep = 5"
sweep --workers 0 --retry "$T/wild.sweep" > "$T/out"
equal 'tried again' waiting "$(sql 'SELECT DISTINCT state FROM trial WHERE sweep = 5')"
equal 'integrity' 'ok|' "$(sql 'PRAGMA integrity_check')|$(sql 'PRAGMA foreign_key_check')"

# One by one over folds: the experiment as it is, then each value alone; the best third on all folds.
cat > "$T/knobs.conf" << 'END'
# knobs
[model]
layers =
    maxpool 7
    dense 10
[train]
epochs = 2
batch = 32
learning_rate = 0.02
[augment]
flip = 0.25
[average]
decay = 0.5
[checkpoint]
monitor = none
END
make_sweep knobs << 'END'
[sweep]
base = tiny
design = one-by-one
split_folds = 3
folds = 0
halving = 3
halving_by = folds
objective = validation_accuracy
[vary]
train.learning_rate = x0.05, x1, x2
train.epochs = x0.4, x2
augment.strength = 0, 2
average.decay = 0.50, 0
train.weight_decay = x10
END
expect_exit 0 '^sweep 6: varies knobs, 6 configurations, 12 trainings: 6, then 6 of the best 2 and of the experiment as it is$' \
    sweep --workers 2 --threads 1 --set base=knobs "$T/knobs.sweep"
equal 'as it is; no value twice, no multiple of 0, no strength of what is off' 'as it is
train.learning_rate=0.001
train.learning_rate=0.04
train.epochs=1
train.epochs=4
average.decay=0' "$(sql 'SELECT DISTINCT settings FROM trial_result WHERE sweep = 6 ORDER BY configuration')"
best=$(sql "SELECT group_concat(configuration) FROM (SELECT configuration FROM trial_result
    WHERE sweep = 6 AND rung = 1 ORDER BY badness, validation_loss LIMIT 2)")
equal 'first one fold' '6|0|0' "$(sql 'SELECT count(*), min(fold), max(fold) FROM trial WHERE sweep = 6 AND rung = 1')"
equal 'then all, of the best two and as it is' "0,1,2|$(sql "SELECT count(DISTINCT configuration) FROM trial
    WHERE configuration IN (1, $best)")" "$(sql "
    SELECT DISTINCT group_concat(fold), (SELECT count(DISTINCT configuration) FROM trial WHERE sweep = 6 AND rung = 2)
    FROM (SELECT * FROM trial WHERE sweep = 6 AND rung = 2 AND configuration IN (1, $best) ORDER BY configuration, fold)
    GROUP BY configuration")"
equal 'a fold is not trained twice' 0 "$(sql 'SELECT count(*) FROM trial AS a JOIN trial AS b USING (sweep, configuration, fold)
    WHERE sweep = 6 AND a.rung = 1 AND b.rung = 2 AND a.run <> b.run')"
equal 'of stratified folds' 'stratified-kfold|3' "$(sql 'SELECT DISTINCT method, folds FROM trial JOIN run ON run.id = trial.run
    JOIN split ON split.id = run.split WHERE sweep = 6')"
equal 'judged by the averaged weights where there are some' '0|1' "$(sql "
    SELECT sum(e.average_accuracy IS NULL),
           min(t.validation_accuracy = e.average_accuracy AND t.badness = 1 - e.average_accuracy
               AND t.validation_loss = e.average_loss)
    FROM trial_result AS t
    JOIN epoch AS e ON e.run = t.run AND e.epoch = (SELECT max(epoch) FROM epoch WHERE run = t.run)
    WHERE t.sweep = 6 AND settings <> 'average.decay=0'")"

# The leaderboard: wrong images over the folds; differences as of the runs that are compared pair by pair.
ask tune sweep=6 > "$T/tune.csv"
field() { # configuration, column
    awk -F, -v c="$2" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == c) n = i } NR > 1 && index($0, s) { print $n; exit }' \
        s="$1" "$T/tune.csv"
}
equal 'a line a configuration' 7 "$(wc -l < "$T/tune.csv")"
equal 'of all images' '600 3 200 1' "$(field 'as it is' images) $(field 'as it is' trainings) $(
    tail -n 1 "$T/tune.csv" | cut -d, -f5) $(tail -n 1 "$T/tune.csv" | cut -d, -f4)"
equal 'wrong: the mistakes over its folds' "$(sql "SELECT count(*) FROM mistake JOIN trial USING (run)
    WHERE sweep = 6 AND rung = 2 AND configuration = 1 AND part = 'validation'")" "$(field 'as it is' wrong)"
equal 'in order' "$(sed 1d "$T/tune.csv" | cut -d, -f6 | head -n "$(sql 'SELECT count(DISTINCT configuration) FROM trial
    WHERE sweep = 6 AND rung = 2')" | sort -n)" "$(sed 1d "$T/tune.csv" | awk -F, '$3 == 2 { print $6 }')"
first=$(sed -n 2p "$T/tune.csv" | cut -d, -f2)
equal 'over the experiment as it is, pair by pair' "$(sql "
    SELECT sum(b_wrong - a_wrong) || ' ' || round(sqrt(sum(standard_error * images * standard_error * images)), 1)
    FROM trial_result AS mine
    JOIN trial_result AS base ON base.sweep = 6 AND base.rung = 2 AND base.fold = mine.fold AND base.settings = 'as it is'
    CROSS JOIN comparison ON comparison.a = base.run AND comparison.b = mine.run AND comparison.part = 'validation'
    WHERE mine.sweep = 6 AND mine.rung = 2 AND mine.settings = '$first'")" "$(field "$first" over_base) $(field "$first" base_error)"
last=$(tail -n 1 "$T/tune.csv" | cut -d, -f2)
equal 'without predictions, as two counts' "$(sql "
    SELECT round(sqrt(sum(n * (1 - n / 200))), 1)
    FROM (SELECT round(200 * badness) AS n FROM trial_result WHERE sweep = 6 AND rung = 1 AND settings IN ('as it is', '$last'))")" \
    "$(field "$last" base_error)"
equal 'a learning rate of a twentieth is clearly worse' yes "$(field train.learning_rate=0.001 clear_of_base)"
runs=$(sql 'SELECT count(*) FROM run')
expect_exit 0 'sweep 6: goes on with knobs' sweep --threads 1 --set base=knobs "$T/knobs.sweep"
equal 'nothing is left to train' "$runs" "$(sql 'SELECT count(*) FROM run')"
expect_exit 0 '^sweep 7: varies knobs, 2 configurations, 6 trainings: 4, then 2 of the best 1 and of the experiment as it is$' \
    sweep --workers 0 --set base=knobs --set 'knobs=train.epochs average.decay' --set trials=4 --set 'folds=1 2' "$T/knobs.sweep"
equal 'the knobs that were named, cut off at the number of trials' 'train.epochs=1' \
    "$(sql 'SELECT name || printf("=%s", value) FROM sweep_value WHERE sweep = 7')"

# Bad input.
bad() { # regex; the text comes from stdin
    make_sweep bad
    refused 1 "$1" sweep "$T/bad.sweep"
}
refused 2 'expected one sweep file, got 0' sweep
refused 1 'expected a sweep file NAME.sweep' sweep "$T/tiny.conf"
refused 1 'gone.sweep: No such file' sweep "$T/gone.sweep"
refused 1 'no such sweep' sweep --work 99
bad 'sweep.base is missing' <<< '[vary]
train.batch = 1'
bad '\[vary\] is missing' <<< '[sweep]
base = tiny'
bad 'nowhere.conf: No such file' <<< '[sweep]
base = nowhere'
bad "no setting is called 'train.depth'" <<< '[sweep]
base = tiny
[vary]
train.depth = 1, 2'
bad "bad.sweep:2: no setting is called 'sweep.trails'" <<< '[sweep]
trails = 7'
bad "train.batch: '0' is not a whole number from 1" <<< '[sweep]
base = tiny
[vary]
train.batch = 0, 8'
bad "is not a range like" <<< '[sweep]
base = tiny
[vary]
train.learning_rate = 2 .. 1'
bad 'expected seeds = ' <<< '[sweep]
base = tiny
[vary]
train.seed = 1, 2'
bad 'less than the 3 seeds' <<< '[sweep]
base = tiny
trials = 2
seeds = 1 2 3
[vary]
train.batch = 8'
bad 'split has no folds' <<< '[sweep]
base = tiny
folds = 0
[vary]
train.batch = 8'

bad 'knobs: .train.depth. is not in \[vary\]' <<< '[sweep]
base = tiny
knobs = train.depth
[vary]
train.batch = 8'
bad "train.batch: 'x' is not a multiple like x0.5" <<< '[sweep]
base = tiny
[vary]
train.batch = x, x2'
bad "train.optimizer: 'x2' needs a setting that is a number" <<< '[sweep]
base = tiny
[vary]
train.optimizer = sgd, x2'
bad 'halving_by: expected halving' <<< '[sweep]
base = tiny
halving_by = folds
[vary]
train.batch = 8'
bad 'expected those of the first rung, not all' <<< '[sweep]
base = tiny
split_folds = 2
folds = 0 1
halving = 2
halving_by = folds
[vary]
train.batch = 8'
bad 'as the design is one-by-one' <<< '[sweep]
base = tiny
design = one-by-one
[vary]
train.learning_rate = 1e-4 .. 1e-2 log'
printf '[committee]\nmembers = tiny:1\n' > "$T/all.conf"
bad 'the experiment is a committee' <<< '[sweep]
base = all
[vary]
train.batch = 8'
refused 2 "^sweep: --set: 'base', expected KEY=VALUE$" sweep --set base "$T/grid.sweep"
refused 2 "^sweep: --set: no setting is called 'sweep.trails'$" sweep --set trials=3 --set trails=3 "$T/grid.sweep"
refused 2 "^sweep: --set: sweep.trials: '0' is not a whole number from 1" sweep --set trials=0 "$T/grid.sweep"
refused 2 '^sweep: --set: a line of 2[0-9]* bytes; expected at most 198$' sweep --set "knobs=$(printf 'a%.0s' $(seq 200))" "$T/grid.sweep"
refused 2 "^sweep: unexpected argument '.*draw.sweep'" sweep "$T/grid.sweep" "$T/draw.sweep"
refused 2 "^sweep: --workers: '257' is not a whole number from 0 to 256$" sweep --workers 257 "$T/grid.sweep"
refused 2 'expected no --set' sweep --work 1 --set base=tiny


# What would be read as something else without a word.
bad 'bad.sweep:5: an indented line; expected the value of .train.batch. in one line$' <<< '[sweep]
base = tiny
[vary]
train.batch = 8, 16,
    32'
bad 'bad.sweep:3: an indented line; expected the value of .seeds. in one line$' <<< '[sweep]
seeds = 1,
  2
base = tiny'
bad "bad.sweep:5: 'train.batch' a second time in \\[vary\\]; expected each setting once$" <<< '[sweep]
base = tiny
[vary]
train.batch = 8
train.batch = 16'
bad "bad.sweep:3: 'trials' a second time in \\[sweep\\]" <<< '[sweep]
trials = 8
trials = 16'
list="train.batch = $(seq -s ', ' 1 60)"
equal 'a list of 230 bytes' 230 "$(printf '%s' "$list" | cut -c 1-230 | tr -d '\n' | wc -c)"
bad 'bad.sweep:4: a line of 230 bytes; expected at most 198$' <<< "[sweep]
base = tiny
[vary]
$(printf '%s' "$list" | cut -c 1-230)"
bad "bad.sweep:4: train.batch: more than 64 values$" <<< "[sweep]
base = tiny
[vary]
train.batch = $(printf '1 %.0s' $(seq 65))"
bad "bad.sweep:4: train.optimizer: 'aaaaaaaaaaaaaaaaaaaa...' has 70 bytes, expected values of at most 63$" <<< "[sweep]
base = tiny
[vary]
train.optimizer = $(printf 'a%.0s' $(seq 70))"
bad 'bad.sweep:4: train.batch: expected 1 to 64 values$' <<< '[sweep]
base = tiny
[vary]
train.batch ='
bad 'bad.sweep:2: neither \[section\], key = value nor a comment$' <<< '[sweep]
base tiny
trails = 3'
bad "bad.sweep:2: no setting is called 'sweep.trails'" <<< '[sweep]
trails = 3
base tiny
sails = 4'
bad 'bad.sweep:1: \[\]: expected \[sweep\] or \[vary\]' <<< 'base = tiny'
printf '[sweep]\nbase = tiny\0\n' > "$T/zero.sweep"
refused 1 'zero.sweep: not a sweep file: found a zero byte' sweep "$T/zero.sweep"
make_sweep plain << 'END'
[sweep]
base = tiny
trials = 4
[vary]
train.batch = 8, 16
END
expect_exit 0 ', 1 configurations, 1 trainings' sweep --workers 0 --set trials=1 --set trials=1 "$T/plain.sweep"

# A trial whose settings can't be read is not trained without them.
rm -rf "$T"/pixelmill-sweep.?????? # of the worker that was killed
sed -i 's/^epochs = 8/epochs = 2/' "$T/tiny.conf"
sweep --workers 0 "$T/plain.sweep" > "$T/out"
id=$(sed -n 's/^sweep \([0-9]*\).*/\1/p' "$T/out" | tail -n 1)
runs=$(sql 'SELECT count(*) FROM run')
sql 'PRAGMA wal_checkpoint(TRUNCATE)' > "$T/out"
page=$(sql "SELECT (rootpage - 1) * page_size FROM sqlite_schema, pragma_page_size WHERE name = 'sweep_value'")
at_page() { dd bs=1 count=16 conv=notrunc "$@" 2> "$T/dd"; }
at_page if="$DB" skip="$page" of="$T/page"
at_page if=/dev/zero of="$DB" seek="$page"
expect_exit 1 'disk image is malformed' sweep --work "$id"
equal 'nothing is trained, nothing is done' "$runs|waiting" "$(sql "SELECT count(*), (SELECT group_concat(DISTINCT state)
    FROM trial WHERE sweep = $id AND state <> 'running') FROM run")"
at_page if="$T/page" of="$DB" seek="$page"
equal 'the worker has left nothing behind' '' "$(ls -d "$T"/pixelmill-sweep.?????? 2> /dev/null)"
expect_exit 0 "sweep $id: 2 of 2 trials done" sweep --threads 1 "$T/plain.sweep"
equal 'a run has the settings of its trial in its text' 1 "$(sql "SELECT min(instr(conf, '
[train]
batch = ' || value || '
') > 0) FROM trial JOIN run ON run.id = trial.run JOIN sweep_value USING (sweep, configuration) WHERE sweep = $id")"

# A training that somebody ends goes back to the queue; one whose settings no longer are is failed.
sql "UPDATE trial SET state = 'waiting', run = NULL, attempts = 0 WHERE sweep = $id;
     UPDATE sweep_value SET name = 'train.depth' WHERE sweep = $id AND configuration = 1;
     UPDATE sweep_value SET value = 24 WHERE sweep = $id AND configuration = 2;
     UPDATE sweep SET conf = replace(conf, 'epochs = 2', 'epochs = 100000') WHERE id = $id"
"$BIN/sweep" --db "$DB" --work "$id" --threads 1 > "$T/worker.out" 2>&1 &
child=$!
training() { sql "SELECT max(id) FROM run WHERE status = 'running' AND id IN (SELECT run FROM epoch)"; }
for _ in $(seq 500); do
    [ "$(training)" ] && break
    sleep 0.02
done
equal 'no such setting any more' "failed|no setting is called 'train.depth'" "$(sql "SELECT state, substr(message, -36) FROM trial
    WHERE sweep = $id ORDER BY id LIMIT 1" | sed "s/|.*no setting/|no setting/")"
worker=$(ps -o pid= --ppid $child | tr -d ' ')
first=$(ps -o pid= --ppid "$worker" | tr -d ' ')
kill -TERM "$first"
for _ in $(seq 500); do
    second=$(ps -o pid= --ppid "$worker" | tr -d ' ')
    [ "$second" ] && [ "$second" != "$first" ] && [ "$(training)" ] && break
    sleep 0.02
done
check 'tried again' [ "$second" != "$first" ]
equal 'not failed' running "$(sql "SELECT state FROM trial WHERE sweep = $id ORDER BY id DESC LIMIT 1")"
kill -TERM $child
wait $child
equal 'only the parent was told: exit status' 143 $?
check 'and says so' grep -q "^sweep: sweep $id: interrupted; the same command goes on" "$T/worker.out"
equal 'its workers are gone' "waiting|" "$(sql "SELECT state FROM trial WHERE sweep = $id ORDER BY id DESC LIMIT 1")|$(training)"
equal 'and their folders' '' "$(ls -d "$T"/pixelmill-sweep.?????? 2> /dev/null)"

# A sweep is of one version of a dataset.
sed -i 2d "$T/train.csv"
"$BIN/ingest" --db "$DB" --quiet "$T/train.csv" "$T/test.csv" > "$T/out"
expect_exit 1 "^sweep: sweep $id: is of an older version of dataset digits; expected a sweep of version 2" sweep --work "$id"
expect_exit 0 '^sweep [0-9]*: varies tiny' sweep --workers 0 "$T/plain.sweep"
expect_exit 0 '^  build/bin/sweep ' "$BIN/sweep" --help
finish
