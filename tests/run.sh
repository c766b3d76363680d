#!/bin/bash
# Runs the tests and adds up their counts: run.sh [--unit] UNIT-TEST-PROGRAM...
# EMULATOR=qemu-aarch64 runs the unit tests with that program.
# The last line is `N passed, N failed`; the exit status is 0 only where something ran and none failed.
set -u
export BUILD=${BUILD:-build}
unit_only=
[ "${1-}" = --unit ] && { unit_only=1; shift; }
passed=0
failed=0
log=$BUILD/tests/log
mkdir -p "$BUILD/tests"

add() { # name, status of the program, passed, failed
    passed=$((passed + $3))
    failed=$((failed + $4))
    if [ "$2" != 0 ] && [ "$4" = 0 ]; then
        echo "$1: ended with status $2" >&2
        failed=$((failed + 1))
    fi
    if [ "$2" != 0 ] || [ "$4" != 0 ]; then
        cat "$log" >&2
    fi
    if [ "$3" = 0 ] && [ "$4" = 0 ]; then
        echo "$1: ran no test" >&2
        failed=$((failed + 1))
    fi
    printf '%-28s %4d passed, %d failed\n' "$1" "$3" "$4"
}

for program in "$@"; do
    ${EMULATOR-} "$program" > "$log" 2>&1
    status=$?
    good=$(sed -n 's/^\[  PASSED  \] \([0-9]*\) test.*/\1/p' "$log" | tail -n 1)
    bad=$(sed -n 's/^\[  FAILED  \] .*, \([0-9]*\) test(s).*/\1/p' "$log" | tail -n 1)
    add "$(basename "$program")" "$status" "${good:-0}" "${bad:-0}"
done

if [ -z "$unit_only" ]; then
    for script in tests/layers.sh tests/pipeline/*/*.sh tests/front/*.sh; do
        name=$(basename "$script" .sh)
        bash "$script" > "$log" 2>&1
        status=$?
        counts=$(grep -E '^[a-z_-]+: [0-9]+ passed, [0-9]+ failed$' "$log" | tail -n 1)
        good=$(echo "$counts" | sed 's/.*: \([0-9]*\) passed.*/\1/')
        bad=$(echo "$counts" | sed 's/.*, \([0-9]*\) failed.*/\1/')
        add "$name" "$status" "${good:-0}" "${bad:-0}"
    done
fi

echo
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
