# Notes, tags, archive, delete, watch, backup and the way to MLflow.
. tests/lib.sh
unset COLUMNS WIDE

mark() { "$BIN/mark" --db "$DB" "$@"; }
rows_of() { # of all tables that belong to a run
    sql "SELECT (SELECT count(*) FROM run WHERE id = $1), (SELECT count(*) FROM epoch WHERE run = $1),
                (SELECT count(*) FROM hyperparameter WHERE run = $1) > 0, (SELECT count(*) FROM layer WHERE run = $1),
                (SELECT count(*) FROM checkpoint WHERE run = $1), (SELECT count(*) FROM prediction WHERE run = $1) > 0,
                (SELECT count(*) FROM submission WHERE run = $1), (SELECT count(*) FROM tag WHERE run = $1),
                (SELECT count(*) FROM stage WHERE run = $1) > 0, (SELECT count(*) FROM mistake WHERE run = $1) > 0"
}
cat > "$T/tiny.conf" << 'END'
[model]
layers =
    maxpool 7
    dense 10
[train]
epochs = 3
END
ingested
"$BIN/split" --db "$DB" "$T/tiny.conf" > "$T/out" || exit 1
for seed in 1 2 3; do
    "$BIN/train" --db "$DB" --quiet --threads 1 --seed $seed "$T/tiny.conf" > "$T/out" || exit 1
done
for run in 1 2; do
    "$BIN/evaluate" --db "$DB" --quiet --run $run > "$T/out" || exit 1
done
sql "INSERT INTO submission (run, file, sha256, rows, created_at, public_score)
     VALUES (2, 's.csv', printf('%064d', 1), 200, '2026-01-02T03:04:05.678Z', 0.875)"

# Notes and tags.
expect_exit 0 'run 1: noted' mark --run 1 --note "it's \"wide\"; \$HOME"
equal 'the note, as given' "it's \"wide\"; \$HOME" "$(sql 'SELECT note FROM run WHERE id = 1')"
expect_exit 0 'run 1: tagged good' mark --run 1 --tag good
mark --run 1 --tag good --quiet
mark --run 2 --tag good --quiet
equal 'once each' '1|good
2|good' "$(sql 'SELECT * FROM tag')"
expect_exit 0 'run 1: tag taken away' mark --run 1 --untag good
equal 'from this run only' '2|good' "$(sql 'SELECT * FROM tag')"
mark --run 1 --note '' --quiet
equal 'no note' 1 "$(sql 'SELECT note IS NULL FROM run WHERE id = 1')"
TEXT="a 'quoted' \$(date)" env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -s -C "$ROOT" -o "$BIN/mark" note RUN=1 DB="$DB" \
    BUILD="$(dirname "$BIN")" > "$T/out"
equal 'make note' "a 'quoted' \$(date)" "$(sql 'SELECT note FROM run WHERE id = 1')"
expect_exit 0 "^a 'quoted' .\(date\)$" "$BIN/mark" --db "$DB" --run 1 --show-note
refused 2 "^mark: --tag: 'two words' is not one word without blanks" mark --run 1 --tag 'two words'
refused 2 '^mark: --untag: .. is not one word' mark --run 1 --untag ''
refused 2 'expected one action, got two' mark --run 1 --archive --delete
refused 2 'expected one action, got two' mark --run 1 --note x --tag y
refused 2 'expected an action' mark --run 1
refused 2 'expected --run N' mark --archive
refused 1 'no run 99' mark --run 99 --tag x

