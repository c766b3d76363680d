# The stage train on the fixture: what it records, what it repeats, how it is stopped and goes on.
. tests/lib.sh

unset MAKELEVEL # how to go on is told as to somebody who called the program
CONF=$ROOT/experiments/smoke.conf
train() { "$BIN/train" --db "$DB" "$@"; }
weights() { sql "SELECT sha256 FROM checkpoint WHERE run = $1 AND kind = 'last'"; }
figures() {
    sql "SELECT epoch, learning_rate, train_loss, train_accuracy, validation_loss, validation_accuracy
         FROM epoch WHERE run = $1"
}
idle() { # what, arguments: there is nothing to do, and --if-needed says so by its exit status alone
    local what=$1 before
    shift
    before=$(database_hash)
    run train --if-needed "$@"
    equal "$what: status, output, database" "3||$before" "$STATUS|$(cat "$T/.stdout" "$T/.stderr")|$(database_hash)"
}

expect_exit 0 'Usage: train' "$BIN/train" --help
refused 1 'no such database' train "$CONF"
ingested
refused 1 "has no split as smoke asks for; split makes it: build/bin/split --db $DB $CONF\$" train "$CONF"
refused 1 'has no split as smoke asks for' train --if-needed "$CONF"
"$BIN/split" --db "$DB" "$CONF" > "$T/split.out" || exit 1

# What a run records.
expect_exit 0 'run 1: finished, 3 epochs' train --if-needed --threads 1 "$CONF"
equal 'state of the run' 'training|smoke|finished|42|1|3|0|' \
    "$(sql "SELECT kind, experiment, status, seed, threads, epochs, stopped_early, message FROM run")"
equal 'the experiment file, whole, its classes counted' "$(sed 's/dense classes/dense 10/' "$CONF")" "$(sql "SELECT conf FROM run")"
equal 'epochs' 3 "$(sql "SELECT count(*) FROM epoch WHERE seconds > 0 AND images_per_second > 0")"
equal 'it learns' 1 "$(sql "SELECT (SELECT validation_loss FROM epoch WHERE epoch = 3) <
                                   (SELECT validation_loss FROM epoch WHERE epoch = 1)")"
equal 'best and last weights, no state any more' 'best|0
last|0' "$(sql "SELECT kind, state IS NOT NULL FROM checkpoint ORDER BY kind")"
equal 'defaults are recorded too' '0.9|64|0.2' \
    "$(sql "SELECT max(iif(name = 'train.beta1', value, NULL)), max(iif(name = 'train.batch', value, NULL)),
                   max(iif(name = 'split.fraction', value, NULL)) FROM hyperparameter")"
equal 'a number that may have a fraction is a REAL, whatever it is' 'real|real|integer|text' \
    "$(sql "SELECT group_concat(typeof(value), '|') FROM (SELECT value FROM hyperparameter
            WHERE name IN ('augment.rotation', 'train.clip', 'train.epochs', 'train.optimizer') ORDER BY name)")"
equal 'parameters' 9130 "$(sql "SELECT parameters FROM run")"
equal 'layers add up' 9130 "$(sql "SELECT sum(parameters) FROM layer")"
equal 'stage log' 'train|finished after 3 epochs' "$(sql "SELECT stage, result FROM stage WHERE run = 1")"

# The same inputs are not trained again; other ones are.
expect_exit 0 '^run 1 has trained just this: nothing to do$' train "$CONF"
idle 'the same again' "$CONF"
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
started() { # arguments: in the background, until it has done three epochs; sets child and run
    run=$(sql 'SELECT max(id) + 1 FROM run')
    "$BIN/train" --db "$DB" "$@" > "$T/cut.out" 2> "$T/cut.err" &
    child=$!
    for _ in $(seq 500); do
        [ "$(sql "SELECT count(*) FROM epoch WHERE run = $run")" -gt 2 ] && break
        sleep 0.02
    done
}
for signal in INT TERM HUP; do
    if [ $signal = TERM ]; then export MAKELEVEL=1; fi
    started --again "${long[@]}" "$CONF"
    kill -$signal $child
    wait $child 2> "$T/killed"
    status=$?
    equal "SIG$signal: exit status" $((128 + $(kill -l $signal))) $status
    unset MAKELEVEL
    [ $signal = TERM ] || check 'says how to go on' \
        grep -qE "^train: run $run: interrupted in epoch [0-9]+; go on with --run $run$" "$T/cut.err"
    [ $signal != TERM ] || check 'says how to go on with make' \
        grep -qE "; go on with make train RUN=$run \(train --run $run\)$" "$T/cut.err"
    equal "SIG$signal: status" interrupted "$(sql "SELECT status FROM run WHERE id = $run")"
    equal "SIG$signal: it can go on from within the epoch" '3|1' \
        "$(sql "SELECT hex(substr(state, 1, 1)) + 0, epoch > 1 FROM checkpoint WHERE run = $run AND kind = 'last'")"
    expect_exit 0 "run $run: finished, 150 epochs" train --run "$run"
    equal "SIG$signal: weights as uninterrupted" "$(weights 4)" "$(weights "$run")"
    equal "SIG$signal: figures as uninterrupted" "$(figures 4)" "$(figures "$run")"
