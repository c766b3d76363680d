# All that an experiment file can ask of a training, as a program: augmentation, optimizers, schedules,
# averaged weights, folds, training on everything, a teacher; that it repeats, survives being killed,
# and that a database of version 1 is taken along.
. tests/lib.sh

unset MAKELEVEL # how to go on is told as to somebody who called the program

train() { "$BIN/train" --db "$DB" --threads 1 "$@"; }
newest() { sql 'SELECT max(id) FROM run'; }
weights() { sql "SELECT kind, epoch, sha256 FROM checkpoint WHERE run = $1 ORDER BY kind"; }
last() { sql "SELECT sha256 FROM checkpoint WHERE run = $1 AND kind = 'last'"; }
figures() {
    sql "SELECT epoch, learning_rate, train_loss, train_accuracy, validation_loss, validation_accuracy,
             average_loss, average_accuracy
         FROM epoch WHERE run = $1 ORDER BY epoch"
}

cat > "$T/recipe.conf" << 'END'
[model]
layers =
    maxpool 4
    dense 24
    batchnorm
    relu
    dropout 0.2
    dense 10
[train]
batch = 16
epochs = 6
optimizer = sgd
learning_rate = 0.05
momentum = 0.8
weight_decay = 1e-3
label_smoothing = 0.1
clip = 1
[schedule]
shape = one-cycle
warmup = 0.3
[augment]
rotation = 10
scale = 0.1
shear = 5
shift = 2
elastic = 0.5
flip = 0.1
erase = 0.2
rest = 2
[average]
decay = 0.9
END
RECIPE=$T/recipe.conf
ingested
"$BIN/split" --db "$DB" "$RECIPE" > "$T/out" || exit 1

# ------------------------------------------------------------------ what a file can say
"$BIN/train" --settings > "$T/settings"
for word in conv dense batchnorm relu maxpool dropout flatten shortcut add avgpool standardize; do
    check "the layer $word is listed" grep -qE "^  $word( |\$)" "$T/settings"
done
check 'and each setting' grep -qE '^train.learning_rate +0.001 ' "$T/settings"

# ------------------------------------------------------------------ settings that make no sense

while read -r setting value message; do
    refused 2 "^train: --set: $setting: '$value' is not $message" train --set "$setting=$value" "$RECIPE"
done << 'END'
input.deskew 2 one of no, yes$
input.width -1 a whole number from 0 to 1000$
train.optimizer adagrad one of adam, adamw, sgd$
train.momentum 1 a number from 0 to 0.999999$
train.nesterov 1 one of no, yes$
train.weight_decay -0.1 a number from 0 to 1$
train.label_smoothing 1 a number from 0 to 0.999$
train.clip nan a number from 0 to 1000000$
schedule.shape sine one of constant, step, exponential, cosine, one-cycle$
schedule.warmup 1 a number from 0 to 0.999$
schedule.floor 1.1 a number from 0 to 1$
schedule.factor 0 a number from 1e-09 to 1$
schedule.every 0 a whole number from 1 to 100000$
augment.rotation 181 a number from 0 to 180$
augment.scale 1 a number from 0 to 0.9$
augment.shear -1 a number from 0 to 60$
augment.shift inf a number from 0 to 1000$
augment.elastic x a number from 0 to 100$
augment.elastic_spacing 0 a number from 2 to 1000$
augment.flip 2 a number from 0 to 1$
augment.erase -1 a number from 0 to 1$
augment.erase_area 1.5 a number from 0.0[12] to 1$
augment.rest 0.5 a whole number from 0 to 100000$
average.decay 1 a number from 0 to 0.999999$
teacher.run -1 a whole number from 0 to
teacher.share 2 a number from 0 to 1$
teacher.test 2 one of no, yes$
teacher.confidence 1.01 a number from 0 to 1$
END
sed 's/sgd/rmsprop/' "$RECIPE" > "$T/bad.conf"
refused 1 "bad.conf:12: train.optimizer: 'rmsprop' is not one of adam, adamw, sgd" train "$T/bad.conf"
refused 2 "^train: --folds: '1' is not a whole number from 2 to 1000" train --folds 1 "$RECIPE"
refused 2 '^train: --all leaves nothing to validate' train --all --folds 3 "$RECIPE"
refused 2 '^train: --all leaves nothing to validate: expected no --fold$' train --all --fold 0 "$RECIPE"
refused 2 '^train: --run names a run as it is' train --run 1 --all
refused 2 '^train: --run goes on with a run as it was' train --run 1 --again
refused 2 '^train: --run goes on with a run as it was' train --run 1 --fold 0
refused 1 "has no split as recipe asks for; split makes it: build/bin/split --db $DB --all $RECIPE\$" train --all "$RECIPE"
refused 1 "split makes it: build/bin/split --db $DB --folds 3 $RECIPE\$" train --folds 3 --seed 3 "$RECIPE"
refused 1 "split makes it: build/bin/split --db $DB --set split.seed=9 $RECIPE\$" train --set train.epochs=3 --set split.seed=9 "$RECIPE"

