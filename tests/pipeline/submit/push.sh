#!/bin/bash
# pipeline/submit/push.sh: nothing is sent but the bytes that the database knows, under any name.
. tests/lib.sh

cat sql/schema.sql sql/views/*.sql "$FIXTURE/runs.sql" |
    sqlite3 "$DB"
push=$ROOT/pipeline/submit/push.sh

# A client that notes its arguments, a line each.
mkdir "$T/bin"
cat > "$T/bin/kaggle" <<'K'
#!/bin/sh
printf '%s\n' "$@" > "$CALL"
exit "${REFUSE:-0}"
K
chmod +x "$T/bin/kaggle"
export CALL=$T/call
cd "$T" || exit 1
push() { env PATH="$T/bin:$PATH" BIN="$BIN" sh "$push" "$DB" "$@"; }
sent() { sed -n "$1p" "$CALL"; }

for file in 'a, b.csv' "it's.csv" 'say "a".csv' '-run.csv' ' blank .csv' '$HOME.csv' 'a|b;c.csv' 'é\n.csv'; do
    "$BIN/submit" --db "$DB" --run 1 --quiet --output "$file" > submitted || exit 1
    sum=$(sha256sum < "$file" | cut -c 1-12)
    rm -f "$CALL"
    expect_exit 0 "sent to digits as: run 1 plain seed 42 validation 0.6 sha256 $sum a, \"b\"\$" \
        push "$file" digits 'a, "b"'
    equal "the client gets $file" "$(case $file in -*) echo "./$file" ;; *) echo "$file" ;; esac)" "$(sent 6)"
    equal "the message of $file" "run 1 plain seed 42 validation 0.6 sha256 $sum a, \"b\"" "$(sent 8)"
    equal "which is kept" "$(sent 8)" "$(sql 'SELECT message FROM submission ORDER BY id DESC LIMIT 1')"
done
equal 'each is one submission' 8 "$(sql 'SELECT count(*) FROM submission')"

# Names of experiments, too.
"$BIN/submit" --db "$DB" --run 4 --quiet --output four.csv > submitted || exit 1
sql "UPDATE run SET experiment = 'one, \"two\"' WHERE id = 4"
expect_exit 0 'as: run 4 one, "two" seed 42 sha256 ' push four.csv digits

# What is gone or was changed is not sent.
rm -f "$CALL"
mv four.csv kept.csv
refused 1 '^push: four.csv: is gone; expected the file that run 4 submitted' push four.csv digits
mkdir four.csv
refused 1 '^push: four.csv: is gone' push four.csv digits
rmdir four.csv
cp kept.csv four.csv
echo '5,Sandal' >> four.csv
refused 1 '^push: four.csv: has changed since run 4 submitted it \(SHA-256 [0-9a-f]{12}..., expected' \
    push four.csv digits
refused 1 '^push: kept.csv: is no submission of ' push kept.csv digits
refused 1 '^push: .*none.db: no such database$' \
    env PATH="$T/bin:$PATH" BIN="$BIN" sh "$push" "$T/none.db" four.csv digits
check 'nothing was sent' test ! -e "$CALL"

# The client's refusal is the end: no message is kept.
mv kept.csv four.csv
REFUSE=3 refused 1 '^push: four.csv: the Kaggle client refused it$' push four.csv digits 'never'
equal 'the earlier message stays' 0 "$(sql "SELECT count(*) FROM submission WHERE message LIKE '%never'")"

# The message that can't be kept is spoken of.
sql "CREATE TRIGGER trap BEFORE UPDATE ON submission BEGIN SELECT raise(ABORT, 'trapped'); END"
expect_exit 1 '^push: four.csv: was sent to digits, but its message could not be kept$' push four.csv digits
expect_exit 2 '^Usage: ' push four.csv
finish
