# ingest: how the bytes of a file reach the reader: pipes, compression, archives, encodings, and
# what is no CSV file.
. tests/lib.sh

INGEST="$BIN/ingest --db $DB"
cd "$T" || exit 1

printf 'label,p0,p1,p2,p3\n5,0,1,2,3\n3,4,5,6,255\n5,7,8,9,10\n' > train.csv
printf 'p0,p1,p2,p3\n11,12,13,14\n15,16,17,18\n' > test.csv
printf 'Id,Label\nq,0\nr,0\n' > sample_submission.csv
sed 's/255/254/' train.csv > other.csv
TRAIN_PIXELS='00010203 040506FF 0708090A'
OTHER_PIXELS='00010203 040506FE 0708090A'
TEST_PIXELS='0B0C0D0E 0F101112'

# The pixels of the newest version of dataset $1, part $2.
pixels() {
    sql "SELECT group_concat(x, ' ') FROM (SELECT hex(pixels) AS x FROM image WHERE part = '$2'
         AND dataset = (SELECT max(id) FROM dataset WHERE name = '$1') ORDER BY row)"
}

# The files, with further options before them, are read as dataset $1 and hold the usual images.
NUMBER=0
reads() { # what, arguments of ingest
    local what=$1 name
    shift
    NUMBER=$((NUMBER + 1))
    name=d$NUMBER
    expect_exit 0 "^dataset  $name, version 1\$" $INGEST --dataset "$name" "$@"
    equal "$what: train" "$TRAIN_PIXELS" "$(pixels "$name" train)"
    equal "$what: test" "$TEST_PIXELS" "$(pixels "$name" test)"
}

# A file as the training file is refused with this line after its name.
refuses() { # file, regex
    refused 1 "^ingest: $1$2\$" timeout 60 $INGEST "$1" test.csv
}

# Writes the bytes of a printf format over those at a place of a file.
change() { # file, place, bytes
    printf "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc 2> "$T/.dd"
}
middle() {
    echo $(($(stat -c %s "$1") / 2))
}

# ------------------------------------------------------------------------------ compression
# Rows that do not repeat, so that the middle of a compressed file is the middle of its data.
{
    head -n 1 train.csv
    awk 'BEGIN { srand(7); for (i = 0; i < 4000; i++) printf "%d,%d,%d,%d,%d\n", i % 2,
         256 * rand(), 256 * rand(), 256 * rand(), 256 * rand() }'
} > long.csv
DAMAGED='is damaged: (its (checksum|length) is wrong|it ends too early|its bytes or its checksum are wrong|.*invalid.*)'
while read -r ending pack; do
    $pack < train.csv > "train.csv.$ending"
    $pack < test.csv > "test.csv.$ending"
    reads "$ending" "train.csv.$ending" "test.csv.$ending"
    cp "train.csv.$ending" named.csv
    reads "$ending by its bytes" named.csv test.csv
    equal "$ending: hash of the file on disk" "$(sha256sum < named.csv | cut -c1-64)" \
        "$(sql "SELECT sha256 FROM source_file WHERE part = 'train' ORDER BY id DESC LIMIT 1")"
    { head -c 20 train.csv | $pack; tail -c +21 train.csv | $pack; } > "two.$ending"
    reads "$ending in two parts" "two.$ending" test.csv

    $pack < long.csv > "long.$ending"
    expect_exit 0 '^images   4000 train' $INGEST --dataset "long-$ending" "long.$ending" test.csv
    equal "$ending: the pixels of a long file" \
        "$(sed 1d long.csv | cut -d, -f2- | tr ',' '\n' | xargs printf '%02X' | sha256sum)" \
        "$(pixels "long-$ending" train | tr -d ' \n' | sha256sum)"
    cp "long.$ending" "middle.$ending"
    change "middle.$ending" "$(middle "long.$ending")" '\125\252\125\252'
    refuses "middle.$ending" ": $DAMAGED"
    head -c -1 "long.$ending" > "cut.$ending"
    refuses "cut.$ending" ': is damaged: it ends too early'
    head -c "$(middle "long.$ending")" "long.$ending" > "half.$ending"
    refuses "half.$ending" ': is damaged: it ends too early'
    { cat "long.$ending"; echo "and something else"; } > "more.$ending"
    refuses "more.$ending" ': is damaged: (something else follows its end|.*)'
