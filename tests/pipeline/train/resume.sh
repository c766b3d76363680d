# Killed at random moments and resumed, a run ends with the weights and figures of one that was left
# alone; and `verify` says whether a run comes out again. KILLS=3 is the number of killed runs.
. tests/lib.sh

RANDOM=${SEED:-$$}
train() { "$BIN/train" --db "$DB" "$@"; }
weights() { sql "SELECT kind, epoch, sha256 FROM checkpoint WHERE run = $1 ORDER BY kind"; }
figures() {
    sql "SELECT epoch, learning_rate, train_loss, train_accuracy, validation_loss, validation_accuracy
         FROM epoch WHERE run = $1 ORDER BY epoch"
}

# All that has a state: moments, dropout, running averages, three callbacks.
cat > "$T/tiny.conf" << 'END'
[model]
layers =
    maxpool 4
    dense 24
    batchnorm
    relu
    dropout 0.3
    dense 10
[train]
batch = 16
epochs = 150
learning_rate = 0.002
[early_stopping]
monitor = validation_accuracy
patience = 140
[reduce_lr]
monitor = validation_loss
patience = 4
factor = 0.8
END
ingested
"$BIN/split" --db "$DB" "$T/tiny.conf" > "$T/split.out" || exit 1
train --quiet --threads 1 "$T/tiny.conf" > "$T/whole.out" || exit 1
seconds=$(sql "SELECT max(1, CAST(1000 * sum(seconds) AS INTEGER)) FROM epoch WHERE run = 1")
check 'the learning rate changes on the way' [ "$(sql 'SELECT count(DISTINCT learning_rate) > 3 FROM epoch')" = 1 ]

# Each is killed two times, with SIGKILL, after some part of the time that the whole takes; the
# second time while it is being resumed. One that ended before it was hit does not count.
resumed=0
for _ in $(seq 60); do
    [ "$resumed" -lt "${KILLS:-3}" ] || break
    run=$(sql 'SELECT max(id) + 1 FROM run')
    command=(--again --quiet --threads 1 "$T/tiny.conf")
    for _ in 1 2; do
        "$BIN/train" --db "$DB" "${command[@]}" > "$T/cut.out" 2>&1 &
        child=$!
        sleep "$(printf '%d.%03d' 0 $((RANDOM % (seconds < 900 ? seconds : 900))))"
        kill -KILL $child 2> "$T/err"
        wait $child 2> "$T/err"
        "$BIN/ask" --db "$DB" runs > "$T/out"
        [ "$(sql "SELECT count(*) FROM run WHERE id = $run")" = 1 ] && command=(--run "$run" --quiet --threads 1)
    done
    state=$(sql "SELECT status FROM run WHERE id = $run")
    if [ "$state" = finished ]; then continue; fi
    if [ -z "$state" ]; then continue; fi
    equal 'killed: status' crashed "$state"
    resumed=$((resumed + 1))
    [ "$(sql "SELECT count(*) FROM epoch WHERE run = $run")" -gt 0 ] && [ "$resumed" = 1 ] &&
        sql "INSERT INTO epoch SELECT run, 140, learning_rate, 9, 0, 9, 0, NULL, NULL, 1, 1, ended_at
             FROM epoch WHERE run = $run LIMIT 1" # written after the last checkpoint
    expect_exit 0 "run $run: finished" train --run "$run" --quiet --threads 1
    equal 'weights as of the run that was left alone' "$(weights 1)" "$(weights "$run")"
    equal 'figures too, none doubled, none left over' "$(figures 1)" "$(figures "$run")"
done
equal 'killed and resumed' "${KILLS:-3}" "$resumed"
equal 'integrity' ok "$(sql 'PRAGMA integrity_check')"

# A run that died before its first checkpoint begins anew, by its number and by its experiment.
run=$(sql "INSERT INTO run SELECT NULL, kind, experiment, parent, dataset, split, fold, seed, conf, input_hash,
               'crashed', NULL, started_at, started_at, host, program, program_hash, git_commit, git_diff,
               compiler, cpu, isa, blas, threads, parameters, trainable, epochs, NULL, NULL, NULL, 0
           FROM run WHERE id = 1; SELECT max(id) FROM run")
expect_exit 0 "run $run: finished" train --run "$run" --quiet --threads 1
equal 'no checkpoint: the same weights' "$(weights 1)" "$(weights "$run")"

# Verify: the same, then with one thing after the other changed.
before=$(sql 'SELECT count(*) FROM run')
expect_exit 0 'run 1: weights are the same, bit for bit' train --run 1 --verify --quiet --threads 1
equal 'no run is recorded' "$before" "$(sql 'SELECT count(*) FROM run')"
equal 'the log tells' 'verified: weights are the same' \
    "$(sql 'SELECT substr(result, 1, 30) FROM stage ORDER BY id DESC LIMIT 1')"
sql "UPDATE run SET compiler = 'tcc 0.9', cpu = 'abacus', git_diff = printf('%064d', 7) WHERE id = 1"
expect_exit 0 'compiler +then tcc 0.9' train --run 1 --verify --quiet --threads 1
check 'the CPU too' grep -qE 'cpu +then abacus' "$T/.stdout"
check 'a dirty work tree' grep -q 'uncommitted changes, hash 0*7$' "$T/.stdout"
sql "UPDATE checkpoint SET sha256 = printf('%064d', 1) WHERE run = 1 AND kind = 'last';
     UPDATE epoch SET train_loss = train_loss + 1e-9 WHERE run = 1 AND epoch = 7"
run train --run 1 --verify --quiet --threads 1
equal 'other weights: exit status' 1 "$STATUS"
check 'other weights: said' grep -q 'run 1: weights differ' "$T/.stdout"
check 'other figures: from when on' grep -q 'figures differ from epoch 7 on' "$T/.stdout"
sql "UPDATE hyperparameter SET value = 0.5 WHERE run = 1 AND name = 'train.beta1'"
run train --run 1 --verify --quiet --threads 1
check 'another setting: named' grep -qE 'train.beta1 +then 0.5' "$T/.stdout"
refused 2 '--verify: expected --run N' train --verify "$T/tiny.conf"
refused 1 'no run 99' train --verify --run 99
sql "UPDATE run SET status = 'interrupted' WHERE id = 1"
refused 1 'run 1 is a training, interrupted; expected a finished training' train --verify --run 1

finish
