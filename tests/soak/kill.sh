#!/bin/bash
# KILLS=200 processes ended by SIGKILL at random moments of ingest, train, evaluate and submit: the file stays
# sound, no stage is half there, crashed runs say so at the next command, and go on to the weights of
# a run that was left alone. Prints figures; run by `make soak`.
. tests/lib.sh

KILLS=${KILLS:-200}
RANDOM=${SEED:-1}
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
epochs = 120
[reduce_lr]
monitor = validation_loss
patience = 4
END
digits
declare -A kills=() hits=()
bad=0
complain() { echo "kill $i ($1): $2" >&2; bad=$((bad + 1)); }

# How long each stage takes, so that the kill falls into it.
measure() {
    local t=$EPOCHREALTIME
    "$@" > "$T/out" 2>&1 || exit 1
    echo $(((${EPOCHREALTIME/./} - ${t/./}) / 1000 + 1))
}
ms_ingest=$(measure "$BIN/ingest" --db "$DB" --dataset whole "$T/train.csv" "$T/test.csv")
"$BIN/ingest" --db "$DB" --quiet "$T/train.csv" "$T/test.csv" > "$T/out" || exit 1
"$BIN/split" --db "$DB" "$T/tiny.conf" > "$T/out" || exit 1
ms_train=$(measure "$BIN/train" --db "$DB" --quiet --threads 1 "$T/tiny.conf")
ms_evaluate=$(measure "$BIN/evaluate" --db "$DB" --quiet --run 1)
ms_submit=$(measure "$BIN/submit" --db "$DB" --quiet --run 1 --output "$T/s0.csv")
result() { # of run: weights and figures
    sql "SELECT kind, epoch, sha256 FROM checkpoint WHERE run = $1 ORDER BY kind;
         SELECT epoch, learning_rate, train_loss, validation_loss FROM epoch WHERE run = $1 ORDER BY epoch"
}
whole=$(result 1)
predictions=$(sql 'SELECT count(*) FROM prediction WHERE run = 1')
sha=$(sql 'SELECT sha256 FROM submission')

cut_off() { # stage, milliseconds, command...: kills it at a random moment; counts those hit alive
    local stage=$1 ms=$2 child
    shift 2
    "$@" > "$T/cut.out" 2>&1 &
    child=$!
    sleep "$(printf '%d.%03d' $((ms * (RANDOM % 1000) / 1000000)) $((ms * (RANDOM % 1000) / 1000 % 1000)))"
    kill -KILL $child 2> "$T/err"
    wait $child 2> "$T/err"
    [ $? = 137 ] && hits[$stage]=$((${hits[$stage]:-0} + 1)) && total=$((total + 1))
    kills[$stage]=$((${kills[$stage]:-0} + 1))
}

total=0
i=0
pending= # a crashed run to be resumed, so that some are killed several times
while [ "$total" -lt "$KILLS" ] && [ "$i" -lt $((10 * KILLS)) ]; do
    i=$((i + 1))
    case $((i % 4)) in
    0)
        cut_off ingest "$ms_ingest" "$BIN/ingest" --db "$DB" --quiet --dataset "d$i" "$T/train.csv" "$T/test.csv"
        "$BIN/ask" --db "$DB" runs > "$T/out" 2>&1 || complain ingest "$(cat "$T/out")"
        half=$(sql "SELECT count(*) FROM image JOIN dataset ON dataset.id = dataset WHERE name = 'd$i'")
        [ "$half" = 0 ] || [ "$half" = 800 ] || complain ingest "$half images"
        ;;
    1)
        if [ -n "$pending" ]; then
            cut_off train "$ms_train" "$BIN/train" --db "$DB" --quiet --threads 1 --run "$pending"
        else
            cut_off train "$ms_train" "$BIN/train" --db "$DB" --quiet --threads 1 --again "$T/tiny.conf"
        fi
        "$BIN/ask" --db "$DB" runs > "$T/out" 2>&1 || complain train "$(cat "$T/out")"
        run=$(sql 'SELECT max(id) FROM run')
        status=$(sql "SELECT status FROM run WHERE id = $run")
        [ "$status" = crashed ] || [ "$status" = finished ] || complain train "status $status"
        if [ "$status" = crashed ] && [ $((RANDOM % 2)) = 0 ]; then
            pending=$run
        else
            [ "$status" = crashed ] && { "$BIN/train" --db "$DB" --quiet --threads 1 --run "$run" > "$T/out" 2>&1 || complain train "$(cat "$T/out")"; }
            [ "$(result "$run")" = "$whole" ] || complain train "run $run differs"
            resumed=$((${resumed:-0} + 1))
            pending=
        fi
        ;;
    2)
        cut_off evaluate "$ms_evaluate" "$BIN/evaluate" --db "$DB" --quiet --run 1
        "$BIN/ask" --db "$DB" runs > "$T/out" 2>&1 || complain evaluate "$(cat "$T/out")"
        found=$(sql "SELECT (SELECT count(*) FROM prediction WHERE run = 1), (SELECT count(*) FROM evaluation WHERE run = 1)")
        [ "$found" = "$predictions|2" ] || complain evaluate "found $found"
        ;;
    3)
        cut_off submit "$ms_submit" "$BIN/submit" --db "$DB" --quiet --run 1 --output "$T/s$i.csv"
        recorded=$(sql "SELECT sha256 FROM submission WHERE file = '$T/s$i.csv'")
        [ -z "$recorded" ] || [ "$recorded" = "$sha" ] || complain submit 'another SHA-256'
        [ -z "$recorded" ] || [ -e "$T/s$i.csv" ] || complain submit 'recorded, but no file'
        [ ! -e "$T/s$i.csv" ] || [ "$(sha256sum < "$T/s$i.csv" | cut -c 1-64)" = "$sha" ] || complain submit 'half a file'
        ;;
    esac
    [ $((i % 10)) != 0 ] || [ "$(sql 'PRAGMA integrity_check')$(sql 'PRAGMA foreign_key_check')" = ok ] || complain all integrity
done
for stage in ingest train evaluate submit; do
    echo "$stage: ${hits[$stage]:-0} killed at work, $((${kills[$stage]:-0} - ${hits[$stage]:-0})) were done before"
done
echo "runs brought to their end and compared: ${resumed:-0}"
equal 'killed' "$KILLS" "$total"
equal 'findings' 0 "$bad"
check 'some were resumed' [ "${resumed:-0}" -gt 0 ]
equal 'integrity' ok "$(sql 'PRAGMA integrity_check')"
finish
