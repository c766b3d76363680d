# ingest: real digits in many forms. Each goes from CSV to the database, and all ids, labels and numbers
# of all rows are compared with what the script put in; what is told of the files is compared, too.
. tests/lib.sh

INGEST="$BIN/ingest --db $DB"
small_digits
TRAIN=$T/train.rows
TEST=$T/test.rows
PIXELS='64 pixels 8x8x1 of 0..16'
LABEL="label = 'label' (column 1)"

told() { # form, file, line
    check "$1: $2: $3" grep -qxF "$2: $3" "$T/.stdout"
    grep -qxF "$2: $3" "$T/.stdout" || grep "^$2: " "$T/.stdout" >&2
}

compare() { # form, part, what it should be
    stored "$1" "$2" > "$T/found"
    check "$1: all rows of $2" same "$3" "$T/found"
}

# Reads $T/a.csv and, where a second line is given, $T/b.csv, and compares with $T/train.want and
# $T/test.want.
form() { # name, line of a.csv, line of b.csv or '', options...
    local name=$1 train=$2 test=$3
    shift 3
    run $INGEST --dataset "$name" "$@" "$T/a.csv" ${test:+"$T/b.csv"}
    if [ "$STATUS" != 0 ]; then
        fail "$name" "$(cat "$T/.stderr")"
        return
    fi
    told "$name" a.csv "$train"
    [ -z "$test" ] || told "$name" b.csv "$test"
    compare "$name" train "$T/train.want"
    [ -z "$test" ] || compare "$name" test "$T/test.want"
}

# Both files of one form, and what they should become.
both() { # columns of a.csv, columns of b.csv, name=value...
    local train=$1 test=$2
    shift 2
    form_of "$TRAIN" "$train" "$@" > "$T/a.csv"
    form_of "$TEST" "$test" "$@" > "$T/b.csv"
}
plain_truth() {
    truth_of "$TRAIN" > "$T/train.want"
    truth_of "$TEST" nolabel=1 > "$T/test.want"
}
plain() {
    both 'label pixels' pixels
    plain_truth
}
through() { # changes both files by a program
    local file
    for file in a b; do
        "$@" < "$T/$file.csv" > "$T/c.csv"
        mv "$T/c.csv" "$T/$file.csv"
    done
}

# ------------------------------------------------------------------------------ separators
plain
form plain "header, ',', 120 rows; $LABEL, $PIXELS" "header, ',', 40 rows; $PIXELS"
TAB=$(printf '\t')
for separator in ';' "$TAB" '|'; do
    both 'label pixels' pixels sep="$separator"
    name="'$separator'"
    [ "$separator" != "$TAB" ] || name=tab
    form "sep-$(printf %d "'$separator")" "header, $name, 120 rows; $LABEL, $PIXELS" \
        "header, $name, 40 rows; $PIXELS"
done
both 'label pixels' pixels sep=';' mul=0.0625 vf=%.4f comma=1
truth_of "$TRAIN" mul=0.0625 vf=%.4f > "$T/train.want"
truth_of "$TEST" nolabel=1 mul=0.0625 vf=%.4f > "$T/test.want"
form commas "header, ';', 120 rows; $LABEL, 64 pixels 8x8x1 of 0..1, decimal commas" \
    "header, ';', 40 rows; 64 pixels 8x8x1 of 0..1, decimal commas"
# The first rows are whole numbers, so that commas are found behind them.
awk 'NR > 50 { for (i = 2; i <= NF; i++) $i /= 16 } { print }' "$TRAIN" > "$T/late.rows"
form_of "$T/late.rows" 'label pixels' sep=';' vf=%.6g comma=1 > "$T/a.csv"
truth_of "$T/late.rows" vf=%.6g > "$T/train.want"
form late-commas "header, ';', 120 rows; $LABEL, $PIXELS, decimal commas" ''

