#!/bin/bash
# show: an image in the terminal, and a run's history.
. tests/lib.sh
unset COLUMNS WIDE

cat sql/schema.sql sql/views/*.sql "$FIXTURE/charts.sql" | sqlite3 "$DB"
show() { "$BIN/show" --db "$DB" "$@"; }

# Image 8 is ff 80 / ff 08: the left column is full, of the right one the upper half.
equal 'image, prediction, bars' 'image 8 (shapes, train row 8): a
█▀
run 1 (alpha)
   55.00 %  a  █████████████
   25.00 %  b <i>bold</i> & "so on"  ██████
   15.00 %  a label that is longer than any axis can bear  ████' "$(show --image 8 --run 1)"
equal 'in grey on a terminal' "$(printf '\033[38;2;255;255;255m\033[48;2;255;255;255m▀\033[38;2;128;128;128m\033[48;2;8;8;8m▀\033[0m')" \
    "$(show --image 8 --run 1 --color always | sed -n 2p)"
equal 'a row of the test file has no label' 'image 14 (shapes, test row 2), no label' \
    "$(show --dataset shapes --image test:2 --run 1 | head -n 1)"
equal 'the same as its number' "$(show --image 8 --run 1)" "$(show --image train:8 --dataset shapes --run 1)"
equal 'one class' 4 "$(show --image 8 --run 1 --top 1 | wc -l)"
equal 'history' 'run 1 (alpha), finished
  train loss           █▄▂▁▁  2.0000 → 0.1250
  validation loss      █▅▅▁▃▅  1.5000 → 1.2500
  train accuracy       ▁▃▃▆██  25.00 % → 100.00 %
  validation accuracy  ▁▁▁███  50.00 % → 62.50 %
  learning rate        ███▁▁▁  0.001 → 0.0005' "$(show --run 1)"
equal 'one epoch' '  train loss           ▄  1.7500 → 1.7500' "$(show --run 2 | sed -n 2p)"
equal 'no epoch' '  no epoch is recorded' "$(show --run 3 | tail -n 1)"
equal 'the newest run of a dataset' "$(show --run 4)" "$(show --dataset shapes)"
equal 'fit to the terminal' '   25.00 %  b <i>bold</i> & "…' "$(COLUMNS=30 show --image 8 --run 1 | sed -n 5p)"
before=$(database_hash)
show --image 8 > /dev/null 2>&1
equal 'nothing is written' "$before" "$(database_hash)"

refused 1 '^show: .*: no image 99$' show --image 99
refused 1 "^show: .*: no row 9 in the test part of dataset 'digits'$" show --image test:9
refused 1 '^show: run 1: has no weights' show --image 1 --run 1
refused 1 '^show: .*: no run 9$' show --image 1 --run 9
refused 2 "^show: --image: 'x', expected a number from 1, train:ROW or test:ROW$" show --image x
refused 1 "^show: .*: no finished run on dataset 'digits'" show
refused 2 '^show: --run names a run as it is' show --run 1 "$T/one.conf"
refused 2 "^show: --top: '0'" show --image 1 --top 0
refused 2 "^show: --color: 'red', expected auto, always or never$" show --image 1 --color red
expect_exit 0 '^  build/bin/show ' "$BIN/show" --help

# What would steer the terminal is shown as what it is.
sql "UPDATE class SET label = char(27) || '[2J' || char(10) || 'x' WHERE class = 0;
     UPDATE run SET message = 'a' || char(155) || 'b' WHERE id = 1"
equal 'a label' 'image 8 (shapes, train row 8): \x1b[2J\nx' "$(show --image 8 --run 1 | head -n 1)"
equal 'a label among the classes' '   55.00 %  \x1b[2J\nx  █████████████' "$(show --image 8 --run 1 | sed -n 4p)"
equal 'a message' '  a\u009bb' "$(show --run 1 | grep u009b)"

# What the database says of an image is looked at before it is drawn.
sql 'UPDATE image SET pixels = zeroblob(3) WHERE id = 8'
refused 1 '^show: image 8: has 3 bytes, expected 4$' show --image 8 --run 1

# A run that has recorded no prediction is asked, and says what it recorded of other images.
rm -f "$DB"*
ingested
expect_exit 0 'no finished run' show --image 1
printf '[input]\ndeskew = yes\n[model]\nlayers =\n    dense 10\n[train]\nepochs = 2\n' > "$T/one.conf"
"$BIN/split" --db "$DB" --quiet "$T/one.conf" > /dev/null &&
    "$BIN/train" --db "$DB" --quiet "$T/one.conf" > /dev/null
expect_exit 0 'asked now' show --image test:3
asked=$(show --image test:3 | tail -n 3)
"$BIN/evaluate" --db "$DB" --run 1 --quiet > /dev/null
equal 'asked and recorded agree' "$asked" "$(show --image test:3 | tail -n 3)"
equal 'recorded' 'run 1 (one)' "$(show --image test:3 | tail -n 4 | head -n 1)"

# The same run by its experiment.
equal 'an image by experiment' "$(show --image test:3 --run 1)" "$(show --image test:3 "$T/one.conf")"
equal 'a history by experiment' "$(show --run 1)" "$(show "$T/one.conf")"
refused 1 '^show: .*: no run of .*one.conf on dataset digits with these settings' show --seed 7 "$T/one.conf"

# What is seen from several sides is asked from several sides.
sql 'DELETE FROM prediction; DELETE FROM evaluation; UPDATE run SET conf = conf || "
[predict]
views = as is, flip
"'
looked=$(show --image test:3 --run 1 | tail -n 3)
"$BIN/evaluate" --db "$DB" --run 1 --quiet > /dev/null
equal 'views: asked and recorded agree' "$looked" "$(show --image test:3 --run 1 | tail -n 3)"
check 'and are another answer' [ "$looked" != "$asked" ]

# NN_ISA counts; weights that can't be read are another finding than none.
sql 'DELETE FROM prediction'
refused 2 "^show: NN_ISA: 'mmx' is not an instruction set" env NN_ISA=mmx "$BIN/show" --db "$DB" --image test:3
expect_exit 0 'asked now' env NN_ISA=plain "$BIN/show" --db "$DB" --image test:3
sql 'UPDATE checkpoint SET weights = substr(weights, 1, 100)'
refused 1 '^show: run 1: weights: ' show --image test:3
sql 'DELETE FROM checkpoint'
refused 1 "^show: run 1: has no weights \(its status is 'finished'\)" show --image test:3
finish
