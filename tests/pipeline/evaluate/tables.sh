# Tables in split, train, evaluate, committee, sweep, watch and show: rows in every word, datasets
# without a test file, with a labelled one, with many classes, and the smallest ones.
. tests/lib.sh
unset COLUMNS WIDE

printf '[model]\nlayers =\n    dense 16\n    relu\n    dense classes\n[train]\nbatch = 32\nepochs = 3\n' > "$T/net.conf"
stage() { local name=$1; shift; "$BIN/$name" --db "$DB" --dataset "${SET:-plain}" "$@"; }
judged() { # arguments of split, train and evaluate
    stage split "$@" > "$T/said" 2>&1 && stage train "$@" >> "$T/said" 2>&1 && stage evaluate "$@" >> "$T/said" 2>&1
}
no_images() { # what
    equal "$1 speaks of rows" '' "$(grep -iE 'imag|img|pixel' "$T/said")"
}
# Two columns of numbers, one of texts, ten rows of each of two classes.
awk 'BEGIN { print "length,colour,weight,class"
             for (i = 1; i <= 10; i++) {
                 print i "," (i % 2 ? "red" : "dark blue") "," (i == 3 ? "" : i / 4) ",small"
                 print i + 20 "," (i == 5 ? "" : "red") "," i + 7 ",large" } }' > "$T/plain.csv"

# No test file.
expect_exit 0 '' "$BIN/ingest" --db "$DB" --dataset plain "$T/plain.csv"
check 'split, train and evaluate' judged "$T/net.conf"
no_images 'a training'
check 'progress in rows' grep -qE '^epoch  1/3 .* rows/s ' "$T/said"
check 'how many' grep -q '(16 rows, 4 for validation)' "$T/said"
check 'confidence in rows' grep -qE '^mean confidence when (right|wrong): .* rows?\)$' "$T/said"
check 'no test rows, and that is said' grep -qx 'test: no rows in this dataset' "$T/said"
equal 'and nothing is stored of them' validation "$(sql 'SELECT part FROM evaluation')"
equal 'it is complete' 'run 1 is evaluated: nothing to do' "$(stage evaluate --run 1 | head -n 1)"
stage evaluate --again --run 1 > "$T/said" 2>&1
equal 'one row' 1 "$(sql "SELECT count(*) FROM evaluation WHERE part = 'validation' AND images = 4")"

# All rows train, none tests: there is nothing to judge.
check 'all rows train' judged --all "$T/net.conf"
no_images 'a training on all'
check 'to training' grep -q ': all rows to training$' "$T/said"
check 'no validation rows' grep -qx 'validation: no rows; the run was trained on all of them' "$T/said"
check 'nothing is stored' test -z "$(sql 'SELECT * FROM evaluation WHERE run = 2')"

# A committee is evaluated when it is, not before.
check 'another seed' judged --seed 7 --set split.seed=42 "$T/net.conf"
stage committee --runs '1 3' > "$T/said" 2>&1
check 'judged by rows' grep -qx 'run 4: a committee of 2 on plain, judged by 4 rows' "$T/said"
no_images 'a committee'
expect_exit 0 '^validation: loss .* wrong of 4\)$' stage evaluate --run 4
equal 'its predictions' 4 "$(sql 'SELECT count(*) FROM prediction WHERE run = 4')"
equal 'then it is complete' 'run 4 is evaluated: nothing to do' "$(stage evaluate --run 4 | head -n 1)"

# Folds and a sweep.
sed '$a [split]\nmethod = stratified-kfold\nfolds = 2' "$T/net.conf" > "$T/folds.conf"
check 'folds' judged "$T/folds.conf"
no_images 'folds'
check 'each row once' grep -q ' wrong of 20)' "$T/said"
printf '[sweep]\nbase = net\nseeds = 1\n[vary]\ntrain.learning_rate = 0.01 0.1\n' > "$T/a.sweep"
stage sweep --threads 1 "$T/a.sweep" > "$T/said" 2>&1
check 'a sweep' grep -q '2 of 2 trials done' "$T/said"
no_images 'a sweep'
"$BIN/watch" --db "$DB" --once --run 1 > "$T/said" 2>&1
check 'watched in rows' grep -q ' rows/s ' "$T/said"