done << END
gz gzip -c
xz xz -c
bz2 bzip2 -c
zst zstd -c
END

# One pixel changed, and the checksum that of what it was: nothing but that tells it.
gzip -c other.csv | head -c -8 > wrong.csv.gz
gzip -c train.csv | tail -c 8 >> wrong.csv.gz
refuses wrong.csv.gz ': is damaged: its checksum is wrong'
gzip -c train.csv > length.gz
change length.gz $(($(stat -c %s length.gz) - 4)) '\001'
refuses length.gz ': is damaged: its checksum is wrong'
cat two.gz wrong.csv.gz > second.gz
refuses second.gz ': is damaged: its checksum is wrong'
zstd -q --no-check -c train.csv > unchecked.zst
reads 'zstd without a checksum' unchecked.zst test.csv
cat train.csv.gz <(head -c 1000 /dev/zero) > padded.gz
reads 'zeros behind a gzip file' padded.gz test.csv
: | gzip > empty.gz
refuses empty.gz ': is empty'
# What is wrong in a text counts less than that the file is damaged.
sed 's/255/x/' train.csv | gzip -c | head -c -8 > wrong.csv.gz
gzip -c train.csv | tail -c 8 >> wrong.csv.gz
refuses wrong.csv.gz ': is damaged: its checksum is wrong'
sed 's/255/x/' train.csv | gzip -c > bad.csv.gz
refuses bad.csv.gz ":3:5: 'x' is not a number"

# ------------------------------------------------------------------------------ zip
pack() { # archive, arguments of zip: made anew
    rm -f "$1"
    zip -q "$@" || exit 1
}
pack deflated.zip train.csv
pack stored.zip -0 train.csv
pack large.zip -fz train.csv
cat train.csv | pack streamed.zip - && printf '@ -\n@=train.csv\n' | zipnote -w streamed.zip
for zip in deflated stored large streamed; do
    reads "$zip.zip" $zip.zip test.csv
done
LC_ALL=C sed 's/,255/,254/' stored.zip > changed.zip
refuses changed.zip ': is damaged: its checksum is wrong'
pack long.zip long.csv
cp long.zip middle.zip
change middle.zip "$(middle long.zip)" '\125\252\125\252'
refuses middle.zip ": $DAMAGED"
head -c "$(middle long.zip)" long.zip > half.zip
refuses half.zip ': is damaged: .*'
pack secret.zip -P word train.csv
refuses secret.zip ': is encrypted; expected an archive without a password'

# Which file of an archive is meant.
mkdir -p data/__MACOSX __MACOSX
echo x > data/notes.txt
cp train.csv __MACOSX/._train.csv
cp train.csv test.csv data
pack competition.zip train.csv test.csv sample_submission.csv __MACOSX/._train.csv data/notes.txt
for archive in competition.zip competition.tar competition.tgz competition.tar.xz; do
    [ -e $archive ] || tar caf $archive data/notes.txt data sample_submission.csv
    reads "$archive" --sample $archive $archive $archive
    equal "$archive: ids of the sample" 'q r' "$(sql "SELECT group_concat(external_id, ' ') FROM image
        WHERE part = 'test' AND dataset = (SELECT max(id) FROM dataset)")"