# Archive and delete are asked twice.
refused 1 'nobody to ask; expected --confirm yes-archive-3' mark --run 3 --archive < /dev/null
refused 2 "found 'yes-archive-2', expected yes-archive-3" mark --run 3 --archive --confirm yes-archive-2
expect_exit 0 'run 3: archived' mark --run 3 --archive --confirm yes-archive-3
equal 'archived' '0|0|1' "$(sql "SELECT group_concat(archived, '|') FROM run")"
expect_exit 0 'run 3: back in the lists' mark --run 3 --unarchive
equal 'back' 0 "$(sql 'SELECT sum(archived) FROM run')"
answer() { # answers, one a line: on a terminal
    printf "$1" | script -qec "$BIN/mark --db $DB --run 3 --delete" /dev/null > "$T/terminal" 2>&1
}
if command -v script > "$T/out"; then
    answer 'no\n'
    equal 'no: kept' '1|3' "$(rows_of 3 | cut -d '|' -f 1,2)"
    answer 'yes\n2\n'
    check 'the second question' grep -q "can't be undone. Type the number" "$T/terminal"
    equal 'another number: kept' '1|3' "$(rows_of 3 | cut -d '|' -f 1,2)"
    answer 'yes\n3\n'
    check 'says what it has deleted' grep -q 'run 3: deleted: tiny, finished, seed 3; 3 epochs, 2 checkpoints' "$T/terminal"
    equal 'gone' '0|0|0|0|0|0|0|0|0|0' "$(rows_of 3)"
fi
sql "UPDATE run SET experiment = 'ti' || char(27) || '[2Jny' WHERE id = 1"
if command -v script > "$T/out"; then
    printf 'no\n' | script -qec "$BIN/mark --db $DB --run 1 --delete" /dev/null > "$T/terminal" 2>&1
    check 'a name steers no terminal' grep -qF 'Run 1: ti\x1b[2Jny, finished' "$T/terminal"
fi
expect_exit 0 '^run 1  ti.x1b\[2Jny seed 1  epoch 3/3' "$BIN/watch" --db "$DB" --run 1
sql "UPDATE run SET experiment = 'tiny' WHERE id = 1"
equal 'what belongs to run 2' '1|3|1|2|2|1|1|1|1|1' "$(rows_of 2)"
sql "UPDATE run SET status = 'running', ended_at = NULL, host = 'elsewhere' WHERE id = 2"
refused 1 'run 2 is running on elsewhere, last heard of at 20.*; where that is over, make settle RUN=2' mark --run 2 --delete --confirm yes-delete-2
sql "INSERT INTO run SELECT NULL, kind, experiment, 1, dataset, split, fold, seed, conf, input_hash, status, message, started_at,
         ended_at, host, program, program_hash, git_commit, git_diff, compiler, cpu, isa, blas, threads, parameters,
         trainable, epochs, best_epoch, stopped_early, note, archived FROM run WHERE id = 2"
refused 1 'run 1 is running' mark --run 1 --delete --confirm yes-delete-1
refused 1 'run 1 does not say that it is running|run 1 is alive on this host' mark --run 1 --settle --confirm yes-settle-1
refused 1 'the run says that it is running on elsewhere, last heard of at 20.*; nobody to ask; expected --confirm yes-settle-2' \
    mark --run 2 --settle < /dev/null
refused 1 'run 2 is running on elsewhere, last heard of at .*; where that is over, make settle RUN=2' "$BIN/train" --db "$DB" --run 2
expect_exit 0 '^run 2 .* on elsewhere, last heard of at .*; where that is over: make settle RUN=2' "$BIN/watch" --db "$DB" --run 2
expect_exit 0 'run 2: counts as crashed' mark --run 2 --settle --confirm yes-settle-2
equal 'ended when it was last heard of' 'crashed|1' \
    "$(sql 'SELECT status, ended_at = (SELECT max(ended_at) FROM epoch WHERE run = 2) FROM run WHERE id = 2')"
sql "DELETE FROM run WHERE parent = 1; UPDATE run SET status = 'finished' WHERE id = 2"

# Watch, without and with a terminal.
expect_exit 0 '^no training is running$' "$BIN/watch" --db "$DB"
expect_exit 0 '^run 1  tiny seed 1  epoch 3/3  loss [0-9.]+  val_loss .* finished  .[^ ]+' "$BIN/watch" --db "$DB" --run 1 --once
refused 1 'no run 99' "$BIN/watch" --db "$DB" --run 99
equal 'no wider than the terminal' 40 "$(COLUMNS=40 "$BIN/watch" --db "$DB" --run 1 | tr -d '\n' | LC_ALL=C.UTF-8 wc -m)"
sql 'UPDATE epoch SET validation_loss = iif(epoch = 2, 9e999, NULL), train_loss = iif(epoch = 2, 9e999, train_loss) WHERE run = 1'
expect_exit 0 '^run 1  .* finished  █ ▁$' "$BIN/watch" --db "$DB" --run 1
sql "UPDATE epoch SET validation_loss = 0.5, train_loss = 0.5 WHERE run = 1 AND epoch = 2;
     UPDATE epoch SET validation_loss = 0.4 WHERE run = 1 AND epoch <> 2"
