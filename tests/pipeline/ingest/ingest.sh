# ingest: real digits, every form of input file, every kind of bad input.
. tests/lib.sh

INGEST="$BIN/ingest --db $DB"

# What the database keeps of files that were read may change at any time, and is no data.
database_hash() {
    if [ -e "$DB" ]; then sqlite3 "$DB" .dump | grep -v '^INSERT INTO file ' | sha256sum; else echo none; fi
}

# A tiny competition: images of 2 x 2, classes 3 and 5, in $T/a.csv and $T/b.csv.
tiny() {
    printf 'label,p0,p1,p2,p3\n5,0,1,2,3\n3,4,5,6,255\n5,7,8,9,10\n' > "$T/a.csv"
    tiny_test
}
tiny_test() {
    printf 'p0,p1,p2,p3\n11,12,13,14\n15,16,17,18\n' > "$T/b.csv"
}

# What the newest version of dataset $1 holds of part $2: row:id:label:pixels, separated by blanks.
images() {
    sql "SELECT group_concat(x, ' ') FROM (
             SELECT i.row || ':' || ifnull(i.external_id, '-') || ':' || ifnull(c.label, '-') ||
                    ':' || hex(i.pixels) AS x
             FROM image AS i LEFT JOIN class AS c ON c.dataset = i.dataset AND c.class = i.class
             WHERE i.part = '$2' AND i.dataset =
                 (SELECT id FROM dataset WHERE name = '$1' ORDER BY version DESC LIMIT 1)
             ORDER BY i.row)"
}

# The labels of dataset $1 in the order of their classes.
labels() {
    sql "SELECT label FROM class AS c JOIN dataset AS d ON d.id = c.dataset
         WHERE d.name = '$1' ORDER BY class" | xargs
}

TRAIN_IMAGES='1:-:5:00010203 2:-:3:040506FF 3:-:5:0708090A'
TEST_IMAGES='1:-:-:0B0C0D0E 2:-:-:0F101112'

# Ingests $T/a.csv and $T/b.csv with further options as dataset $1 and compares the images.
reads() { # dataset, train images, test images, options...
    local name=$1 train=$2 test=$3
    shift 3
    expect_exit 0 "^dataset  $name, version 1$" $INGEST --dataset "$name" "$@" "$T/a.csv" "$T/b.csv"
    equal "$name: train" "$train" "$(images "$name" train)"
    equal "$name: test" "$test" "$(images "$name" test)"
}

# ------------------------------------------------------------------------------ real digits
digits
expect_exit 0 '^images   600 train, 200 test$' $INGEST --sample "$T/sample_submission.csv" \
    "$T/train.csv" "$T/test.csv"
equal 'dataset' \
    'digits|1|28|28|1' "$(sql 'SELECT name, version, height, width, channels FROM dataset')"
equal 'classes' '0:0 1:1 2:2 3:3 4:4 5:5 6:6 7:7 8:8 9:9' \
    "$(sql "SELECT group_concat(class || ':' || label, ' ') FROM class")"
equal 'sixty of each class' '60|60|10' "$(sql "SELECT min(n), max(n), count(*) FROM
    (SELECT count(*) AS n FROM image WHERE part = 'train' GROUP BY class)")"
equal 'no test labels, no ids that are row numbers' '200' \
    "$(sql "SELECT count(*) FROM image WHERE part = 'test' AND class IS NULL AND external_id IS NULL")"
equal 'the 17th image' "$(sed -n 18p "$T/train.csv" | tr ',' '\n' | sed 1d | xargs printf '%02X')" \
    "$(sql "SELECT hex(pixels) FROM image WHERE part = 'train' AND row = 17")"
equal 'the last test image' "$(tail -n 1 "$T/test.csv" | tr ',' '\n' | xargs printf '%02X')" \
    "$(sql "SELECT hex(pixels) FROM image WHERE part = 'test' AND row = 200")"
equal 'pixels in all' \
    "$(sed 1d "$T/train.csv" | cut -d, -f2- | tr ',' '\n' | xargs printf '%02X' | sha256sum)" \
    "$(sql "SELECT hex(pixels) FROM image WHERE part = 'train' ORDER BY row" | tr -d '\n' | sha256sum)"
for part in train test sample; do
    file=$T/$part.csv
    [ $part = sample ] && file=$T/sample_submission.csv
    equal "source $part" \
        "$(basename "$file")|$(sha256sum < "$file" | cut -c1-64)|$(stat -c %s "$file")|$(($(wc -l < "$file") - 1))|$(head -n 1 "$file")" \
        "$(sql "SELECT name, sha256, bytes, rows, header FROM source_file WHERE part = '$part'")"
done
equal 'stage log' 'ingest|1|digits version 1: 600 train, 200 test images, 10 classes' \
    "$(sql 'SELECT stage, dataset, result FROM stage')"
equal 'integrity' 'ok' "$(sql 'PRAGMA integrity_check')"
equal 'foreign keys' '' "$(sql 'PRAGMA foreign_key_check')"

# The same again; other files under the same name; the first ones back.
before=$(database_hash)
expect_exit 0 '^ingest: digits: same files as before, nothing to do$' $INGEST \
    --sample "$T/sample_submission.csv" "$T/train.csv" "$T/test.csv"
equal 'nothing written' "$before" "$(database_hash)"
run $INGEST --if-needed --sample "$T/sample_submission.csv" "$T/train.csv" "$T/test.csv"
equal 'not needed: not a word' '3|' "$STATUS|$(cat "$T/.stdout" "$T/.stderr")"
equal 'nothing written' "$before" "$(database_hash)"
tiny
expect_exit 0 '^dataset  digits, version 2$' $INGEST "$T/a.csv" "$T/b.csv"
equal 'two versions' '28 2' "$(sql "SELECT group_concat(height, ' ') FROM dataset")"
expect_exit 0 '^dataset  digits, version 3$' $INGEST --sample "$T/sample_submission.csv" \
    "$T/train.csv" "$T/test.csv"