# ------------------------------------------------------------------------------ kinds of text
plain
through sed '1s/^/\xef\xbb\xbf/; s/$/\r/'
form bom-crlf "header, ',', 120 rows; $LABEL, $PIXELS" "header, ',', 40 rows; $PIXELS"
plain
through sed 's/,/","/g; s/^/"/; s/$/"/'
form quotes "header, ',', 120 rows; $LABEL, $PIXELS" "header, ',', 40 rows; $PIXELS"
plain
through sed 's/,/ , /g; s/^/  /; s/$/ /'
form blanks "header, ',', 120 rows; $LABEL, $PIXELS" "header, ',', 40 rows; $PIXELS"
plain
through sed '$s/$/\n\n  \n\r\n\n/; 5s/$/\n/'
form blank-lines "header, ',', 120 rows; $LABEL, $PIXELS" "header, ',', 40 rows; $PIXELS"
plain
through tr '\n' '\r'
form old-mac "header, ',', 120 rows; $LABEL, $PIXELS" "header, ',', 40 rows; $PIXELS"
plain
printf %s "$(cat "$T/b.csv")" > "$T/c.csv" && mv "$T/c.csv" "$T/b.csv"
form no-last-end "header, ',', 120 rows; $LABEL, $PIXELS" "header, ',', 40 rows; $PIXELS"
plain
both 'label pixels empty' 'pixels empty'
form empty-last "header, ',', 120 rows; $LABEL, $PIXELS" "header, ',', 40 rows; $PIXELS"
both 'label pixels empty' 'pixels empty' header=0
form empty-last-bare "no header, ',', 120 rows; label = column 1, $PIXELS" "no header, ',', 40 rows; $PIXELS"
plain
through sed '1!s/$/,/'
form ends-in-commas "header, ',', 120 rows; $LABEL, $PIXELS" "header, ',', 40 rows; $PIXELS"

# ------------------------------------------------------------------------------ headers
both 'label pixels' pixels header=0
form bare "no header, ',', 120 rows; label = column 1, $PIXELS" "no header, ',', 40 rows; $PIXELS"
for base in 0 1; do
    { seq -s, $base $((64 + base)); form_of "$TRAIN" 'label pixels' header=0; } > "$T/a.csv"
    { seq -s, $base $((63 + base)); form_of "$TEST" pixels header=0; } > "$T/b.csv"
    form "counted-from-$base" "header of numbers, ',', 120 rows; label = column 1, $PIXELS" \
        "header of numbers, ',', 40 rows; $PIXELS"
done
both 'label pixels' pixels p=-
form numbers "header, ',', 120 rows; $LABEL, $PIXELS" "header of numbers, ',', 40 rows; $PIXELS"
# What pandas makes of a file without a header: the first row, a number that is there already with
# .1, .2, ... behind it. That row is no row any more.
mangled() {
    awk -F, -v OFS=, 'NR == 1 { for (i = 1; i <= NF; i++) if (n[$i]++) $i = $i "." n[$i] - 1 } { print }'
}
both 'label pixels' pixels header=0
through mangled
plain_truth
sed -i 1d "$T/train.want" "$T/test.want"
form mangled "header of numbers, ',', 119 rows; label = column 1, $PIXELS" \
    "header of numbers, ',', 39 rows; $PIXELS"
# UCI's letters: sixteen measurements, whose names are their numbers.
letters() {
    awk -v OFS=' ' '{ $1 = sprintf("%c", 65 + $1); NF = 17; print }' "$1" > "$2"
}
letters "$TRAIN" "$T/letters.train"
letters "$TEST" "$T/letters.test"
form_of "$T/letters.train" 'label pixels' label=Letter p=- base=1 > "$T/a.csv"
form_of "$T/letters.test" pixels p=- base=1 > "$T/b.csv"
truth_of "$T/letters.train" > "$T/train.want"
truth_of "$T/letters.test" nolabel=1 > "$T/test.want"
form uci "header, ',', 120 rows; label = 'Letter' (column 1), 16 columns of numbers" \
    "header of numbers, ',', 40 rows; 16 columns of numbers"
equal 'letters in their order' 'A B C D E F G H I J' \
    "$(sql "SELECT group_concat(label, ' ') FROM (SELECT label FROM class AS c JOIN dataset AS d
            ON d.id = c.dataset WHERE d.name = 'uci' ORDER BY class)")"

# ------------------------------------------------------------------------------ row names and numbers
# R's write.table: each row begins with its name, and the header knows nothing of that.
r_table() {
    awk -v sep="$1" '{ if (NR > 1) $0 = "\"r" NR "\"" sep $0; print }'
}
for separator in , ';'; do
    both 'label pixels' pixels sep="$separator"
    through r_table "$separator"
    plain_truth
    form "r-$(printf %d "'$separator")" \
        "header, '$separator', 120 rows; label = 'label' (column 2), $PIXELS, without the row names" \
        "header, '$separator', 40 rows; $PIXELS, without the row names"
done
both 'index label pixels' 'index pixels'
form pandas "header, ',', 120 rows; label = 'label' (column 2), $PIXELS, without the row numbers of '' (column 1)" \
    "header, ',', 40 rows; $PIXELS, without the row numbers of '' (column 1)"
