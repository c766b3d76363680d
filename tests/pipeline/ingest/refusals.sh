# ingest refuses: what strangers bring that can't be read. Each row of these tables gives the message,
# exactly, and what it is about; the exit code is 1, or 2 for a call that is wrong. Neither the database
# nor any file may be changed, and none may be left behind.
. tests/lib.sh

mkdir "$T/here"
cd "$T/here" || exit 1
printf 'label,a,b\n1,2,3\n2,3,4\n1,5,6\n' > good.csv
printf 'a,b\n1,2\n' > goodtest.csv
"$BIN/ingest" --db runs.db good.csv goodtest.csv > /dev/null || exit 1

everything() {
    find . -type f ! -name 'runs.db-*' | sort | xargs sha256sum
    find . -name '*-journal' -o -name '*.part'
    find . ! -type f | sort
}

# Runs a call that must end with that code and say just that, in one line.
wrong() { # code, message, command...
    local code=$1 message=$2 before
    shift 2
    before=$(everything)
    "$@" > "$T/out" 2> "$T/err"
    local status=$?
    equal "code of: $message" "$code" "$status"
    equal "$*" "ingest: $message" "$(head -n 1 "$T/err")"
    equal "lines of: $message" "$code" "$(wc -l < "$T/err")"
    equal "untouched: $message" "$before" "$(everything)"
}