equal 'back to the first' '3|2' "$(sql "SELECT (SELECT version FROM dataset WHERE id = 1),
    (SELECT version FROM dataset WHERE id = 2)")"
equal 'no image twice' '805' "$(sql 'SELECT count(*) FROM image')"
for option in '' --transpose '--shape 28x28' '--label label'; do
    expect_exit 0 '^images   600 train' $INGEST --if-needed $option "$T/train.csv" "$T/test.csv"
done
equal 'each way of reading is a version' 6 "$(sql 'SELECT count(*) FROM dataset')"
expect_exit 0 '^dataset  digits, version 8$' $INGEST --if-needed --sample "$T/sample_submission.csv" \
    "$T/train.csv" "$T/test.csv"

# ------------------------------------------------------------------------------ known files
# What an older version of the programs has read is recognised.
xz -dc "$FIXTURE/schema-2/runs.db.xz" > "$T/old.db"
expect_exit 0 '^ingest: digits: same files as before, nothing to do$' \
    "$BIN/ingest" --db "$T/old.db" "$T/train.csv" "$T/test.csv"
run "$BIN/ingest" --db "$T/old.db" --if-needed "$T/train.csv" "$T/test.csv"
equal 'an old database: not needed' '3|' "$STATUS|$(cat "$T/.stdout" "$T/.stderr")"

