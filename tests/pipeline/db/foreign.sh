# A database that says it is Pixelmill's and is something else; and one in which people have things
# of their own.
. tests/lib.sh
ingested
"$BIN/split" --db "$DB" "$ROOT/experiments/smoke.conf" > "$T/out" || exit 1
sql 'PRAGMA wal_checkpoint(TRUNCATE)' > "$T/out"
cp "$DB" "$T/good.db"
smoke=$ROOT/experiments/smoke.conf

# name, SQL that changes the good database, what is said by a reader and by a writer
changed() {
    local before
    cp "$T/good.db" "$DB"
    sqlite3 -cmd '.dbconfig defensive off' "$DB" "PRAGMA foreign_keys = OFF; $1" > "$T/out" 2>&1
    before=$(sqlite3 "$DB" .dump | sha256sum)
    refused 1 "^ask: $DB: $2" "$BIN/ask" --db "$DB" runs
    refused 1 "^split: $DB: $2" "$BIN/split" --db "$DB" --set split.seed=5 "$smoke"
    equal "untouched: $1" "$before" "$(sqlite3 "$DB" .dump | sha256sum)"
}
changed 'PRAGMA application_id = 7' 'not a Pixelmill database'
changed 'PRAGMA user_version = 99' 'made by a newer Pixelmill'
changed 'PRAGMA user_version = 0' 'its schema has the number 0; expected 1 to'
changed 'PRAGMA user_version = -1' 'its schema has the number -1; expected 1 to'
changed 'DROP TABLE tag' 'lacks the column tag.run INTEGER of a STRICT table'
changed 'ALTER TABLE tag RENAME COLUMN tag TO word' 'lacks the column tag.tag TEXT of a STRICT table'
changed 'DROP TABLE tag; CREATE TABLE tag (run INTEGER, tag TEXT)' 'lacks the column tag.run INTEGER'
changed 'DROP TABLE tag; CREATE TABLE tag (run TEXT, tag TEXT) STRICT' 'lacks the column tag.run INTEGER'
changed 'DROP TABLE tag; CREATE VIEW tag AS SELECT 1 AS run, 2 AS tag' 'lacks the column tag.run INTEGER'
changed 'CREATE TRIGGER harm AFTER INSERT ON split BEGIN DELETE FROM image; END' \
    "has a trigger 'harm' on the table split, which is not Pixelmill's; expected none"
changed 'DROP TRIGGER prediction_deleted;
         CREATE TRIGGER prediction_deleted AFTER DELETE ON prediction BEGIN DELETE FROM run; END' \
    "has a trigger 'prediction_deleted' on the table prediction"
changed "PRAGMA user_version = 3; CREATE TRIGGER harm AFTER UPDATE ON dataset BEGIN DELETE FROM image; END" \
    "has a trigger 'harm' on the table dataset"

# What people add is left alone.
cp "$T/good.db" "$DB"
sql "CREATE TABLE mine (a, b); CREATE VIEW all_of_mine AS SELECT * FROM mine;
     CREATE INDEX by_seed ON run (seed); INSERT INTO mine VALUES (1, 2);
     CREATE TRIGGER of_mine AFTER INSERT ON mine BEGIN UPDATE mine SET b = 3; END;
     ALTER TABLE run ADD COLUMN colour TEXT"
mine=$(sqlite3 "$DB" .dump | grep -E 'mine|by_seed')
expect_exit 0 'split 2' "$BIN/split" --db "$DB" --set split.seed=5 "$smoke"
expect_exit 0 '^0$' "$BIN/ask" --db "$DB" --format csv --sql 'SELECT count(*) FROM leaderboard'
equal 'all is there' "$mine" "$(sqlite3 "$DB" .dump | grep -E 'mine|by_seed')"

# A view that is not as it was is made anew, and people's own stay.
view=$(sql "SELECT sql FROM sqlite_schema WHERE name = 'leaderboard'")
sql "DROP VIEW leaderboard; CREATE VIEW leaderboard AS SELECT 'lies' AS run"
"$BIN/ask" --db "$DB" > "$T/out" 2>&1
equal 'made anew' "$view" "$(sql "SELECT sql FROM sqlite_schema WHERE name = 'leaderboard'")"
equal 'but for those of people' "$mine" "$(sqlite3 "$DB" .dump | grep -E 'mine|by_seed')"

# A function that could do something outside is not called by what a file says.
sql "CREATE VIEW outside AS SELECT load_extension('x') AS x"
refused 1 'not authorized|unsafe use|no such function' "$BIN/ask" --db "$DB" --sql 'SELECT * FROM outside'
finish