through sed '1s/^/Unnamed: 0/'
form unnamed "header, ',', 120 rows; label = 'label' (column 2), $PIXELS, without the row numbers of 'Unnamed: 0' (column 1)" \
    "header, ',', 40 rows; $PIXELS, without the row numbers of 'Unnamed: 0' (column 1)"
{ seq -s, 0 64 | sed 's/^/,/'; form_of "$TRAIN" 'index label pixels' header=0; } > "$T/a.csv"
{ seq -s, 0 63 | sed 's/^/,/'; form_of "$TEST" 'index pixels' header=0; } > "$T/b.csv"
form pandas-bare "header of numbers, ',', 120 rows; label = column 2, $PIXELS, without the row numbers of column 1" \
    "header of numbers, ',', 40 rows; $PIXELS, without the row numbers of column 1"

# ------------------------------------------------------------------------------ the label
plain
for order in 'pixels label|65' 'left label right|33' 'label pixels|1'; do
    form_of "$TRAIN" "${order%|*}" > "$T/a.csv"
    form "label-in-${order#*|}" "header, ',', 120 rows; label = 'label' (column ${order#*|}), $PIXELS" \
        "header, ',', 40 rows; $PIXELS"
done
for name in LABEL Class tArget Y digit Letter EMOTION diagnosis Species category; do
    form_of "$TRAIN" 'pixels label' label=$name > "$T/a.csv"
    form "label-$name" "header, ',', 120 rows; label = '$name' (column 65), $PIXELS" ''
done
form_of "$TRAIN" 'pixels label' label=Survived > "$T/a.csv"
form label-lacking "header, ',', 120 rows; label = 'Survived' (column 65), $PIXELS" "header, ',', 40 rows; $PIXELS"
form label-named "header, ',', 120 rows; label = 'Survived' (column 65), $PIXELS" '' --label Survived
form label-number "header, ',', 120 rows; label = 'Survived' (column 65), $PIXELS" '' --label 65
form_of "$TRAIN" 'pixels label' header=0 > "$T/a.csv"
form label-number-bare "no header, ',', 120 rows; label = column 65, $PIXELS" '' --label 65
# Labels in both files, a name that nobody knows: the sample tells.
both 'label pixels id' 'label pixels id' label=Survived id=key
printf 'key,Survived\n' > "$T/s.csv"
seq 40 | sed 's/.*/img_&,0/' >> "$T/s.csv"
truth_of "$TRAIN" id=1 > "$T/train.want"
truth_of "$TEST" id=1 > "$T/test.want"
form sampled "header, ',', 120 rows; label = 'Survived' (column 1), id = 'key' (column 66), $PIXELS" \
    "header, ',', 40 rows; label = 'Survived' (column 1), id = 'key' (column 66), $PIXELS" --sample "$T/s.csv"
told sampled s.csv "header, ',', 40 rows; id = 'key' (column 1)"

# What a label may be.
labels_as() { # name, awk's expression of the label, the label expected
    awk -v OFS=' ' "{ \$1 = $2; print }" "$TRAIN" > "$T/labels.rows"
    form_of "$T/labels.rows" 'label pixels' > "$T/a.csv"
    awk -v OFS=' ' "{ \$1 = $3; print }" "$TRAIN" > "$T/labels.rows"
    truth_of "$T/labels.rows" > "$T/train.want"
    form "$1" "header, ',', 120 rows; $LABEL, $PIXELS" ''
}
labels_as whole 'sprintf("%.1f", $1)' '$1'
labels_as savetxt 'sprintf("%.18e", $1)' '$1'
labels_as mixed 'NR % 2 ? $1 : $1 ".0"' '$1'
labels_as gaps '($1 % 3) ? 3 + 4 * ($1 % 2) : 1' '($1 % 3) ? 3 + 4 * ($1 % 2) : 1'
equal 'gaps in the numbers' '1 3 7' "$(sql "SELECT group_concat(label, ' ') FROM (SELECT label FROM class AS c
    JOIN dataset AS d ON d.id = c.dataset WHERE d.name = 'gaps' ORDER BY class)")"