# Texts are those of printf; a second one is the test file, unless it is -.
no() { # message, a.csv [b.csv [options...]]
    local message=$1 test=${3--}
    printf "$2" > a.csv
    rm -f b.csv
    [ "$test" = - ] || printf "$test" > b.csv
    shift $(($# < 3 ? $# : 3))
    set -- "$@" a.csv
    [ "$test" = - ] || set -- "$@" b.csv
    wrong 1 "$message" "$BIN/ingest" --db runs.db --dataset bad "$@"
}

misused() { # message, options...
    local message=$1
    shift
    wrong 2 "$message" "$BIN/ingest" --db runs.db "$@" good.csv
}

lines() { # count, a row, of which # is the number and @ its remainder by two
    seq "$1" | awk -v row="$2" '{ r = row; gsub("#", $1, r); gsub("@", $1 % 2, r); printf "%s\\n", r }'
}

# A label that is none.
no "a.csv: 'label' has 60 different numbers in 60 rows; Pixelmill predicts classes, expected the same few labels again and again (make: LABEL= names another column)" "label,a,b\n$(lines 60 '#,1,2')"
no "a.csv: 'label' has 20 different numbers in 20 rows; Pixelmill predicts classes, expected the same few labels again and again (make: LABEL= names another column)" "label,a,b\n$(lines 20 '#.5,1,2')"
no "a.csv:1026:1: more than 1024 different labels in 1025 rows; Pixelmill predicts classes; is this the label column? (make: LABEL= names another)" "label,a,b\n$(lines 1030 'n#,1,2')"
no "a.csv: all labels are '3'; expected at least two different ones" "label,a,b\n3,1,2\n3,2,3\n"
no "a.csv:3:1: '' is an empty label; expected one in each row of the training file" "label,a,b\n3,1,2\n,2,3\n"
no "a.csv:3:1: '' is an empty label; expected one in each row of the training file" "label,a,b\n3,1,2\n  ,2,3\n"
no "a.csv:3:1: 'x?y' is no label; expected up to 100 printable bytes" "label,a,b\n3,1,2\nx\x01y,2,3\n"
no "a.csv:3:1: '??' is no label; expected up to 100 printable bytes" "label,a,b\n3,1,2\n\xff\xfe,2,3\n"
no "a.csv:3:1: '000000000000000000000000000000000000...' is no label; expected up to 100 printable bytes" "label,a,b\n3,1,2\n$(printf %0101d 0),2,3\n"
no "a.csv:1: no label column among 2 columns, parted by ','; expected one named label, class, target, y, digit, letter, emotion, diagnosis, species or category, or one that the test file lacks, or --label NAME (make: LABEL=NAME)" "a,b\n3,1\n4,2\n"
no "a.csv:1: no columns of values; found 1 column in all, separated by ," "label\n3\n4\n"
no "a.csv:1: no columns of values; found 1 column in all, separated by ," "3\n4\n"
no "a.csv:1: no column is named 'kind', as --label says; expected 'label', 'a', 'b' or a number from 1 to 3" "label,a,b\n3,1,2\n4,2,3\n" \
    - --label kind
no "a.csv:1: no column is named '0', as --label says; expected 'label', 'a', 'b' or a number from 1 to 3" "label,a,b\n3,1,2\n4,2,3\n" \
    - --label 0
no "a.csv:1: no column is named '4', as --label says; expected 'label', 'a', 'b' or a number from 1 to 3" "label,a,b\n3,1,2\n4,2,3\n" \
    - --label 4
no "a.csv:1: no column is named '1x', as --label says; expected a number from 1 to 3" "3,1,2\n4,2,3\n" \
    - --label 1x

# Rows.
no "a.csv:3: expected 3 fields, got 2" "label,a,b\n3,1,2\n4,2\n"
no "a.csv:3: expected 3 fields, got 4" "label,a,b\n3,1,2\n4,2,3,4\n"
no "a.csv:3: expected 3 fields, got 5" "label,a,b\n3,1,2\n4,2,3,,\n"
no "a.csv:3: expected 3 fields, got 2" "label;a;b\n3;1;2\n4;2\n"
no "a.csv:2: expected 2 fields, got 3" "label,a\n3,1,2\n4,2,3\n5,1,1,1\n"
no "a.csv:1: fields parted by blanks, or by nothing; expected ',', ';', '|' or tab between them" "exported 2020\nlabel,a,b\n3,1,2\n4,2,3\n"
no "a.csv: has a header, but no rows" "label,a,b\n"
no "a.csv: has no rows" "\n\n"
no "a.csv: is empty" ''
no "a.csv:2:3: a quotation mark is never closed" "label,a,b\n3,1,\"2\n4,2,3\n"
no "a.csv:2:3: a quotation mark is out of place" "label,a,b\n3,1,2\"\n4,2,3\n"
no "a.csv:2:2: a quotation mark is out of place" "label,a,b\n3,\"1\"1,2\n4,2,3\n"
no "a.csv:1:2: a quotation mark is never closed" "label,\"a,b\n3,1,2\n4,2,3\n"
no "a.csv:1:2: a quotation mark is out of place" "label,a\"c,b\n3,1,2\n4,2,3\n"
no "a.csv:1: 'label,a,b' looks like no text, but another program's bytes; expected a CSV file" "label,a,b\n3,1,2\n4,2,\0\n"
no "a.csv:3:4: '9' is in a column without a name; expected it to be empty, or --ignore with the column's number" "label,a,b,\n3,1,2,\n4,2,3,9\n"

# Pixels.
no "a.csv:2:3: '' is not a number; expected one in each pixel, or --table where a row is no image (make: TABLE=1)" "label,p0,p1,p2,p3\n1,2,,4,5\n"
no "a.csv:3:3: 'NA' is not a number; expected one in each pixel, or --table where a row is no image (make: TABLE=1)" "label,p0,p1,p2,p3\n1,2,3,4,5\n2,2,NA,4,5\n"
no "a.csv:3:3: '?' is not a number; expected one in each pixel, or --table where a row is no image (make: TABLE=1)" "label,p0,p1,p2,p3\n1,2,3,4,5\n2,2,?,4,5\n"
no "a.csv:3:3: 'NaN' is not a number; expected one in each pixel, or --table where a row is no image (make: TABLE=1)" "label,p0,p1,p2,p3\n1,2,3,4,5\n2,2,NaN,4,5\n"
no "a.csv:3:3: '0xff' is not a number" "label,p0,p1,p2,p3\n1,2,3,4,5\n2,2,0xff,4,5\n"
no "a.csv:3:3: 'inf' is too great; expected numbers from -3.4e38 to 3.4e38" "label,p0,p1,p2,p3\n1,2,3,4,5\n2,2,inf,4,5\n"
no "a.csv:3:3: '-Infinity' is too great; expected numbers from -3.4e38 to 3.4e38" "label,p0,p1,p2,p3\n1,2,3,4,5\n2,2,-Infinity,4,5\n"
no "a.csv:3:3: '1e39' is too great; expected numbers from -3.4e38 to 3.4e38" "label,p0,p1,p2,p3\n1,2,3,4,5\n2,2,1e39,4,5\n"
no "a.csv:3:5: '12px' is not a number" "label,p0,p1,p2,p3\n1,2,3,4,5\n2,2,3,4,12px\n"
no "a.csv:3:5: '50%' is not a number" "label,p0,p1,p2,p3\n1,2,3,4,5\n2,2,3,4,50%%\n"
no "a.csv:3:5: '1,024' is not a number" "label,p0,p1,p2,p3\n1,2,3,4,5\n2,2,3,4,\"1,024\"\n"
no "a.csv:3:5: '1 2' is not a number" "label,p0,p1,p2,p3\n1,2,3,4,5\n2,2,3,4,1 2\n"
no "a.csv:3:5: '1.2.3' is not a number" "label,p0,p1,p2,p3\n1,2,3,4,5\n2,2,3,4,1.2.3\n"
no "a.csv:3:5: '000000000000000000000000000000000000...' is not a number" "label,p0,p1,p2,p3\n1,2,3,4,5\n2,2,3,4,$(printf %070d 1)\n"
no "a.csv:1: 5 pixel columns are no square; give --shape HxWxC (make: SHAPE=), or --table where a row is no image (make: TABLE=1)" "label,p0,p1,p2,p3,p4\n1,2,3,4,5,6\n"
no "a.csv:1: 5 pixel columns are no square; 'sum' (column 6) does not look like the others: --ignore 'sum' leaves it out (make: IGNORE='sum'), or give --shape HxWxC, or --table where a row is no image (make: TABLE=1)" "label,p0,p1,p2,p3,sum\n1,2,3,4,5,6\n"
no "a.csv:3:2: 3 numbers; expected 4, as in the first row" "label,pixels\n1,2 3 4 5\n2,3 4 5\n"
no "a.csv:3:2: 5 numbers; expected 4, as in the first row" "label,pixels\n1,2 3 4 5\n2,3 4 5 6 7\n"
no "a.csv:3:2: 'x' is not a number" "label,pixels\n1,2 3 4 5\n2,3 4 x 6\n"
no "a.csv:3:2: 0 numbers; expected 4, as in the first row" "label,pixels\n1,2 3 4 5\n2,\n"
no "a.csv:1: 5 pixel columns are no square; give --shape HxWxC (make: SHAPE=), or --table where a row is no image (make: TABLE=1)" "label,pixels\n1,1 2 3 4 5\n2,1 2 3 4 5\n"
no "a.csv:3:3: 'Holdout' is no use of a row; expected Training, PublicTest or PrivateTest, or --ignore with the column's name (make: IGNORE=)" "label,pixels,Usage\n1,2 3 4 5,Training\n2,3 4 5 6,Holdout\n"
no "a.csv: none of 2 rows is for training, as column 3, 'Usage', says; expected some, or IGNORE='Usage' (--ignore)" "label,pixels,Usage\n1,2 3 4 5,PublicTest\n2,3 4 5 6,PrivateTest\n"
no "a.csv: label '3' occurs in no row for training; expected each label of a test row there, too" "label,pixels,Usage\n1,2 3 4 5,Training\n2,3 4 5 6,Training\n3,3 4 5 6,PublicTest\n"
no "b.csv:1: holds all numbers of a row in one column, and a.csv does not; expected both or neither" "label,p0,p1,p2,p3\n1,2,3,4,5\n2,2,3,4,5\n" \
    "pixels\n1 2 3 4\n"
no "a.csv:1: 4 pixel columns; expected 9 for 3x3x1" "label,p0,p1,p2,p3\n1,2,3,4,5\n2,2,3,4,5\n" \
    - --shape 3x3
no "a.csv:1: 4 pixel columns; expected 12 for 2x2x3" "label,p0,p1,p2,p3\n1,2,3,4,5\n2,2,3,4,5\n" \
    - --shape 2x2x3
no "a.csv:1: 4 pixel columns; expected 9 for 3x3x1" "label,pixels\n1,2 3 4 5\n2,2 3 4 5\n" \
    - --shape 3x3

# Tables.
no "a.csv: 'name' (column 3: 'n1' in line 2, 80 texts in 80 rows) is neither numbers nor a few texts; expected them to be left out: IGNORE='name' (--ignore)" "label,a,name\n$(lines 80 '@,#,n#')"
no "a.csv: 'name' (column 3: 'n1' in line 2, 80 texts in 80 rows), 'day' (column 4: '2020-01-1' in line 2, 80 texts in 80 rows) are neither numbers nor a few texts; expected them to be left out: IGNORE='name,day' (--ignore)" "label,a,name,day\n$(lines 80 '@,#,n#,2020-01-#')"
no "a.csv:82:2: '12px' is not a number, as 'a' has in 80 of 81 rows; expected a number, or nothing where it is missing, or IGNORE='a' (--ignore)" "label,a,b\n$(lines 80 '@,#,#.5')1,12px,3\n"
no "a.csv:82:2: '1,234' is not a number, as 'a' has in 80 of 81 rows; expected a number, or nothing where it is missing, or IGNORE='a' (--ignore)" "label,a,b\n$(lines 80 '@,#,#.5')1,\"1,234\",3\n"
no "a.csv:3:2: 'inf' is too great; expected numbers from -3.4e38 to 3.4e38" "label,a,b\n1,2,3\n2,inf,4\n"
no "a.csv:3:2: '-1e39' is too great; expected numbers from -3.4e38 to 3.4e38" "label,a,b\n1,2,3\n2,-1e39,4\n"
no "a.csv:3:2: 'x?' is neither a number nor a text of up to 100 printable bytes" "label,a,b\n1,2,3\n2,x\x02,4\n"
no "b.csv:2:2: 'x' is not a number, as all of this column in the training file are" "label,a,b\n1,2,3\n2,3,4\n" \
    "a,b\n1,x\n"
no "b.csv: has no column 'b', which is column 3 of a.csv; expected the same columns in both files" "label,a,b\n1,2,3\n2,3,4\n" \
    "a\n1\n"
no "a.csv: has no column 'c', which is column 3 of b.csv; expected the same columns in both files" "label,a,b\n1,2,3\n2,3,4\n" \
    "a,b,c\n1,2,3\n"
no "a.csv: has no column 'c', which is column 2 of b.csv; expected the same columns in both files" "label,a,b\n1,2,3\n2,3,4\n" \
    "a,c\n1,2\n"
no "b.csv:1: has a header, but a.csv has none; expected both or neither, or --header yes|no (make: HEADER=yes)" "1,2,3\n2,3,4\n" \
    "1,2,3,4\n"
no "b.csv:1: 1 column of values; expected 2, as a.csv has" "1,2,3\n2,3,4\n" \
    "1\n"

# The test file.
no "b.csv:1: lacks a header, but a.csv has one; expected both or neither, or --header yes|no (make: HEADER=yes)" "label,a,b\n1,2,3\n2,3,4\n" \
    "1,2\n3,4\n"
no "b.csv:1: has a header, but a.csv has none; expected both or neither, or --header yes|no (make: HEADER=yes)" "1,2,3\n2,3,4\n" \
    "a,b\n3,4\n"
no "b.csv: has a header, but no rows" "label,a,b\n1,2,3\n2,3,4\n" \
    "a,b\n"
no "b.csv: is empty" "label,a,b\n1,2,3\n2,3,4\n" \
    ''
no "b.csv:3: expected 2 fields, got 1" "label,a,b\n1,2,3\n2,3,4\n" \
    "a,b\n3,4\n3\n"
no "b.csv:2:1: '3' is not among the labels of the training file" "label,a,b\n1,2,3\n2,3,4\n" \
    "label,a,b\n3,4,1\n"
no "b.csv:3:1: '' is an empty label, as in 1 of 2 rows; expected labels in all rows of a test file or in none" "label,a,b\n1,2,3\n2,3,4\n" \
    "label,a,b\n1,4,1\n,4,1\n"
no "b.csv:4:1: id '7' is there already, in line 2" "label,a,b\n1,2,3\n2,3,4\n" \
    "id,a,b\n7,4,1\n8,4,1\n7,5,1\n"
no "b.csv:2:1: '' is an empty id" "label,a,b\n1,2,3\n2,3,4\n" \
    "id,a,b\n,4,1\n8,4,1\n"
no "b.csv:3:1: 'x?' is no id; expected up to 255 printable bytes" "label,a,b\n1,2,3\n2,3,4\n" \
    "id,a,b\n7,4,1\nx\x01,4,1\n"
no "a.csv:3:1: id '7' is there already, in line 2" "id,label,a\n7,1,2\n7,2,3\n"
no "b.csv:3:1: '5' is no row number, so that this nameless column is more than that; expected --id 1 to take it as the ids, or --ignore 1 (make: ID=1, IGNORE=1)" "label,a,b\n1,2,3\n2,3,4\n" \
    ",a,b\n0,4,1\n5,4,1\n"
no "b.csv:1: no column is named 'key', as --id says; expected 'a', 'b' or a number from 1 to 2" "label,a,b\n1,2,3\n2,3,4\n" \
    "a,b\n4,1\n" --id key
no "b.csv:1: no column is named '3', as --id says; expected 'a', 'b' or a number from 1 to 2" "label,a,b\n1,2,3\n2,3,4\n" \
    "a,b\n4,1\n" --id 3
no "a.csv:1: no column is named 'key', as --ignore says; expected 'label', 'a', 'b' or a number from 1 to 3" "label,a,b\n1,2,3\n2,3,4\n" \
    "a,b\n4,1\n" --ignore key
no "a.csv:1: no column is named '9', as --ignore says; expected 'label', 'a', 'b' or a number from 1 to 3" "label,a,b\n1,2,3\n2,3,4\n" \
    "a,b\n4,1\n" --ignore 9
no "a.csv:1: no columns of values; found 3 columns in all, separated by ," "label,a,b\n1,2,3\n2,3,4\n" \
    "a,b\n4,1\n" --ignore a,b
no "b.csv:1: --ignore 2: which column that is can't be told, for a.csv has 4 columns and this file 1; expected names" "1,2,3,4\n2,3,4,5\n" \
    "1\n" --ignore 2

# Forms of the whole file.
no "a.csv:1: no label column among 1 column, parted by tab; expected one named label, class, target, y, digit, letter, emotion, diagnosis, species or category, or one that the test file lacks, or --label NAME (make: LABEL=NAME)" "label,a,b\n1,2,3\n2,3,4\n" \
    - --separator tab
no "a.csv:1: no label column among 1 column, parted by ';'; expected one named label, class, target, y, digit, letter, emotion, diagnosis, species or category, or one that the test file lacks, or --label NAME (make: LABEL=NAME)" "label,a,b\n1,2,3\n2,3,4\n" \
    - --separator ';'
no "a.csv: all labels are '2'; expected at least two different ones" "1,2,3\n2,3,4\n" \
    - --header yes
no "a.csv:1: fields parted by blanks, or by nothing; expected ',', ';', '|' or tab between them" "label a b\n1 2 3\n2 3 4\n"
no "a.csv:1: '{\"label\": [1, 2]}' looks like JSON; expected a CSV file" "{\"label\": [1, 2]}\n"
no "a.csv:1: '<!DOCTYPE html>' looks like a web page, not a CSV file; expected what the page offers for download" "<!DOCTYPE html>\n<html>\n"
no "a.csv:1: 'version https://git-lfs.github.com/s...' looks like a Git LFS pointer, not the file itself; expected the file that \`git lfs pull\` gets" "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\n"
no "a.csv: looks like a Parquet file; expected a CSV file" "PAR1\0\0"
no "a.csv: is damaged: it ends too early" "PK\003\004rubbish"
no "a.csv: is damaged: unknown compression method" "\037\213rubbish"
no "a.csv: looks like an SQLite database; expected a CSV file" "SQLite format 3\0"
no "a.csv: looks like a PDF; expected a CSV file" "%%PDF-1.4\n"

# Options.
misused "--shape: '28' is no shape; expected one like 28x28 or 32x32x3" --shape 28
misused "--shape: '0x2' is no shape; expected one like 28x28 or 32x32x3" --shape 0x2
misused "--table and --shape exclude each other; expected one of them" --shape 2x2 --table
misused "--separator: 'x' is no separator; expected ',', ';', '|' or tab" --separator x
misused "--header: 'maybe', expected found, yes or no" --header maybe
misused "--channels: 'red', expected found, last or first" --channels red
misused "--label and --id name the same column 'a'" --label a --id a
misused "expected one or two files, TRAIN.csv and TEST.csv, got 0" --label
misused "--dataset: 'a/b' is no name; expected up to 100 letters, digits, dots, dashes and underscores" --dataset a/b
misused "--dataset: '.a' is no name; expected up to 100 letters, digits, dots, dashes and underscores" --dataset .a
misused "unknown or ambiguous option '--frob'" --frob
misused "--sample is for a test file; expected TRAIN.csv and TEST.csv" --sample s.csv

# Samples.
sample() { # message, sample, b.csv
    printf "$2" > s.csv
    no "$1" 'label,a,b\n1,2,3\n2,3,4\n' "$3" --sample s.csv
}
sample "s.csv: expected 2 rows, as b.csv has, got 1" 'id,label\n1,0\n' 'a,b\n1,2\n3,4\n'
sample "s.csv: expected 2 rows, as b.csv has, got 3" 'id,label\n1,0\n2,0\n3,0\n' 'a,b\n1,2\n3,4\n'
sample "s.csv:3:1: id 'm' is not in b.csv" 'id,label\nx,0\nm,0\n' 'id,a,b\nx,1,2\ny,3,4\n'
sample "s.csv: lacks id 'x' of b.csv" 'id,label\ny,0\nz,0\n' 'id,a,b\nx,1,2\ny,3,4\n'
sample "s.csv:3:1: id 'x' is there already, in line 2" 'id,label\nx,0\nx,0\n' 'id,a,b\nx,1,2\ny,3,4\n'
sample "s.csv:3:1: '' is an empty id" 'id,label\nx,0\n,0\n' 'a,b\n1,2\n3,4\n'
sample "s.csv: is empty" '' 'a,b\n1,2\n3,4\n'
sample "s.csv: has a header, but no rows" 'id,label\n' 'a,b\n1,2\n3,4\n'
sample "s.csv:3: expected 2 fields, got 1" 'id,label\n1,0\n2\n' 'a,b\n1,2\n3,4\n'

# What is no file.
ingest() { "$BIN/ingest" --db runs.db "$@"; }
rm -f b.csv
wrong 1 "none.csv: No such file or directory" ingest none.csv
wrong 1 "none.csv: No such file or directory" ingest good.csv none.csv
wrong 1 "none.csv: No such file or directory" ingest --sample none.csv good.csv goodtest.csv
mkdir folder
wrong 1 "folder: is a folder; expected a CSV file" ingest folder
if [ "$(id -u)" != 0 ]; then
    cp good.csv closed.csv
    chmod 0 closed.csv
    wrong 1 "closed.csv: Permission denied" ingest closed.csv
    chmod 644 closed.csv
fi
wrong 2 "expected one or two files, TRAIN.csv and TEST.csv, got 0" ingest
wrong 2 "expected one or two files, TRAIN.csv and TEST.csv, got 3" ingest good.csv goodtest.csv good.csv

# A file that is both training and test file can be read, and is most likely a mistake.
expect_exit 0 '^warning  3 of 3 test rows are also in good.csv$' "$BIN/ingest" --db "$T/twice.db" good.csv good.csv

# ------------------------------------------------------------------------------ by way of make
# The same through make's variables: its own words on standard error, the exit code is make's.
unset MAKEFLAGS MFLAGS MAKELEVEL
making() { # message, name=value...
    local message=$1 before
    shift
    before=$(everything)
    make --no-print-directory -C "$ROOT" ingest BUILD="$(dirname "$BIN")" DB="$T/here/runs.db" EXPERIMENT=smoke \
        DATASET=bad TRAIN="$T/here/good.csv" TEST="$T/here/goodtest.csv" "$@" > "$T/out" 2> "$T/err"
    equal "make's code: $message" 2 $?
    sed "s|$T/here/||g; s|^Makefile:[0-9]*: \*\*\* ||; s|^pipeline/front/variables.mk:[0-9]*: \*\*\* ||" "$T/err" > "$T/lines"
    check "make $*: $message
$(cat "$T/lines")" grep -qxF -- "$message" "$T/lines"
    equal "untouched: $message" "$before" "$(everything)"
}
printf '1,2,3\n2,3,4\n' > bare.csv
printf 'id,label\n7,0\n8,0\n' > long.csv
making "make: DATASET=bad: there is no none.csv; expected it there, or TRAIN=file" TRAIN="$T/here/none.csv"
making "ingest: none.csv: No such file or directory" TEST="$T/here/none.csv"
making "ingest: none.csv: No such file or directory" SAMPLE="$T/here/none.csv"
making "ingest: long.csv: expected 1 row, as goodtest.csv has, got 2" SAMPLE="$T/here/long.csv"
making "ingest: goodtest.csv:1: has a header, but bare.csv has none; expected both or neither, or --header yes|no (make: HEADER=yes)" TRAIN="$T/here/bare.csv"
making "ingest: good.csv:1: no column is named 'kind', as --label says; expected 'label', 'a', 'b' or a number from 1 to 3" LABEL=kind
making "ingest: good.csv:1: no column is named '9', as --label says; expected 'label', 'a', 'b' or a number from 1 to 3" LABEL=9
making "ingest: goodtest.csv:1: no column is named 'key', as --id says; expected 'a', 'b' or a number from 1 to 2" ID=key
making "ingest: --label and --id name the same column 'label'" ID=label LABEL=label
making "ingest: good.csv:1: no column is named 'c', as --ignore says; expected 'label', 'a', 'b' or a number from 1 to 3" IGNORE=a,c
making "ingest: good.csv:1: no columns of values; found 3 columns in all, separated by ," IGNORE=a,b
making "ingest: --header: 'perhaps', expected found, yes or no" HEADER=perhaps
making "ingest: --separator: 'x' is no separator; expected ',', ';', '|' or tab" SEPARATOR=x
making "ingest: --shape: '28' is no shape; expected one like 28x28 or 32x32x3" SHAPE=28
making "ingest: good.csv:1: 2 pixel columns; expected 9 for 3x3x1" SHAPE=3x3
making "ingest: --dataset: 'a/b' is no name; expected up to 100 letters, digits, dots, dashes and underscores" DATASET=a/b
making "make: EXPERIMENT=smok: there is no experiments/smok.conf; did you mean smoke?" EXPERIMENT=smok
making "make: TRAIN_ON=some: expected TRAIN_ON=all, or nothing where the experiment says what validates" TRAIN_ON=some
making "TRANSPOSED=: make knows no such variable; did you mean TRANSPOSE?.  Stop." TRANSPOSED=1
making "LABELS=: make knows no such variable; did you mean LABEL?.  Stop." LABELS=a
making "ingest: --table and --shape exclude each other; expected one of them" TABLE=1 SHAPE=2x1
making "ingest: --channels: 'red', expected found, last or first" CHANNELS=red
making "SHAP=: make knows no such variable; did you mean SHAPE?.  Stop." SHAP=2x1
making "SEPERATOR=: make knows no such variable; did you mean SEPARATOR?.  Stop." SEPERATOR=x
making "Q=: is for make ask committee, not for make ingest.  Stop." Q=leaderboard

finish
