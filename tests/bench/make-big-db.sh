#!/bin/sh
# Makes a large database to time the questions on:  tests/bench/make-big-db.sh FILE
#
# 1,000 finished runs of 20 epochs on one dataset of 42,000 training and 28,000 test images; all are
# evaluated, 50 of them have predictions of their 8,400 validation images and of the test images.
# The figures are made up, by arithmetic, so that two calls make the same file. Needs some 450 MB.
set -eu
[ $# = 1 ] || { echo "usage: tests/bench/make-big-db.sh FILE" >&2; exit 2; }
root=$(cd "$(dirname "$0")/../.." && pwd)
rm -f "$1" "$1-wal" "$1-shm"
cat "$root"/sql/schema.sql "$root"/sql/views/*.sql \
    "$root/tests/bench/big-db.sql" | sqlite3 -bail "$1"