labels_as negative '$1 % 2 ? -1 : 1' '$1 % 2 ? -1 : 1'
labels_as truth '$1 % 2 ? "True" : "False"' '$1 % 2 ? "True" : "False"'
labels_as commas-in-labels '"\"a,b" $1 "\""' '"a,b" $1'
labels_as quotes-in-labels '"\"a\"\"" $1 "\""' '"a\"" $1'
labels_as utf8 '"größe-" $1 "-π-数"' '"größe-" $1 "-π-数"'
long=$(printf '%099d' 0)
labels_as long "\"$long\" \$1" "\"$long\" \$1"
cat "$TRAIN" "$TEST" "$T/more.rows" | awk -v OFS=' ' '{ $1 = "c" NR % 300; print }' > "$T/labels.rows"
form_of "$T/labels.rows" 'label pixels' > "$T/a.csv"
truth_of "$T/labels.rows" > "$T/train.want"
form classes-300 "header, ',', 500 rows; $LABEL, $PIXELS" ''
equal '300 classes' 300 "$(sql "SELECT count(*) FROM class AS c JOIN dataset AS d ON d.id = c.dataset
    WHERE d.name = 'classes-300'")"

# ------------------------------------------------------------------------------ ids
truth_of "$TRAIN" > "$T/train.want"
truth_of "$TEST" id=1 nolabel=1 > "$T/test.want"
form_of "$TRAIN" 'label pixels' > "$T/a.csv"
for name in id ImageId image_ID PassengerId key_id; do
    form_of "$TEST" 'id pixels' id=$name > "$T/b.csv"
    form "id-$name" "header, ',', 120 rows; $LABEL, $PIXELS" "header, ',', 40 rows; id = '$name' (column 1), $PIXELS"
done
form_of "$TEST" 'pixels id' id=key > "$T/b.csv"
form id-named "header, ',', 120 rows; $LABEL, $PIXELS" "header, ',', 40 rows; id = 'key' (column 65), $PIXELS" --id key
form id-number "header, ',', 120 rows; $LABEL, $PIXELS" "header, ',', 40 rows; id = 'key' (column 65), $PIXELS" --id 65
form_of "$TEST" 'id pixels' id=file > "$T/b.csv"
form id-too-many "header, ',', 120 rows; $LABEL, $PIXELS" "header, ',', 40 rows; id = 'file' (column 1), $PIXELS"
both 'label pixels' 'id pixels' header=0
form id-bare "no header, ',', 120 rows; label = column 1, $PIXELS" "no header, ',', 40 rows; id = column 1, $PIXELS"
printf 'Name,Class\n' > "$T/s.csv"
seq 40 -1 1 | sed 's/.*/img_&,0/' >> "$T/s.csv"
both 'label pixels' 'pixels id' id=Name
form id-sampled "header, ',', 120 rows; $LABEL, $PIXELS" "header, ',', 40 rows; id = 'Name' (column 65), $PIXELS" --sample "$T/s.csv"
both 'label pixels' pixels header=0
sort -t_ -k2n "$T/s.csv" > "$T/c.csv" && mv "$T/c.csv" "$T/s.csv"
form id-of-sample "no header, ',', 120 rows; label = column 1, $PIXELS" "no header, ',', 40 rows; $PIXELS" \
    --sample "$T/s.csv" --header no
truth_of "$TRAIN" id=1 > "$T/train.want"
both 'id label pixels' 'id pixels'
form ids-in-both "header, ',', 120 rows; label = 'label' (column 2), id = 'id' (column 1), $PIXELS" \
    "header, ',', 40 rows; id = 'id' (column 1), $PIXELS"
both 'pixels label id' 'pixels id' id=key
form ids-by-number "header, ',', 120 rows; label = 'label' (column 65), id = 'key' (column 66), $PIXELS" \
    "header, ',', 40 rows; id = 'key' (column 65), $PIXELS" --id 65
both 'id label pixels' 'id pixels' header=0
form ids-by-number-bare "no header, ',', 120 rows; label = column 2, id = column 1, $PIXELS" \
    "no header, ',', 40 rows; id = column 1, $PIXELS" --label 2 --id 1

# ------------------------------------------------------------------------------ columns of the test file
plain
turned=$(seq 64 -1 1 | xargs)
form_of "$TEST" pixels order="$turned" > "$T/b.csv"
form turned "header, ',', 120 rows; $LABEL, $PIXELS" \
    "header, ',', 40 rows; $PIXELS, matched by name, in another order"
# Two columns exchanged, for each distance from one to six: where a line of zeros is read at once.
for to in 11 12 13 14 15 16; do
    form_of "$TEST" pixels order="$(seq 64 | sed "s/^10$/x/; s/^$to$/10/; s/^x$/$to/" | xargs)" > "$T/b.csv"
    form "exchanged-$to" "header, ',', 120 rows; $LABEL, $PIXELS" \
        "header, ',', 40 rows; $PIXELS, matched by name, in another order"
