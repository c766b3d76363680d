# report of tables: what stands there in place of pictures, without a test file, with many classes.
. tests/lib.sh

report() { "$BIN/report" --db "$DB" --dataset "$SET" --out "$T/reports" "$@"; }
printf '[model]\nlayers =\n    dense classes\n[train]\nbatch = 4\nepochs = 2\n' > "$T/net.conf"
judged() { # dataset, files; arguments of ingest
    SET=$1
    shift
    for call in "ingest $*" "split $T/net.conf" "train $T/net.conf" "evaluate $T/net.conf"; do
        # shellcheck disable=SC2086 # words
        "$BIN/"${call%% *} --db "$DB" --dataset "$SET" ${call#* } > "$T/said" 2>&1 || cat "$T/said"
    done
}
# Its text: tags, style sheet and names of attributes left out, but for labels that are read out.
words() { # page
    tr '\n' ' ' < "$1" | sed 's/<style>.*<\/style>//; s/<script.*//' | sed -E 's/aria-label="([^"]*)"/>\1</g' |
        sed 's/<[^>]*>/\n/g'
}
cells() { # page, caption: a table's lines, cells separated by '|'
    tr '\n' ' ' < "$1" | grep -o "<caption>$2</caption>.*" | sed 's/<\/table>.*//; s/<tr>/\n/g' |
        sed -E 's/<caption>.*//; s/<\/t[dh]>/|/g; s/<[^>]*>//g; s/ +$//' | sed '/^ *$/d'
}

# Ten rows of two classes. size: 1 to 5 and 11 to 15: mean 8, variance within the classes 2, between
# them 25, so 25 / 27 of it is told by the class, and the deviation is the root of 27. Red are 3 of 5
# and 4 of 4, so of that variance 8 / 35 are. The test rows lie one deviation above. Row 9 occurs twice in train, with either label.
awk 'BEGIN { print "size,colour,always,never,<b>,class"
             for (i = 1; i <= 5; i++) {
                 print i "," (i % 2 ? "red" : "blue & green") ",7,NA,0,low"
                 print i + 10 "," (i == 4 ? "" : "red") ",7,NA,1,high" } }' > "$T/train.csv"
printf 'size,colour,always,never,<b>\n13.19615,red,7,NA,1\n13.19615,,7,NA,0\n' > "$T/test.csv"
judged two "$T/train.csv" "$T/test.csv"
expect_exit 0 "^$T/reports/run-1/report.html$" report --run 1
equal 'nothing on stderr' '' "$(cat "$T/.stderr")"
R=$T/reports/run-1
equal 'a page of rows' '' "$(words "$R/report.html" | grep -iE 'imag|img/|pixel' | grep -v Pixelmill)"
equal 'and that of all runs' '' "$(words "$T/reports/index.html" | grep -iE 'imag|img/|pixel' | grep -v Pixelmill)"
equal 'no pictures' '' "$(grep -oE '<figure id="(mean_images|samples|intensity|drift|duplicates|feature_maps|filters_.|wrong|correct)"' "$R/report.html")"
equal 'nor their data' '' "$(find "$R/data" -name '*.bin')"
for name in column_classes column_drift class_counts confusion layers; do
    check "$name is in the page" grep -q "<figure id=\"$name\"" "$R/report.html"
done
equal 'the columns' 'no.|column|kind|values|mean|deviation|gaps|gaps in test|told by the class|
1|size|numbers|1 to 15|8|5.196|0|0|92.6 %|
2|colour|2 texts|blue &amp; green, red|||1|1|22.9 %|
3|always|constant|7|7|0|0|0||
4|never|only gaps||||10|2||
5|&lt;b&gt;|numbers|0 to 1|0.5|0.5|0|0|100.0 %|' "$(cells "$R/report.html" 'Columns, as the training rows have them')"
equal 'drift: of size one deviation; red: 1 against 7 of 9; <b> none' 'size 1.000
colour = blue & green -0.535
colour = red 0.535
<b> 0.000' "$(awk -F '\t' 'NR > 1 { printf "%s %.3f\n", $2, $3 }' "$R/data/column_drift.tsv")"
# Quantiles of 1 to 5 are 1.2, 2, 3, 4 and 4.8.
equal 'the spread of size among the low, and the class that tells more' '<b> high 1.000 1.000 1.000
size high 0.616 0.962 1.309
size low -1.309 -0.962 -0.616' "$(awk -F '\t' 'NR > 1 { printf "%s %s %.3f %.3f %.3f\n", $3, $5, $6, $8, $10 }' "$R/data/column_classes.tsv" |
    sed -E 's/(size \S+) (\S+) (\S+) (\S+)/\1 \2 \3 \4/' | sort | grep -v '<b> low')"
