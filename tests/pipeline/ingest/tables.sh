# ingest: tables, whose rows are no images: gaps, texts of few kinds, columns that are left out. Numbers
# are those of real digits (8 x 8), the first six pixels that are not always 0.
. tests/lib.sh

INGEST="$BIN/ingest --db $DB"
small_digits
for part in train test; do
    awk '{ print $1, $4, $5, $6, $7, $12, $13 }' "$T/$part.rows" > "$T/$part.six"
done
TRAIN=$T/train.six
TEST=$T/test.six

told() { # what, line
    check "$1: $2" grep -qxF "$2" "$T/.stdout"
    grep -qxF "$2" "$T/.stdout" || cat "$T/.stdout" "$T/.stderr" >&2
}
holds() { # dataset, part, file
    stored "$1" "$2" > "$T/found"
    check "$1: all rows of $2" same "$3" "$T/found"
}
inputs() { # dataset
    sql "SELECT group_concat(name || ifnull('=' || value, ''), ' ') FROM (SELECT i.name, i.value FROM input AS i
         JOIN dataset AS d ON d.id = i.dataset WHERE d.name = '$1' ORDER BY input)"
}

# ------------------------------------------------------------------------------ numbers
form_of "$TRAIN" 'label pixels' p=x > "$T/a.csv"
form_of "$TEST" 'id pixels' p=x > "$T/b.csv"
truth_of "$TRAIN" > "$T/train.want"
truth_of "$TEST" id=1 nolabel=1 > "$T/test.want"
run $INGEST --dataset plain "$T/a.csv" "$T/b.csv"
told plain "a.csv: header, ',', 120 rows; label = 'label' (column 1), 6 columns of numbers"
told plain "b.csv: header, ',', 40 rows; id = 'id' (column 1), 6 columns of numbers"
told plain 'columns  6, as 6 numbers'
holds plain train "$T/train.want"
holds plain test "$T/test.want"
equal 'plain: inputs' 'x0 x1 x2 x3 x4 x5' "$(inputs plain)"
equal 'plain: shape, kind and form' '1|1|6|table|floats' \
    "$(sql "SELECT height, width, channels, kind, format FROM dataset WHERE name = 'plain'")"
form_of "$TEST" pixels p=x order='6 1 2 5 4 3' > "$T/b.csv"
truth_of "$TEST" nolabel=1 > "$T/test.want"
run $INGEST --dataset turned "$T/a.csv" "$T/b.csv"
told turned "b.csv: header, ',', 40 rows; 6 columns of numbers, matched by name, in another order"
holds turned test "$T/test.want"
# Three or four columns of small whole numbers without names are no picture.
awk '{ print $1, $2, $3, $4 }' "$TRAIN" > "$T/three.rows"
form_of "$T/three.rows" 'label pixels' header=0 > "$T/c.csv"
run $INGEST --dataset three "$T/c.csv"
told three "c.csv: no header, ',', 120 rows; label = column 1, 3 columns of numbers"
awk '{ print $1, $2, $3, $4, $5 * 6 }' "$TRAIN" > "$T/four.rows"
form_of "$T/four.rows" 'label pixels' header=0 > "$T/c.csv"
run $INGEST --dataset four "$T/c.csv"
told four "c.csv: no header, ',', 120 rows; label = column 1, 4 columns of numbers"

# ------------------------------------------------------------------------------ gaps
# Each way to write that a number is missing, in a column of its own.
gaps() {
    awk -v OFS=' ' 'BEGIN { split("\"\"|NA|NaN|?|null|N/A", gap, "|") }
        NR % 5 == 0 { column = 2 + NR / 5 % 6; $column = gap[column - 1] } { print }' "$1"
}
gaps "$TRAIN" > "$T/gaps.rows"
form_of "$T/gaps.rows" 'label pixels' p=x vf=%s > "$T/a.csv"
# form_of counts with its values: the texts are put in here.
awk '{ out = $1; for (i = 2; i <= NF; i++) out = out "," $i; print out }' "$T/gaps.rows" | cat <(head -n 1 "$T/a.csv") - > "$T/c.csv"
awk '{ out = "-|" $1 "|"; for (i = 2; i <= NF; i++) out = out (i > 2 ? " " : "") ($i ~ /^[0-9]/ ? $i : "nan"); print out }' \
    "$T/gaps.rows" > "$T/train.want"