done
cp train.csv MNIST_Train.CSV
cp test.csv mnist_test.csv
cp sample_submission.csv gender_submission.csv
pack words.zip MNIST_Train.CSV mnist_test.csv gender_submission.csv
reads 'a word in the name' --sample words.zip words.zip words.zip
cp train.csv train_more.csv
pack exact.zip train_more.csv train.csv test.csv sample_submission.csv
reads 'the very name before a part of it' exact.zip exact.zip
pack alone.zip other.csv data/notes.txt
expect_exit 0 '^images   3 train' $INGEST --dataset alone alone.zip test.csv
equal 'the only .csv file' "$OTHER_PIXELS" "$(pixels alone train)"
for i in 1 2 3 4 5 6; do cp train.csv part$i.csv; done
pack parts.zip part?.csv
refuses parts.zip ': which of its 6 .csv files is the training file, their names do not tell: part1.csv, part2.csv, part3.csv, part4.csv, part5.csv, \.\.\.; unpack it, or name one of them as FILE.zip:part1.csv'
refused 1 '^ingest: parts.zip: which of its 6 .csv files is the test file, ' $INGEST train.csv parts.zip
pack none.zip data/notes.txt
refuses none.zip ': holds no .csv file, but data/notes.txt'

# What was taken is told.
mv competition.zip data
run $INGEST --dataset told --sample data/competition.zip data/competition.zip data/competition.zip:test.csv
equal 'what was taken of an archive' 'competition.zip:train.csv competition.zip:test.csv competition.zip:sample_submission.csv' \
    "$(sed -n 's/: header.*//p' .stdout | xargs)"
mv data/competition.zip .

# A file of an archive by its name; another one is another dataset.
pack several.zip other.csv train.csv data/test.csv data/notes.txt
reads 'a file by its name' several.zip:train.csv several.zip:data/test.csv
reads 'in any folder' several.zip:train.csv several.zip:test.csv
expect_exit 0 '^dataset  d1, version 2$' $INGEST --dataset d1 several.zip:train.csv test.csv
expect_exit 0 'nothing to do$' $INGEST --dataset d1 several.zip:train.csv test.csv
expect_exit 0 '^dataset  d1, version 3$' $INGEST --dataset d1 several.zip:other.csv test.csv
equal 'the other file' "$OTHER_PIXELS" "$(pixels d1 train)"
refuses several.zip:none.csv ': the archive has no such file, but other.csv, train.csv, data/test.csv, data/notes.txt'
refuses train.csv:train.csv ': no file of that name; what stands before the colon is no archive'
refuses none.zip:x:train.csv ': No such file or directory'
cp train.csv with:colon.csv
reads 'a colon in a name' with:colon.csv test.csv

# ------------------------------------------------------------------------------ pipes
reads 'standard input' - test.csv < train.csv
reads 'a pipe' - test.csv < <(cat train.csv)
for file in train.csv train.csv.gz train.csv.xz competition.zip competition.tgz; do
    mkfifo pipe
    cat $file > pipe &
    reads "$file through a named pipe" pipe test.csv
    rm pipe
    reads "$file as <(...)" <(cat $file) test.csv
    reads "$file as /dev/stdin" /dev/stdin test.csv < <(cat $file)
    reads "$file as /dev/stdin, a file" /dev/stdin test.csv < $file
    expect_exit 0 'nothing to do$' $INGEST --dataset d$NUMBER <(cat $file) <(cat test.csv)
done
equal 'the hash of what came through a pipe' "$(sha256sum < competition.tgz | cut -c1-64)" \
    "$(sql "SELECT sha256 FROM source_file WHERE part = 'train' ORDER BY id DESC LIMIT 1")"
refused 1 '^ingest: -: is empty; only one file can come from standard input$' \
    $INGEST - - < <(cat train.csv)
sed 's/255/x/' train.csv > bad.csv
refused 1 "^ingest: -:3:5: 'x' is not a number\$" $INGEST - test.csv < <(cat bad.csv)
equal 'nothing is left of what was kept' '' "$(ls -A | grep pixelmill)"
TMPDIR=$T/none refused 1 "^ingest: -: cannot be kept in $T/none: No such file or directory; expected" \
    $INGEST - test.csv < <(cat train.csv)
(
    trap '' XFSZ # a write past the limit fails, as on a full disk
    ulimit -f 8
    "$BIN/ingest" --db none.db - test.csv < <(cat long.csv) > .stdout 2> .stderr
)
equal 'a full disk' \
    'ingest: -: cannot be kept: File too large; expected room for it in TMPDIR, or TMPDIR elsewhere' \
    "$(cat .stderr)"