# A row in the terminal: its columns with their values.
stage show --image train:5 --run 1 > "$T/said" 2>&1
equal 'a gap, and the text of a column of texts' 'row 5 (plain, train row 5): small
  length = 3
  colour = red
  weight = (gap)' "$(head -n 4 "$T/said")"
no_images show
check 'then the classes' grep -qE '^ +[0-9.]+ %  small' "$T/said"
equal 'a gap among texts' '  colour = (gap)' "$(stage show --image train:10 --run 1 | sed -n 3p)"
equal 'the other text' '  colour = dark blue' "$(stage show --image train:3 --run 1 | sed -n 3p)"
stage preview "$T/net.conf" --set augment.shift=1 --out "$T/p.svg" > "$T/said" 2>&1
check 'no preview' grep -qx 'preview: dataset plain: is a table; expected images' "$T/said"

# Labels of a test file score, and decide nothing: the weights are the same without them, also
# where the test rows train with what a teacher says of them.
awk -F, 'NR == 1 || NR % 3 == 0' "$T/plain.csv" > "$T/labelled.csv"
cut -d , -f 1-3 "$T/labelled.csv" > "$T/bare.csv"
for SET in labelled bare; do
    "$BIN/ingest" --db "$DB" --dataset $SET "$T/plain.csv" "$T/$SET.csv" > /dev/null
    check "a run on $SET" judged "$T/net.conf"
    no_images $SET
    cp "$T/said" "$T/$SET.said"
    teacher=$(sql "SELECT max(run.id) FROM run JOIN dataset ON dataset.id = run.dataset WHERE name = '$SET'")
    printf '[teacher]\nrun = %d\nshare = 0\ntest = yes\nconfidence = 0\n' "$teacher" | cat "$T/net.conf" - > "$T/pupil.conf"
    check "a pupil on $SET" judged "$T/pupil.conf"
done
check 'accuracy on the test' grep -qE '^test: loss [0-9.]+, accuracy [0-9.]+ % ± [0-9.]+ \([0-9]+ wrong of 7\)$' "$T/labelled.said"
check 'and none without labels' grep -qx 'test: 7 rows predicted; they have no labels to be judged by' "$T/bare.said"
weights() { sql "SELECT checkpoint.sha256 FROM checkpoint JOIN run ON run.id = checkpoint.run
                 JOIN dataset ON dataset.id = run.dataset
                 WHERE name = '$1' AND experiment = '$2' AND checkpoint.kind = 'best'"; }
for name in net pupil; do
    equal "$name: the same weights" "$(weights bare $name)" "$(weights labelled $name)"
    check "$name has weights" test -n "$(weights bare $name)"
done
check 'which the test rows have changed' test "$(weights bare net)" != "$(weights bare pupil)"
unset SET

# Many classes with long labels; and the smallest sets: two rows of validation, a batch that is larger
# than the set, one column, a constant one, one of gaps.
awk 'BEGIN { print "a,b,class"; long = sprintf("%093d", 0)
             for (c = 0; c < 1024; c++) for (i = 0; i < 5; i++) print c % 32 + i / 9 "," c / 32 "," long "c" c }' > "$T/classes.csv"
awk 'BEGIN { print "a,class"; for (i = 1; i <= 10; i++) print i "," (i > 5) }' > "$T/one.csv"
awk 'BEGIN { print "a,k,class"; for (i = 1; i <= 10; i++) print i ",7," (i > 5) }' > "$T/constant.csv"
awk 'BEGIN { print "a,k,class"; for (i = 1; i <= 10; i++) print i ",NA," (i > 5) }' > "$T/gaps.csv"
for SET in classes one constant gaps; do
    "$BIN/ingest" --db "$DB" --dataset $SET "$T/$SET.csv" > /dev/null
    check "$SET" judged "$T/net.conf"
    no_images "$SET"
done
equal 'all are evaluated' '1024 2 2 2' "$(sql "
    SELECT group_concat(images, ' ') FROM (
        SELECT evaluation.images FROM evaluation JOIN run ON run.id = evaluation.run JOIN dataset ON dataset.id = run.dataset
        WHERE name IN ('classes', 'one', 'constant', 'gaps') ORDER BY run.id)")"
finish
