#!/bin/bash
# report: the data behind each chart, the charts, the pages and the files for programs. What it does
# where there is nothing to do, or what must not be, is in current.sh.
. tests/lib.sh

ROOT=$PWD
cat sql/schema.sql sql/views/*.sql "$FIXTURE/charts.sql" | sqlite3 "$DB"
report() { "$BIN/report" --db "$DB" --out "$T/reports" "$@"; }
# A report of which gnuplot says nothing on stderr.
clean() { # what is printed, arguments
    local printed=$1
    shift
    expect_exit 0 "$printed" report "$@"
    equal "nothing on stderr: report $*" '' "$(cat "$T/.stderr")"
}
JSON() { # file below the reports, path
    sqlite3 :memory: "SELECT json_extract(CAST(readfile('$T/reports/$1') AS TEXT), '$2')"
}
query() { # file, run, a, b: its rows as the program writes them
    sqlite3 -header -separator '	' -nullvalue NaN -cmd '.parameter init' -cmd ".parameter set :run $2" \
        -cmd ".parameter set :a $3" -cmd ".parameter set :b $4" "$DB" ".read $1"
}
# The last digits of roots and logarithms are a matter of the C library.
rounded() {
    awk -F '\t' -v OFS='\t' '{
        for (i = 1; i <= NF; i++) if ($i ~ /^-?[0-9]+\.[0-9]+(e[-+]?[0-9]+)?$/) $i = sprintf("%.6g", $i)
        print }'
}

# The data of each chart, against tables checked by hand; and with no parameter each query runs.
for file in sql/charts/*.sql; do
    name=$(basename "$file" .sql)
    check "$file begins with what it answers" grep -q -m 1 '^-- ' "$file"
    check "$file runs with no parameter" sqlite3 -bail "$DB" ".read $file"
    case $name in column_*) continue ;; esac # of tables: tables.sh
    query "$file" 1 1 2 | rounded > "$T/$name.tsv"
    check "the data of $name" same "$FIXTURE/charts/$name.tsv" "$T/$name.tsv"
done

# A run with everything but weights.
clean "^$T/reports/run-1/report.html$" --run 1
R=$T/reports/run-1
for name in class_counts class_metrics confidence_box confidence_histogram confusion correct coverage \
    duplicates history layers leaderboard reliability samples seeds wrong; do
    query "sql/charts/$name.sql" 1 1 2 | sed 's/"/”/g' > "$T/expected.tsv"
    check "the program writes the data of $name" same "$T/expected.tsv" "$R/data/$name.tsv"
done
for name in history_loss history_accuracy learning_rate confusion confusion_percent class_metrics \
    confidence_histogram confidence_box reliability coverage wrong correct layers class_counts \
    mean_images samples intensity drift duplicates leaderboard cost seeds; do
    check "$name is drawn" grep -q '</svg>' "$R/$name.svg"
    check "$name is in the page" grep -q "<figure id=\"$name\"" "$R/report.html"
done
check 'why there is no filter' grep -q 'Filters of the first convolution: the run has no weights' "$R/report.html"
check 'why there is no feature map' grep -q 'Feature maps: the run has no weights' "$R/report.html"
check 'accuracy and its error' grep -q '66.67 ± 19.25 %' "$R/report.html"
check 'a link to the submission' grep -q "href=\"$PWD/submissions/shapes%20%3C1%3E.csv\"" "$R/report.html"
check 'labels are escaped' grep -q 'b &lt;i&gt;bold&lt;/i&gt; &amp; &quot;so on&quot;' "$R/report.html"
equal 'no label is taken for HTML' 0 "$(grep -c '<i>' "$R/report.html")"
equal 'no script' 0 "$(grep -ci '<script' "$R/report.html")"
equal 'nothing from elsewhere' '' \
    "$(grep -oE '(src|href|url)[=(]"?(https?:)?//[^ ">]*' "$R/report.html")"
equal 'no name of a temporary file' '' "$(grep -rlE "$T|run-1\.new" "$R")"
equal 'identifiers are unique' '' \
    "$(grep -oE "[ <]id=['\"][^'\"]*" "$R/report.html" | sort | uniq -d)"
equal 'the pictures of class b: nearest to 10 is 8 of those read as a' '10	8' \
    "$(sed -n 2p "$R/data/nearest.tsv" | cut -f 1,2)"
equal 'and none of those read as b is nearer to 12 than 9' '12	9' "$(sed -n 3p "$R/data/nearest.tsv" | cut -f 1,2)"
# Class d is images 4 and 12: the mean of ff and 80, 00 and 00, 00 and 80, 04 and 0c.
equal 'the mean image of d' 'c0004008' "$(tail -c 4 "$R/data/mean_images.bin" | od -An -tx1 | tr -d ' \n')"
equal 'tiles are the pixels' 'ff00ff07' "$(head -c 4 "$R/data/correct.bin" | od -An -tx1 | tr -d ' \n')"
# 48 values: of 12 images each one 1 to 12, 10 ff, 10 80 and 16 zeros more.
equal 'pixel values of train' 100 "$(awk -F '\t' 'NR > 1 { s += $2 } END { printf "%.6g", s }' "$R/data/intensity.tsv")"
equal 'the stage is logged' 1 "$(sql "SELECT run FROM stage WHERE stage = 'report'")"

# The files for programs.
equal 'accuracy' 0.666666666666667 "$(JSON run-1/final_report.json '$.results.accuracy')"
equal 'classes' 0.8 "$(JSON run-1/final_report.json '$.classes[0].f1')"
equal 'the first confusion' '{"rank":1,"actual":"d","predicted":"b <i>bold</i> & \"so on\"","count":1,"percentage":100.0}' \
    "$(JSON run-1/final_report.json '$.top_confusions[0]')"
equal 'confidence: (0.99 + 0.9999) / 2' 0.99495 "$(JSON run-1/final_report.json '$.confidence.right.median')"
equal 'the least certain wrong one' 0.4 "$(JSON run-1/final_report.json '$.confidence.wrong.min')"
equal 'layers' 'dense 4' "$(JSON run-1/final_report.json '$.architecture.layers[2].text')"
equal 'settings' 32 "$(JSON run-1/final_report.json '$.training.configuration."train.batch"')"
equal 'files written are there' '' "$(JSON run-1/final_report.json '$.files' | tr -d '[]"' | tr , '\n' |
    while read -r f; do [ -e "$R/$f" ] || echo "$f"; done)"
equal 'and none is forgotten' "$(cd "$R" && ls -p | grep -vc /)" \
    "$(sqlite3 :memory: "SELECT json_array_length(CAST(readfile('$R/final_report.json') AS TEXT), '$.files')")"
equal 'best loss' '1.0|4' "$(JSON run-1/training_summary.json '$.best.validation_loss')|$(JSON run-1/training_summary.json '$.best.validation_loss_epoch')"
equal 'overfitting at the best epoch' 0.125 "$(JSON run-1/training_summary.json '$.overfitting_gap.accuracy')"
equal 'one change of rate' '[{"epoch":4,"learning_rate":0.0005}]' "$(JSON run-1/training_summary.json '$.learning_rate.changes')"
equal 'stopped early' 1 "$(JSON run-1/training_summary.json '$.stopped_early')"
equal 'history' '4,0.0005,,0.75,1.0,0.625,,,1,2.5,1000.0' "$(sed -n 5p "$R/training_history.csv")"

# Other runs: one epoch; interrupted and not evaluated; no validation.
clean 'run-2/report.html' --run 2
clean 'run-3/report.html' --run 3
clean 'run-4/report.html' --run 4
check 'no epoch, and that is said' grep -q 'Loss: no epoch of this run with a loss' "$T/reports/run-3/report.html"
check 'not evaluated, and that is said' grep -q 'Confusion matrix, counts: the run has not been evaluated' \
    "$T/reports/run-3/report.html"
check 'no submission, and that is said' grep -q 'this run has made none' "$T/reports/run-3/report.html"
check 'a history without validation' grep -q '</svg>' "$T/reports/run-4/history_loss.svg"
equal 'all runs are listed, all four have a report' 4 "$(grep -c 'href="run-[1-4]/report.html"' "$T/reports/index.html")"
equal 'nothing temporary is left' '' "$(find "$T/reports" -maxdepth 1 -name '*.*' ! -name index.html)"

# A second report takes the place of the first; pictures alone leave the page where it is.
touch "$R/old"
sql "UPDATE run SET note = 'look <here>' WHERE id = 1"
clean "^$R/report.html$" --run 1 --quiet
check 'the older report is gone' test ! -e "$R/old"
check 'the note is in the page' grep -q '<dd>look &lt;here&gt;</dd>' "$R/report.html"
check 'and in that of all runs' grep -q '<td>look &lt;here&gt;</td>' "$T/reports/index.html"
clean "^$T/reports/run-1$" --run 1 --plots-only --format png
check 'the page is still there' test -s "$R/report.html"
equal 'a PNG file' '89504e47' "$(head -c 4 "$R/confusion.png" | od -An -tx1 | tr -d ' \n')"

# Two runs: 2 fixes 10 and 12 and breaks 7: 3 changes, 1 against 2, p = 2 * (1 + 3) / 8 = 1.
clean 'compare-1-2/report.html' --compare 1 2
C=$T/reports/compare-1-2
for name in compare_loss compare_accuracy fixed broken; do
    check "$name is in the page" grep -q "<figure id=\"$name\"" "$C/report.html"
done
equal 'fixed and broken' '3 2' "$(cat "$C/data/fixed.tsv" | wc -l) $(cat "$C/data/broken.tsv" | wc -l)"
check 'fixed, in words' grep -q '<dt>fixed</dt><dd>2</dd>' "$C/report.html"
check 'chance' grep -q 'p = 1.000' "$C/report.html"
check 'a setting that is the same is not listed' test -z "$(grep 'train.batch' "$C/report.html")"

# Each chart has been drawn above or will be below; the other scripts are loaded.
for script in experiments/charts/*.gp; do
    name=$(basename "$script" .gp)
    case $name in
    style | filters_? | feature_maps) ;; # style.gp stands before all, the others need a net
    preview) ;;                          # of the program preview
    column_*) ;;                         # of tables: tables.sh
    *)
        if grep -q "^# $name.gp: " "$script"; then
            check "$script is loaded" grep -q "load scripts.'$name.gp'" experiments/charts/*.gp
        else
            check "$script is used" ls "$T"/reports/*/"$name.svg"
        fi
        ;;
    esac