"$BIN/train" --db "$DB" --quiet --threads 1 --seed 9 --set train.epochs=100000 "$T/tiny.conf" > "$T/out" 2>&1 &
child=$!
for _ in $(seq 300); do
    [ "$(sql "SELECT count(*) FROM epoch JOIN run ON run.id = run WHERE status = 'running'")" -gt 3 ] && break
    sleep 0.02
done
expect_exit 0 'tiny seed 9  epoch [0-9]+/100000 .* ETA' "$BIN/watch" --db "$DB" --once
if command -v script > "$T/out"; then
    (sleep 0.5; printf q) | script -qec "$BIN/watch --db $DB --every 0.1" /dev/null > "$T/terminal" 2>&1
    equal 'leaves by q' 0 $?
    check 'draws the curve' grep -q 'tiny seed 9  epoch' "$T/terminal"
    (sleep 0.5; printf q) | script -qec "stty cols 50 rows 30; $BIN/watch --db $DB --every 0.1" /dev/null > "$T/terminal" 2>&1
    equal 'no line is wider than the terminal' '' "$(sed -e 's/\x1b\[H/\n/g' -e 's/\x1b\[[0-9;?]*[a-zA-Z]//g' "$T/terminal" | tr -d '\r' |
        LC_ALL=C.UTF-8 grep -E '^.{51}')"
    check 'what is too long ends in an ellipsis' grep -q 'epoch [0-9]*/100000.*…' "$T/terminal"
    equal 'the screen is as it was' 1 "$(tail -c 40 "$T/terminal" | grep -c $'\033\[?25h\033\[?1049l')"
fi

# A run that lives in another container of this machine: its lock can be seen.
living=$(sql "SELECT id FROM run WHERE status = 'running'")
host=$(sql "SELECT host FROM run WHERE id = $living")
sql "UPDATE run SET host = 'another-container' WHERE id = $living"
expect_exit 1 "run $living is alive on this machine: its lock is held" mark --run "$living" --settle --confirm "yes-settle-$living"
equal 'and is left alone' running "$(sql "SELECT status FROM run WHERE id = $living")"
sql "UPDATE run SET host = '$host' WHERE id = $living"

# Backup while that training writes.
expect_exit 0 "$T/copy.db" "$BIN/backup" --db "$DB" "$T/copy.db"
check 'says what is in it' grep -qE '^Copied 1 dataset, 800 images, 3 runs, [0-9,]+ epochs, .* in [0-9.]+ s\.$' "$T/.stderr"
kill -KILL $child
wait $child 2> "$T/err"
equal 'the copy is sound' ok "$(sqlite3 "$T/copy.db" 'PRAGMA integrity_check')"
equal 'the copy is whole' "$(sql 'SELECT count(*) FROM image')" "$(sqlite3 "$T/copy.db" 'SELECT count(*) FROM image')"
expect_exit 0 '^8' "$BIN/ask" --db "$T/copy.db" --format csv --sql "SELECT 8"
"$BIN/ask" --db "$DB" runs > "$T/out"
rm -f "$T/copy.db-"*
refused 1 'copy.db: exists; expected the name of a new file' "$BIN/backup" --db "$DB" "$T/copy.db"
refused 1 'nowhere/copy.db: can.t be written: No such file' "$BIN/backup" --db "$DB" "$T/nowhere/copy.db"
refused 2 'unexpected argument' "$BIN/backup" --db "$DB" "$T/a" "$T/b"
(cd "$T" && "$BIN/backup" --db runs.db --quiet > "$T/out" 2>&1)
equal 'a name of its own' 1 "$(ls "$T"/runs.db-backup-[0-9]* | wc -l)"
rm "$T"/runs.db-backup-*

