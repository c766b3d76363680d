# States that tell the truth: who is taken for dead, by which command, and how an old file is
# brought up to date.
. tests/lib.sh

CONF=$ROOT/experiments/smoke.conf
status() { sql "SELECT status FROM run WHERE id = $1"; }
# A run that says it is running, on this host or on another, and holds no lock.
forge() { sql "UPDATE run SET status = 'running', ended_at = NULL, host = ${2:-host} WHERE id = $1"; }

ingested
"$BIN/split" --db "$DB" "$CONF" > "$T/split.out" || exit 1
"$BIN/train" --db "$DB" --quiet --threads 1 --set train.epochs=1 "$CONF" > "$T/train.out" || exit 1

# The first command that opens the database settles it, whichever it is.
for command in "ask runs" "evaluate --run 1 --quiet" "split $CONF" "train --run 1"; do
    forge 1
    # shellcheck disable=SC2086
    "$BIN/${command%% *}" --db "$DB" ${command#* } > "$T/out" 2>&1
    [ "$command" = "train --run 1" ] && [ "$(status 1)" = finished ] && continue
    equal "settled by $command" crashed "$(status 1)"
done
equal 'it ended with the last that it wrote' 1 \
    "$(forge 1; "$BIN/ask" --db "$DB" runs > "$T/out"
       sql 'SELECT run.ended_at = epoch.ended_at FROM run JOIN epoch ON epoch.run = run.id AND epoch = 1')"
forge 1
echo 'SELECT status FROM run;' | env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -s -C "$ROOT" -o "$BIN/ask" sql DB="$DB" \
    BUILD="$(dirname "$BIN")" > "$T/out" 2> "$T/err"
equal 'make sql shows it as crashed' crashed "$(tail -n 1 "$T/out" | tr -d ' ')"

# Two at once: both succeed, and neither shows a run as running that is not.
wrong=0
for _ in 1 2 3 4 5; do
    forge 1
    for i in 1 2 3; do
        "$BIN/ask" --db "$DB" --format csv runs > "$T/race$i" 2> "$T/race$i.err" &
    done
    wait
    for i in 1 2 3; do
        grep -q crashed "$T/race$i" && ! [ -s "$T/race$i.err" ] || wrong=$((wrong + 1))
    done
done
equal 'raced by three, five times: none saw another state' 0 "$wrong"

# Runs of other hosts and containers, whose locks nobody here can see, are left alone.
forge 1 "'elsewhere 0123456789abcdef'"
"$BIN/ask" --db "$DB" runs > "$T/out"
equal 'a run of another host' running "$(status 1)"
expect_exit 1 'run 1 is running on elsewhere 0123456789abcdef, last heard of at ' "$BIN/train" --db "$DB" --run 1
equal 'is not resumed either' running "$(status 1)"
sql "UPDATE run SET status = 'finished', ended_at = started_at, host = (SELECT host FROM run)"

# A living run: not by its own name, not by another path to the file, not while it is stopped.
"$BIN/train" --db "$DB" --again --threads 1 --set train.epochs=100000 "$CONF" > "$T/live.out" 2>&1 &
child=$!
for _ in $(seq 500); do
    [ "$(sql 'SELECT count(*) FROM epoch WHERE run = 2')" -gt 1 ] && break
    sleep 0.02
done
kill -STOP $child
mkdir "$T/elsewhere"
ln -s "$DB" "$T/elsewhere/link.db"
"$BIN/ask" --db "$T/elsewhere/link.db" runs > "$T/out"
equal 'alive, seen through a symbolic link' running "$(status 2)"
(cd "$T" && ln -s . here && "$BIN/ask" --db here/runs.db runs --dir "$ROOT/sql/ask" > out)
equal 'alive, seen through another folder' running "$(status 2)"
expect_exit 1 'run 2: another process is at work on it' "$BIN/train" --db "$DB" --run 2
kill -CONT $child
kill -KILL $child
wait $child 2> "$T/err"
"$BIN/ask" --db "$T/elsewhere/link.db" runs > "$T/out"
equal 'killed' crashed "$(status 2)"

# First creation, raced by eight; then the same for a file that an earlier program has made.
DB=$T/raced.db
for i in 1 2 3 4 5 6 7 8; do
    "$BIN/ingest" --db "$DB" --quiet --dataset "d$i" "$T/train.csv" "$T/test.csv" > "$T/ingest$i" 2>&1 &
done
wait
equal 'eight datasets' 8 "$(sql 'SELECT count(*) FROM dataset')"
equal 'no image lost' 6400 "$(sql 'SELECT count(*) FROM image')"
equal 'integrity' ok "$(sql 'PRAGMA integrity_check')"
things() { sql "SELECT type, name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY 1, 2"; }
before=$(things)
sql "DROP TABLE definition; DROP TABLE trial; DROP VIEW leaderboard; DROP VIEW history;
     CREATE VIEW history AS SELECT 1 AS old"
for i in 1 2 3 4 5 6 7 8; do
    "$BIN/ask" --db "$DB" runs > "$T/upgrade$i" 2>&1 &
done
wait
equal 'upgraded by eight: nobody failed' '' "$(cat "$T"/upgrade? | grep -v 'no rows' | grep 'ask:')"
equal 'what was missing is there' '' "$(diff <(echo "$before") <(things))"
equal 'an old view is replaced' 0 "$(sql "SELECT count(*) FROM pragma_table_info('history') WHERE name = 'old'")"
equal 'the data are as they were' 6400 "$(sql 'SELECT count(*) FROM image')"
equal 'one fingerprint' 1 "$(sql 'SELECT count(*) FROM definition')"

finish
