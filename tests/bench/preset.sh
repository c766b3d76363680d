#!/bin/bash
# What a preset reaches and costs: trains EXPERIMENT from the CSV files to the submission with each of
# SEEDS, each in a database of its own, and scores the submissions.
#
#   EXPERIMENT=quick SEEDS="1 2 3" BUILD=build bash tests/bench/preset.sh [variables for make]
#
# TRAIN_ON=all and FOLDS=5 are such variables, too. A committee adds the seed to those of its members.
#
# Prints a line a seed, then the mean and standard deviation of the accuracy, its median, and the
# median of the wall time.
set -eu
folder=$BUILD/bench/preset-$EXPERIMENT
all=$folder/all.db
rm -rf "$folder"
mkdir -p "$folder"
sqlite3 "$all" 'CREATE TABLE result (accuracy REAL, wrong INTEGER, seconds REAL)'
for seed in ${SEEDS:-1 2 3}; do
    db=$folder/seed-$seed.db
    began=${EPOCHREALTIME/./}
    make --no-print-directory EXPERIMENT="$EXPERIMENT" SEED="$seed" DB="$db" QUIET=1 "$@" \
        > "$folder/seed-$seed.log" 2>&1 || { tail -n 5 "$folder/seed-$seed.log" >&2; exit 1; }
    seconds=$(((${EPOCHREALTIME/./} - began) / 1000))e-3
    make --no-print-directory score DB="$db" "$@" > "$folder/score.log"
    figures=$(sqlite3 "$db" 'SELECT local_score, local_wrong FROM submission ORDER BY id DESC LIMIT 1')
    sqlite3 "$all" "INSERT INTO result VALUES (${figures/|/, }, $seconds)"
    sqlite3 "$all" "SELECT printf('seed %-4d %.3f %%  %5d wrong  %6.1f s', $seed, 100 * accuracy, wrong, seconds)
        FROM result ORDER BY rowid DESC LIMIT 1"
done
sqlite3 "$all" "
    WITH total AS (SELECT count(*) AS n, avg(accuracy) AS mean FROM result)
    SELECT printf('%s: %.3f ± %.3f %% (mean ± standard deviation of %d seeds), median %.3f %% (%d wrong), %.0f s',
        '$EXPERIMENT', 100 * mean,
        100 * (SELECT sqrt(sum((accuracy - mean) * (accuracy - mean)) / max(n - 1, 1)) FROM result), n,
        (SELECT 100 * accuracy FROM result ORDER BY accuracy LIMIT 1 OFFSET (SELECT count(*) / 2 FROM result)),
        (SELECT wrong FROM result ORDER BY accuracy LIMIT 1 OFFSET (SELECT count(*) / 2 FROM result)),
        (SELECT seconds FROM result ORDER BY seconds LIMIT 1 OFFSET (SELECT count(*) / 2 FROM result)))
    FROM total"