# Neither goes where the database is, nor where something else is.
ln -s "$DB" "$T/link.db"
ln "$DB" "$T/hard.db"
sqlite3 "$DB" > "$T/out" 2>&1 << END
BEGIN; SELECT count(*) FROM run;
.shell for f in -wal -shm; do ls $DB\$f && $BIN/export --db $DB --replace $DB\$f; done
END
equal 'what is beside the database while it is open' 2 "$(
    grep -cE '^export: .*runs.db-(wal|shm): is a part of the database; expected the name of another file$' "$T/out")"
for name in runs.db link.db hard.db ./runs.db; do
    refused 1 "^export: .*: is the database itself; expected" "$BIN/export" --db "$DB" --replace "$T/$name"
done
for name in runs.db-wal runs.db-shm runs.db-journal runs.db-locks; do
    refused 1 "^export: .*: is a part of the database; expected" "$BIN/export" --db "$DB" --replace "$T/$name"
    refused 1 "^backup: .*: is a part of the database; expected" "$BIN/backup" --db "$DB" "$T/$name"
done
equal 'by a path from here' 'export: runs.db-wal: is a part of the database; expected the name of another file' \
    "$(cd "$T" && "$BIN/export" --db "$DB" runs.db-wal 2>&1)"
rm "$T/link.db" "$T/hard.db"
refused 1 'train.csv: exists; expected a new file' "$BIN/export" --db "$DB" "$T/train.csv"
before=$(sha256sum < "$T/train.csv")
refused 1 'train.csv: is no earlier file of this kind' "$BIN/export" --db "$DB" --replace "$T/train.csv"
refused 1 'copy.db: is no earlier file of this kind' "$BIN/export" --db "$DB" --replace "$T/copy.db"
refused 1 'holds .*runs.db, which is read; expected' "$BIN/export" --db "$DB" --replace "$T"
equal 'untouched' "$before" "$(sha256sum < "$T/train.csv")"
touch "$T/new.db-journal"
refused 1 'new.db-journal: exists, so .*new.db is in use' "$BIN/backup" --db "$DB" "$T/new.db"
rm "$T/new.db-journal"

# A signal leaves nothing.
sql "CREATE TABLE much (bytes BLOB);
     WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 300)
     INSERT INTO much SELECT zeroblob(1000000) FROM n"
for signal in TERM INT HUP KILL; do
    env --default-signal=INT "$BIN/backup" --db "$DB" "$T/big.db" > "$T/out" 2> "$T/err" &
    child=$!
    for _ in $(seq 500); do
        [ "$(find "$T" -name ".big.db.*.pixelmill" -size +1000k)" ] && break
        sleep 0.005
    done
    kill -$signal $child
    wait $child 2> "$T/killed"
    status=$?
    equal "SIG$signal: exit status" $((128 + $(kill -l $signal))) $status
    [ $signal != KILL ] || break
    check 'says so' grep -q 'interrupted' "$T/err"
    equal 'nothing is left of it' '' "$(ls -A "$T" | grep -E 'big.db')"
done
check 'what a killed one has left' test -n "$(ls -A "$T" | grep -E '^\.big\.db\..*\.pixelmill$')"
expect_exit 0 'small.db' "$BIN/backup" --db "$DB" "$T/small.db"
equal 'goes with the next call' '' "$(ls -A "$T" | grep -E 'pixelmill')"
rm "$T/small.db"
sql 'DROP TABLE much; VACUUM'

# MLflow. A loss that is not a number, a child, a note, a tag, an archived run.
"$BIN/ask" --db "$DB" runs > "$T/out"
last=$(sql 'SELECT max(id) FROM run')
sql "DELETE FROM run WHERE id = $last;
     UPDATE epoch SET validation_loss = NULL WHERE run = 1 AND epoch = 3;
     UPDATE epoch SET validation_loss = NULL, validation_accuracy = NULL WHERE run = 2;
     UPDATE run SET started_at = '2026-01-31T12:34:56.789Z', note = 'n', git_commit = 'abc', archived = 1 WHERE id = 1;
     UPDATE run SET parent = 1, status = 'interrupted' WHERE id = 2"
