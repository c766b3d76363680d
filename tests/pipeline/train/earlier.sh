# Runs that version 0.1.0 left (tests/fixtures/schema-2): known again by what decides their weights,
# trained anew to the same weights, and taken up where they were cut off.
. tests/lib.sh

export NN_ISA=plain # as they were made
CONF=$ROOT/experiments/smoke.conf
train() { "$BIN/train" --db "$DB" --quiet "$@"; }
weights() { sql "SELECT kind, epoch, sha256 FROM checkpoint WHERE run = $1 ORDER BY kind"; }
figures() {
    sql "SELECT epoch, learning_rate, train_loss, train_accuracy, validation_loss, validation_accuracy,
             average_loss, average_accuracy
         FROM epoch WHERE run = $1 ORDER BY epoch"
}
xz -dc "$FIXTURE/schema-2/runs.db.xz" > "$DB"

expect_exit 0 '^run 1 has trained just this: nothing to do$' train "$CONF"
expect_exit 0 '^run 2 has trained just this: nothing to do$' train --seed 2 "$CONF"
expect_exit 0 '^run 3 has trained just this: nothing to do$' train --folds 2 "$CONF"
run train --if-needed --folds 2 "$CONF"
equal '--if-needed: status and output' '3|' "$STATUS|$(cat "$T/.stdout" "$T/.stderr")"

# On another kind of CPU other weights come out.
newest() { sql 'SELECT max(id) FROM run'; }
if [ "$(sql 'SELECT cpu FROM run WHERE id = 1')" = "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" ]; then
    train --again "$CONF" > "$T/out"
    equal 'seed 42: the same weights' "$(weights 1)" "$(weights "$(newest)")"
    train --again --seed 2 "$CONF" > "$T/out"
    equal 'seed 2: the same weights' "$(weights 2)" "$(weights "$(newest)")"
    train --again --folds 2 "$CONF" > "$T/out"
    equal 'two folds: the same weights' "$(weights 4)
$(weights 5)" "$(weights $(($(newest) - 1)))
$(weights "$(newest)")"
    expect_exit 0 'run 1: weights are the same, bit for bit' train --verify --run 1
fi

# Format 2 of the state lay in memory as a compiler for x86-64 had put it; format 3 has the same fields
# without what lay between them. A run that is interrupted before its first step writes what it read:
# it is held up by another writer until the signal is there.
fields=(0,4 4,4 8,8 16,8 24,8 32,8 40,8 48,8 56,4 80,8 88,4 112,8 120,4 132,4 152,8 160,4 192,4 196,4)
cp "$DB" "$T/whole.db"
for run in 9 10; do
    state="(SELECT state FROM checkpoint WHERE run = $run AND kind = 'last')"
    wanted="'03000000'"
    for field in "${fields[@]}"; do
        wanted+=" || hex(substr($state, 5 + ${field%,*}, ${field#*,}))"
    done
    wanted=$(sql "SELECT $wanted || hex(substr($state, 205))")
    {
        echo "BEGIN IMMEDIATE;"
        echo ".shell touch $T/held$run; for i in \$(seq 1000); do [ -e $T/go$run ] && break; sleep 0.01; done"
        echo 'COMMIT;'
    } | sqlite3 "$DB" &
    for _ in $(seq 500); do [ -e "$T/held$run" ] && break; sleep 0.01; done
    "$BIN/train" --db "$DB" --threads 1 --run "$run" > "$T/cut.out" 2> "$T/cut.err" &
    child=$!
    # It waits for the writer in the sleep of SQLite's busy handler, and by then catches signals.
    for _ in $(seq 500); do grep -q nanosleep /proc/$child/wchan && break; sleep 0.01; done
    kill -INT $child
    touch "$T/go$run"
    wait $child
    equal "run $run: interrupted before a step" "130|interrupted" \
        "$?|$(sql "SELECT status FROM run WHERE id = $run")"
    equal "run $run: field by field" "$wanted" "$(sql "SELECT hex($state)")"
    wait
done
cp "$T/whole.db" "$DB"

# The run ends as one that was never cut off, whose first epochs it has.
for run in 9 10; do
    sql "SELECT conf FROM run WHERE id = $run" > "$T/smoke.conf"
    before=$(figures "$run" | wc -l)
    equal "run $run: the state is of format 2" 02000000 \
        "$(sql "SELECT hex(substr(state, 1, 4)) FROM checkpoint WHERE run = $run AND kind = 'last'")"
    expect_exit 0 "run $run: finished" train --threads 1 --run "$run"
    equal "run $run: all epochs, no gap" "$(sql "SELECT epochs || '|1|' || epochs FROM run WHERE id = $run")" \
        "$(sql "SELECT count(*), min(epoch), max(epoch) FROM epoch WHERE run = $run")"
    train --threads 1 --again "$T/smoke.conf" > "$T/out"
    whole=$(newest)
    if [ "$(figures "$run" | head -n "$before")" = "$(figures "$whole" | head -n "$before")" ]; then
        equal "run $run: weights as of one that was left alone" "$(weights "$whole")" "$(weights "$run")"
        equal "run $run: figures as of one that was left alone" "$(figures "$whole")" "$(figures "$run")"
    fi
    expect_exit 0 "^run $run has trained just this|^run $whole has trained just this" train "$T/smoke.conf"
done
equal 'one by its early stopping, averages and plateaus' '300|1' \
    "$(sql 'SELECT count(average_loss), count(DISTINCT learning_rate) > 1 FROM epoch WHERE run = 10')"
equal 'integrity' ok "$(sql 'PRAGMA integrity_check')"
equal 'foreign keys' '' "$(sql 'PRAGMA foreign_key_check')"

finish
