# split: the rows of scikit-learn, the shares of classes, and what is refused.
. tests/lib.sh

SPLIT="$BIN/split --db $DB"
ingested

# Rows (numbered from 1) of split $1 that are $2, as one line.
rows() {
    sql "SELECT group_concat(row, ' ') FROM (SELECT i.row FROM split_image AS s
         JOIN image AS i ON i.id = s.image WHERE s.split = $1 AND $2 ORDER BY i.row)"
}

expect_exit 0 '^all +480 +120$' $SPLIT
equal 'recorded' 'stratified|42|0.2|' "$(sql 'SELECT method, seed, fraction, folds FROM split')"
equal 'each image once' '600|600' \
    "$(sql 'SELECT count(*), count(DISTINCT image) FROM split_image WHERE split = 1')"
equal 'training images only' '0' "$(sql "SELECT count(*) FROM split_image AS s
    JOIN image AS i ON i.id = s.image WHERE i.part <> 'train'")"
equal 'twelve of each class' '12|12|10' "$(sql "SELECT min(n), max(n), count(*) FROM (
    SELECT count(*) AS n FROM split_image AS s JOIN image AS i ON i.id = s.image
    WHERE s.part = 'validation' GROUP BY i.class)")"
equal 'stage log' 'split|1|split 1: stratified, validation 0.2, seed 42' \
    "$(sql "SELECT stage, dataset, result FROM stage WHERE stage = 'split'")"

# The golden rows, made by scikit-learn 1.2.1 of the labels 0 .. 9 of the fixture:
#   train_test_split(range(600), stratify=y, test_size=0.2, random_state=42)
equal 'rows of scikit-learn' \
    '09a15228f180a2af' "$(rows 1 "s.part = 'validation'" | sha256sum | cut -c1-16)"

before=$(database_hash)
expect_exit 0 '^split 1 of digits version 1: .* nothing to do$' $SPLIT --fraction 0.2 --seed 42
equal 'nothing written' "$before" "$(database_hash)"

expect_exit 0 '^split 2 of digits version 1: stratified, validation 0.2, seed 7$' $SPLIT --seed 7
check 'another seed, other rows' \
    test "$(rows 1 "s.part = 'train'")" != "$(rows 2 "s.part = 'train'")"
expect_exit 0 '^all +449 +151$' $SPLIT --fraction 0.251
equal 'classes within one row of their share' '15|16' "$(sql "SELECT min(n), max(n) FROM (
    SELECT count(*) AS n FROM split_image AS s JOIN image AS i ON i.id = s.image
    WHERE s.split = 3 AND s.part = 'validation' GROUP BY i.class)")"

# Folds: StratifiedKFold(7, shuffle=True, random_state=5)
expect_exit 0 '^split 4 of digits version 1: 7 stratified folds, seed 5$' $SPLIT --folds 7 --seed 5
equal 'recorded' 'stratified-kfold|5||7' \
    "$(sql 'SELECT method, seed, fraction, folds FROM split WHERE id = 4')"
equal 'folds of scikit-learn' '2c1228ec6874b800' \
    "$(for f in 0 1 2 3 4 5 6; do rows 4 "s.fold = $f"; done | sha256sum | cut -c1-16)"
equal 'sizes of folds' '85|86|7' "$(sql 'SELECT min(n), max(n), count(*) FROM (
    SELECT count(*) AS n FROM split_image WHERE split = 4 GROUP BY fold)')"
equal 'no part where there are folds' '600' \
    "$(sql 'SELECT count(*) FROM split_image WHERE split = 4 AND part IS NULL')"

expect_exit 0 '^all +600 +0$' $SPLIT --method none
equal 'all to training' 'train|600' \
    "$(sql 'SELECT part, count(*) FROM split_image WHERE split = 5 GROUP BY part')"
expect_exit 0 '^split 5 of .* nothing to do$' $SPLIT --method none --seed 9

# What an experiment file asks for.
printf '[model]\nlayers =\n    dense 10\n\n[split]\nfraction = 0.25\nseed = 3\n' > "$T/a.conf"
expect_exit 0 '^split 6 of digits version 1: stratified, validation 0.25, seed 3$' \
    $SPLIT "$T/a.conf"
