# The stage train on the fixture: what it records, what it repeats, how it is stopped and goes on.
. tests/lib.sh

CONF=$ROOT/experiments/smoke.conf
train() { "$BIN/train" --db "$DB" "$@"; }
weights() { sql "SELECT sha256 FROM checkpoint WHERE run = $1 AND kind = 'last'"; }
figures() {
    sql "SELECT epoch, learning_rate, train_loss, train_accuracy, validation_loss, validation_accuracy
         FROM epoch WHERE run = $1"
}

expect_exit 0 'Usage: train' "$BIN/train" --help
refused 1 'no such database' train "$CONF"
ingested
refused 1 'has no split as smoke asks for' train "$CONF"
"$BIN/split" --db "$DB" --conf "$CONF" > "$T/split.out" || exit 1

# What a run records.
expect_exit 0 'run 1: finished, 3 epochs' train --threads 1 --run-to "$T/run" "$CONF"
equal 'number of the run' 1 "$(cat "$T/run")"
equal 'state of the run' 'training|smoke|finished|42|1|3|0|' \
    "$(sql "SELECT kind, experiment, status, seed, threads, epochs, stopped_early, message FROM run")"
equal 'the experiment file, whole' "$(cat "$CONF")" "$(sql "SELECT conf FROM run")"
equal 'epochs' 3 "$(sql "SELECT count(*) FROM epoch WHERE seconds > 0 AND images_per_second > 0")"
equal 'it learns' 1 "$(sql "SELECT (SELECT validation_loss FROM epoch WHERE epoch = 3) <
                                   (SELECT validation_loss FROM epoch WHERE epoch = 1)")"
equal 'best and last weights, no state any more' 'best|0
last|0' "$(sql "SELECT kind, state IS NOT NULL FROM checkpoint ORDER BY kind")"
equal 'defaults are recorded too' '0.9|64|0.2' \
    "$(sql "SELECT max(iif(name = 'train.beta1', value, NULL)), max(iif(name = 'train.batch', value, NULL)),
                   max(iif(name = 'split.fraction', value, NULL)) FROM hyperparameter")"
equal 'parameters' 9130 "$(sql "SELECT parameters FROM run")"
equal 'layers add up' 9130 "$(sql "SELECT sum(parameters) FROM layer")"
equal 'stage log' 'train|finished after 3 epochs' "$(sql "SELECT stage, result FROM stage WHERE run = 1")"

# The same inputs are not trained again; other ones are.
expect_exit 0 'run 1 has trained just this' train "$CONF"
equal 'no second run' 1 "$(sql 'SELECT count(*) FROM run')"
expect_exit 0 'run 2: finished' train --again --threads 2 "$CONF"
equal 'same seed, other threads: same weights' "$(weights 1)" "$(weights 2)"
equal 'same seed, other threads: same figures' "$(figures 1)" "$(figures 2)"
expect_exit 0 'run 3: finished' train --seed 7 --set train.epochs=1 "$CONF"
check 'another seed: other weights' [ "$(weights 1)" != "$(weights 3)" ]
equal 'what was set is recorded' '7|1' \
    "$(sql "SELECT seed, epochs FROM run WHERE id = 3 AND conf LIKE '%[train]
epochs = 1
%'")"

# Interrupted: the run says so, goes on, and ends as if nothing had been.
long=(--set train.epochs=150 --threads 1)
train --again "${long[@]}" "$CONF" > "$T/whole.out" || exit 1
for signal in INT TERM; do
    "$BIN/train" --db "$DB" --again "${long[@]}" "$CONF" > "$T/cut.out" 2> "$T/cut.err" &
    child=$!
    run=$(sql 'SELECT max(id) + 1 FROM run')
    for _ in $(seq 200); do
        [ "$(sql "SELECT count(*) FROM epoch WHERE run = (SELECT max(id) FROM run) AND run >= $run")" -gt 2 ] && break
        sleep 0.02
    done
    kill -$signal $child
    wait $child
    equal "SIG$signal: exit status" 1 $?
    check "SIG$signal: says how to go on" grep -q "interrupted in epoch .*--run $run" "$T/cut.err"
    equal "SIG$signal: status" interrupted "$(sql "SELECT status FROM run WHERE id = $run")"
    expect_exit 0 "run $run: finished, 150 epochs" train --run "$run"
    equal "SIG$signal: weights as uninterrupted" "$(weights 4)" "$(weights "$run")"
    equal "SIG$signal: figures as uninterrupted" "$(figures 4)" "$(figures "$run")"
done