done

# Where gnuplot fails the older report stays; what it only says is passed on.
cp -r experiments/charts "$T/charts"
before=$(find "$T/reports" -type f -exec sha256sum {} + | sort)
echo 'plot nothing' >> "$T/charts/coverage.gp"
refused 1 '^report: gnuplot: .*coverage.gp' report --run 1 --scripts "$T/charts"
equal 'the older reports are as they were' "$before" "$(find "$T/reports" -type f -exec sha256sum {} + | sort)"
cp experiments/charts/coverage.gp "$T/charts/coverage.gp"
echo 'print "hello"' >> "$T/charts/coverage.gp"
expect_exit 0 '' report --run 1 --plots-only --scripts "$T/charts"
equal 'a warning is passed on' 'report: warning: gnuplot: hello' "$(cat "$T/.stderr")"
mkdir "$T/empty"
refused 1 "^report: gnuplot can't be started" env PATH="$T/empty" "$BIN/report" --db "$DB" --out "$T/reports" --run 1 --plots-only
refused 1 '^report: .*: no run 9$' report --run 9
refused 1 '^report: /proc/.*: ' report --run 1 --out /proc/nothing
refused 2 "^report: --format: 'gif', expected svg or png$" report --format gif
refused 1 '^report: .*: no run 9$' report --compare 1 9
refused 1 '^report: .*: no run 9$' report --compare 9 1
refused 2 '^report: --compare needs the numbers of two runs$' report --compare 1
refused 2 '^report: --compare needs the numbers of two runs$' report --compare 1 2 --run 1
refused 2 '^report: --compare: the two runs are the same$' report --compare 1 1
refused 2 "^report: unexpected argument '1'$" report 1
expect_exit 0 '^  build/bin/report ' "$BIN/report" --help