done

# By its experiment, too; --if-needed does what is needed.
started --set train.epochs=151 --threads 1 "$CONF"
expect_exit 1 "^train: run $run: another process is at work on just this$" train --run "$run"
kill -INT $child
wait $child
expect_exit 0 "run $run: goes on with smoke" train --if-needed --set train.epochs=151 --threads 1 "$CONF"
equal 'by its experiment: no other run' "$run|finished" "$(sql 'SELECT id, status FROM run ORDER BY id DESC LIMIT 1')"

# A state that is not understood: said, and nothing changes.
started --set train.epochs=4000 --threads 1 "$CONF"
kill -INT $child
wait $child
sql "CREATE TABLE kept AS SELECT state FROM checkpoint WHERE run = $run AND kind = 'last'"
while IFS=';' read -r state why; do
    sql "UPDATE checkpoint SET state = (SELECT $state FROM kept) WHERE run = $run AND kind = 'last'"
    refused 1 "^train: run $run: the state of its checkpoint is not understood: $why; the program that wrote it can go on with the run, or train EXPERIMENT.conf --again begins anew$" \
        train --run "$run"
done << 'END'
CAST(x'63' || substr(state, 2) AS BLOB);its format is 99, expected 2 or 3
NULL;its format is 0, expected 2 or 3
x'0300';its format is 0, expected 2 or 3
substr(state, 1, 20);found 20 bytes, expected [0-9]+ at least
substr(state, 1, length(state) - 1);found [0-9]+ bytes, expected [0-9]+
CAST(state || x'00' AS BLOB);found [0-9]+ bytes, expected [0-9]+
CAST(substr(state, 1, 4) || x'a2860100' || substr(state, 9) AS BLOB);it is in epoch 100002 of 4000 .*
CAST(substr(state, 1, 4) || x'00000000' || substr(state, 9) AS BLOB);it is in epoch 0 of 4000 .*
CAST(substr(state, 1, 12) || x'ffffffffffffffff' || substr(state, 21) AS BLOB);it is in epoch [0-9]+ of 4000 at image 18446744073709551615 of 480.*
END
sql "UPDATE checkpoint SET state = (SELECT state FROM kept), weights = zeroblob(9) WHERE run = $run AND kind = 'last'"
refused 1 "^train: run $run: the weights of its checkpoint: " train --run "$run"
sql "UPDATE run SET status = 'failed' WHERE id = $run"

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

# Trouble that is not the net's: the run has not failed, and goes on when it is over.
trap_row epoch run 'epoch <> 2 OR run <= :last' 'disk is full'
run=$(sql 'SELECT max(id) + 1 FROM run')
expect_exit 1 "^train: run $run: .*disk is full; go on with --run $run$" train --seed 11 "$CONF"
spring epoch
expect_exit 0 "run $run: goes on with smoke" train --seed 11 "$CONF"
equal 'finished, no epoch twice' 'finished|3' \
    "$(sql "SELECT status, (SELECT count(*) FROM epoch WHERE run = run.id) FROM run WHERE id = $run")"

# Six equal calls at once: one trains, the others wait for it and find that there is nothing to do.
run=$(sql 'SELECT max(id) + 1 FROM run')
children=()
for i in 1 2 3 4 5 6; do
    "$BIN/train" --db "$DB" --threads 1 --seed 12 --set train.epochs=60 "$CONF" > "$T/six$i.out" 2> "$T/six$i.err" &
    children+=($!)
done
failed=0
for child in "${children[@]}"; do wait "$child" || failed=$((failed + 1)); done
equal 'six at once: none failed' 0 "$failed"
equal 'six at once: one run' "$run" "$(sql "SELECT group_concat(id) FROM run WHERE id >= $run")"
equal 'six at once: five had nothing to do' 5 "$(cat "$T"/six?.out | grep -c "^run $run has trained just this: nothing to do$")"
check 'they say whom they wait for' grep -qE '^train: waits for another process that is at work on the training [0-9a-f]{12}$' \
    "$T"/six?.err