done
form_of "$TEST" pixels p=px > "$T/b.csv"
form renamed "header, ',', 120 rows; $LABEL, $PIXELS" \
    "header, ',', 40 rows; $PIXELS, named otherwise, matched by position"
form_of "$TEST" pixels base=1 > "$T/b.csv"
form renumbered "header, ',', 120 rows; $LABEL, $PIXELS" \
    "header, ',', 40 rows; $PIXELS, named otherwise, matched by position"
form_of "$TEST" 'left label id right' > "$T/b.csv"
truth_of "$TEST" id=1 > "$T/test.want"
form labelled-test "header, ',', 120 rows; $LABEL, $PIXELS" \
    "header, ',', 40 rows; label = 'label' (column 33), id = 'id' (column 34), $PIXELS"
truth_of "$TEST" nolabel=1 > "$T/test.want"
form_of "$TEST" 'label pixels' lf='' > "$T/b.csv"
sed -i '1!s/^[^,]*,/,/' "$T/b.csv"
form unlabelled-test "header, ',', 120 rows; $LABEL, $PIXELS" "header, ',', 40 rows; $LABEL, $PIXELS"
both 'label pixels more letter' 'pixels more letter'
plain_truth
form ignored "header, ',', 120 rows; $LABEL, $PIXELS, without 'more' (column 66), without 'letter' (column 67)" \
    "header, ',', 40 rows; $PIXELS, without 'more' (column 65), without 'letter' (column 66)" --ignore more,letter
form ignored-numbers "header, ',', 120 rows; $LABEL, $PIXELS, without 'more' (column 66), without 'letter' (column 67)" \
    "header, ',', 40 rows; $PIXELS, without 'more' (column 65), without 'letter' (column 66)" --ignore 66 --ignore 67
both 'label pixels 77' 'pixels 77' header=0
form ignored-bare "no header, ',', 120 rows; label = column 1, $PIXELS, without column 66" \
    "no header, ',', 40 rows; $PIXELS, without column 65" --ignore 66
both 'index label pixels' 'index pixels'
form ignored-index "header, ',', 120 rows; label = 'label' (column 2), $PIXELS, without the row numbers of '' (column 1)" \
    "header, ',', 40 rows; $PIXELS, without the row numbers of '' (column 1)" --ignore 1

# ------------------------------------------------------------------------------ all pixels in one column
both 'label packed' packed label=emotion
plain_truth
form packed "header, ',', 120 rows; label = 'emotion' (column 1), $PIXELS in 'pixels' (column 2)" \
    "header, ',', 40 rows; $PIXELS in 'pixels' (column 1)"
both 'id label packed 33' 'id packed 33' label=emotion
truth_of "$TRAIN" id=1 > "$T/train.want"
truth_of "$TEST" id=1 nolabel=1 > "$T/test.want"
form packed-ids "header, ',', 120 rows; label = 'emotion' (column 2), id = 'id' (column 1), $PIXELS in 'pixels' (column 3), without '33' (column 4)" \
    "header, ',', 40 rows; id = 'id' (column 1), $PIXELS in 'pixels' (column 2), without '33' (column 3)"
# A long row, then a short one: what libcsv keeps of the long one is none of the short one's.
awk '{ $2 = NR % 2 ? 155 : 0; $65 = NR % 2 ? 255 : 1; print }' "$TRAIN" > "$T/lengths.rows"
form_of "$T/lengths.rows" 'label packed' > "$T/a.csv"
truth_of "$T/lengths.rows" > "$T/train.want"
form packed-lengths "header, ',', 120 rows; $LABEL, 64 pixels 8x8x1 of 0..255 in 'pixels' (column 2)" ''
# Digits on a sheet of 48 x 48, as the files of faces are, with header and blanks of theirs.
digits
sheet() { # file, rows
    sed 1d "$1" | awk -F, -v OFS=' ' -v rows="$2" 'NR <= rows {
        label = NF == 785 ? $1 : "-"
        row = label
        for (y = -10; y < 38; y++)
            for (x = -10; x < 38; x++)
                row = row " " (x < 0 || y < 0 || x > 27 || y > 27 ? 0 : $(NF - 783 + y * 28 + x))
        print row }'
}
sheet "$T/train.csv" 80 > "$T/faces.train"
sed 1d "$T/train.csv" | tail -n 10 > "$T/last.csv"
{ echo; cat "$T/last.csv"; } > "$T/last10.csv"
sheet "$T/last10.csv" 10 > "$T/faces.test"
truth_of "$T/faces.train" > "$T/train.want"
form_of "$T/faces.train" 'label packed' label=emotion > "$T/a.csv"
FACES="2,304 pixels 48x48x1 of 0..255 in 'pixels'"
form faces "header, ',', 80 rows; label = 'emotion' (column 1), $FACES (column 2)" ''
{
    echo 'emotion, Usage, pixels'
    form_of "$T/faces.train" 'label Training packed' header=0 | sed 's/,/, /g'
    form_of "$T/faces.test" 'label PrivateTest packed' header=0
} > "$T/a.csv"
form faces-parted "header, ',', 80 rows; label = 'emotion' (column 1), $FACES (column 3), parted by 'Usage' (column 2)" ''
told faces-parted a.csv "header, ',', 10 rows; label = 'emotion' (column 1), $FACES (column 3), the test rows by 'Usage' (column 2)"
truth_of "$T/faces.test" > "$T/test.want"
compare faces-parted test "$T/test.want"
cat "$T/faces.train" "$T/faces.test" > "$T/faces.all"
truth_of "$T/faces.all" > "$T/train.want"
form faces-ignored "header, ',', 90 rows; label = 'emotion' (column 1), $FACES (column 3), without 'Usage' (column 2)" '' \
    --ignore Usage

