# Many writers and readers on one file: WRITERS=8 trainings of EPOCHS=12 epochs each, and readers.
. tests/lib.sh

WRITERS=${WRITERS:-8}
EPOCHS=${EPOCHS:-12}
cat > "$T/tiny.conf" << END
[model]
layers =
    maxpool 7
    dense 10
[train]
epochs = $EPOCHS
END
ingested
"$BIN/split" --db "$DB" "$T/tiny.conf" > "$T/split.out" || exit 1

read_on() { # until the writers are done, with a pause: readers must not need the whole machine
    while [ -e "$T/busy" ]; do
        "$BIN/ask" --db "$DB" runs > "$T/reader$1.out" 2>> "$T/reader$1.err" || echo failed >> "$T/reader$1.err"
        "$BIN/ask" --db "$DB" history --run 1 > "$T/reader$1.out" 2>> "$T/reader$1.err" || echo failed >> "$T/reader$1.err"
        echo >> "$T/reader$1.count"
        sleep 0.05
    done
}

touch "$T/busy"
read_on 1 & reader1=$!
read_on 2 & reader2=$!
writers=()
for i in $(seq "$WRITERS"); do
    "$BIN/train" --db "$DB" --threads 1 --quiet --seed "$i" "$T/tiny.conf" > "$T/writer$i.out" 2> "$T/writer$i.err" &
    writers+=($!)
done
failed=0
for child in "${writers[@]}"; do wait "$child" || failed=$((failed + 1)); done
rm "$T/busy"
wait $reader1 $reader2

equal 'no writer failed' 0 "$failed"
equal 'no writer said anything' '' "$(cat "$T"/writer*.err)"
equal 'no reader failed' '' "$(grep -v 'ask: no rows' "$T"/reader*.err)"
check 'there were readers' [ "$(cat "$T"/reader*.count | wc -l)" -gt 1 ]
equal 'runs' "$WRITERS|finished" "$(sql 'SELECT count(*), status FROM run GROUP BY status')"
equal 'no epoch lost' "$((WRITERS * EPOCHS))|$WRITERS" "$(sql 'SELECT count(*), count(DISTINCT run) FROM epoch')"
equal 'no checkpoint lost' "$((2 * WRITERS))" "$(sql 'SELECT count(*) FROM checkpoint')"
equal 'no line of the log lost' "$WRITERS" "$(sql "SELECT count(*) FROM stage WHERE stage = 'train'")"
equal 'integrity' ok "$(sql 'PRAGMA integrity_check')"
equal 'foreign keys' '' "$(sql 'PRAGMA foreign_key_check')"

finish
