#!/bin/bash
# scores and pipeline/submit/push.sh: what goes to the competition by its client, and the scores that come
# back.
. tests/lib.sh

cat sql/schema.sql sql/views/*.sql "$FIXTURE/runs.sql" |
    sqlite3 "$DB"
scores() { "$BIN/scores" --db "$DB" "$@"; }
kept() { sql "SELECT id, public_score, private_score FROM submission ORDER BY id" | xargs; }
"$BIN/submit" --db "$DB" --run 1 --quiet --output "$T/one.csv" > "$T/.out" || exit 1
"$BIN/submit" --db "$DB" --run 4 --quiet --output "$T/four.csv" > "$T/.out" || exit 1
sum=$(sha256sum "$T/one.csv" | cut -c 1-12)

# A client that notes how it is called, and prints a list.
mkdir "$T/bin"
cat > "$T/bin/kaggle" <<'K'
#!/bin/sh
[ "$2" = submissions ] && { cat "$LIST"; exit; }
printf '%s\n' "$@" > "$CALL"
exit "${REFUSE:-0}"
K
chmod +x "$T/bin/kaggle"
export LIST=$T/list.csv CALL=$T/call
push() { env PATH="$T/bin:$PATH" BIN="$BIN" sh pipeline/submit/push.sh "$DB" "$@"; }

# The run is in the message, the message beside the submission.
message="run 1 plain seed 42 validation 0.6 sha256 $sum"
expect_exit 0 "one.csv: sent to digit-recognizer as: $message$" push "$T/one.csv" digit-recognizer
equal 'how the client is called' \
    "competitions submit -c digit-recognizer -f $T/one.csv -m $message" "$(xargs < "$CALL")"
equal 'the message is kept' "$message" "$(sql 'SELECT message FROM submission WHERE id = 1')"
expect_exit 0 "$message and more$" push "$T/one.csv" digit-recognizer 'and more'
rm "$CALL"
REFUSE=1 refused 1 '^push: .*one.csv: the Kaggle client refused it$' push "$T/one.csv" digits
equal 'a run without validation' \
    "run 4 plain seed 42 sha256 $(sha256sum "$T/four.csv" | cut -c 1-12)" \
    "$("$BIN/ask" --db "$DB" message --run 4 --format csv | sed '1d' | cut -d , -f 3)"
rm "$CALL"
cp "$T/one.csv" "$T/kept.csv"
echo '5,class 0' >> "$T/one.csv"
refused 1 '^push: .*one.csv: has changed since run 1 submitted it ' push "$T/one.csv" digits
mv "$T/kept.csv" "$T/one.csv"
refused 1 '^push: .*none.csv: is no submission of ' push "$T/none.csv" digits
refused 1 '^push: kaggle: no such program' \
    env PATH="/usr/bin:/bin" BIN="$BIN" sh pipeline/submit/push.sh "$DB" "$T/one.csv" digits
check 'nothing was sent' test ! -e "$CALL"

# Scores come back by SHA-256, and by file name; any order of columns, further ones, a remark
# before.
cat > "$LIST" <<CSV
Warning: Looks like you're using an outdated API Version
ref,fileName,date,description,status,publicScore,privateScore
3,four.csv,2999-01-02 10:00:00,"by hand, ""second"" try",SubmissionStatus.COMPLETE,0.5,
2,renamed.csv,2999-01-01 10:00:00,$message,complete,0.99435,0.99321
1,foreign.csv,2999-01-01 09:00:00,other,complete,0.1,0.1
0,one.csv,2999-01-01 08:00:00,waits,pending,,
CSV
expect_exit 0 '^2 of 4 submissions scored, 1 without a score$' scores "$LIST"
equal 'public and private' '1|0.99435|0.99321 2|0.5|' "$(kept)"
check 'a foreign one is named' \
    grep -q '^foreign.csv: public 0.1, private 0.1 (no submission' "$T/.stdout"
equal 'a message by hand is kept' 'by hand, "second" try' \
    "$(sql 'SELECT message FROM submission WHERE id = 2')"
equal 'the stage is logged' '2 of 4 submissions scored, 1 without a score' \
    "$(sql "SELECT result FROM stage WHERE stage = 'scores'")"
equal 'public scores on the leaderboard' '0.99435|0.39435' \
    "$(sql 'SELECT public_score, round(public_gap, 5) FROM leaderboard WHERE run = 1')"
equal 'and in the ledger' '1,0.6,0.99435,0.39435,no' \
    "$("$BIN/ask" --db "$DB" --format csv --run 1 submissions | sed 1d | cut -d, -f1,6-9)"

# A second time nothing changes; a private score may come later, and does not take away the public
# one.
scored=$(sql 'SELECT scored_at FROM submission WHERE id = 1')
expect_exit 0 '^2 of 4' scores - < "$LIST"
equal 'no new date' "$scored" "$(sql 'SELECT scored_at FROM submission WHERE id = 1')"
printf 'privateScore,publicScore,fileName\r\n0.51,None,four.csv\r\n' > "$LIST"
expect_exit 0 '^1 of 1' scores "$LIST"
equal 'the private score alone' '1|0.99435|0.99321 2|0.5|0.51' "$(kept)"

# What is not meant: other bytes, an older file of the same name, another run, half a name.
line() { printf 'fileName,date,description,publicScore\n%s\n' "$1" > "$LIST"; }
for case in 'one.csv,2999-01-01 10:00:00,run 1 sha256 000000000000,0.1' \
            'one.csv,2001-01-01 10:00:00,,0.1' 'one.csv,2999-01-01 10:00:00,run 11,0.1' \
            'ne.csv,2999-01-01 10:00:00,,0.1'; do
    line "$case"
    expect_exit 0 '^0 of 1 submissions scored' scores "$LIST"
    equal "not $case" '1|0.99435|0.99321 2|0.5|0.51' "$(kept)"
done
line 'one.csv,2999-01-01 10:00:00,run 1: better,0.7'
expect_exit 0 '^1 of 1' scores "$LIST"
equal 'by name and run' '1|0.7|0.99321 2|0.5|0.51' "$(kept)"

# What can't be read leaves all as it was.
printf 'fileName,publicScore\none.csv,0.2\nfour.csv,abc\n' > "$LIST"
refused 1 "^scores: .*list.csv:3: publicScore: 'abc' is not a number$" scores "$LIST"
printf 'fileName,publicScore\none.csv,0.2,3\n' > "$LIST"
refused 1 '^scores: .*list.csv:2: expected 2 fields as in the header, got 3$' scores "$LIST"
printf 'fileName,publicScore\none.csv,"0.2\n' > "$LIST"
refused 1 '^scores: .*list.csv:2: a quoted field has no end$' scores "$LIST"
printf '403 - Forbidden\n' > "$LIST"
refused 1 '^scores: .*list.csv: no header with fileName and publicScore; expected what' \
    scores "$LIST"
printf 'No submissions found\n' > "$LIST"
refused 1 '^scores: standard input: no header with fileName' sh -c "'$BIN/scores' --db '$DB' - < '$LIST'"
refused 1 '^scores: .*none.csv: No such file' scores "$T/none.csv"
refused 2 '^scores: expected one file' scores
refused 2 '^scores: expected one file' scores a b
expect_exit 0 '^Example:$' "$BIN/scores" --help

# The same by make.
line "x.csv,2999-01-01 10:00:00,$message,0.8"
made() {
    env PATH="$T/bin:$PATH" make --no-print-directory DB="$DB" BUILD="${BUILD:-build}" "$@"
}
expect_exit 0 '^1 of 1 submissions scored' made scores
equal 'make scores' 0.8 "$(sql 'SELECT public_score FROM submission WHERE id = 1')"
sed -i 's/0.8$/0.9/' "$LIST"
expect_exit 0 '^1 of 1 submissions scored' made scores SCORES="$LIST"
equal 'make scores SCORES=' 0.9 "$(sql 'SELECT public_score FROM submission WHERE id = 1')"
finish