# The real programs, with a net that has convolutions and BatchNorm.
rm -f "$DB"*
ingested
cat > "$T/small.conf" <<CONF
[model]
layers =
    conv 8 3x3 same
    relu
    batchnorm
    maxpool 2
    conv 12 5x5 valid stride 2
    relu
    dropout 0.25
    dense 10
[train]
epochs = 3
batch = 32
CONF
"$BIN/split" --db "$DB" --quiet "$T/small.conf" > /dev/null &&
    "$BIN/train" --db "$DB" --quiet "$T/small.conf" > /dev/null &&
    "$BIN/evaluate" --db "$DB" --run 1 --quiet > /dev/null
rm -rf "$T/reports"
clean 'run-1/report.html' "$T/small.conf"
for name in filters_1 filters_2 feature_maps layers; do
    check "$name is in the page" grep -q "<figure id=\"$name\"" "$R/report.html"
done
equal 'a row of maps for the input and each layer but dropout' 8 "$(sed 1d "$R/data/feature_maps.tsv" | wc -l)"
equal 'filters of 3 x 3' 72 "$(wc -c < "$R/data/filters_1.bin")"
equal 'filters of 5 x 5' 300 "$(wc -c < "$R/data/filters_2.bin")"
equal 'shares of time add up' 100 "$(awk -F '\t' 'NR > 1 { s += $3 } END { printf "%.0f", s }' "$R/data/layer_time.tsv")"

