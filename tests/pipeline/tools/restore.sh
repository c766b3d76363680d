# A backup in the place of the database: checked, the old one kept, whole at every moment.
. tests/lib.sh
CONF=$ROOT/experiments/smoke.conf
ingested
"$BIN/split" --db "$DB" "$CONF" > "$T/out" || exit 1
"$BIN/train" --db "$DB" --quiet --threads 1 "$CONF" > "$T/out" || exit 1
"$BIN/backup" --db "$DB" --quiet "$T/b.db" > "$T/out" || exit 1
restore() { "$BIN/restore" --db "$DB" "$@"; }
beside() { ls -A "$T" | grep -E '^\.?runs\.db' | tr '\n' ' '; }

# What is no backup, or no database of ours, or is the database, is refused.
refused 2 'expected one file, got 0' restore
refused 1 'nobody to ask; expected --confirm yes-restore' restore "$T/b.db" < /dev/null
refused 2 "found 'yes', expected yes-restore" restore --confirm yes "$T/b.db"
refused 1 'is the database itself' restore --confirm yes-restore "$DB"
refused 1 'nothing.db: no such database' restore --confirm yes-restore "$T/nothing.db"
refused 1 'file is not a database' restore --confirm yes-restore "$T/train.csv"
sqlite3 "$T/other.db" 'CREATE TABLE t (x)'
refused 1 'not a Pixelmill database' restore --confirm yes-restore "$T/other.db"
cp "$T/b.db" "$T/torn.db"
printf 'torn torn torn torn' | dd of="$T/torn.db" bs=1 seek=60000 conv=notrunc 2> "$T/out"
truncate -s -8192 "$T/torn.db"
refused 1 'torn.db|not sound|malformed' restore --confirm yes-restore "$T/torn.db"
cp "$T/b.db" "$T/loose.db"
sqlite3 "$T/loose.db" 'DELETE FROM split' > "$T/out"
refused 1 'not sound: a row of .* names one of .* that is not there' restore --confirm yes-restore "$T/loose.db"
equal 'nothing is left of it' 'runs.db runs.db-locks ' "$(beside)"

# Killed with a write-ahead log (which a copy over the database would mix up), then restored.
leave_log() { # note
    sqlite3 "$DB" > "$T/out" 2>&1 << END
PRAGMA wal_autocheckpoint = 0;
UPDATE run SET note = '$1';
.shell kill -9 \$PPID
END
}
leave_log later
check 'a log was left' test -s "$DB-wal"
sum=$(sha256sum < "$T/b.db")
expect_exit 0 'runs.db: 1 dataset, 800 images, 1 run' restore --confirm yes-restore "$T/b.db"
equal 'the backup is as it was' "$sum" "$(sha256sum < "$T/b.db")"
equal 'as in the backup' '|ok' "$(sql 'SELECT note FROM run')|$(sql 'PRAGMA integrity_check')"
equal 'the old one is kept with what was in the log' later "$(sqlite3 "$T/runs.db.before-restore-1" 'SELECT note FROM run')"
check 'no log is left' test ! -s "$DB-wal"
equal 'it goes on' wal "$(sql 'PRAGMA journal_mode')"

# Not while somebody has it open.
mkfifo "$T/hold"
sqlite3 "$DB" < "$T/hold" > "$T/out" &
exec 9> "$T/hold"
echo 'SELECT 1 FROM run;' >&9
for _ in $(seq 200); do [ -s "$T/out" ] && break; sleep 0.02; done
refused 1 'another program has it open; expected none' restore --confirm yes-restore "$T/b.db"
exec 9>&-
wait

# A database that is broken, or gone, is no hindrance.
printf 'no database at all' > "$DB"
expect_exit 0 'kept: .*before-restore-2$' restore --confirm yes-restore "$T/b.db"
equal 'the broken one is kept' 'no database at all' "$(cat "$DB.before-restore-2")"
rm "$DB"
expect_exit 0 '^.*runs.db: 1 dataset' restore "$T/b.db"
equal 'sound' ok "$(sql 'PRAGMA integrity_check')"
rm "$DB".before-restore-*

# Killed at any moment: the one or the other, whole; the next call puts it right.
for delay in 0.002 0.006 0.010 0.014 0.018 0.022 0.026 0.030 0.035 0.040 0.050 0.060; do
    leave_log later
    { timeout -s KILL "$delay" "$BIN/restore" --db "$DB" --quiet --confirm yes-restore "$T/b.db" > "$T/out" 2>&1; } 2> "$T/killed"
    state=$(sql 'PRAGMA integrity_check')/$(sql 'SELECT ifnull(note, 0) FROM run')
    check "killed after $delay s: $state" grep -qE '^ok/(later|0)$' <<< "$state"
done
expect_exit 0 'runs.db: 1 dataset' restore --confirm yes-restore "$T/b.db"
equal 'as in the backup' '' "$(sql 'SELECT note FROM run')"
equal 'nothing is left half-made' '' "$(ls -A "$T" | grep pixelmill)"
sum=$(sql 'SELECT sha256 FROM checkpoint')
expect_exit 0 'nothing to do' "$BIN/train" --db "$DB" "$CONF"
env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -s -C "$ROOT" -o "$BIN/restore" restore FROM="$T/b.db" CONFIRM=yes-restore DB="$DB" \
    BUILD="$(dirname "$BIN")" > "$T/out" 2>&1
equal 'make restore' 0 $?
finish