expect_exit 0 'm.db: 2 runs, ' "$BIN/export" --db "$DB" "$T/m.db"
ml() { sqlite3 "$T/m.db" "$1"; }
equal 'sound' 'ok|' "$(ml 'PRAGMA integrity_check')|$(ml 'PRAGMA foreign_key_check')"
equal 'revision' 7f2a7d5fae7d "$(ml 'SELECT * FROM alembic_version')"
equal 'tables' 16 "$(ml "SELECT count(*) FROM sqlite_schema WHERE type = 'table'")"
equal 'experiments' '0|Default|active
1|digits|active' "$(ml 'SELECT experiment_id, name, lifecycle_stage FROM experiments')"
equal 'runs' 'tiny seed 1|FINISHED|1769862896789|deleted|32|1
tiny seed 2|KILLED|1|active|32|1' "$(ml "SELECT name, status, iif(name LIKE '%1', start_time, start_time > 1769862896789), lifecycle_stage,
                                          length(run_uuid), experiment_id FROM runs ORDER BY name")"
equal 'numbers of runs are hexadecimal' 0 "$(ml "SELECT count(*) FROM runs WHERE run_uuid GLOB '*[^0-9a-f]*'")"
equal 'parameters' "$(sql 'SELECT count(*) FROM hyperparameter')" "$(ml 'SELECT count(*) FROM params')"
equal 'a parameter' 32 "$(ml "SELECT DISTINCT value FROM params WHERE key = 'train.batch'")"
equal 'a loss that is no number' '3|0.0|1' "$(ml "SELECT step, value, is_nan FROM metrics WHERE is_nan")"
equal 'and as the latest' '3|0.0|1' "$(ml "SELECT step, value, is_nan FROM latest_metrics WHERE is_nan")"
equal 'no validation, no metric' 0 "$(ml "SELECT count(*) FROM metrics JOIN runs USING (run_uuid)
                                         WHERE name = 'tiny seed 2' AND key LIKE 'validation%'")"
equal 'metrics' "$((3 * 7 + 3 * 5 + 2 * 2 + 1))" "$(ml "SELECT count(*) FROM metrics")"
equal 'the latest are the last' 3 "$(ml "SELECT DISTINCT step FROM latest_metrics WHERE key = 'train_loss'")"
equal 'public score' 0.875 "$(ml "SELECT value FROM latest_metrics WHERE key = 'public_score'")"
equal 'tags' 'mlflow.note.content=n mlflow.runName=tiny seed 1 mlflow.source.git.commit=abc' \
    "$(ml "SELECT group_concat(key || '=' || value, ' ') FROM (SELECT key, value FROM tags JOIN runs USING (run_uuid)
           WHERE name = 'tiny seed 1' AND key IN ('mlflow.note.content', 'mlflow.runName', 'mlflow.source.git.commit') ORDER BY key)")"
equal 'nested' 'tiny seed 1' "$(ml "SELECT name FROM tags JOIN runs ON runs.run_uuid = value WHERE key = 'mlflow.parentRunId'")"
equal 'own tags' good "$(ml "SELECT substr(key, 5) FROM tags WHERE key LIKE 'tag.%'")"
equal 'data' 2 "$(ml "SELECT count(*) FROM inputs JOIN datasets ON dataset_uuid = source_id JOIN runs ON run_uuid = destination_id")"
refused 1 'm.db: exists; expected a new file' "$BIN/export" --db "$DB" "$T/m.db"
before=$(ml .dump | sha256sum)
expect_exit 0 '2 runs' "$BIN/export" --db "$DB" --replace "$T/m.db"
equal 'exported again: the same' "$before" "$(ml .dump | sha256sum)"
equal 'nothing is left beside it' '' "$(ls -A "$T" | grep -E '\.pixelmill|m\.db.')"
refused 1 'nowhere' "$BIN/export" --db "$DB" "$T/nowhere/m.db"
refused 2 'expected one file, got 0' "$BIN/export" --db "$DB"


# Programs that only look or mark need no net.
for program in mark ask backup watch export; do
    equal "$program without OpenBLAS" 0 "$(ldd "$BIN/$program" | grep -c openblas)"
done
for program in mark watch backup export; do
    expect_exit 0 "^  build/bin/$program " "$BIN/$program" --help
done
finish