# ------------------------------------------------------------------ one run of it all

expect_exit 0 'averaged: [0-9]\.[0-9]+ 0\.[0-9]+' train "$RECIPE"
equal 'an average of each epoch, in its place' '6|6' \
    "$(sql 'SELECT count(average_loss), sum(average_accuracy BETWEEN 0 AND 1) FROM epoch')"
equal 'other figures than those of the weights' 1 \
    "$(sql 'SELECT sum(average_loss = validation_loss) = 0 FROM epoch')"
equal 'three kinds of weights, all different' 'average|6
best|
last|6|3' "$(sql "SELECT kind, iif(kind = 'best', '', epoch) FROM checkpoint ORDER BY kind")|$(
    sql 'SELECT count(DISTINCT sha256) + (SELECT epoch = 6 FROM checkpoint WHERE kind = "best") FROM checkpoint')"
equal 'the best by its average' 1 \
    "$(sql "SELECT best_epoch = (SELECT epoch FROM epoch ORDER BY average_loss LIMIT 1) FROM run")"
equal 'the schedule rises and falls to its floor' '1|1|1' \
    "$(sql 'SELECT max(learning_rate) BETWEEN 0.04 AND 0.05, min(learning_rate) = 0,
                (SELECT learning_rate = 0 FROM epoch WHERE epoch = 6) FROM epoch')"
equal 'the settings are recorded' 'sgd|10|0.2|one-cycle|0.9|no' \
    "$(for name in train.optimizer augment.rotation augment.erase schedule.shape average.decay teacher.test; do
        sql "SELECT iif(typeof(value) = 'real', printf('%.6g', value), value) FROM hyperparameter
             WHERE run = 1 AND name = '$name'"
    done | paste -sd '|')"

# The same, with other threads; the same again, on request.
expect_exit 0 'run 2: finished' train --again --threads 2 "$RECIPE"
equal 'the same weights with two threads' "$(weights 1)" "$(weights 2)"
equal 'the same figures with two threads' "$(figures 1)" "$(figures 2)"
expect_exit 0 'run 1: weights are the same, bit for bit' train --run 1 --verify --quiet
expect_exit 0 'run [12] has trained just this' train "$RECIPE"

# Each setting counts: without it other weights come out, and another run is meant.
while read -r setting; do
    expect_exit 0 'finished, 6 epochs' train --quiet --set "$setting" "$RECIPE"
    check "$setting: other weights" [ "$(last 1)" != "$(last "$(newest)")" ]
done << 'END'
input.deskew=yes
input.width=12
train.optimizer=adamw
train.nesterov=no
train.momentum=0.5
train.weight_decay=0
train.label_smoothing=0
train.clip=0
schedule.shape=cosine
schedule.warmup=0
schedule.floor=0.5
augment.rotation=0
augment.scale=0
augment.shear=0
augment.shift=0
augment.elastic=0
augment.elastic_spacing=3
augment.flip=0
augment.erase=0
augment.erase_area=0.1
augment.rest=0
END
equal 'as many runs as settings' 23 "$(sql 'SELECT count(DISTINCT input_hash) + 1 FROM run')"
train --quiet --set average.decay=0.5 "$RECIPE" > "$T/out" || exit 1
run=$(newest)
equal 'the average leaves the weights alone' "$(last 1)" "$(last "$run")"
check 'but is another one' [ "$(weights 1)" != "$(weights "$run")" ]