# The last row of maps is the logits, from the least (0) to the greatest (255), 7 x 7 points a unit, and
# those are the logarithms of the probabilities but for a constant.
image=$(sql "SELECT image FROM split_image WHERE part = 'validation' ORDER BY image LIMIT 1")
tail -c 6272 "$R/data/feature_maps.bin" | head -c 784 | od -An -v -tu1 -w1 > "$T/logits"
sql "SELECT ln(json_each.value) FROM prediction JOIN json_each(probabilities)
     WHERE run = 1 AND image = $image ORDER BY json_each.key" > "$T/logarithms"
equal 'the last row of the maps agrees with the net' 'agrees 10' "$(awk '
    NR == FNR { unit[NR - 1] = $1; if (NR == 1 || $1 > most) most = $1; if (NR == 1 || $1 < least) least = $1
                n = NR; next }
    { point[FNR - 1] = $1 }
    END { for (u = 0; u < n; u++) {
              d = point[int(u / 4) * 196 + u % 4 * 7] - 255 * (unit[u] - least) / (most - least)
              good += d < 1 && d > -1 }
          print (good == n ? "agrees" : "differs"), n }' "$T/logarithms" "$T/logits")"
check 'filters keep their colours on a dark page' grep -q '<svg class="chart" ' "$R/filters_1.svg"
check 'images do not' grep -q '<svg class="chart ink" ' "$R/samples.svg"
check 'how layers were computed' grep -q "<td>$(sql 'SELECT path FROM layer WHERE layer = 1')</td>" "$R/report.html"
expect_exit 0 "$R$" env NN_ISA=plain "$BIN/report" --db "$DB" --out "$T/reports" --run 1 --plots-only
refused 2 "^report: NN_ISA: 'sse' is not an instruction set" env NN_ISA=sse "$BIN/report" --db "$DB" --run 1

# A net that can't be loaded is no run without weights.
before=$(find "$T/reports" -type f -exec sha256sum {} + | sort)
sql "UPDATE checkpoint SET weights = x'00'"
refused 1 '^report: .*weights' report --run 1 --plots-only
equal 'the older report is as it was' "$before" "$(find "$T/reports" -type f -exec sha256sum {} + | sort)"

# Runs of the version before.
xz -dc "$FIXTURE/schema-2/runs.db.xz" > "$T/older.db"
for run in $(sqlite3 "$T/older.db" 'SELECT id FROM run'); do
    expect_exit 0 "run-$run/report.html$" "$BIN/report" --db "$T/older.db" --out "$T/older" --run "$run"
    equal "nothing on stderr: run $run" '' "$(cat "$T/.stderr")"
done
cd "$ROOT" || exit 1
finish