run $INGEST --dataset gaps "$T/c.csv"
told gaps "c.csv: header, ',', 120 rows; label = 'label' (column 1), 6 columns of numbers, 24 gaps"
holds gaps train "$T/train.want"
equal 'gaps: as many of them' 24 "$(grep -o nan "$T/found" | wc -l)"
sed 's/,/;/g; s/"";/;/g' "$T/c.csv" > "$T/d.csv"
run $INGEST --dataset gaps-empty "$T/d.csv"
told gaps-empty "d.csv: header, ';', 120 rows; label = 'label' (column 1), 6 columns of numbers, 24 gaps"
holds gaps-empty train "$T/train.want"

# ------------------------------------------------------------------------------ texts of few kinds
# One input a text, in the order of the texts, 1 where it is this one; a number among them is one, too.
kinds() { # rows, texts
    awk -v texts="$2" 'BEGIN { n = split(texts, kind, " ") } { print $1 "," $2 "," kind[NR % n + 1] }' "$1"
}
{ echo label,x,kind; kinds "$TRAIN" 'red green blue 7'; } > "$T/a.csv"
{ echo x,kind; kinds "$TEST" 'blue green violet'| cut -d, -f2-; } > "$T/b.csv"
awk -F, 'NR > 1 { print "-|" $1 "|" $2 " " ($3 == "7") + 0 " " ($3 == "blue") + 0 " " ($3 == "green") + 0 " " ($3 == "red") + 0 }' \
    "$T/a.csv" > "$T/train.want"
awk -F, 'NR > 1 { print "-|-|" $1 " 0 " ($2 == "blue") + 0 " " ($2 == "green") + 0 " 0" }' "$T/b.csv" > "$T/test.want"
run $INGEST --dataset kinds "$T/a.csv" "$T/b.csv"
told kinds "a.csv: header, ',', 120 rows; label = 'label' (column 1), 1 column of numbers, 1 of texts"
told kinds 'columns  2, as 5 numbers'
told kinds 'warning  13 test rows have a text that no training row has in that column'
holds kinds train "$T/train.want"
holds kinds test "$T/test.want"
equal 'kinds: inputs' 'x kind=7 kind=blue kind=green kind=red' "$(inputs kinds)"

# However many texts the test file has that training has not, they are no inputs.
{ echo x,kind; awk '{ print $2 ",t" NR; print $2 ",u" NR }' "$TEST"; } > "$T/b.csv"
awk '{ print "-|-|" $2 " 0 0 0 0"; print "-|-|" $2 " 0 0 0 0" }' "$TEST" > "$T/test.want"
run $INGEST --dataset kinds-unknown "$T/a.csv" "$T/b.csv"
told kinds-unknown 'warning  80 test rows have a text that no training row has in that column'
holds kinds-unknown train "$T/train.want"
holds kinds-unknown test "$T/test.want"
# Nor are those of test rows in the same file.
{ sed '1s/$/,Usage/; 1!s/$/,Training/' "$T/a.csv"; echo 3,5,violet,PublicTest; echo 4,6,red,PublicTest; } > "$T/c.csv"
printf '%s\n' '-|3|5 0 0 0 0' '-|4|6 0 0 0 1' > "$T/test.want"
run $INGEST --dataset kinds-parted "$T/c.csv"
told kinds-parted 'warning  1 test row has a text that no training row has in that column'
holds kinds-parted train "$T/train.want"
holds kinds-parted test "$T/test.want"
equal 'kinds-parted: inputs' 'x kind=7 kind=blue kind=green kind=red' "$(inputs kinds-parted)"

# ------------------------------------------------------------------------------ names and dates
{ echo label,name,x,born; awk '{ print $1 ",n" NR "," $2 ",2020-01-" NR }' "$TRAIN"; } > "$T/a.csv"
{ echo name,x,born; awk '{ print "m" NR "," $2 ",2021-01-" NR }' "$TEST"; } > "$T/b.csv"
refused 1 "^ingest: $T/a.csv: 'name' \\(column 2: 'n1' in line 2, 120 texts in 120 rows\\), 'born' \\(column 4: '2020-01-1' in line 2, 120 texts in 120 rows\\) are neither numbers nor a few texts; expected them to be left out: IGNORE='name,born' \\(--ignore\\)\$" \
    $INGEST --dataset names "$T/a.csv" "$T/b.csv"
awk '{ print "-|" $1 "|" $2 }' "$TRAIN" > "$T/train.want"
awk '{ print "-|-|" $2 }' "$TEST" > "$T/test.want"
run $INGEST --dataset names --ignore name,born "$T/a.csv" "$T/b.csv"
told names "a.csv: header, ',', 120 rows; label = 'label' (column 1), 1 column of numbers, without 'name' (column 2), without 'born' (column 4)"
told names "b.csv: header, ',', 40 rows; 1 column of numbers, without 'name' (column 1), without 'born' (column 3)"
holds names train "$T/train.want"
holds names test "$T/test.want"

finish
