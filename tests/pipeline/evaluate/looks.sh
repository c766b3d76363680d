#!/bin/bash
# predict.views: how it is read, and that a run with views predicts the mean over them.
. tests/lib.sh

# Test images in pairs, each and its mirror image; train images of the same kind.
awk 'BEGIN {
    srand(7)
    print "label,p0,p1,p2,p3,p4,p5,p6,p7,p8"
    for (i = 0; i < 40; i++) {
        line = i % 2
        for (k = 0; k < 9; k++) line = line "," int(rand() * 100) + (k % 3 == 0 && i % 2 ? 150 : 0)
        print line
    }
}' > "$T/train.csv"
awk 'BEGIN {
    srand(8)
    print "p0,p1,p2,p3,p4,p5,p6,p7,p8"
    for (i = 0; i < 6; i++) {
        for (k = 0; k < 9; k++) p[k] = int(rand() * 256)
        print p[0] "," p[1] "," p[2] "," p[3] "," p[4] "," p[5] "," p[6] "," p[7] "," p[8]
        print p[2] "," p[1] "," p[0] "," p[5] "," p[4] "," p[3] "," p[8] "," p[7] "," p[6]
    }
}' > "$T/test.csv"
"$BIN/ingest" --db "$DB" --quiet "$T/train.csv" "$T/test.csv" > /dev/null || exit 1
cat > "$T/net.conf" <<'C'
[model]
layers =
    dense 8
    relu
    dense 2
[train]
epochs = 5
learning_rate = 0.02
C
"$BIN/split" --db "$DB" "$T/net.conf" > /dev/null &&
    "$BIN/train" --db "$DB" --quiet "$T/net.conf" > /dev/null || exit 1
sql 'CREATE TABLE kept AS SELECT conf FROM run'

# The run as if it had been trained with these views, and never evaluated.
looked() {
    sql "DELETE FROM prediction; DELETE FROM evaluation; UPDATE run SET conf = (SELECT conf FROM kept) || '
[predict]
views = $1
'"
}
evaluate() { "$BIN/evaluate" --again --db "$DB" --run 1 "$@"; }
# The probabilities of class 0 by the views, into a table of that name.
predicted() { # table, views
    looked "$2"
    evaluate --quiet > /dev/null || fail "evaluate with $2"
    sql "CREATE TABLE $1 AS SELECT image, json_extract(probabilities, '\$[0]') AS p FROM prediction"
}
# How many images two expressions over the tables differ on.
differ() { # expression, tables...
    local expression=$1 tables=$2
    shift 2
    for table; do tables="$tables JOIN $table USING (image)"; done
    sql "SELECT count(*) FROM $tables WHERE abs($expression) > 2e-6"
}

evaluate --quiet > /dev/null
sql "CREATE TABLE plain AS SELECT image, json_extract(probabilities, '\$[0]') AS p FROM prediction"
predicted same 'as is'
predicted same_by_numbers 'shift 0 0 rotate 0 scale 1'
predicted flip 'flip'
predicted to_right 'shift 1 0'
predicted to_left 'shift -1 0'
predicted right_flip 'shift 1 0 flip'
predicted flip_right 'flip shift 1 0'
predicted four 'as is,flip , shift 1 0,   shift -1 0'
predicted scaled 'scale 1.2'
predicted scaled_apart 'scale 1.2 1.2'
predicted wide 'scale 1.2 1'
predicted turned 'rotate 30'
predicted sheared 'shear 20'

equal 'as is' 0 "$(differ 'plain.p - same.p' plain same)"
equal 'nothing done is the image' 0 "$(differ 'plain.p - same_by_numbers.p' plain same_by_numbers)"
equal 'a mirrored image, mirrored, is the image' 0 "$(sql "SELECT count(*)
    FROM plain JOIN image AS i ON i.id = plain.image AND i.part = 'test'
    JOIN image AS j ON j.part = 'test' AND j.row = i.row + iif(i.row % 2, 1, -1)
    JOIN flip ON flip.image = j.id WHERE abs(plain.p - flip.p) > 2e-6")"
check 'and mirrored but once it is not' test "$(differ 'plain.p - flip.p' plain flip)" -gt 0
equal 'flipping comes last, wherever it stands' 0 \
    "$(differ 'right_flip.p - flip_right.p' right_flip flip_right)"
# What is moved to the right and mirrored is the mirror image moved to the left.
equal 'right and mirrored is mirrored and left' 0 "$(sql "SELECT count(*)
    FROM right_flip JOIN image AS i ON i.id = right_flip.image AND i.part = 'test'
    JOIN image AS j ON j.part = 'test' AND j.row = i.row + iif(i.row % 2, 1, -1)
    JOIN to_left ON to_left.image = j.id WHERE abs(right_flip.p - to_left.p) > 2e-6")"
equal 'four views are the mean of each' 0 \
    "$(differ '(4 * four.p - same.p - flip.p - to_right.p - to_left.p) / 4' \
       four same flip to_right to_left)"
equal 'one scale is for both' 0 "$(differ 'scaled.p - scaled_apart.p' scaled scaled_apart)"
for table in to_right scaled wide turned sheared; do
    check "$table is another look" \
        test "$(differ "plain.p - $table.p" plain "$table")" -gt 0
done
check 'width and height apart' test "$(differ 'wide.p - scaled.p' wide scaled)" -gt 0

looked 'as is, flip, shift 0.5 -0.5'
expect_exit 0 '^run 1 \(net\) on digits, 3 views$' evaluate
equal 'the log knows how many' 1 \
    "$(sql "SELECT count(*) FROM stage WHERE stage = 'evaluate' AND result LIKE '%, 3 views'")"
looked ''
expect_exit 0 '^run 1 \(net\) on digits$' evaluate

# What can't be read.
bad() { # views, regex
    looked "$1"
    refused 1 "^evaluate: run 1: .*predict.views: $2" evaluate
}
bad 'as is, rotat 5' "view 2 \('rotat 5'\): found 'rotat'; expected as is, shift X Y, rotate"
bad 'shift 1' "view 1 \('shift 1'\): found its end; expected a number from -1000 to 1000$"
bad 'shift 1 0,' "view 2 \(''\): found nothing; expected"
bad 'flip, , flip' "view 2 \(''\): found nothing"
bad 'flip flip' "view 1 \('flip flip'\): found 'flip' a second time; expected each word once$"
bad 'scale 1.1 1.2 1.3' "view 1 .*: found '1.3'; expected as is"
bad 'scale 0' "view 1 .*: found '0'; expected a number from 0.1 to 10$"
bad 'rotate x' "view 1 .*: found 'x'; expected a number from -180 to 180$"
bad 'rotate nan' "view 1 .*: found 'nan'; expected a number"
bad 'as is flip' "view 1 \('as is flip'\): found 'as'"
finish