# Killed: the next program that opens the database finds out, and the run can go on.
"$BIN/train" --db "$DB" --again --threads 1 --set train.epochs=4000 "$CONF" > "$T/cut.out" 2>&1 &
child=$!
run=$(sql 'SELECT max(id) + 1 FROM run')
for _ in $(seq 300); do
    [ "$(sql "SELECT count(*) FROM checkpoint WHERE kind = 'last' AND run >= $run")" = 1 ] && break
    sleep 0.02
done
equal 'alive: not taken for dead' running \
    "$("$BIN/ask" --db "$DB" --format csv runs > "$T/runs.csv"; sql "SELECT status FROM run WHERE id = $run")"
kill -KILL $child
wait $child 2> /dev/null
"$BIN/ask" --db "$DB" runs > "$T/runs.out" || exit 1
equal 'killed: crashed at the next command' crashed "$(sql "SELECT status FROM run WHERE id = $run")"
equal 'integrity' ok "$(sql 'PRAGMA integrity_check')"
equal 'foreign keys' '' "$(sql 'PRAGMA foreign_key_check')"

# Early stopping and the learning rate on a plateau.
train --set train.epochs=30 --set early_stopping.monitor=validation_accuracy \
    --set early_stopping.patience=2 --set reduce_lr.monitor=validation_loss \
    --set reduce_lr.patience=1 --set reduce_lr.min_delta=1000 --set reduce_lr.factor=0.5 \
    --set train.learning_rate=0.05 "$CONF" > "$T/early.out" || exit 1
run=$(sql 'SELECT max(id) FROM run')
equal 'stopped early' 1 "$(sql "SELECT stopped_early FROM run WHERE id = $run")"
check 'said so' grep -q 'early stopping, best was epoch' "$T/early.out"
equal 'learning rate halved after the second epoch' '0.05|0.05|0.025' \
    "$(sql "SELECT group_concat(learning_rate, '|') FROM (SELECT learning_rate FROM epoch WHERE run = $run ORDER BY epoch LIMIT 3)")"

# A loss that is no number ends the run as failed, and names the place.
{
    printf '[model]\nlayers =\n'
    for _ in $(seq 12); do printf '    dense 8\n    relu\n'; done
    printf '    dense 10\n[train]\nlearning_rate = 1000\n'
} > "$T/wild.conf"
run train "$T/wild.conf"
equal 'NaN: exit status' 1 "$STATUS"
check 'NaN: names the step' grep -qE 'step [0-9]+' "$T/.stderr"
equal 'NaN: status' failed "$(sql 'SELECT status FROM run ORDER BY id DESC LIMIT 1')"
check 'NaN: message' [ -n "$(sql 'SELECT message FROM run ORDER BY id DESC LIMIT 1')" ]

# Bad input.
sed 's/dense 10/dense 9/' "$CONF" > "$T/nine.conf"
sed 's/conv 8 3x3 same/convolve 8/' "$CONF" > "$T/word.conf"
printf '[train]\nbatch 32\n' > "$T/ini.conf"
printf '[train]\nbatch = 32\n' > "$T/empty.conf"
refused 2 'expected an experiment file' train
refused 2 'expected one experiment file, got 2' train a.conf b.conf
refused 2 "unknown or ambiguous option '--colour'" train --colour "$CONF"
refused 2 "option '--seed' needs a value" train "$CONF" --seed
refused 2 "'1.5' is not a whole number" train --seed 1.5 "$CONF"
refused 2 "no setting is called 'train.epoch'" train --set train.epoch=1 "$CONF"
refused 2 "train.epochs: '0' is not a whole number from 1" train --set train.epochs=0 "$CONF"
refused 2 "checkpoint.monitor: 'loss' is not one of none, validation_loss" train --set checkpoint.monitor=loss "$CONF"
refused 2 'has no folds; expected no --fold' train --fold 0 "$CONF"
refused 1 'gone.conf: No such file' train "$T/gone.conf"
refused 1 'smoke: expected an experiment file NAME.conf' train smoke
refused 1 'ini.conf:2: neither' train "$T/ini.conf"
refused 1 'model.layers is missing' train "$T/empty.conf"
refused 1 'ends in 9 outputs, expected 10' train "$T/nine.conf"
refused 1 "word: model.layers: .*convolve" train "$T/word.conf"
refused 1 "no dataset 'letters'" train --dataset letters "$CONF"
refused 1 'no run 99' train --run 99
refused 1 'run 1 is finished; only an interrupted or crashed run can go on' train --run 1
NN_ISA=mmx refused 2 "NN_ISA: 'mmx'" train "$CONF"

finish