# Without a monitor the average counts.
train --quiet --set checkpoint.monitor=none "$RECIPE" > "$T/out" || exit 1
run=$(newest)
equal 'no best weights' 'average,last' \
    "$(sql "SELECT group_concat(kind) FROM (SELECT kind FROM checkpoint WHERE run = $run ORDER BY kind)")"
"$BIN/evaluate" --db "$DB" --run "$run" --quiet > "$T/out" || exit 1
equal 'what is evaluated is the average' 1 \
    "$(sql "SELECT abs(e.average_loss - v.loss) < 1e-9 FROM epoch AS e JOIN evaluation AS v USING (run)
            WHERE run = $run AND epoch = 6 AND part = 'validation'")"

# Validation sees images as training does, in both programs.
train --quiet --set checkpoint.monitor=none --set input.deskew=yes --set input.width=14 "$RECIPE" > "$T/out" || exit 1
run=$(newest)
"$BIN/evaluate" --db "$DB" --run "$run" --quiet > "$T/out" || exit 1
equal 'upright and of one width in both' 1 \
    "$(sql "SELECT abs(e.average_loss - v.loss) < 1e-9 FROM epoch AS e JOIN evaluation AS v USING (run)
            WHERE run = $run AND epoch = 6 AND part = 'validation'")"

# ------------------------------------------------------------------ killed

long=(--quiet --set train.epochs=100 --set augment.rest=20)
train "${long[@]}" "$RECIPE" > "$T/out" || exit 1
whole=$(newest)