run $SPLIT --if-needed "$T/a.conf"
equal "if needed: it is not" 3 "$STATUS"
equal "without a word" "" "$(cat "$T/.stdout" "$T/.stderr")"
expect_exit 0 "^split 6 of .* nothing to do\$" $SPLIT --seed 9 --set train.batch=64 "$T/a.conf"
expect_exit 0 '^split 6 of .* nothing to do$' $SPLIT --fraction 0.25 --seed 3
refused 1 "^split: $T/none.conf" $SPLIT "$T/none.conf"
refused 2 "unknown or ambiguous option" $SPLIT --conf "$T/a.conf"

# A new version of the dataset has its own splits.
head -n 1 "$T/train.csv" > "$T/half.csv"
awk -F, 'NR > 1 && count[$1]++ < 30' "$T/train.csv" >> "$T/half.csv"
"$BIN/ingest" --db "$DB" "$T/half.csv" "$T/test.csv" > /dev/null
expect_exit 0 '^split 7 of digits version 2: stratified, validation 0.2, seed 42$' $SPLIT
equal 'its images' '300|2' "$(sql 'SELECT count(*), min(i.dataset) FROM split_image AS s
    JOIN image AS i ON i.id = s.image WHERE s.split = 7')"

# ------------------------------------------------------------------------------ refused
small() { # rows of label,pixel
    printf "label,p0\n$1" > "$T/a.csv"
    printf 'p0\n1\n' > "$T/b.csv"
    "$BIN/ingest" --db "$DB" --dataset small "$T/a.csv" "$T/b.csv" > /dev/null
}
small 'x,1\nx,2\ny,3\nx,4\n'
refused 1 "^split: small: class 'y' has 1 row; expected at least 2\$" $SPLIT --dataset small
small 'x,1\nx,2\ny,3\ny,4\n'
refused 1 '^split: small: validation would get 1 of 4 rows; expected at least one for each of 2 classes$' \
    $SPLIT --dataset small
refused 1 '^split: small: training would get 0 of 4 rows; expected at least one for each of 2 classes$' \
    $SPLIT --dataset small --fraction 0.9
refused 1 '^split: small: 3 folds, but the largest class has 2 rows; expected at least as many$' \
    $SPLIT --dataset small --folds 3
refused 1 'nowhere' $SPLIT --dataset nowhere
for fraction in 0 1 1.5 -0.1 x nan 0.2x ''; do
    refused 2 "^split: --fraction: '$fraction' is not a number between 0 and 1\$" \
        $SPLIT --fraction "$fraction"
done
for folds in 1 0 1001 2.5 x ''; do
    refused 2 "^split: --folds: '$folds' is not a whole number from 2 to 1000\$" \
        $SPLIT --folds "$folds"
done
refused 2 "^split: --method: 'random', expected stratified or none\$" $SPLIT --method random
refused 2 '^split: --fraction and --folds exclude each other$' $SPLIT --fraction 0.2 --folds 5
refused 2 '^split: --method none goes with neither' $SPLIT --method none --folds 5
refused 2 'a.conf says how to split: expected neither --fraction nor --method$' $SPLIT "$T/a.conf" --fraction 0.3
refused 2 '^split: --seed: .4294967296. is not a whole number from 0 to 4294967295$' \
    $SPLIT --seed 4294967296
refused 2 "^split: unexpected argument 'x'\$" $SPLIT x
expect_exit 0 'build/bin/split --dataset digits --fraction 0.2 --seed 42' "$BIN/split" --help
expect_exit 1 "$T/none.db: no such database" "$BIN/split" --db "$T/none.db"
check 'no database made' test ! -e "$T/none.db"

# Eight at once: one makes the split, the others find it.
for i in 1 2 3 4 5 6 7 8; do
    $SPLIT --seed 77 > "$T/race.$i" 2>&1 &
done
wait
equal 'one split of eight writers' \
    '1|300' "$(sql 'SELECT count(DISTINCT s.id), count(*) FROM split AS s
    JOIN split_image AS i ON i.split = s.id WHERE s.seed = 77')"
equal 'all eight name it' 8 "$(grep -l '^split 8 of digits version 2' "$T"/race.? | wc -l)"

equal 'foreign keys' '' "$(sql 'PRAGMA foreign_key_check')"
finish