check 'no two rows are the same' grep -q 'Duplicates: no two rows of the dataset are the same' "$R/report.html"
check 'what a dataset is made of' grep -q '<dd>two, version 1, rows of 6 numbers</dd>' "$R/report.html"
equal 'its kind for programs' table "$(sqlite3 :memory: "SELECT json_extract(CAST(readfile('$R/final_report.json') AS TEXT), '$.dataset.kind')")"
equal 'it is up to date' 'the report of run 1 is up to date: nothing to do' "$(report --run 1 | head -n 1)"

# Without a test file; with duplicates; predictions that are wrong, since the columns say nothing.
awk 'BEGIN { print "a,class"; for (i = 1; i <= 10; i++) print 3 "," (i % 2 ? "odd" : "even") }' > "$T/same.csv"
judged same "$T/same.csv"
expect_exit 0 'run-2/report.html$' report --run 2
equal 'nothing on stderr' '' "$(cat "$T/.stderr")"
R=$T/reports/run-2
check 'drift needs test rows' grep -q 'Drift by column: the dataset has no test rows' "$R/report.html"
check 'no column tells' grep -q 'Columns by class: no column of numbers varies' "$R/report.html"
equal 'duplicates' 'copies|one|label|another|its label|
10|train 1|odd|train 10|even|' "$(cells "$R/report.html" 'Rows that occur more than once, two of each')"
wrong=$(sql "SELECT image.row FROM prediction JOIN image ON image.id = prediction.image
             WHERE run = 2 AND prediction.class <> image.class")
check 'one of two is wrong' test -n "$wrong"
check 'and is listed' grep -q "^train $wrong|" <(cells "$R/report.html" 'Wrong predictions, the most certain first')

# Two runs beside each other.
"$BIN/train" --db "$DB" --dataset same --seed 1 --quiet --set split.seed=42 "$T/net.conf" > /dev/null
"$BIN/evaluate" --db "$DB" --run 3 --quiet > /dev/null
sql "UPDATE prediction SET class = 1 - class WHERE run = 3
     AND (class = (SELECT class FROM image WHERE id = image)) IS (
         SELECT class = (SELECT class FROM image WHERE id = image) FROM prediction AS one
         WHERE one.run = 2 AND one.image = prediction.image)"
expect_exit 0 'compare-2-3/report.html$' report --compare 2 3
C=$T/reports/compare-2-3/report.html
equal 'a comparison of rows' '' "$(words "$C" | grep -iE 'imag|pixel' | grep -v Pixelmill)"
check 'fixed' grep -q "^fixed|train $wrong|" <(cells "$C" 'Rows that one of the runs reads and the other does not')
check 'broken' grep -q "^broken|train " <(cells "$C" 'Rows that one of the runs reads and the other does not')

# More classes than charts can show.
awk 'BEGIN { print "a,b,class"; for (c = 0; c < 140; c++) for (i = 0; i < 5; i++) print c % 12 + i / 9 "," int(c / 12) ",class " c }' > "$T/many.csv"
judged many "$T/many.csv"
expect_exit 0 'run-4/report.html$' report --run 4
equal 'nothing on stderr' '' "$(cat "$T/.stderr")"
R=$T/reports/run-4
for title in 'Confusion matrix, counts' 'Metrics by class' 'Rows by class'; do
    check "$title is left out" grep -q "$title: 140 classes are more than it could show" "$R/report.html"
done
equal 'the hundred worst classes, two means and a heading' 103 "$(cells "$R/report.html" 'Precision, recall and F1 of each class' | wc -l)"
check 'and that is said' grep -q 'the 100 of the lowest F1 out of 140' "$R/report.html"
finish