# ------------------------------------------------------------------------------ encodings
utf16() { # LE or BE, file: with its mark
    [ "$1" = LE ] && printf '\377\376' || printf '\376\377'
    iconv -f UTF-8 -t "UTF-16$1" "$2"
}
printf 'label,p0,p1,p2,p3\n\xc3\xa9,0,1,2,3\n\xf0\x9f\x98\x80,4,5,6,255\n\xe2\x82\xac,7,8,9,10\n' > accents.csv
for order in LE BE; do
    utf16 $order accents.csv > a.csv
    utf16 $order test.csv > b.csv
    reads "UTF-16$order" a.csv b.csv
    equal "UTF-16$order: labels" 'c3a9 e282ac f09f9880' "$(sql "SELECT group_concat(x, ' ') FROM
        (SELECT lower(hex(label)) AS x FROM class WHERE dataset = (SELECT max(id) FROM dataset)
         ORDER BY x)")"
    equal "UTF-16$order: the hash is that of the file" "$(sha256sum < a.csv | cut -c1-64)" \
        "$(sql "SELECT sha256 FROM source_file WHERE part = 'train' ORDER BY id DESC LIMIT 1")"
    utf16 $order long.csv | gzip > long16.gz
    expect_exit 0 '^images   4000 train' $INGEST --dataset long16-$order long16.gz test.csv
    check "UTF-16$order: many blocks" test "$(pixels long-gz train)" = "$(pixels long16-$order train)"
done
{ utf16 LE train.csv; printf 'x'; } > odd.csv
refuses odd.csv ':5: ends with half a character; its UTF-16 has an odd number of bytes'
{ utf16 LE train.csv; printf '\x3d\xd8x\x00'; } > high.csv
refuses high.csv ':5: half of a surrogate pair stands alone in this UTF-16 text'
{ utf16 BE train.csv; printf '\xde\x00\x00x'; } > low.csv
refuses low.csv ':5: half of a surrogate pair stands alone in this UTF-16 text'
{ utf16 LE train.csv; printf '\x3d\xd8'; } > last.csv
refuses last.csv ':5: half of a surrogate pair stands alone in this UTF-16 text'
{ printf '\377\376\0\0'; iconv -f UTF-8 -t UTF-32LE train.csv; } > wide.csv
refuses wide.csv ': is text in UTF-32; expected UTF-8 or UTF-16'
iconv -f UTF-8 -t UTF-16LE train.csv > unmarked.csv
refuses unmarked.csv ":1: '.*' looks like no text, but another program's bytes; expected a CSV file"
{ cat long.csv; printf '1,2,\0003,4,5\n'; } > zero.csv
refuses zero.csv ':4002:3: a zero byte; expected text'

# Labels and ids that are no clean text.
while read -r what bytes; do
    printf "label,p0,p1,p2,p3\n5,0,1,2,3\na${bytes}b,4,5,6,255\n" > dirty.csv
    refuses dirty.csv ":3:1: 'a.*b' is no label; expected .*"
    printf "id,p0,p1,p2,p3\na${bytes}b,4,5,6,255\n" > dirty.csv
    refused 1 "^ingest: dirty.csv:2:1: 'a.*b' is no id; expected " $INGEST train.csv dirty.csv
done << 'END'
Latin-1 \xe9
C0 \x01
escape \x1b
DEL \x7f
C1 \xc2\x9b
override \xe2\x80\xae
isolate \xe2\x81\xa6
overlong \xc0\xaf
surrogate \xed\xa0\x80
too-large \xf4\x90\x80\x80
END
printf 'label,p0,p1,p2,p3\n\xe2\x80\xaf,0,1,2,3\n\xf4\x8f\xbf\xbf,4,5,6,255\n\xc2\xa0,7,8,9,10\n' > edge.csv
reads 'neighbours of what is refused' edge.csv test.csv