# ------------------------------------------------------------------------------ values
values() { # name, what is told of the pixels, what of the scale ('' for 0..255), name=value...
    local name=$1 pixels=$2 scale=$3
    shift 3
    both 'label pixels' pixels "$@"
    truth_of "$TRAIN" "$@" > "$T/train.want"
    truth_of "$TEST" nolabel=1 "$@" > "$T/test.want"
    form "$name" "header, ',', 120 rows; $LABEL, 64 pixels 8x8x1 of $pixels" "header, ',', 40 rows; 64 pixels 8x8x1 of $pixels"
    equal "$name: scale" "$scale" "$(sed -n 's/^scale    a net sees \(.*\) as 0..1$/\1/p' "$T/.stdout")"
}
values sixteen 0..16 0..16
values fractions 0..1 0..1 mul=0.0625 vf=%.9g
values fractions-fixed 0..1 0..1 mul=0.0625 vf=%.6f
values exponents 0..1 0..1 mul=0.0625 vf=%.18e
values minus -1..1 -1..1 mul=0.125 add=-1 vf=%.6g
values decimals 4.2..124.2 0..124.2 mul=7.5 add=4.2 vf=%.1f
values bytes 0..240 '' mul=15
values whole-floats 0..240 '' mul=15 vf=%.1f
values words 0..65520 0..65520 mul=4095
values small 0..0.016 0..0.016 mul=0.001 vf=%g
values tiny 0..1.6e-07 0..1.6e-07 mul=1e-8 vf=%g
values long-digits 0..5.33333 0..5.33333 mul=0.33333333333333331 vf=%.30f
awk '{ for (i = 2; i <= NF; i++) $i = $i > 7; print }' "$TRAIN" > "$T/binary.train"
form_of "$T/binary.train" 'label pixels' > "$T/a.csv"
truth_of "$T/binary.train" > "$T/train.want"
form binary "header, ',', 120 rows; $LABEL, 64 pixels 8x8x1 of 0..1" ''
# One fraction in the last row, or in the test file alone: all become fractions.
awk 'NR == 120 { $65 = 0.5 } { print }' "$TRAIN" > "$T/wide.rows"
form_of "$T/wide.rows" 'label pixels' vf=%g > "$T/a.csv"
form_of "$TEST" pixels > "$T/b.csv"
truth_of "$T/wide.rows" vf=%g > "$T/train.want"
truth_of "$TEST" nolabel=1 > "$T/test.want"
form widened "header, ',', 120 rows; $LABEL, $PIXELS" "header, ',', 40 rows; $PIXELS"
form_of "$TRAIN" 'label pixels' > "$T/a.csv"
form_of "$TEST" pixels mul=0.5 vf=%g > "$T/b.csv"
truth_of "$TRAIN" > "$T/train.want"
truth_of "$TEST" nolabel=1 mul=0.5 vf=%g > "$T/test.want"
form widened-by-test "header, ',', 120 rows; $LABEL, $PIXELS" "header, ',', 40 rows; 64 pixels 8x8x1 of 0..8"

