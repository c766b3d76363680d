#!/bin/bash
# How long the commit of an epoch takes, alone and beside seven other trainings: prints medians.
#   tests/bench/commits.sh [EXPERIMENT...]   default: smoke batchnorm
set -eu
BIN=${BIN:-${BUILD:-build}/bin}
T=$(mktemp -d "${TMPDIR:-/tmp}/pixelmill-bench.XXXXXX")
trap 'rm -rf "$T"' EXIT
DB=$T/runs.db
cc -O2 -shared -fPIC -D_GNU_SOURCE -o "$T/commit_times.so" tests/bench/commit_times.c -ldl
for file in train test; do gzip -dc tests/fixtures/digits/$file.csv.gz > "$T/$file.csv"; done
"$BIN/ingest" --db "$DB" --quiet "$T/train.csv" "$T/test.csv" > "$T/out"

train() { # conf, seed
    LD_PRELOAD=$T/commit_times.so "$BIN/train" --db "$DB" --quiet --threads 1 --seed "$2" \
        --set train.epochs=50 --set early_stopping.monitor=none "$1" 2>&1 > "$T/out" | sed 's/^/    /'
}

for name in "${@:-smoke}"; do
    conf=experiments/$name.conf
    "$BIN/split" --db "$DB" "$conf" > "$T/out"
    echo "$name, alone"
    train "$conf" 1
    echo "$name, eight at once"
    for seed in 11 12 13 14 15 16 17 18; do train "$conf" "$seed" & done
    wait
done