children=()
for i in 1 2; do
    "$BIN/train" --db "$DB" --threads 1 --seed 12 --set train.epochs=60 --again --quiet "$CONF" > "$T/again$i" 2>&1 &
    children+=($!)
done
wait "${children[@]}"
equal 'two with --again: two more' 3 "$(sql "SELECT count(*) FROM run WHERE id >= $run")"

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

# Of a committee the file names the members, and the program beside this one is called.
mkdir "$T/bin"
cp "$BIN/train" "$T/bin/"
printf '[committee]\nmembers = smoke:42, smoke:7\n' > "$T/board.conf"
refused 1 "board.conf names the members of a committee, and .*/bin/committee cannot be called: No such file" \
    "$T/bin/train" --db "$DB" "$T/board.conf"
printf '#!/bin/sh\nprintf "%%s\\n" "committee:" "$@"\nexit 3\n' > "$T/bin/committee"
chmod +x "$T/bin/committee"
run "$T/bin/train" --db "$DB" --if-needed --seed 5 --set committee.weights=equal "$T/board.conf"
equal 'with the same arguments, and its exit status' \
    "3|committee: --db $DB --if-needed --seed 5 --set committee.weights=equal $T/board.conf" \
    "$STATUS|$(paste -sd ' ' "$T/.stdout")"

# On a terminal the line of progress fits into 80 columns.
printf '[model]\nlayers =\n    conv 32 5x5 same\n    relu\n    conv 32 5x5 same\n    relu\n    dense 10\n[train]\nepochs = 2\n' \
    > "$T/slow.conf"
NN_ISA=plain script -qec "stty cols 200; '$BIN/train' --db '$DB' --threads 1 '$T/slow.conf'" "$T/typescript" > "$T/out"
check 'a line of progress' \
    grep -qE 'epoch [12]/2 +[0-9]+ %  loss [0-9.]+  accuracy [0-9.]+  [0-9,]+ img/s  ETA [0-9:]+' "$T/typescript"
equal 'within 80 columns' 0 "$(tr '\r' '\n' < "$T/typescript" | sed 's/\x1b\[K//g' | grep ETA | grep -cE '.{80}')"

# Bad input.
mkdir "$T/ten"
sed 's/dense classes/dense 9/' "$CONF" > "$T/nine.conf"
sed 's/dense classes/dense 10/' "$CONF" > "$T/ten/smoke.conf"
sed 's/conv 8 3x3 same/convolve 8/' "$CONF" > "$T/word.conf"
printf '[train]\nbatch 32\n' > "$T/ini.conf"
printf '[train]\nbatch = 32\n' > "$T/empty.conf"
refused 2 'expected an experiment file' train
refused 2 "expected one experiment file, got 'a.conf' and 'b.conf'" train a.conf b.conf
refused 2 "unknown or ambiguous option '--colour'" train --colour "$CONF"
refused 2 "unknown or ambiguous option '--run-to'" train --run-to "$T/run" "$CONF"
refused 2 "option '--seed' needs a value" train "$CONF" --seed
refused 2 "'1.5' is not a whole number" train --seed 1.5 "$CONF"
refused 2 "^train: --threads: '0' is not a whole number from 1 to 256" train --threads 0 "$CONF"
refused 2 "no setting is called 'train.epoch'" train --set train.epoch=1 "$CONF"
refused 2 "train.epochs: '0' is not a whole number from 1" train --set train.epochs=0 "$CONF"
refused 2 "checkpoint.monitor: 'loss' is not one of none, validation_loss" train --set checkpoint.monitor=loss "$CONF"
refused 2 'has no folds; expected no --fold' train --fold 0 "$CONF"
refused 1 'gone.conf: No such file' train "$T/gone.conf"
refused 2 "'smoke' is no experiment file; expected NAME.conf" train smoke
refused 1 'ini.conf:2: neither' train "$T/ini.conf"
refused 1 'model.layers is missing' train "$T/empty.conf"
refused 1 'ends in 9 outputs, expected 10' train "$T/nine.conf"
expect_exit 0 'run [12] has trained just this: nothing to do' train "$T/ten/smoke.conf"
refused 1 "word: model.layers: .*convolve" train "$T/word.conf"
refused 1 "no dataset 'letters'" train --dataset letters "$CONF"
refused 1 'no run 99' train --run 99
refused 1 'run 1 is finished; only an interrupted or crashed run can go on' train --run 1
NN_ISA=mmx refused 2 "NN_ISA: 'mmx'" train "$CONF"

finish