# ------------------------------------------------------------------------------ shapes and channels
plain
transposed=$(for x in 1 2 3 4 5 6 7 8; do seq $x 8 64; done | xargs)
both 'label pixels' pixels order="$transposed" header=0
form transposed "no header, ',', 120 rows; label = column 1, $PIXELS" "no header, ',', 40 rows; $PIXELS" --transpose
plain
for shape in 4x16 64x1 16x4x1; do
    case $shape in *x*x*) full=$shape ;; *) full=${shape}x1 ;; esac
    form "shape-$shape" "header, ',', 120 rows; $LABEL, 64 pixels $full of 0..16" \
        "header, ',', 40 rows; 64 pixels $full of 0..16" --shape $shape
done
form as-table "header, ',', 120 rows; $LABEL, 64 columns of numbers" "header, ',', 40 rows; 64 columns of numbers" --table
# Three digits as red, green and blue: the channels of a pixel side by side, and one after the other.
awk '{ row[NR] = $0; label[NR] = $1 } END {
    for (i = 1; i + 2 <= NR; i += 3) {
        split(row[i], r); split(row[i + 1], g); split(row[i + 2], b)
        out = label[i]
        for (k = 2; k <= 65; k++) out = out " " r[k] " " g[k] " " b[k]
        print out } }' "$TRAIN" > "$T/rgb.rows"
truth_of "$T/rgb.rows" > "$T/train.want"
RGB='192 pixels 8x8x3 of 0..16'
planes=$( { seq 1 3 192; seq 2 3 192; seq 3 3 192; } | xargs)
for header in 0 1; do
    read="no header, ',', 40 rows; label = column 1, $RGB"
    [ $header = 0 ] || read="header, ',', 40 rows; $LABEL, $RGB"
    form_of "$T/rgb.rows" 'label pixels' header=$header > "$T/a.csv"
    form "channels-last-$header" "$read" ''
    form "channels-last-asked-$header" "$read" '' --channels last
    form_of "$T/rgb.rows" 'label pixels' order="$planes" header=$header > "$T/a.csv"
    form "channels-first-$header" "$read, channel by channel" ''
    form "channels-first-asked-$header" "$read, channel by channel" '' --channels first
done
# Grey pictures of three channels: those of a pixel are the same, which is no reason to take them for
# neighbours.
awk '{ out = $1; for (k = 2; k <= 65; k++) out = out " " $k " " $k " " $k; print out }' "$TRAIN" > "$T/grey.rows"
form_of "$T/grey.rows" 'label pixels' > "$T/a.csv"
truth_of "$T/grey.rows" > "$T/train.want"
form channels-grey "header, ',', 120 rows; $LABEL, $RGB" ''
form_of "$T/grey.rows" 'label pixels' order="$planes" > "$T/a.csv"
form channels-grey-first "header, ',', 120 rows; $LABEL, $RGB, channel by channel" ''
truth_of "$T/rgb.rows" > "$T/train.want"
form_of "$T/rgb.rows" 'label packed' order="$planes" > "$T/a.csv"
form channels-packed "header, ',', 40 rows; $LABEL, $RGB in 'pixels' (column 2), channel by channel" ''
form_of "$T/rgb.rows" 'label pixels' header=0 > "$T/a.csv"
truth_of "$T/rgb.rows" | awk -F'[| ]' '{ out = $1 "|" $2 "|"; for (k = 0; k < 64; k++) for (c = 0; c < 3; c++)
    out = out (k + c ? " " : "") $(3 + c * 64 + k); print out }' > "$T/train.want"
form channels-overruled "no header, ',', 40 rows; label = column 1, $RGB, channel by channel" '' --channels first

# ------------------------------------------------------------------------------ on to a submission
# A form that was read trains, judges and submits like any other: ids and labels are those of the files,
# and far more rows are right than by chance, which is one in ten.
cat > "$T/small.conf" << 'CONF'
[model]
layers =
    flatten
    dense 32
    relu
    dense classes
