#!/bin/bash
# committee: known answers worked by hand, what it chooses, what it warns of and refuses, and the way
# from its members to a submission.
. tests/lib.sh

ROOT=$PWD
committee() { "$BIN/committee" --db "$DB" "$@"; }
evaluate() { "$BIN/evaluate" --db "$DB" --quiet --again "$@"; }
near() { # what, expected, found
    equal "$1" "$2" "$(awk -v x="$3" -v y="$2" 'BEGIN { print (x - y < 2e-5 && y - x < 2e-5) ? y : x }')"
}
# A database of images of one pixel, six to train and three to test, and a run a call of `says`.
empty() {
    rm -f "$DB"*
    cat sql/schema.sql sql/views/*.sql | sqlite3 "$DB"
    sql "INSERT INTO dataset (id, name, version, height, width, channels, hash, created_at) VALUES (1, 'dots', 1, 1, 1, 1, printf('%064d', 1), '2026-01-01T00:00:00.000Z');
         INSERT INTO class VALUES (1, 0, 'no'), (1, 1, 'yes');
         INSERT INTO image VALUES
            (1, 1, 'train', 1, NULL, 0, x'00'), (2, 1, 'train', 2, NULL, 1, x'00'),
            (3, 1, 'train', 3, NULL, 1, x'00'), (4, 1, 'train', 4, NULL, 0, x'00'),
            (5, 1, 'train', 5, NULL, 1, x'00'), (6, 1, 'train', 6, NULL, 0, x'00'),
            (7, 1, 'test', 1, NULL, NULL, x'00'), (8, 1, 'test', 2, NULL, NULL, x'00'),
            (9, 1, 'test', 3, NULL, NULL, x'00');
         INSERT INTO split VALUES (1, 1, 'stratified', 42, 0.5, NULL, '2026-01-01T00:00:00.000Z'),
                                  (2, 1, 'stratified', 43, 0.5, NULL, '2026-01-01T00:00:00.000Z');
         INSERT INTO split_image SELECT 1, id, iif(id <= 3, 'validation', 'train'), NULL FROM image
         WHERE part = 'train';"
}
# A finished, evaluated training that says so: image:p(class 0), and TESTS of the test images.
says() { # run, image:p...
    local run=$1 pair
    shift
    sql "INSERT INTO run (id, kind, experiment, dataset, split, seed, conf, input_hash, status, started_at,
            ended_at, host, program, program_hash, compiler, cpu, isa, blas, threads, parameters,
            trainable, epochs, best_epoch)
         VALUES ($run, 'training', 'net', 1, ${SPLIT:-1}, $run, '[model]
layers =
    dense 2
', printf('%064d', $run), 'finished', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:09.000Z', 'h', '0.1.0',
            printf('%064d', 0), 'cc', 'cpu', 'plain', 'blas', 1, 4, 4, 1, 1);
         INSERT INTO checkpoint VALUES ($run, 'last', 1, printf('%064d', $run), x'00', NULL)"
    for pair in "$@" ${TESTS-7:0.8 8:0.3 9:0.5}; do
        sql "INSERT INTO prediction VALUES ($run, ${pair%:*}, ${pair#*:} < 0.5,
                max(${pair#*:}, 1 - ${pair#*:}), json_array(${pair#*:}, 1 - ${pair#*:}))"
    done
    sql "INSERT INTO evaluation SELECT $run, iif(part = 'test', 'test', 'validation'), count(*),
            iif(part = 'test', NULL, 0.5), sum(prediction.class = image.class), 1, '2026-01-01T00:00:00.000Z'
         FROM prediction JOIN image ON image.id = image WHERE run = $run GROUP BY part"
}
said() { sql "SELECT json_extract(probabilities, '\$[0]') FROM prediction WHERE run = $1 AND image = $2"; }
loss() { sql "SELECT loss FROM evaluation WHERE run = $1 AND part = 'validation'"; }
weights() { sql "SELECT group_concat(run || ':' || round(weight, 4), ' ') FROM member WHERE committee = $1"; }

# --- two members, three images
empty
says 1 1:0.9 2:0.6 3:0.2
says 2 1:0.5 2:0.1 3:0.4
expect_exit 0 '^run 3: a committee of 2 on dots, judged by 3 images$' committee --runs '2, 1'
equal 'no warning' '' "$(cat "$T/.stderr")"
cp "$T/.stdout" "$T/table"
# Run 1 takes image 2 for class 0; run 2 is right about all, its tie goes to the first class.
equal 'the table' 'member experiment seed accuracy loss weight|1 net 1 66.67 % 0.4149 0.5000|2 net 2 100.00 % 0.4364 0.5000' \
    "$(head -n 3 "$T/table" | tr -s ' ' | sed 's/^ //' | paste -sd '|')"
check 'the gain over the best' grep -q \
    '^committee: loss 0.3814, accuracy 100.00 % (0 wrong of 3), 0.00 points above its best member, run 2$' "$T/table"
evaluate --run 3 > /dev/null
near 'mean: (0.9 + 0.5) / 2' 0.7 "$(said 3 1)"
near 'mean: (0.6 + 0.1) / 2' 0.35 "$(said 3 2)"
near 'mean: (0.2 + 0.4) / 2' 0.3 "$(said 3 3)"
near 'loss: -(ln 0.7 + ln 0.65 + ln 0.7) / 3' 0.381378 "$(loss 3)"
equal 'test images are predicted, too: yes is what 0.3 says' '7:0 8:1 9:0' \
    "$(sql 'SELECT group_concat(image || ":" || class, " ") FROM prediction WHERE run = 3 AND image > 6')"
equal 'the run' 'committee|committee|1|1||42|finished|8|0|' \
    "$(sql 'SELECT kind, experiment, dataset, split, fold, seed, status, parameters, epochs, message FROM run WHERE id = 3')"
equal 'its members' '1:0.5 2:0.5' "$(weights 3)"
equal 'its settings and no other' 'committee.blend committee.members committee.temperature committee.weights' \
    "$(sql "SELECT group_concat(name, ' ') FROM hyperparameter WHERE run = 3")"
equal 'the log' 'committee|committee of 2, judged by 3 images
evaluate|validation 3 of 3 right, test 3 predicted, 2 members' \
    "$(sql 'SELECT stage, result FROM stage WHERE run = 3 ORDER BY id')"
before=$(database_hash)
expect_exit 0 '^run 3 is just this committee: nothing to do$' committee --runs '1 2'
run committee --runs '2, 1' --if-needed
equal 'if needed: it is not' '3 ' "$STATUS $(cat "$T/.stdout" "$T/.stderr")"
equal 'found, not made again' "$before" "$(database_hash)"

# Logits: sqrt(0.9 / 0.1) = 3 to 1; sqrt(1.5 / 9) and sqrt(1 / 4 * 2 / 3) to 1.
committee --runs '1 2' --set committee.blend=logits --quiet > "$T/.out"
equal 'another blend is another committee' 'run 4: a committee of 2 on dots, judged by 3 images' "$(cat "$T/.out")"
evaluate --run 4 > /dev/null
near 'logits: 3 / 4' 0.75 "$(said 4 1)"
near 'logits: 1 / (1 + sqrt(6))' 0.289898 "$(said 4 2)"
near 'logits: the same' 0.289898 "$(said 4 3)"
# Weights that were recorded count: 0.25 * 0.9 + 0.75 * 0.5.
sql 'UPDATE member SET weight = iif(run = 1, 0.25, 0.75) WHERE committee = 3'
evaluate --run 3 > /dev/null
near 'weighted: 0.225 + 0.375' 0.6 "$(said 3 1)"
# A temperature of 2: the root of 0.6 / 0.4 to 1.
sql "INSERT INTO hyperparameter VALUES (3, 'committee.fitted_temperature', 2.0)"
evaluate --run 3 > /dev/null
near 'tempered: sqrt(1.5) / (1 + sqrt(1.5))' 0.550510 "$(said 3 1)"
# ln 0 counts as ln 1e-7: sqrt(1 / 1e-7 * 1) = 3162.28 to 1.
sql "UPDATE prediction SET probabilities = '[1,0]' WHERE run = 1 AND image = 1"
evaluate --run 4 > /dev/null
near 'a probability of 0 has a logarithm' 0.999684 "$(said 4 1)"

# The hash tells members apart by what decides their predictions, not by their numbers.
hash=$(sql 'SELECT input_hash FROM run WHERE id = 3')
empty
says 1 1:0.9
says 2 1:0.5
sql "UPDATE run SET input_hash = printf('%064d', 3 - id);
     UPDATE checkpoint SET sha256 = printf('%064d', 3 - run)"
committee --runs '1 2' --quiet > /dev/null
equal 'the same committee by other numbers' "$hash" "$(sql 'SELECT input_hash FROM run WHERE id = 3')"
sql "UPDATE checkpoint SET sha256 = printf('%064d', 5) WHERE run = 1"
expect_exit 0 '^run 4: a committee of 2' committee --runs '1 2' --quiet

# --- which images judge
empty
says 1 1:0.9 2:0.6 3:0.2 4:0.7
SPLIT=2 says 2 1:0.5 2:0.1 3:0.4 5:0.3
SPLIT=2 says 3 6:0.9
expect_exit 0 'run 4: a committee of 2 on dots, judged by 3 images' committee --runs '1 2'
equal 'images that a member saw are left out, and that is said' \
    'committee: warning: 2 images by which other members are judged were trained on by run 1 and others; they are left out, 3 remain' \
    "$(cat "$T/.stderr")"
equal 'and recorded' 1 "$(sql "SELECT message LIKE '2 images by which%3 remain' FROM run WHERE id = 4")"
equal 'members of two splits: a split of its own, all images in training' 'none|0|6|train|train' \
    "$(sql 'SELECT method, split.seed, count(*), min(part), max(part) FROM run JOIN split ON split.id = run.split
            JOIN split_image ON split_image.split = split.id WHERE run.id = 4')"
evaluate --run 4 > /dev/null
equal 'judged by images 1, 2 and 3' '1 2 3' \
    "$(sql 'SELECT group_concat(image, " ") FROM prediction WHERE run = 4 AND image < 7')"
expect_exit 0 'run 5: a committee of 2 on dots, judged by 0 images' committee --runs '1 3'
equal 'nothing judges: a warning' 'committee: warning: no image judges this committee: each was trained on by a member' \
    "$(cat "$T/.stderr")"
equal 'the split is there already' 3 "$(sql 'SELECT count(*) FROM split')"
expect_exit 0 '^validation: no images; none was kept from the training of all members$' \
    evaluate --run 5
refused 1 '^committee: no image judges this committee: .*; expected equal weights and no temperature$' \
    "$BIN/committee" --db "$DB" --runs '2 3' --set committee.weights=hill-climbing
refused 1 'expected equal weights' "$BIN/committee" --db "$DB" --runs '2 3' --set committee.temperature=yes

# --- what is chosen
# Both say 0.9 of six images of class 0 and of two of class 1. To be right in 3 of 4 it must say 0.75:
# ln 9 / T = ln 3. In cross-fitting each part is judged by a T of its own.
empty
sql "DELETE FROM image;
     WITH RECURSIVE n (v) AS (VALUES (1) UNION ALL SELECT v + 1 FROM n WHERE v < 8)
     INSERT INTO image SELECT v, 1, 'train', v, NULL, v > 6, x'00' FROM n"
TESTS=
says 1 1:0.9 2:0.9 3:0.9 4:0.9 5:0.9 6:0.9 7:0.9 8:0.9
says 2 1:0.9 2:0.9 3:0.9 4:0.9 5:0.9 6:0.9 7:0.9 8:0.9
expect_exit 0 '^temperature 2.000$' committee --runs '1 2' --set committee.temperature=yes
check 'chosen where it is judged, and that is said' grep -qE \
    '^committee: note: temperature was chosen on the 8 images that judge it, which flatters; cross-fitted: loss 0\.[0-9]+, accuracy 75.00 % \(2 wrong of 8\)$' \
    "$T/.stderr"
near 'the temperature is recorded' 2 \
    "$(sql "SELECT value FROM hyperparameter WHERE run = 3 AND name = 'committee.fitted_temperature'")"
evaluate --run 3 > /dev/null
near 'tempered to 0.75' 0.75 "$(said 3 1)"
near 'the entropy of 3 in 4' 0.562335 "$(loss 3)"
equal 'the honest loss is greater than the one that was fitted' 1 \
    "$(sql "SELECT value > 0.5624 FROM hyperparameter WHERE run = 3 AND name = 'committee.cross_fitted_loss'")"
committee --runs '1 2' --set committee.temperature=yes --set committee.blend=logits --quiet > /dev/null 2>&1
near 'of logits, too' 2 \
    "$(sql "SELECT value FROM hyperparameter WHERE run = 4 AND name = 'committee.fitted_temperature'")"

unset TESTS
# Runs 1 and 2 are each sure about one image of two and wrong about the other; together they are right.
# Run 3 knows nothing, and is left out. The mean 0.65 of both images has a loss of 0.431, and nothing
# lessens it: with run 1 once more it is 0.733 and 0.567, a loss of 0.439, with run 3 0.6, 0.511.
empty
says 1 1:0.9 2:0.6
says 2 1:0.4 2:0.1
says 3 1:0.5 2:0.5
expect_exit 0 '^run 4: a committee of 2 on dots, judged by 2 images$' \
    committee --runs '1 2 3' --set committee.weights=hill-climbing
equal 'one of each, and none of the one that knows nothing' '1:0.5 2:0.5' "$(weights 4)"
check 'the one that is left out is in the table' grep -qE '^ +3  net .* 0.0000$' "$T/.stdout"
equal 'too few images to cross-fit' \
    'committee: note: weights were chosen on the 2 images that judge it, which flatters' "$(cat "$T/.stderr")"
committee --runs '1 2 3' --set committee.weights=hill-climbing --set committee.blend=logits --quiet > /dev/null 2>&1
equal 'by logits: sqrt(9 * 2 / 3) to 1 for both' '1:0.5 2:0.5' "$(weights 5)"
evaluate --run 5 > /dev/null
near 'sqrt(6) / (1 + sqrt(6))' 0.710102 "$(said 5 1)"
# A member that errs much more seldom is drawn more often.
says 6 1:0.99 2:0.02
committee --runs '1 6' --set committee.weights=hill-climbing --quiet > /dev/null 2>&1
equal 'the best alone where nothing is gained by others' '6:1.0' "$(weights 7)"

# --- a list that does not fit into one line
empty
for run in $(seq 1 40); do says "$run" 1:0.9 2:0.2; done
sql "UPDATE run SET seed = id + id / 6, experiment = 'a-net-with-a-long-name' WHERE id < 37"
expect_exit 0 '^run 41: a committee of 40 ' committee --runs "$(seq -s ' ' 1 40)"
check 'no line is longer than the parser takes' test "$(sql 'SELECT conf FROM run WHERE id = 41' | wc -L)" -lt 199
equal 'and all stand there' 'a-net-with-a-long-name:1-5 a-net-with-a-long-name:7-12' \
    "$(sql 'SELECT conf FROM run WHERE id = 41' | grep -oE '[a-z-]+:[0-9-]+' | head -n 2 | xargs)"
equal 'the last ones, too' 'a-net-with-a-long-name:42 net:37-40' \
    "$(sql 'SELECT conf FROM run WHERE id = 41' | grep -oE '[a-z-]+:[0-9-]+' | tail -n 2 | xargs)"
expect_exit 0 '^validation: ' evaluate --run 41

# --- runs by a query
empty
says 1 1:0.9 2:0.6
says 2 1:0.4 2:0.1
says 3 1:0.5 2:0.5
sql "CREATE VIEW none AS SELECT id FROM run WHERE 0"
expect_exit 0 '^run 4: a committee of 3' committee --sql 'SELECT experiment, id AS run FROM run WHERE id < 4'
equal 'the column run' '1:0.3333 2:0.3333 3:0.3333' "$(weights 4)"
expect_exit 0 '^run 4 is just this' committee --sql "SELECT id FROM run WHERE id < 4 ORDER BY id DESC"
expect_exit 0 '^run 5: a committee of 2' committee --question leaderboard limit=2
equal 'the first two of the leaderboard' \
    "$("$BIN/ask" --db "$DB" --format csv leaderboard limit=2 | sed 1d | cut -d, -f 2 | sort -n | xargs)" \
    "$(sql "SELECT group_concat(run, ' ') FROM member WHERE committee = 5")"

# --- what is refused
refuse() { # code, regex, arguments
    local code=$1 regex=$2
    shift 2
    refused "$code" "^committee: $regex" "$BIN/committee" --db "$DB" "$@"
}
sql "UPDATE run SET status = 'interrupted' WHERE id = 3;
     INSERT INTO dataset (id, name, version, height, width, channels, hash, created_at) VALUES (2, 'other', 1, 1, 1, 1, printf('%064d', 2), '2026-01-01T00:00:00.000Z')"
says 20 1:0.5 2:0.5
says 21 1:0.5 2:0.5
says 22 1:0.5 2:0.5
sql "UPDATE run SET dataset = 2 WHERE id = 20; DELETE FROM evaluation WHERE run = 21;
     UPDATE evaluation SET images = 2 WHERE run = 22 AND part = 'test'"
refuse 2 'expected --runs, --sql, --question or an experiment file$'
refuse 2 'expected two members or more, got 1$' --runs 1
refuse 2 'run 1 stands twice among the members$' --runs '1 2 1'
refuse 2 "--runs: 'x' is not the number of a run$" --runs '1 x'
refuse 2 '--runs, --sql and --question exclude each other$' --runs '1 2' --question runs
refuse 2 "--set: committee.weights: 'best' is not one of equal, hill-climbing$" --runs '1 2' --set committee.weights=best
refuse 1 '.*: no run 99$' --runs '1 99'
refuse 1 'run 3 is interrupted; expected members that are finished$' --runs '1 2 3'
refuse 1 'run 20 is on other version 1, run 1 is not; expected one dataset for all$' --runs '1 20'
refuse 1 'run 21 is not evaluated; expected its predictions \(evaluate --run 21 makes them\)$' --runs '1 21'
refuse 1 'run 22 is not evaluated' --runs '1 22'
refuse 1 '--sql: no such table: nowhere$' --sql 'SELECT run FROM nowhere'
refuse 1 '--sql: is no question; expected one statement that reads and gives rows$' --sql 'DELETE FROM run'
refuse 1 '--sql: its column experiment is not of numbers of runs$' --sql 'SELECT experiment FROM run'
refuse 2 'expected two members or more, got 0$' --sql 'SELECT id FROM none'
refuse 1 'no question .nothing. \(sql/ask/nothing.sql: No such file' --question nothing
refuse 2 "the question has no parameter 'x'; it has: none$" --question runs x=1
says 23 1:0.5 2:0.5
sql "UPDATE prediction SET probabilities = '[0.5]' WHERE run = 23 AND image = 2"
refuse 1 'run 23: its prediction of image 2 is no array of 2 probabilities' --runs '1 23'
sql "DELETE FROM prediction WHERE run = 2 AND image = 8"
refused 1 '^evaluate: run 4: its member run 2 has predicted 2 of 3 test images; expected all \(evaluate --run 2\)$' \
    "$BIN/evaluate" --db "$DB" --run 4
trap_row member committee 'run <> 22 OR committee <= :last' 'no room'
sql "UPDATE evaluation SET images = 3 WHERE run = 22 AND part = 'test'"
refuse 1 '.*no room' --runs '1 22'
expect_exit 0 '^Example:$' committee --help

# --- an experiment file, and the whole way to a submission, at the front door
unset MAKEFLAGS MFLAGS MAKELEVEL
COPY=$T/checkout
mkdir "$COPY" "$COPY/build" "$COPY/data"
cp -a "$ROOT"/{Makefile,README.md,nn,pipeline,sql,tests,experiments,submissions} "$COPY"
rm -rf "$COPY"/experiments/{runs.db*,reports} "$COPY"/submissions/*.csv
cp -a "${BUILD:-build}"/. "$COPY/build"
digits
cp "$T"/{train,test}.csv "$COPY/data"
DB=$COPY/experiments/runs.db
net() { # name, units
    printf '[model]\nlayers =\n    dense %s\n    relu\n    dense 10\n[train]\nepochs = 3\n' "$2" \
        > "$COPY/experiments/$1.conf"
}
net small 8
net large 24
cat > "$COPY/experiments/trio.conf" <<'C'
# Three nets: small:9 is none of them.
[committee]
members = small:1-2, large:1
weights = hill-climbing
C
front() { make --no-print-directory -C "$COPY" EXPERIMENT=trio "$@"; }
front > "$T/trio.out" 2>&1 || fail 'make EXPERIMENT=trio' "$(tail "$T/trio.out")"
equal 'the last line names the submission' 'submissions/digits-trio-run4.csv' "$(tail -n 1 "$T/trio.out")"
check 'which has a row for each test image' test "$(wc -l < "$COPY/submissions/digits-trio-run4.csv")" = 201
equal 'three trainings and a committee' '1 small 1 training,2 small 2 training,3 large 1 training,4 trio 42 committee' \
    "$(sql "SELECT id || ' ' || experiment || ' ' || seed || ' ' || kind FROM run" | paste -sd,)"
equal 'no split of its own' '1|1' "$(sql 'SELECT count(*), (SELECT split FROM run WHERE id = 4) FROM split')"
front > "$T/again.out" 2>&1
equal 'a second make does nothing' 'Nothing to do, all up to date: submissions/digits-trio-run4.csv' "$(cat "$T/again.out")"
net large 25
front SEED=1 train > "$T/seed.out" 2>&1
equal 'SEED is added to the seeds of the members' 'small 2,small 3,large 2,trio 1' \
    "$(sql "SELECT experiment || ' ' || seed FROM run WHERE id > 4 OR id = 2 ORDER BY kind DESC, id" | paste -sd,)"
cd "$COPY" || exit 1
printf '[committee]\nmembers = small:1, huge:1\n' > experiments/bad.conf
refused 1 '^committee: experiments/huge.conf: No such file' "$BIN/committee" --db "$DB" experiments/bad.conf
refused 2 'bad.conf names its members; expected neither --runs, --sql nor --question$' \
    "$BIN/committee" --db "$DB" --runs '1 3' experiments/bad.conf
printf '[model]\nlayers =\n    dense 9\n' > experiments/huge.conf
expect_exit 1 "^committee: .*huge.*1: " "$BIN/committee" --db "$DB" experiments/bad.conf
equal 'a member that cannot be trained ends it' 0 "$(sql "SELECT count(*) FROM run WHERE experiment IN ('bad', 'huge')")"
printf '[committee]\nmembers = small:1, small\n' > experiments/bad.conf
refused 1 "^committee: experiments/bad.conf: committee.members: member 2 \('small'\): expected an experiment's name and a seed or seeds, like" \
    "$BIN/committee" --db "$DB" experiments/bad.conf
printf '[committee]\nmembers = small:3-2\n' > experiments/bad.conf
refused 1 "member 1 \('small:3-2'\): expected" "$BIN/committee" --db "$DB" experiments/bad.conf
printf '[committee]\nmembers = small:1-2, small:1\n' > experiments/bad.conf
refused 1 "'small:1' stands there twice$" "$BIN/committee" --db "$DB" experiments/bad.conf
refused 1 '^committee: experiments/small.conf: is of a net; expected committee.members$' \
    "$BIN/committee" --db "$DB" experiments/small.conf

# --- what others make of it
front committee RUNS='1 2 3' > "$T/asked.out" 2>&1
newest=$(sql "SELECT max(id) FROM run")
equal 'make committee RUNS=' "committee|submissions/digits-committee-run$newest.csv" \
    "$(sql "SELECT kind FROM run WHERE id = $newest")|$(tail -n 1 "$T/asked.out")"
front committee SQL='SELECT id FROM run WHERE id < 3' SET='committee.blend=logits' > "$T/asked.out" 2>&1
equal 'make committee SQL=' '1:0.5 2:0.5' "$(weights "$(sql "SELECT max(id) FROM run")")"
page=experiments/reports/run-$newest/report.html
for text in '<h2 id="h-members">Members</h2>' 'href="../run-1/report.html">run 1</a>' '>0.3333<' \
    '<dt>members</dt><dd>3</dd>' '<dt>gain over the best' '<figure id="confusion"' '<figure id="wrong"' \
    '<figure id="leaderboard"' 'Nothing of the committee was chosen by the validation images' \
    '<dt>member</dt><dd>run 3, weight 0.3333, input hash'; do
    check "its page has: $text" grep -qF -- "$text" "$page"
done
for text in 'id="section-training"' 'id="section-model"' 'of 0</dd>'; do
    equal "and not: $text" 0 "$(grep -cF -- "$text" "$page")"
done
"$BIN/report" --db "$DB" --run 4 --quiet
check 'that weights were chosen is on the page' grep -qE 'weights were chosen on the 120 images .*cross-fitted: loss' \
    experiments/reports/run-4/report.html
check 'and among what validation has chosen' grep -q "have also chosen: the members' weights" \
    experiments/reports/run-4/report.html
equal 'members for programs' "$(sql 'SELECT min(run) FROM member WHERE committee = 4')" "$(sqlite3 :memory: "SELECT
    json_extract(CAST(readfile('experiments/reports/run-4/final_report.json') AS TEXT), '\$.members[0].run')")"
check 'evaluate says it, too' grep -q '^weights were chosen on the 120 images that judge it' \
    <("$BIN/evaluate" --db "$DB" --run 4)
expect_exit 0 '^  member run 1: small, seed 1, weight 0.3333, validation accuracy' "$BIN/show" --db "$DB" --run "$newest"
expect_exit 0 '^members +1 × 0.3333, 2 × 0.3333, 3 × 0.3333' "$BIN/ask" --db "$DB" run run="$newest"
expect_exit 0 "$newest  committee  committee " "$BIN/ask" --db "$DB" leaderboard
equal 'its cost is that of its members' 1 "$(sql "SELECT abs(seconds - (SELECT sum(seconds) FROM epoch WHERE run < 4)) < 1e-6
    FROM leaderboard WHERE run = $newest")"
refused 1 "^mark: run 1 or a fold of it is a member of committee [0-9,]+; expected one that no committee asks" \
    "$BIN/mark" --db "$DB" --run 1 --delete --confirm yes-delete-1
refused 1 'a committee' "$BIN/train" --db "$DB" --run 4 --verify
"$BIN/export" --db "$DB" "$T/mlflow.db" > /dev/null
equal 'MLflow knows the members' '1 × 0.333333, 2 × 0.333333, 3 × 0.333333' "$(sqlite3 "$T/mlflow.db" \
    "SELECT value FROM tags JOIN (SELECT run_uuid FROM tags WHERE key = 'pixelmill.run' AND value = '$newest')
     USING (run_uuid) WHERE key = 'pixelmill.members'")"
check 'a committee can be deleted' "$BIN/mark" --db "$DB" --run "$newest" --delete --confirm "yes-delete-$newest"
equal 'and its members stay' 3 "$(sql 'SELECT count(*) FROM run WHERE id < 4')"
cd "$ROOT" || exit 1
finish