# Starts a training in the background, waits for a condition, and ends it by a signal. A training
# that is too fast for that is started anew.
cut_short() { # signal, condition of SQL about run NEW, arguments of train
    local signal=$1 condition=$2 new
    shift 2
    for _ in 1 2 3 4 5; do
        new=$(($(sql "SELECT seq FROM sqlite_sequence WHERE name = 'run'") + 1))
        "$BIN/train" --db "$DB" --threads 1 "$@" > "$T/cut.out" 2> "$T/cut.err" &
        child=$!
        for _ in $(seq 500); do
            [ "$(sql "SELECT ${condition//NEW/$new}")" = 1 ] && break
            sleep 0.01
        done
        kill -"$signal" $child 2> "$T/err"
        wait $child 2> "$T/err"
        cut=$new
        "$BIN/ask" --db "$DB" runs > "$T/out"
        [ "$(sql "SELECT status IN ('crashed', 'interrupted') FROM run WHERE id = $new")" = 1 ] && return
    done
    fail "no training was hit by SIG$signal in time"
}

for signal in KILL INT; do
    cut_short $signal "count(*) > 20 FROM epoch WHERE run = NEW" --again "${long[@]}" "$RECIPE"
    expect_exit 0 "run $cut: finished, 100 epochs" train --run "$cut" --quiet
    equal "SIG$signal: weights as uninterrupted" "$(weights "$whole")" "$(weights "$cut")"
    equal "SIG$signal: figures as uninterrupted" "$(figures "$whole")" "$(figures "$cut")"
done

# It dies after the last epoch, before the run is recorded as finished: the average is still there.
train --quiet --set train.epochs=1 --set checkpoint.monitor=none "$RECIPE" > "$T/out" || exit 1
whole=$(newest)
trap_row run id "status <> 'finished' OR id <= :last" 'no end'
expect_exit 1 'no end' train --again --quiet --set train.epochs=1 --set checkpoint.monitor=none "$RECIPE"
spring run
run=$(newest)
"$BIN/ask" --db "$DB" runs > "$T/out"
equal 'all epochs done, and crashed' 'crashed|1|1' \
    "$(sql "SELECT status, (SELECT count(*) FROM epoch WHERE run = r.id),
                (SELECT epoch FROM checkpoint WHERE run = r.id AND kind = 'last') FROM run AS r WHERE id = $run")"
expect_exit 0 "run $run: finished" train --run "$run" --quiet
equal 'the average is that of the last step' "$(weights "$whole")" "$(weights "$run")"

# ------------------------------------------------------------------ all images

"$BIN/split" --db "$DB" --all "$RECIPE" > "$T/out" || exit 1
expect_exit 0 '\(600 images, 0 for validation\)' train --all "$RECIPE"
run=$(newest)
equal 'nothing validates' '6|0|0|0' \
    "$(sql "SELECT count(*), count(validation_loss), count(average_loss), count(average_accuracy)
            FROM epoch WHERE run = $run")"
equal 'the average counts' 'average,last' \
    "$(sql "SELECT group_concat(kind) FROM (SELECT kind FROM checkpoint WHERE run = $run ORDER BY kind)")"
expect_exit 0 "run $run: weights are the same" train --run "$run" --verify --quiet
expect_exit 0 "run $run has trained just this" train --all "$RECIPE"
refused 1 'split.method is none, so nothing can be monitored' train --set split.method=none "$RECIPE"

# ------------------------------------------------------------------ folds

"$BIN/split" --db "$DB" --folds 3 "$RECIPE" > "$T/out" || exit 1
expect_exit 0 'finished, 3 folds in' train --folds 3 "$RECIPE"
folds=$(sql "SELECT max(id) FROM run WHERE kind = 'folds'")
children() {
    sql "SELECT fold, status, sha256 FROM run JOIN checkpoint ON run = id AND checkpoint.kind = 'last'
         WHERE parent = $1 ORDER BY fold"
}
equal 'a run and its folds' '0|finished
1|finished
2|finished' "$(children "$folds" | cut -d '|' -f 1,2)"
equal 'the whole' 'folds|finished||3' \
    "$(sql "SELECT kind, status, fold, (SELECT count(*) FROM run AS c WHERE c.parent = r.id)
            FROM run AS r WHERE id = $folds")"
equal 'each has weights of its own' 3 "$(children "$folds" | cut -d '|' -f 3 | sort -u | wc -l)"
expect_exit 0 "run $folds has trained just this" train --folds 3 "$RECIPE"
expect_exit 0 "has trained just this" train --set split.method=stratified-kfold --set split.folds=3 --fold 1 "$RECIPE"
expect_exit 0 'finished' train --again --quiet --set split.method=stratified-kfold --set split.folds=3 --fold 1 "$RECIPE"
equal 'a fold alone: the same weights' "$(children "$folds" | sed -n 2p | cut -d '|' -f 3)" "$(last "$(newest)")"
refused 1 "run $folds is one of folds; expected --verify with one of its trainings" \
    train --run "$folds" --verify
expect_exit 0 'weights are the same' train --run $((folds + 2)) --verify --quiet

# Killed in the second fold; interrupted there; stopped between the first and the second.
long=(--again --quiet --folds 3 --set train.epochs=40)
train "${long[@]}" "$RECIPE" > "$T/out" || exit 1
whole=$(sql "SELECT max(id) FROM run WHERE kind = 'folds'")
for signal in KILL INT; do
    cut_short $signal "count(*) > 5 FROM epoch WHERE run = NEW + 2" "${long[@]}" "$RECIPE"
    state=$([ $signal = KILL ] && echo crashed || echo interrupted)
    equal "SIG$signal: the first fold has finished, the second not" "0|finished
1|$state" "$(sql "SELECT fold, status FROM run WHERE parent = $cut ORDER BY fold")"
    equal "SIG$signal: nor the whole" "$state" "$(sql "SELECT status FROM run WHERE id = $cut")"
    [ $signal = KILL ] || check 'it says how to go on' grep -q "go on with --run $cut\$" "$T/cut.err"
    expect_exit 0 "run $cut: finished, 3 folds" train --run "$cut" --quiet
    equal "SIG$signal: weights as uninterrupted" "$(children "$whole")" "$(children "$cut")"
done
trap_row run id 'fold <> 1 OR id <= :last' 'no fold'
expect_exit 1 'no fold' train "${long[@]}" "$RECIPE"
spring run
cut=$(sql "SELECT max(id) FROM run WHERE kind = 'folds'")
"$BIN/ask" --db "$DB" runs > "$T/out"
equal 'between two folds: the whole has crashed' 'crashed|1' \
    "$(sql "SELECT status, (SELECT count(*) FROM run AS c WHERE c.parent = r.id) FROM run AS r WHERE id = $cut")"
expect_exit 0 "run $cut: finished, 3 folds" train --run "$cut" --quiet
equal 'between two folds: weights as uninterrupted' "$(children "$whole")" "$(children "$cut")"

# ------------------------------------------------------------------ a teacher

# Without smoothing, so that a share of 0 is the bare label. The run of all folds has predicted each
# training image; run 1 only those that validate it, which the same split does not train on.
plain=(--quiet --set train.label_smoothing=0)
expect_exit 0 'has trained just this' train "${plain[@]}" "$RECIPE"
alone=$(sed 's/^run \([0-9]*\) .*/\1/' "$T/.stdout")
refused 1 'teacher.run = 9999: no finished and evaluated run of this dataset has that number' \
    train "${plain[@]}" --set teacher.run=9999 "$RECIPE"
refused 1 "teacher.run = $folds: no finished and evaluated run" \
    train "${plain[@]}" --set "teacher.run=$folds" "$RECIPE"
for run in 1 "$folds"; do
    "$BIN/evaluate" --db "$DB" --run "$run" --quiet > "$T/out" || exit 1
done
taught() { # arguments; prints the run
    train "${plain[@]}" --set "teacher.run=$folds" "$@" "$RECIPE" > "$T/out" 2> "$T/err" || cat "$T/err" >&2
    newest
}
half=$(taught)
none=$(taught --set teacher.share=0)
more=$(taught --set teacher.test=yes)
sure=$(taught --set teacher.test=yes --set teacher.confidence=1)
some=$(taught --set teacher.test=yes --set teacher.confidence=0.6)
check 'a teacher changes the weights' [ "$(last "$alone")" != "$(last "$half")" ]
equal 'but not where he has no share' "$(last "$alone")" "$(last "$none")"
refused 1 'teacher.run = 1: it has predicted none of the images that train' \
    train "${plain[@]}" --set teacher.run=1 "$RECIPE"
check 'test images change them more' [ "$(last "$half")" != "$(last "$more")" ]
equal 'none that he is certain of: as without' "$(last "$half")" "$(last "$sure")"
check 'some of them: other weights' [ "$(last "$some")" != "$(last "$more")" ]
check 'some of them: not none' [ "$(last "$some")" != "$(last "$half")" ]
equal 'six different runs' 6 "$(sql "SELECT count(DISTINCT input_hash) FROM run
                           WHERE id IN ($alone, $half, $none, $more, $sure, $some)")"
equal 'the teacher is recorded' "$folds|0.5|yes" \
    "$(sql "SELECT (SELECT value FROM hyperparameter WHERE run = $more AND name = 'teacher.run'),
                   (SELECT value FROM hyperparameter WHERE run = $more AND name = 'teacher.share'),
                   (SELECT value FROM hyperparameter WHERE run = $more AND name = 'teacher.test')")"
# What the report says of a teacher.
said() { # run
    "$BIN/evaluate" --db "$DB" --run "$1" --quiet > "$T/out" || return 1
    awk '/^-- [a-z_]+: /{ on = $2 == "teacher:" } on' sql/report.sql | sed "s/:run/$1/g; s/:rows/'images'/g" | sqlite3 "$DB"
}
sentence="It was taught by run $folds (recipe): the targets of training images are to 50 % what that run predicts of them"
flatters=" That run knew labels of images that validate here, so validation flatters."
equal 'no teacher: not a word' '' "$(said "$alone")"
equal 'a teacher of folds' "$sentence. No test image was trained on.$flatters" "$(said "$half")"
train "${plain[@]}" --set teacher.run=1 --set teacher.test=yes "$RECIPE" > "$T/out" || exit 1
equal 'a teacher that the same images validated' \
    "${sentence/run $folds/run 1}, and the test images were trained on with its predictions as targets (pseudo-labels)." \
    "$(said "$(newest)")"
equal 'validation is of the 120 labelled images' 6 \
    "$(sql "SELECT sum(abs(validation_accuracy * 120 - round(validation_accuracy * 120)) < 1e-9)
            FROM epoch WHERE run = $more")"
expect_exit 0 'weights are the same' train --run "$more" --verify --quiet
long=(--again "${plain[@]}" --set train.epochs=100 --set "teacher.run=$folds" --set teacher.test=yes)
train "${long[@]}" "$RECIPE" > "$T/out" || exit 1
whole=$(newest)
cut_short KILL "count(*) > 20 FROM epoch WHERE run = NEW" "${long[@]}" "$RECIPE"
expect_exit 0 "run $cut: finished" train --run "$cut" --quiet
equal 'killed and taught on: as uninterrupted' "$(weights "$whole")" "$(weights "$cut")"

# The test images leave the folds as they were, one after the other.
train --quiet --folds 3 --set "teacher.run=$folds" --set teacher.test=yes "$RECIPE" > "$T/out" || exit 1
whole=$(sql "SELECT max(id) FROM run WHERE kind = 'folds'")
train --quiet --again --set split.method=stratified-kfold --set split.folds=3 --fold 2 \
    --set "teacher.run=$folds" --set teacher.test=yes "$RECIPE" > "$T/out" || exit 1
equal 'taught folds: the third as it is alone' "$(children "$whole" | sed -n 3p | cut -d '|' -f 3)" "$(last "$(newest)")"
equal 'integrity' ok "$(sql 'PRAGMA integrity_check')"
equal 'foreign keys' '' "$(sql 'PRAGMA foreign_key_check')"

# ------------------------------------------------------------------ a database of version 1

DB=$T/old.db
sqlite3 "$DB" < "$FIXTURE/schema-1.sql" || exit 1
sql 'CREATE VIEW own AS SELECT run, count(*) AS kinds FROM checkpoint JOIN epoch USING (run, epoch) GROUP BY run'
rows='SELECT run, epoch, learning_rate, train_loss, train_accuracy, validation_loss, validation_accuracy,
          seconds, images_per_second, ended_at FROM epoch ORDER BY run, epoch;
      SELECT run, kind, epoch, sha256, hex(weights), hex(state) FROM checkpoint ORDER BY run, kind;
      SELECT * FROM run ORDER BY id; SELECT * FROM hyperparameter ORDER BY run, name; SELECT * FROM own'
before=$(sql "$rows")
equal 'version 1' '1|3|3' \
    "$(sql 'SELECT user_version, (SELECT count(*) FROM epoch), (SELECT count(*) FROM checkpoint)
            FROM pragma_user_version')"
expect_exit 0 'old' "$BIN/ask" --db "$DB" runs
equal 'the version of a new database' "$(sqlite3 "$T/runs.db" 'PRAGMA user_version')" "$(sql 'PRAGMA user_version')"
equal 'all rows are kept, and a view of one'\''s own still works' "$before" "$(sql "$rows")"
equal 'upgraded: integrity' ok "$(sql 'PRAGMA integrity_check')"
equal 'upgraded: foreign keys' '' "$(sql 'PRAGMA foreign_key_check')"
equal 'the new columns are there, and empty' '3|0|0' \
    "$(sql 'SELECT count(*), count(average_loss), count(average_accuracy) FROM epoch')"
sql "INSERT INTO checkpoint SELECT run, 'average', epoch, sha256, weights, NULL FROM checkpoint WHERE kind = 'best'"
equal 'averaged weights may be kept' 1 "$(sql "SELECT count(*) FROM checkpoint WHERE kind = 'average'")"
check 'other kinds may not' [ "$(sql "INSERT INTO checkpoint SELECT run, 'worst', epoch, sha256, weights, NULL
                                      FROM checkpoint WHERE kind = 'best'" 2>&1 | grep -c CHECK)" = 1 ]
columns() { sqlite3 "$1" "SELECT m.name, c.name, c.type, c.\"notnull\", c.pk FROM sqlite_schema AS m
    JOIN pragma_table_info(m.name) AS c WHERE m.type IN ('table', 'view') AND m.name <> 'own' ORDER BY 1, 2"; }
equal 'the same columns as in a new database' "$(columns "$T/runs.db")" "$(columns "$DB")"
"$BIN/ask" --db "$DB" runs > "$T/out"
equal 'opened again: nothing more to do' "$before" \
    "$(sql "DELETE FROM checkpoint WHERE kind = 'average'; $rows")"

finish