[split]
fraction = 0.2
[train]
batch = 16
epochs = 20
learning_rate = 0.01
CONF
on() { # dataset, experiment
    (cd "$T" && for stage in split 'train --threads 1' 'evaluate --threads 1'; do
        "$BIN"/$stage --db "$DB" --dataset "$1" "$2" > "$T/stages.out" 2>&1 || exit 1
    done)
}
right() { # dataset: percent of its validation rows
    sql "SELECT CAST(100 * avg(p.class = i.class) AS INTEGER) FROM prediction AS p JOIN image AS i ON i.id = p.image
         JOIN run AS r ON r.id = p.run JOIN dataset AS d ON d.id = i.dataset
         WHERE d.name = '$1' AND i.part = 'train'"
}
submits() { # dataset, experiment, header, first id, last id
    check "$1: trains" on "$1" "$2"
    check "$1: $(right "$1") % right" [ "$(right "$1")" -ge 50 ]
    check "$1: submits" "$BIN/submit" --db "$DB" --dataset "$1" --output "$T/$1.out.csv" "$2"
    equal "$1: header, first and last id" "$3 $4 $5" \
        "$(sed -n '1p; 2s/,.*//p; $s/,.*//p' "$T/$1.out.csv" | xargs)"
    equal "$1: labels of the training file only" '' "$(sed 1d "$T/$1.out.csv" | cut -d, -f2 |
        grep -vxF -f <(cut -d'|' -f2 "$T/$1.labels" | sort -u))"
}
# Letters as labels, semicolons, decimal commas, ids in the last column.
awk -v OFS=' ' '{ $1 = sprintf("%c", 65 + $1); print }' "$TRAIN" > "$T/letters.rows"
truth_of "$T/letters.rows" > "$T/go-commas.labels"
form_of "$T/letters.rows" 'label pixels' label=Letter sep=';' mul=0.0625 vf=%.4f comma=1 > "$T/a.csv"
form_of "$TEST" 'pixels id' id=key sep=';' mul=0.0625 vf=%.4f comma=1 > "$T/b.csv"
run $INGEST --dataset go-commas --id key "$T/a.csv" "$T/b.csv"
submits go-commas "$T/small.conf" key,Letter img_1 img_40
# All pixels in one column, training and test rows in one file.
{
    form_of "$TRAIN" 'label packed Training' label=emotion | sed '1s/Training/Usage/'
    form_of "$TEST" 'label packed PublicTest' header=0
} > "$T/a.csv"
truth_of "$TRAIN" > "$T/go-packed.labels"
run $INGEST --dataset go-packed "$T/a.csv"
submits go-packed "$T/small.conf" ImageId,Label 1 40
# A table, R's form.
both 'label pixels' pixels p=x sep=';'
through r_table ';'
truth_of "$TRAIN" > "$T/go-table.labels"
run $INGEST --dataset go-table --table "$T/a.csv" "$T/b.csv"
submits go-table "$T/small.conf" ImageId,Label 1 40

# ------------------------------------------------------------------------------ one unit or another
# The same digits in another unit are the same to a net. smoke.conf, so that all else is the same.
unit() { # name, awk's expression of a pixel v
    awk -F, "NR == 1 { print; next }
        { row = \$1; for (i = 2; i <= NF; i++) { v = \$i; row = row \",\" ($2) } print row }" "$T/train.csv" > "$T/a.csv"
    run $INGEST --dataset "$1" "$T/a.csv"
    check "$1: trains" on "$1" "$ROOT/experiments/smoke.conf"
}
weights() {
    sql "SELECT k.sha256 FROM checkpoint AS k JOIN run AS r ON r.id = k.run
         WHERE r.experiment = 'smoke' AND k.kind = 'best' AND r.id = (SELECT max(p.run) FROM prediction AS p
             JOIN image AS i ON i.id = p.image JOIN dataset AS d ON d.id = i.dataset WHERE d.name = '$1')"
}
said() { # dataset: row and class of what is predicted
    sql "SELECT i.row, p.class FROM prediction AS p JOIN image AS i ON i.id = p.image
         JOIN dataset AS d ON d.id = i.dataset WHERE d.name = '$1' ORDER BY i.row"
}
agree() { # two datasets: percent of the validation rows of which the same is said, and how many rows
    paste -d'|' <(said "$1") <(said "$2") |
        awk -F'|' '$1 == $3 { n++; same += $2 == $4 } END { print int(100 * same / n) " " n }'
}
unit ink-255 '(v > 127) * 255'
unit ink-1 '(v > 127) + 0'
unit ink-half '(v > 127) * 0.5'
check 'a run has weights' [ -n "$(weights ink-255)" ]
equal '0 and 255, or 0 and 1: the same weights, bit for bit' "$(weights ink-255)" "$(weights ink-1)"
equal '0 and 0.5, too' "$(weights ink-255)" "$(weights ink-half)"
# Fractions of nine digits are not the bytes to the last bit, and the differences grow with each step:
# of 120 rows three may fall on the other side.
unit grey v
unit grey-fractions 'sprintf("%.9g", v / 255)'
unit grey-minus 'sprintf("%.9g", v / 127.5 - 1)'
check "grey: $(right grey) % right" [ "$(right grey)" -ge 50 ]
for name in grey-fractions grey-minus; do
    said=$(agree grey $name)
    check "$name: same on $said" [ "${said% *}" -ge 97 ]
    equal "$name: rows compared" 120 "${said#* }"
done

finish
