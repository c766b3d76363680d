# Numbers in a database are not trusted: whatever stands in a column, no program crashes; each ends
# well, or with one line and exit status 1. NUMBERS=all tries all columns and more values, which takes
# half an hour.
. tests/lib.sh
export NN_ISA=plain OMP_NUM_THREADS=1

cat > "$T/tiny.conf" << 'END'
[model]
layers =
    maxpool 4
    dense classes
[train]
epochs = 2
batch = 64
[augment]
rotation = 5
END
for part in train test; do
    gzip -dc "$FIXTURE/digits/$part.csv.gz" | head -n 121 > "$T/$part.csv"
done
"$BIN/ingest" --db "$DB" "$T/train.csv" "$T/test.csv" > "$T/out" || exit 1
"$BIN/split" --db "$DB" "$T/tiny.conf" > "$T/out" || exit 1
"$BIN/split" --db "$DB" --folds 2 "$T/tiny.conf" > "$T/out" || exit 1
for options in '--seed 1' '--seed 2' '--folds 2'; do
    "$BIN/train" --db "$DB" --quiet --threads 1 $options "$T/tiny.conf" > "$T/out" || exit 1
    "$BIN/evaluate" --db "$DB" --quiet $options "$T/tiny.conf" > "$T/out" || exit 1
done
"$BIN/committee" --db "$DB" --runs '1 2' --quiet > "$T/out" || exit 1
"$BIN/evaluate" --db "$DB" --quiet > "$T/out" || exit 1
"$BIN/submit" --db "$DB" --quiet --run 1 --output "$T/s.csv" > "$T/out" || exit 1
sql "UPDATE submission SET public_score = 0.5; PRAGMA wal_checkpoint(TRUNCATE)" > "$T/out"
committee=$(sql "SELECT id FROM run WHERE kind = 'committee'")
folds=$(sql "SELECT id FROM run WHERE kind = 'folds'")

# A gnuplot that draws nothing: what is wrong with the data shows before it is called.
mkdir "$T/bin"
printf '#!/bin/sh\ncat > /dev/null\nexit 1\n' > "$T/bin/gnuplot"
chmod +x "$T/bin/gnuplot"
export PATH=$T/bin:$PATH

# One a line: a program on the database x.db.
programs() {
    cat << END
ask runs
ask leaderboard
ask always_wrong
ask confusion run=1
ask compare a=1 b=2
show --run 1
show --run $folds
show --image train:5 --run 1
show --image test:5
watch --once
watch --run 1
evaluate --run 1 --quiet
evaluate --run $folds --quiet
evaluate --run $committee --quiet
committee --runs 1,2 --set committee.weights=hill-climbing
preview $T/tiny.conf --quiet --out $T/p.svg
preview $T/tiny.conf --quiet --out $T/p.svg --image train:5
split $T/tiny.conf
split $T/tiny.conf --set split.seed=7
split $T/tiny.conf --set split.folds=3 --set split.method=stratified-kfold
train $T/tiny.conf --quiet --threads 1
train $T/tiny.conf --quiet --threads 1 --seed 3
train --run 1 --verify --threads 1
report --run 1 --quiet --out $T/reports
report --run $folds --quiet --out $T/reports
report --compare 1 2 --quiet --out $T/reports
submit --run 1 --quiet --output $T/n.csv
score --answers $T/s.csv --run 1
export --quiet --replace $T/m.db
backup --quiet $T/b.db
mark --run 1 --tag x --quiet
END
}

# All programs on the changed database, each on a fresh copy.
try() {
    local line status said
    while read -r line; do
        set -- $line
        cp "$T/changed.db" "$T/x.db"
        rm -rf "$T"/x.db-* "$T"/[nb].* "$T/p.svg" "$T/reports"
        timeout 60 "$BIN/$1" --db "$T/x.db" "${@:2}" > "$T/said.out" 2> "$T/said" < /dev/null
        status=$?
        said=$(grep -vcE ': (warning|note): ' "$T/said")
        case $line in *--verify*) [ $said != 0 ] || ! grep -q ': weights differ' "$T/said.out" || said=1 ;; esac
        if [ $status -gt 1 ] || { [ $status = 1 ] && [ "$said" != 1 ]; }; then
            fail "$mutation: $line" "exit $status and $said lines:
$(head -n 30 "$T/said")"
        else
            pass
        fi
    done < <(programs)
}

# What is used as an index or a size, and what decides whose rows are read.
values='-1 30000'
only="m.name || '.' || c.name IN ('dataset.height', 'dataset.channels', 'class.dataset', 'class.class', 'image.class',
      'split_image.fold', 'split.folds', 'run.dataset', 'run.fold', 'member.weight', 'prediction.class', 'layer.height')"
[ "${NUMBERS-}" != all ] || values='-1 0 30000 2147483648 4611686018427387904' only=1
mutation='as it was'
cp "$DB" "$T/changed.db"
try
while IFS='|' read -r table column; do
    for value in $values; do
        mutation="$table.$column = $value"
        cp "$DB" "$T/changed.db"
        sqlite3 "$T/changed.db" "PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF;
            UPDATE OR IGNORE $table SET $column = $value WHERE $column IS NOT NULL OR '$column' IN ('class', 'fold')" > "$T/out" 2>&1
        try
    done
done < <(sql "SELECT m.name, c.name FROM sqlite_schema AS m, pragma_table_info(m.name) AS c
              WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND c.type IN ('INTEGER', 'REAL')
                AND m.name NOT IN ('file', 'stage', 'definition')
                AND (${ONLY:-$only})")
finish
