# What all programs have in common: help, usage errors, a closed standard output, what they are
# linked with.
. tests/lib.sh
digits

for path in "$BIN"/*; do
    program=$(basename "$path")
    expect_exit 0 "^Usage: $program" "$path" --help
    for part in '^Example:$' '^  (.* \| )?build/bin/' '^Options:$' '^Reads: ' '^Writes: '; do
        check "$program --help has $part" grep -qE "$part" "$T/.stdout"
    done
    equal "$program --help fits 79 columns" 0 "$(awk 'length > 79' "$T/.stdout" | grep -cv '^  .*build/bin/')"
    expect_exit 0 "^$program \(Pixelmill\) [0-9.]+" "$path" --version
    refused 2 "^$program: unknown or ambiguous option '--nonsense'" "$path" --nonsense
    # A full disk behind standard output: an error, not silence.
    "$path" --help > /dev/full 2> "$T/.stderr"
    equal "$program: results that can't be written are an error" 1 $?
    check "$program: told in a line" grep -qE "^$program: the results cannot be written to standard output: " "$T/.stderr"
    "$path" --help >&- 2> "$T/.stderr"
    equal "$program: so is a closed one" 1 $?
done

# A program holds what it calls.
for program in mark backup ask scores deal; do
    equal "$program loads no OpenBLAS" '' "$(ldd "$BIN/$program" | grep -i openblas)"
done
check 'train does' sh -c 'ldd "$1" | grep -qi openblas' - "$BIN/train"
equal 'only report draws, so only it knows the charts' report \
    "$(grep -la 'off the diagonal in proportion' "$BIN"/* | xargs -n1 basename | xargs)"

# A changed query of the report makes report anew, and leaves train as it was, bit for bit.
if [ "${BUILD:-build}" = build ]; then
    COPY=$T/checkout
    mkdir "$COPY"
    cp -a "$ROOT"/{Makefile,nn,pipeline,sql,tests,experiments,build} "$COPY"
    sum() { sha256sum "$COPY/build/bin/$1" | cut -c 1-64; }
    built() { env -u MAKEFLAGS -u MAKELEVEL make -s -C "$COPY" build/bin/train build/bin/report > "$T/.out" 2>&1; }
    check 'nothing to build' built
    train=$(sum train) report=$(sum report)
    sed -i '0,/^SELECT$/s//SELECT  /' "$COPY/sql/report.sql"
    check 'a changed query is built' built
    equal 'train is as it was' "$train" "$(sum train)"
    check 'report is not' test "$report" != "$(sum report)"
fi

finish
