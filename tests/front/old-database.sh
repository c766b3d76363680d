# A database of version 0.1.0 (tests/fixtures/schema-2): upgraded, its runs listed and recognised,
# the unfinished ones go on.
. tests/lib.sh
export NN_ISA=plain
digits
xz -dc "$FIXTURE/schema-2/runs.db.xz" > "$DB"
hash_of() { sql "SELECT sha256 FROM checkpoint WHERE run = $1 AND kind = 'best'"; }
runs=$(sql 'SELECT count(*) FROM run')
before=$(sql 'SELECT id, kind, experiment, seed, input_hash FROM run ORDER BY id')

expect_exit 0 'crashed' "$BIN/ask" --db "$DB" runs
equal 'it is of the new version now' 4 "$(sql 'PRAGMA user_version')"
equal 'all is as it was' "$before" "$(sql 'SELECT id, kind, experiment, seed, input_hash FROM run ORDER BY id')"
equal 'and sound' 'ok' "$(sql 'PRAGMA integrity_check')$(sql 'PRAGMA foreign_key_check')"

cd "$T"
smoke=$ROOT/experiments/smoke.conf
expect_exit 0 'nothing to do' "$BIN/ingest" --db "$DB" train.csv test.csv
expect_exit 0 'nothing to do' "$BIN/split" --db "$DB" "$smoke"
expect_exit 0 'run 1 has trained just this: nothing to do' "$BIN/train" --db "$DB" "$smoke"
expect_exit 0 'run 2 has trained just this: nothing to do' "$BIN/train" --db "$DB" --seed 2 "$smoke"
expect_exit 0 'run 3 has trained just this: nothing to do' "$BIN/train" --db "$DB" --folds 2 "$smoke"
expect_exit 0 'run 11 has trained just this: nothing to do' \
    "$BIN/train" --db "$DB" --set train.batch=64 --seed 1 "$smoke"
for address in '' '--seed 2' '--folds 2'; do
    expect_exit 0 'nothing to do' "$BIN/evaluate" --db "$DB" $address "$smoke"
done
expect_exit 0 'run 6 is just this committee: nothing to do' "$BIN/committee" --db "$DB" --runs '1 2'
equal 'nothing was trained again' "$runs" "$(sql 'SELECT count(*) FROM run')"
expect_exit 0 '^submissions/digits-smoke-run1.csv$' "$BIN/submit" --db "$DB" "$smoke"
equal 'its submission is written as it was' "$(sql 'SELECT sha256 FROM submission WHERE run = 1')" \
    "$(sha256sum < submissions/digits-smoke-run1.csv | cut -c 1-64)"

expect_exit 0 'run 9: finished, 400 epochs' "$BIN/train" --db "$DB" --run 9 --quiet
expect_exit 0 'run 10: finished, 300 epochs' "$BIN/train" --db "$DB" --run 10 --quiet
equal 'their histories have no gap' '9|400|1|400 10|300|1|300' \
    "$(sql 'SELECT run, count(*), min(epoch), max(epoch) FROM epoch WHERE run IN (9, 10) GROUP BY run' | xargs)"
expect_exit 0 'run 9 has trained just this: nothing to do' \
    "$BIN/train" --db "$DB" --set train.epochs=400 --set train.seed=7 "$smoke"

finish