# ------------------------------------------------------------------------------ without an end
# In little memory: a build with AddressSanitizer takes terabytes of addresses, so it has no limit.
LIMIT=400000
(ulimit -v $LIMIT; $BIN/ingest --help > .stdout 2>&1) || LIMIT=unlimited
endless() { # regex, command that writes, file
    (
        ulimit -v $LIMIT
        timeout 60 $INGEST "${3-/dev/stdin}" test.csv < <(eval "$2" 2> .ignored) > .stdout 2> .stderr
    )
    check "endless: $2" grep -qE "^ingest: ${3-/dev/stdin}$1\$" .stderr
}
LONG='the field is longer than 65536 bytes; expected a CSV file'
endless ":1: '.*' looks like no text, but another program's bytes; expected a CSV file" true /dev/zero
endless ":1:1: $LONG" "tr '\\0' x < /dev/zero"
endless ":1:1: $LONG" "tr '\\0' x < /dev/zero | gzip -1"
endless ":1:1: $LONG" "head -c 300000000 /dev/zero | tr '\\0' x | zstd -q -c"
endless ":2:1: $LONG" "head -n 1 train.csv; printf '\"'; yes '1,2' "
endless ":3:4: $LONG" "head -n 2 train.csv; printf '3,1,2,'; yes 1 | tr -d '\\n'"
endless ":2:2: a quotation mark is out of place" "head -n 1 train.csv; printf '1,2\"'; yes 1"
endless ":2:16778241: the line has too many fields; .*" "head -n 1 train.csv; yes 1, | tr -d '\\n'"
LIMIT=${LIMIT/400000/1200000} # the names of all columns that there may be
endless ":1: the line has too many fields; .*" "yes 1, | tr -d '\\n'"
# A field in a column that is left out, within a block as across two.
for size in 65536 65537; do
    { echo label,x,p0,p1,p2,p3; printf '5,'; head -c $size /dev/zero | tr '\0' x; echo ,0,1,2,3
      echo 3,y,4,5,6,255; echo 5,y,7,8,9,10; } > wide$size.csv
    sed '2s/x,0/x",0/; 2s/5,x/5,"x/' wide$size.csv > quoted$size.csv
done
reads 'the longest field' --ignore x wide65536.csv test.csv
reads 'the longest field in quotes' --ignore x quoted65536.csv test.csv
for file in wide quoted; do
    refused 1 "^ingest: ${file}65537.csv:2:2: $LONG\$" $INGEST --ignore x ${file}65537.csv test.csv
done

# ------------------------------------------------------------------------------ other programs' files
while read -r bytes what; do
    printf "$bytes and more of it" > foreign
    refuses foreign ": looks like $what; expected a CSV file"
done << 'END'
PAR1 a Parquet file
\x89HDF\r\n\x1a\n an HDF5 file
\x93NUMPY an array of NumPy \(.npy\)
SQLite\040format\0403\0 an SQLite database
%%PDF-1.4 a PDF
\x89PNG\r\n\x1a\n an image \(PNG\)
\xff\xd8\xff\xe0 an image \(JPEG\)
GIF89a an image \(GIF\)
\x80\x04\x95 a pickled file of Python
\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old Excel workbook \(.xls\)
7z\xbc\xaf\x27\x1c a 7-Zip archive
END
gzip -c train.csv.gz > twice.gz
refuses twice.gz ': looks like a compressed file within a compressed file; expected a CSV file'
printf '{\n  "label": [1, 2]\n}\n' > data.json
refuses data.json ":1: '\\{' looks like JSON; expected a CSV file"
printf 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\n' > pointer.csv
refuses pointer.csv ":1: '.*' looks like a Git LFS pointer, .*"
printf '<!DOCTYPE html>\n' | gzip > page.csv.gz
refuses page.csv.gz ":1: '<!DOCTYPE html>' looks like a web page, .*"
mkdir xl
echo x > '[Content_Types].xml'
echo x > xl/workbook.xml
pack book.xlsx '[Content_Types].xml' xl/workbook.xml
refuses book.xlsx ': is an Excel workbook; save it as CSV'

finish