# Files are known by their bytes. That they need not be read is known by what tells that they are
# untouched since they were read, and older than two seconds then.
mkdir "$T/known files"
dates() { touch -d 2019-05-05 "$T/known files"/*.csv; }
tiny
mv "$T/a.csv" "$T/b.csv" "$T/known files"
dates
sleep 2.1
known() { # options
    run $INGEST --dataset known "$@" "$T/known files/a.csv" "$T/known files/b.csv"
}
known
equal 'read' 'dataset  known, version 1' "$(head -n 1 "$T/.stdout")"
equal 'kept' "$(cd "$T/known files" && sha256sum a.csv b.csv | tr -s ' ' '|')" \
    "$(sql "SELECT sha256, replace(path, '$T/known files/', '') FROM file WHERE path LIKE '%/known files/%' ORDER BY path")"
known --if-needed
equal 'untouched' '3|' "$STATUS|$(cat "$T/.stdout" "$T/.stderr")"
sql "UPDATE file SET sha256 = replace(sha256, '0', '1') WHERE path LIKE '%/a.csv'"
known
equal 'a file that is thought to be another is read' 'ingest: known: same files as before, nothing to do' \
    "$(cat "$T/.stdout")"
equal 'and what is kept is right again' "$(sha256sum < "$T/known files/a.csv" | cut -c1-64)" \
    "$(sql "SELECT sha256 FROM file WHERE path LIKE '%/known files/a.csv'")"
touch "$T/known files/a.csv"
known --if-needed
equal 'touched' '3|' "$STATUS|$(cat "$T/.stdout" "$T/.stderr")"
dates
known --if-needed
equal 'touched back to an old date' '3|' "$STATUS|$(cat "$T/.stdout" "$T/.stderr")"
sed 's/255/254/' "$T/known files/a.csv" > "$T/new.csv"
touch -d 2019-05-05 "$T/new.csv"
mv "$T/new.csv" "$T/known files/a.csv"
known --if-needed
equal 'another file of the same size and old date' '0|dataset  known, version 2' \
    "$STATUS|$(head -n 1 "$T/.stdout")"
equal 'its pixels' '1:-:5:00010203 2:-:3:040506FE 3:-:5:0708090A' "$(images known train)"
sleep 2.1
known --if-needed
equal 'kept' '3|1' "$STATUS|$(sql "SELECT count(*) FROM file
    WHERE sha256 = '$(sha256sum < "$T/known files/a.csv" | cut -c1-64)'")"
sed 's/254/253/' "$T/known files/a.csv" > "$T/new.csv"
cat "$T/new.csv" > "$T/known files/a.csv"
dates
known --if-needed
equal 'other bytes in the same file' '0|dataset  known, version 3' \
    "$STATUS|$(head -n 1 "$T/.stdout")"

# ------------------------------------------------------------------------------ two at once
# The first one reads from a pipe that is not filled yet, so the second one has to wait for it.
# Reading is told on a terminal. What is there already need not wait.
tiny
$INGEST --dataset piped "$T/a.csv" "$T/b.csv" > /dev/null
mkfifo "$T/pipe.csv"
script -qec "$INGEST --dataset piped '$T/pipe.csv' '$T/test.csv'" /dev/null > "$T/first" 2>&1 < /dev/null &
exec 9> "$T/pipe.csv"
run timeout 20 $INGEST --if-needed --dataset piped "$T/a.csv" "$T/b.csv" 9>&-
equal 'nothing to wait for' '3|' "$STATUS|$(cat "$T/.stdout" "$T/.stderr")"
$INGEST --dataset piped "$T/train.csv" "$T/test.csv" > "$T/second" 2>&1 9>&- &
for i in $(seq 400); do
    ! grep -q waits "$T/second" || break
    sleep 0.05
done
head -c 500000 "$T/train.csv" >&9
sleep 0.3
tail -c +500001 "$T/train.csv" >&9
exec 9>&-
wait
equal 'the second one waits' 'ingest: waits for another process that is at work on dataset piped
ingest: piped: same files as before, nothing to do' "$(cat "$T/second")"
check 'the first one reads' grep -q 'dataset  piped, version 2' "$T/first"
check 'and tells its progress' grep -qE 'pipe.csv: [1-9][0-9]* rows, [0-9]+ MB/s' "$T/first"
equal 'once' '2|805' "$(sql "SELECT count(DISTINCT d.id), count(*) FROM image AS i
    JOIN dataset AS d ON d.id = i.dataset WHERE d.name = 'piped'")"

# ------------------------------------------------------------------------------ forms of files
tiny
reads plain "$TRAIN_IMAGES" "$TEST_IMAGES"
tiny; gzip "$T/a.csv" && mv "$T/a.csv.gz" "$T/a.csv"; xz "$T/b.csv" && mv "$T/b.csv.xz" "$T/b.csv"
reads packed "$TRAIN_IMAGES" "$TEST_IMAGES"
equal 'hash of the file on disk' "$(sha256sum < "$T/b.csv" | cut -c1-64)" \
    "$(sql "SELECT sha256 FROM source_file ORDER BY id DESC LIMIT 1")"
tiny; cp "$FIXTURE/zip/one.zip" "$T/a.csv"
head -c 600000 /dev/zero >> "$T/a.csv"
reads zipped "$TRAIN_IMAGES" "$TEST_IMAGES"
equal 'hash of the zip and what follows it' "$(sha256sum < "$T/a.csv" | cut -c1-64)" \
    "$(sql "SELECT sha256 FROM source_file WHERE part = 'train' ORDER BY id DESC LIMIT 1")"
printf '\357\273\277"label","p0","p1","p2","p3"\r\n"5","0","1",2,3\r\n3, 4 ,5.0,6,2.55e+02\r\n\r\n 5 ,007,8,9,10\r\n\r\n\n' > "$T/a.csv"
printf 'p0,p1,p2,p3\n11,12,13,14\n15,16,17,18' > "$T/b.csv"
reads odd "$TRAIN_IMAGES" "$TEST_IMAGES"
equal 'header without its mark' '"label","p0","p1","p2","p3"' "$(sql "SELECT header FROM source_file
    JOIN dataset AS d ON d.id = dataset WHERE d.name = 'odd' AND part = 'train'")"
printf 'label,p0,p1,p2,p3\r5,0,1,2,3\r3,4,5,6,255\r5,7,8,9,10\r' > "$T/a.csv"
reads old-mac "$TRAIN_IMAGES" "$TEST_IMAGES"
printf '5,0,1,2,3\n3,4,5,6,255\n5,7,8,9,10\n' > "$T/a.csv"
printf '11,12,13,14\n15,16,17,18\n' > "$T/b.csv"
reads bare "$TRAIN_IMAGES" "$TEST_IMAGES"
equal 'no header' '2' "$(sql "SELECT count(*) FROM source_file JOIN dataset AS d ON d.id = dataset
    WHERE d.name = 'bare' AND header IS NULL")"

# ------------------------------------------------------------------------------ whole numbers
# Labels and ids in float form, as numpy's savetxt has them, get their shortest form.
printf 'label,p0,p1,p2,p3\n5.000000000000000000e+00,0,1,2,3\n3.0,4,5,6,255\n5,7,8,9,10\n' > "$T/a.csv"
printf 'id,p0,p1,p2,p3\n1.100000000000000000e+01,11,12,13,14\n0.0,15,16,17,18\n' > "$T/b.csv"
reads floats-as-labels "$TRAIN_IMAGES" '1:11:-:0B0C0D0E 2:0:-:0F101112'
equal 'one class a number' '3 5' "$(labels floats-as-labels)"
printf 'id,p0,p1,p2,p3\n1.0,11,12,13,14\n1.1,15,16,17,18\n' > "$T/b.csv"
reads versions-as-ids "$TRAIN_IMAGES" '1:1.0:-:0B0C0D0E 2:1.1:-:0F101112'
printf 'label,p0,p1,p2,p3\n-0.0,0,1,2,3\n-2.50,4,5,6,255\n-0.0,7,8,9,10\n' > "$T/a.csv"
tiny_test
expect_exit 0 '^classes  2: -2.50 0$' $INGEST --dataset minus "$T/a.csv" "$T/b.csv"

# ------------------------------------------------------------------------------ columns
printf 'p0,p1,Class,p2,p3,ID\n0,1,5,2,3,x\n4,5,3,6,255,y\n7,8,5,9,10,z\n' > "$T/a.csv"
printf 'id,1x1,1x2,2x1,2x2\nq.png,11,12,13,14\n0,15,16,17,18\n' > "$T/b.csv"
reads places '1:x:5:00010203 2:y:3:040506FF 3:z:5:0708090A' '1:q.png:-:0B0C0D0E 2:0:-:0F101112'
printf '71,11,12,13,14\n73,15,16,17,18\n' > "$T/b.csv"
refused 1 "^ingest: $T/b.csv:1: lacks a header, but $T/a.csv has one; expected both or neither, or" \
    $INGEST "$T/a.csv" "$T/b.csv"
printf 'p0,p1,label,p2,p3,p4,p5,p6,p7,p8\n9,0,0,0,0,0,0,0,7,8\n0,0,1,0,0,0,0,0,0,0\n' > "$T/a.csv"
printf 'a,b,c,d,e,f,g,h,i\n7,7,7,0,0,0,0,5,6\n' > "$T/b.csv"
reads zeros '1:-:0:090000000000000708 2:-:1:000000000000000000' '1:-:-:070707000000000506'
reads zeros-turned \
    '1:-:0:090000000007000008 2:-:1:000000000000000000' '1:-:-:070000070005070006' --transpose
printf 'kind,p0,p1,p2,p3\n5,0,1,2,3\n3,4,5,6,255\n5,7,8,9,10\n' > "$T/a.csv"
printf 'name,p0,p1,p2,p3\nq,11,12,13,14\nr,15,16,17,18\n' > "$T/b.csv"
reads named "$TRAIN_IMAGES" '1:q:-:0B0C0D0E 2:r:-:0F101112' --label kind
reads named-both "$TRAIN_IMAGES" '1:q:-:0B0C0D0E 2:r:-:0F101112' --label kind --id name
tiny
printf 'label,p0,p1,p2,p3\n3,11,12,13,14\n5,15,16,17,18\n' > "$T/b.csv"
reads labelled-test "$TRAIN_IMAGES" '1:-:3:0B0C0D0E 2:-:5:0F101112'
printf '5,0,1,2,3\n3,4,5,6,255\n5,7,8,9,10\n' > "$T/a.csv"
printf '3,11,12,13,14\n5,15,16,17,18\n' > "$T/b.csv"
reads bare-labelled-test "$TRAIN_IMAGES" '1:-:3:0B0C0D0E 2:-:5:0F101112'
printf 'B,0,1,2,3\nA,4,5,6,255\nB,7,8,9,10\n' > "$T/a.csv"
printf '11,12,13,14\n15,16,17,18\n' > "$T/b.csv"
reads letters '1:-:B:00010203 2:-:A:040506FF 3:-:B:0708090A' "$TEST_IMAGES"
equal 'letters in order' 'A B' "$(labels letters)"
printf 'label,p0\n10,1\n9,2\n-1,3\n100,4\n' > "$T/a.csv"
printf 'p0\n5\n' > "$T/b.csv"
reads gaps '1:-:10:01 2:-:9:02 3:-:-1:03 4:-:100:04' '1:-:-:05'
equal 'numbers in order' '-1 9 10 100' "$(labels gaps)"
printf ',label,p0,p1,p2,p3\n0,5,0,1,2,3\n1,3,4,5,6,255\n2,5,7,8,9,10\n' > "$T/a.csv"
printf 'p0,p1,p2,p3\n11,12,13,14\n15,16,17,18\n' > "$T/b.csv"
reads indexed '1:-:5:00010203 2:-:3:040506FF 3:-:5:0708090A' "$TEST_IMAGES"

# Columns of the same names in another order are the same pixels. The test file's order may be any,
# an id or a label among them; other names, or numbers from another base, go by position.
tiny
printf 'p3,p1,p2,p0\n14,12,13,11\n18,16,17,15\n' > "$T/b.csv"
reads reversed "$TRAIN_IMAGES" "$TEST_IMAGES"
printf 'p3,ID,p1,p2,label,p0\n14,q,12,13,5,11\n18,r,16,17,3,15\n' > "$T/b.csv"
reads shuffled "$TRAIN_IMAGES" '1:q:5:0B0C0D0E 2:r:3:0F101112'
printf 'p3,p1,p2,p0\n14,12,13,11\n18,16,17,15\n' > "$T/b.csv"
reads reversed-turned \
    '1:-:5:00020103 2:-:3:040605FF 3:-:5:0709080A' '1:-:-:0B0D0C0E 2:-:-:0F111012' --transpose
printf 'p1,p2,p3,p4\n11,12,13,14\n15,16,17,18\n' > "$T/b.csv"
reads other-base "$TRAIN_IMAGES" "$TEST_IMAGES"
awk -F, '{ for (i = NF; i > 1; i--) printf "%s,", $i; print $1 }' "$T/test.csv" > "$T/reversed.csv"
expect_exit 0 '^images   600 train, 200 test$' $INGEST --dataset digits-reversed \
    "$T/train.csv" "$T/reversed.csv"
equal 'the digits with their columns reversed' \
    "$(sed 1d "$T/test.csv" | tr ',' '\n' | xargs printf '%02X' | sha256sum)" \
    "$(sql "SELECT hex(pixels) FROM image WHERE part = 'test' AND dataset =
        (SELECT id FROM dataset WHERE name = 'digits-reversed') ORDER BY row" | tr -d '\n' | sha256sum)"

# ------------------------------------------------------------------------------ headers of numbers
# The digits under such headers are the same digits.
part_pixels() { # dataset, part
    sql "SELECT ifnull(c.label, '-'), hex(i.pixels) FROM image AS i JOIN dataset AS d ON d.id = i.dataset
         LEFT JOIN class AS c ON c.dataset = d.id AND c.class = i.class
         WHERE d.name = '$1' AND i.part = '$2' ORDER BY i.row" | sha256sum
}
same_digits() { # dataset, train, test, options...
    local name=$1 train=$2 test=$3 part
    shift 3
    expect_exit 0 '^images   600 train, 200 test$' $INGEST --dataset "$name" "$@" "$train" "$test"
    for part in train test; do
        equal "$name: $part" "$(part_pixels digits-plain $part)" "$(part_pixels "$name" $part)"
    done
}
headed() { # header, file: the file's rows under another header
    echo "$1"
    sed 1d "$2"
}
expect_exit 0 '^images' $INGEST --dataset digits-plain --shape 28x28 "$T/train.csv" "$T/test.csv"
headed "$(seq -s, 0 784)" "$T/train.csv" > "$T/a.csv"
headed "$(seq -s, 0 783)" "$T/test.csv" > "$T/b.csv"
same_digits counted "$T/a.csv" "$T/b.csv"
headed "$(seq -s, 1 784)" "$T/test.csv" > "$T/b.csv"
same_digits counted-too "$T/a.csv" "$T/b.csv"
headed "kind,$(seq -s, 1 784)" "$T/train.csv" > "$T/a.csv"
same_digits named-and-counted "$T/a.csv" "$T/b.csv" --label kind
same_digits label-by-number "$T/train.csv" "$T/test.csv" --label 1
headed "Letter,$(seq -s, 1 784)" "$T/train.csv" > "$T/a.csv"
same_digits letter "$T/a.csv" "$T/b.csv"
headed "5,0,$(seq -s, 0.1 0.1 0.9),$(seq -f 0.%g -s, 10 783)" "$T/train.csv" > "$T/a.csv"
headed "0,$(seq -s, 0.1 0.1 0.9),$(seq -f 0.%g -s, 10 783)" "$T/test.csv" > "$T/b.csv"
same_digits repeated "$T/a.csv" "$T/b.csv"
sed 1d "$T/train.csv" > "$T/a.csv"
sed 1d "$T/test.csv" > "$T/b.csv"
same_digits no-header "$T/a.csv" "$T/b.csv"
refused 1 "^ingest: $T/test.csv:1: has a header, but $T/a.csv has none; expected both or neither, or --" \
    $INGEST "$T/a.csv" "$T/test.csv"
printf '5,0,1,2,3\n3,4,5,6,255\n5,7,8,9,10\n' > "$T/a.csv"
printf '11,12,13,14\n15,16,17,18\n' > "$T/b.csv"
reads header-yes '1:-:3:040506FF 2:-:5:0708090A' '1:-:-:0F101112' --header yes
printf 'B,0,1,2,3\nA,4,5,6,255\nB,7,8,9,10\n' > "$T/a.csv"
reads header-no '1:-:B:00010203 2:-:A:040506FF 3:-:B:0708090A' "$TEST_IMAGES" --header no
equal 'an option makes a dataset of its own' 2 "$(
    $INGEST --dataset header-no "$T/a.csv" "$T/b.csv" > /dev/null
    sql "SELECT count(*) FROM dataset WHERE name = 'header-no'")"

# ------------------------------------------------------------------------------ separators
for separator in ';' '|' tab; do
    char=$separator
    [ $separator != tab ] || char=$(printf '\t')
    for part in train test; do tr ',' "$char" < "$T/$part.csv" > "$T/$part.$separator"; done
    same_digits "separator-${#char}$(printf %d "'$char")" "$T/train.$separator" "$T/test.$separator"
done
same_digits separators-mixed "$T/train.;" "$T/test.tab"
sed 's/,/";"/g; s/^/"/; s/$/"/' "$T/train.csv" > "$T/a.csv"
same_digits separator-quoted "$T/a.csv" "$T/test.csv"
same_digits separator-given "$T/train.;" "$T/test.;" --separator ';'
refused 1 "^ingest: $T/train.;:1: no columns of values; found 1 column in all" \
    $INGEST --separator tab "$T/train.;" "$T/test.;"
refused 2 "^ingest: --separator: 'x' is no separator; expected ',', ';', '\\|' or tab\$" \
    $INGEST --separator x "$T/a.csv" "$T/b.csv"
printf '"label;kind,of",p0,p1,p2,p3\n5;1;1,0,1,2,3\n3;1;1,4,5,6,255\n5;1;1,7,8,9,10\n' > "$T/a.csv"
tiny_test
reads separator-in-labels '1:-:5;1;1:00010203 2:-:3;1;1:040506FF 3:-:5;1;1:0708090A' \
    "$TEST_IMAGES" --label 1

# ------------------------------------------------------------------------------ an empty last column
for part in train test; do
    sed 's/$/,/' "$T/$part.csv" > "$T/$part.empty"
    sed '1!s/$/,/' "$T/$part.csv" > "$T/$part.extra"
    sed '1s/$/,Unnamed: 785/; 1!s/$/,/' "$T/$part.csv" > "$T/$part.unnamed"
    sed '1d; s/$/,/' "$T/$part.csv" > "$T/$part.bare"
    { sed 's/,/ , /g; s/^/  /; s/$/ /' "$T/$part.csv"; printf '\n  \n\r\n'; } > "$T/$part.blanks"
done
for form in empty extra unnamed bare blanks; do
    same_digits "last-$form" "$T/train.$form" "$T/test.$form"
done
printf 'label,p0,p1,p2,p3,\n5,0,1,2,3,\n3,4,5,6,255,7\n' > "$T/a.csv"
tiny_test
refused 1 "^ingest: $T/a.csv:3:6: '7' is in a column without a name; expected it to be empty, or --ignore" \
    $INGEST "$T/a.csv" "$T/b.csv"

# ------------------------------------------------------------------------------ what is told
told() { # what, line
    check "told: $1" grep -qxF "$1" "$T/.stdout"
}
run $INGEST --dataset told --sample "$T/sample_submission.csv" "$T/train.;" "$T/reversed.csv"
told "train.;: header, ';', 600 rows; label = 'label' (column 1), 784 pixels 28x28x1 of 0..255"
told "reversed.csv: header, ',', 200 rows; 784 pixels 28x28x1 of 0..255, matched by name, in another order"
told "sample_submission.csv: header, ',', 200 rows; id = 'ImageId' (column 1)"
printf ',label,p0,p1,p2,p3,x\n0,5,0,1,2,3,9\n1,3,4,5,6,16,9\n' > "$T/a.csv"
printf 'ID,p1,p2,p3,p4\n9,11,12,13,14\n' > "$T/b.csv"
run $INGEST --dataset told --ignore x "$T/a.csv" "$T/b.csv"
told "a.csv: header, ',', 2 rows; label = 'label' (column 2), 4 pixels 2x2x1 of 0..16, without the row numbers of '' (column 1), without 'x' (column 7)"
told "b.csv: header, ',', 1 row; id = 'ID' (column 1), 4 pixels 2x2x1 of 11..14, named otherwise, matched by position"
seq -s, 0 784 | cat - <(sed 1d "$T/train.csv") > "$T/a.csv"
seq -s, 0 783 | cat - <(sed 1d "$T/test.csv") > "$T/b.csv"
run $INGEST --dataset told "$T/a.csv" "$T/b.csv"
told "a.csv: header of numbers, ',', 600 rows; label = column 1, 784 pixels 28x28x1 of 0..255"

# ------------------------------------------------------------------------------ columns left out
tiny
printf 'Unnamed: 0,p0,p1,p2,p3\n7,11,12,13,14\n3,15,16,17,18\n' > "$T/b.csv"
reads unnamed "$TRAIN_IMAGES" "$TEST_IMAGES"
reads unnamed-ids "$TRAIN_IMAGES" '1:7:-:0B0C0D0E 2:3:-:0F101112' --id 'Unnamed: 0'
printf ',p0,p1,p2,p3\n0,11,12,13,14\n1,15,16,17,18\n' > "$T/b.csv"
reads nameless "$TRAIN_IMAGES" "$TEST_IMAGES"
reads nameless-ids "$TRAIN_IMAGES" '1:0:-:0B0C0D0E 2:1:-:0F101112' --id 1
printf ',p0,p1,p2,p3\n0,11,12,13,14\n8,15,16,17,18\n' > "$T/b.csv"
refused 1 "^ingest: $T/b.csv:3:1: '8' is no row number, so that this nameless column is more than" \
    $INGEST "$T/a.csv" "$T/b.csv"
printf 'id,digit,letter,p0,p1,p2,p3\nu,5,77,0,1,2,3\nv,3,78,4,5,6,255\nw,5,79,7,8,9,10\n' > "$T/a.csv"
printf 'id,letter,p0,p1,p2,p3\nx,1,11,12,13,14\ny,2,15,16,17,18\n' > "$T/b.csv"
refused 1 "^ingest: $T/a.csv:1: 5 pixel columns are no square; 'letter' \\(column 3\\) does not look like" \
    $INGEST "$T/a.csv" "$T/b.csv"
reads ignored '1:u:5:00010203 2:v:3:040506FF 3:w:5:0708090A' \
    '1:x:-:0B0C0D0E 2:y:-:0F101112' --ignore letter
reads ignored-two "$TRAIN_IMAGES" "$TEST_IMAGES" --ignore letter,id
reads ignored-twice "$TRAIN_IMAGES" "$TEST_IMAGES" --ignore letter --ignore id
reads ignored-number '1:u:5:00010203 2:v:3:040506FF 3:w:5:0708090A' \
    '1:x:-:0B0C0D0E 2:y:-:0F101112' --ignore 3
sed 1d "$T/a.csv" | cut -d, -f2- > "$T/c.csv"
cut -d, -f3- "$T/b.csv" | sed 1d > "$T/d.csv"
refused 1 "^ingest: $T/d.csv:1: --ignore 2: which column that is can't be told, for $T/c.csv has 6 columns and this file 4" \
    $INGEST --ignore 2 "$T/c.csv" "$T/d.csv"
refused 1 "^ingest: $T/a.csv:1: no column is named 'lettre', as --ignore says; expected 'id', 'digit', 'letter', 'p0', 'p1', ... or a number" \
    $INGEST --ignore id,lettre "$T/a.csv" "$T/b.csv"
tiny

# ------------------------------------------------------------------------------ shapes
shape_of() {
    sql "SELECT height || 'x' || width || 'x' || channels FROM dataset WHERE name = '$1'"
}
printf 'label,a,b,c,d,e,f\n1,0,1,2,3,4,5\n2,6,7,8,9,10,11\n' > "$T/a.csv"
printf 'a,b,c,d,e,f\n20,21,22,23,24,25\n' > "$T/b.csv"
reads wide '1:-:1:000102030405 2:-:2:060708090A0B' '1:-:-:141516171819' --shape 2x3
equal 'wide' 2x3x1 "$(shape_of wide)"
reads turned '1:-:1:000204010305 2:-:2:06080A07090B' '1:-:-:141618151719' --shape 2x3 --transpose
equal 'turned' 2x3x1 "$(shape_of turned)"
reads colour '1:-:1:000102030405 2:-:2:060708090A0B' '1:-:-:141516171819' --shape 1x2x3
reads colour-turned \
    '1:-:1:000102030405 2:-:2:060708090A0B' '1:-:-:141516171819' --shape 1x2x3 --transpose
equal 'colour' 1x2x3 "$(shape_of colour)"
tiny
reads square-turned \
    '1:-:5:00020103 2:-:3:040605FF 3:-:5:0709080A' '1:-:-:0B0D0C0E 2:-:-:0F111012' --transpose
printf 'label,r,g,b\n1,0,1,2\n2,3,4,5\n' > "$T/a.csv"
printf 'r,g,b\n7,8,9\n' > "$T/b.csv"
reads three '1:-:1:000102 2:-:2:030405' '1:-:-:070809' --shape 1x1x3
equal 'three channels' 1x1x3 "$(shape_of three)"

# ------------------------------------------------------------------------------ sample submission
tiny
printf 'Id,Label\nimg_7,0\nimg_9,0\n' > "$T/s.csv"
reads sampled "$TRAIN_IMAGES" '1:img_7:-:0B0C0D0E 2:img_9:-:0F101112' --sample "$T/s.csv"
printf 'id,p0,p1,p2,p3\nimg_9,11,12,13,14\nimg_7,15,16,17,18\n' > "$T/b.csv"
reads sampled-too "$TRAIN_IMAGES" '1:img_9:-:0B0C0D0E 2:img_7:-:0F101112' --sample "$T/s.csv"
printf 'Id,Label\nimg_7,0\nimg_8,0\n' > "$T/s.csv"
refused 1 "^ingest: $T/s.csv:3:1: id 'img_8' is not in $T/b.csv\$" \
    $INGEST --sample "$T/s.csv" "$T/a.csv" "$T/b.csv"
printf 'Id,Label\nimg_9,0\nimg_99,0\n' > "$T/s.csv"
refused 1 "^ingest: $T/s.csv: lacks id 'img_7' of $T/b.csv\$" \
    $INGEST --sample "$T/s.csv" "$T/a.csv" "$T/b.csv"
printf 'Id,Label\nimg_7,0\n' > "$T/s.csv"
refused 1 "^ingest: $T/s.csv: expected 2 rows, as $T/b.csv has, got 1\$" \
    $INGEST --sample "$T/s.csv" "$T/a.csv" "$T/b.csv"

# ------------------------------------------------------------------------------ bad input
# The text of a.csv or b.csv, with the message expected after the file's name.
bad_train() {
    tiny
    printf "$1" > "$T/a.csv"
    refused 1 "^ingest: $T/a.csv$2\$" $INGEST "$T/a.csv" "$T/b.csv"
}
bad_test() {
    tiny
    printf "$1" > "$T/b.csv"
    local line=$T/b.csv$2
    [ "${2#@}" = "$2" ] || line=$T/a.csv${2#@} # what the training file lacks
    refused 1 "^ingest: $line\$" $INGEST "$T/a.csv" "$T/b.csv"
}
H='label,p0,p1,p2,p3\n'
bad_train '' ': is empty'
bad_train '\n\n' ': has no rows'
bad_train "$H" ': has a header, but no rows'
bad_train "${H}1,2,3,4,5\n1,2,3,4\n" ':3: expected 5 fields, got 4'
bad_train "${H}1,2,3,4,5\n\n1,2,3,4,5,6\n" ':4: expected 5 fields, got 6'
bad_train "${H}1,2,3,4,5\n2,0,0,0,0,0\n" ':3: expected 5 fields, got 6'
bad_train "${H}1,2,3,4,5\r\n1,2,3,4\r\n" ':3: expected 5 fields, got 4'
bad_train "${H}1,2,3,4,5\n1,2,abc,4,5\n" ":3:3: 'abc' is not a number"
bad_train "${H}1,2,,4,5\n" ":2:3: '' is not a number; expected one in each pixel, .*"
bad_train "${H}1,2,0x10,4,5\n" ":2:3: '0x10' is not a number"
bad_train "${H}1,2,nan,4,5\n" ":2:3: 'nan' is not a number; expected one in each pixel, .*"
bad_train "${H}1,2,3,4,1e39\n" ":2:5: '1e39' is too great; expected numbers from -3.4e38 to 3.4e38"
bad_train "${H}1,2,3,4,5\n,2,3,4,5\n" ":3:1: '' is an empty label; expected one in each row of the training file"
bad_train "${H}1,2,3,4,5\n\"a\nb\",2,3,4,5\n" ":3:1: 'a.b' is no label; expected up to 100 printable bytes"
bad_train "${H}1,2,3,4,5\n1,2,3,4,5\n" ": all labels are '1'; expected at least two different ones"
bad_train "${H}1,2,3,4,5\n2,2,3,\"4,5\n" ':3:4: a quotation mark is never closed'
bad_train "${H}1,2,3,4,5\n2,2,3,4\",5\n" ':3:4: a quotation mark is out of place'
bad_train "${H}1,2,3,4,5\n2,2,\"3\"3,4,5\n" ':3:3: a quotation mark is out of place'
bad_train 'p0,p1,p2,p3\n1,2,3,4\n' \
    ':1: no label column among 4 columns, parted by .,.; expected one named label, class, target, y, digit, letter, emotion, diagnosis, species or category, or one that the test file lacks, or --label NAME \(make: LABEL=NAME\)'
bad_train 'label\n1\n2\n' ':1: no columns of values; found 1 column in all, separated by ,'
bad_train 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 76775041\n' \
    ":1: 'version https://git-lfs.github.com/s...' looks like a Git LFS pointer, not the file .*"
bad_train '\n<!DOCTYPE html>\n<html>\n' ":2: '<!DOCTYPE html>' looks like a web page, not a CSV file; expected .*"
bad_train '<html lang="en"><head>\n' ":1: '<html lang=.en.><head>' looks like a web page, .*"
bad_train '{"label": [1, 2]}\n' ":1: '.*' looks like JSON; expected a CSV file"
bad_test 'XXXX\000\001\002' ":1: 'XXXX...' looks like no text, but another program's bytes; .*"
bad_train 'label,p0,p1,p2,p3,p4\n1,2,3,4,5,6\n' ':1: 5 pixel columns are no square; give --shape HxWxC .*'
bad_train 'id,label,p0\n7,1,2\n8,2,2\n7,1,2\n' ":4:1: id '7' is there already, in line 2"
SAME='expected the same columns in both files'
bad_test 'a,b,c,d,e,f\n1,2,3,4,5,6\n' \
    "@: has no column 'a', which is column 1 of $T/b.csv; $SAME"
bad_test 'p0,p1,p2,p3,p4,p5\n1,2,3,4,5,6\n' \
    "@: has no column 'p4', which is column 5 of $T/b.csv; $SAME"
bad_test 'p0,p1,p2\n1,2,3\n' ": has no column 'p3', which is column 5 of $T/a.csv; $SAME"
bad_test 'p0,p1,p3,p7\n1,2,3,4\n' \
    "@: has no column 'p7', which is column 4 of $T/b.csv; $SAME"
bad_test 'p0,p1,p1,p3\n1,2,3,4\n' \
    "@: has no column 'p1', which is column 3 of $T/b.csv; $SAME"
bad_test 'p0,p1,p2,p3\n1,2,3,4\n1,2,3,x\n' ":3:4: 'x' is not a number"
bad_test 'p0,p1,p2,p3\n' ': has a header, but no rows'
bad_test 'id,p0,p1,p2,p3\na,1,2,3,4\nb,1,2,3,4\na,1,2,3,4\n' ":4:1: id 'a' is there already, in line 2"
bad_test 'id,p0,p1,p2,p3\n,1,2,3,4\n' ":2:1: '' is an empty id"
bad_test 'label,p0,p1,p2,p3\n3,1,2,3,4\n4,1,2,3,4\n' \
    ":3:1: '4' is not among the labels of the training file"
{ echo label,p0; seq 1 1025 | sed 's/$/,0/'; } > "$T/many.csv"
printf 'p0\n1\n' > "$T/b.csv"
refused 1 "^ingest: $T/many.csv:1026:1: more than 1024 different labels" \
    $INGEST "$T/many.csv" "$T/b.csv"
tiny
refused 1 "^ingest: $T/a.csv:1: no column is named 'kind', as --label says; expected 'label', 'p0', 'p1', 'p2', 'p3' or a number from 1 to 5\$" \
    $INGEST --label kind "$T/a.csv" "$T/b.csv"
refused 1 "^ingest: $T/b.csv:1: no column is named 'name', as --id says; expected 'p0', 'p1', 'p2', 'p3' or a number from 1 to 4\$" \
    $INGEST --id name "$T/a.csv" "$T/b.csv"
refused 1 "^ingest: $T/a.csv:1: 4 pixel columns; expected 9 for 3x3x1\$" \
    $INGEST --shape 3x3 "$T/a.csv" "$T/b.csv"
# Files and options that are not there or not right.
refused 1 "^ingest: $T/none.csv: No such file or directory\$" $INGEST "$T/none.csv" "$T/b.csv"
refused 1 "^ingest: $T: is a folder; expected a CSV file\$" $INGEST "$T/a.csv" "$T"
if [ "$(id -u)" != 0 ]; then
    chmod 0 "$T/b.csv"
    refused 1 "^ingest: $T/b.csv: Permission denied\$" $INGEST "$T/a.csv" "$T/b.csv"
    chmod 644 "$T/b.csv"
fi
refused 2 '^ingest: expected one or two files, TRAIN.csv and TEST.csv, got 0$' $INGEST
refused 2 "^ingest: --shape: '28x' is no shape; expected one like 28x28 or 32x32x3\$" \
    $INGEST --shape 28x "$T/a.csv" "$T/b.csv"
for shape in 28 0x3 3x0 -1x3 2x2x2x2 2x2x 99999x1 16384x16384 2X2 ''; do
    refused 2 "^ingest: --shape: '$shape' is no shape" \
        $INGEST --shape "$shape" "$T/a.csv" "$T/b.csv"
done
refused 2 "^ingest: --dataset: 'a/b' is no name" $INGEST --dataset a/b "$T/a.csv" "$T/b.csv"
refused 2 "^ingest: --label and --id name the same column 'x'\$" \
    $INGEST --label x --id x "$T/a.csv" "$T/b.csv"
refused 2 "^ingest: unknown or ambiguous option '--frob'\$" $INGEST --frob "$T/a.csv" "$T/b.csv"
expect_exit 0 'build/bin/ingest --dataset digits data/train.csv data/test.csv' "$BIN/ingest" --help

# A database is not made for files that cannot be read, nor where there is no folder for it.
DB=$T/other.db
INGEST="$BIN/ingest --db $DB"
tiny
printf 'x' > "$T/b.csv"
refused 1 "^ingest: $T/a.csv: has no column 'x'" $INGEST "$T/a.csv" "$T/b.csv"
check 'no database made' test ! -e "$DB"
tiny
refused 1 "$T/no/such.db" "$BIN/ingest" --db "$T/no/such.db" "$T/a.csv" "$T/b.csv"
echo 'this is no database, though it is longer than a header of one would have to be' > "$T/text.db"
refused 1 "$T/text.db" "$BIN/ingest" --db "$T/text.db" "$T/a.csv" "$T/b.csv"

# ------------------------------------------------------------------------------ both lanes
# Plain lines take the fast lane, quoted ones libcsv; long files cross many blocks.
{
    head -n 1 "$T/train.csv"
    for i in 1 2 3; do sed 1d "$T/train.csv"; done
} > "$T/long.csv"
sed 's/,/","/g; s/^/"/; s/$/"/' "$T/long.csv" > "$T/quoted.csv"
awk 'NR % 3 == 0 { gsub(/,0,/, ", 0 ,") } NR % 5 == 0 { $0 = $0 "\r" } { print }' "$T/long.csv" > "$T/mixed.csv"
sed '300,$s/,\([0-9]*\)$/,\1.0/' "$T/long.csv" | gzip > "$T/floats.csv.gz"
all_pixels() {
    sql "SELECT c.label, hex(i.pixels) FROM image AS i JOIN dataset AS d ON d.id = i.dataset
         JOIN class AS c ON c.dataset = d.id AND c.class = i.class
         WHERE d.name = '$1' ORDER BY i.row" | sha256sum
}
for name in long quoted mixed floats; do
    file=$T/$name.csv
    [ -e "$file" ] || file=$file.gz
    expect_exit 0 '^images   1800 train, 200 test$' $INGEST --dataset $name "$file" "$T/test.csv"
    equal "$name: the same images" "$(all_pixels long)" "$(all_pixels $name)"
done
sed '1500s/,0,/,0,0,/' "$T/quoted.csv" | sed '1700s/"0"/"x"/' > "$T/bad.csv"
refused 1 "^ingest: $T/bad.csv:1700:[0-9]+: 'x' is not a number\$" \
    $INGEST "$T/bad.csv" "$T/test.csv"
sed '1500s/,0,/,0,0,/' "$T/mixed.csv" > "$T/bad.csv"
refused 1 "^ingest: $T/bad.csv:1500: expected 785 fields, got 786\$" \
    $INGEST "$T/bad.csv" "$T/test.csv"

# ------------------------------------------------------------------------------ killed in the middle
# Twenty times the digits, so that reading and writing take a while; killed at several moments.
{
    head -n 1 "$T/train.csv"
    for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do sed 1d "$T/train.csv"; done
} > "$T/big.csv"
count='SELECT (SELECT count(*) FROM dataset) || "|" || (SELECT count(*) FROM image)'
half=0
for delay in 0.01 0.03 0.06 0.1 0.15 0.2; do
    found=$(sql "$count")
    $INGEST --dataset "killed-$delay" "$T/big.csv" "$T/test.csv" > /dev/null 2>&1 &
    pid=$!
    sleep $delay
    kill -9 $pid 2> /dev/null
    wait $pid 2> /dev/null
    now=$(sql "$count")
    whole=$(($(echo "$found" | cut -d'|' -f1) + 1))'|'$(($(echo "$found" | cut -d'|' -f2) + 12200))
    [ "$now" = "$found" ] || [ "$now" = "$whole" ] || half=$((half + 1))
done
equal 'nothing half after kill -9' 0 $half
equal 'integrity after kill -9' 'ok' "$(sql 'PRAGMA integrity_check')"
expect_exit 0 '^images   12000 train, 200 test$' $INGEST --dataset after "$T/big.csv" "$T/test.csv"

# Eight at once, the same files into a database that is not there yet: one stores, seven find it.
DB=$T/race.db
for i in 1 2 3 4 5 6 7 8; do
    "$BIN/ingest" --db "$DB" "$T/train.csv" "$T/test.csv" > "$T/race.$i" 2>&1 &
done
wait
equal 'one dataset of eight writers' '1|800' \
    "$(sql "$count" )"
equal 'seven had nothing to do' 7 "$(grep -l 'nothing to do' "$T"/race.? | wc -l)"

finish
