#!/bin/bash
# report: when a page is made again and when not, two at once, folders that must not be written to,
# and charts that are added.
. tests/lib.sh

cat sql/schema.sql sql/views/*.sql "$FIXTURE/charts.sql" | sqlite3 "$DB"
cp -r experiments/charts "$T/charts"
report() { "$BIN/report" --db "$DB" --out "$T/reports" --scripts "$T/charts" "$@"; }
R=$T/reports/run-1
files() { find "$T/reports" -type f -exec sha256sum {} + | sort; }
times() { find "$T/reports" -type f -printf '%p %i %T@\n' | sort; }

made() { # what has changed; the page is made anew
    expect_exit 0 "^$R/report.html$" report --run 1
    equal "$1: the page is made" 0 "$(grep -c 'nothing to do' "$T/.stdout")"
    idle "after: $1"
}
idle() { # when; nothing is done
    local before
    before=$(times)
    expect_exit 0 '^the report of run 1 is up to date: nothing to do$' report --run 1
    equal "$1: the page is named" "$R/report.html" "$(tail -n 1 "$T/.stdout")"
    equal "$1: no file is touched" "$before" "$(times)"
}
made 'it was not there'

before=$(database_hash)
run report --run 1 --if-needed
equal 'if needed: status, nothing printed' '3 0 0' \
    "$STATUS $(wc -c < "$T/.stdout") $(wc -c < "$T/.stderr")"
equal 'if needed: the database is as before' "$before" "$(database_hash)"
expect_exit 0 "^$R/report.html$" report --run 1 --quiet
equal 'quiet: one line' 1 "$(wc -l < "$T/.stdout")"
equal 'what the database knows of the page' "$R/report.html|$(sha256sum < "$R/report.html" | cut -c 1-64)" \
    "$(sql 'SELECT path, sha256 FROM report')"

# Whatever the page shows.
for change in "UPDATE run SET note = 'seen' WHERE id = 1" "UPDATE run SET archived = 1 WHERE id = 1" \
    "INSERT INTO tag VALUES (1, 'good')" "UPDATE submission SET public_score = 0.5" \
    "UPDATE evaluation SET evaluated_at = '2026-01-02T00:00:00.000Z' WHERE run = 1" \
    "UPDATE evaluation SET correct = 3 WHERE run = 2" "UPDATE run SET git_diff = printf('%064d', 4) WHERE id = 1" \
    "DELETE FROM epoch WHERE run = 1 AND epoch = 6"; do
    sql "$change"
    made "$change"
done
sql "UPDATE run SET message = 'of no run beside' WHERE id = 3"
expect_exit 0 "^$R/report.html$" report --run 1 # that is in the page of all runs
idle 'a run that is not in the page'

# What was made is gone or changed.
rm "$R/report.html"
made 'the page is gone'
echo '<!-- mine -->' >> "$R/report.html"
made 'the page was changed'
check 'it is as it was' test -z "$(grep mine "$R/report.html")"
rm "$R/final_report.json"
made 'a file beside it is gone'
sed -i 's/Orange adds/Orange will add/' "$T/charts/filters_1.gp"
made 'a chart was changed'
page=$(stat -c '%i %Y' "$R/report.html")
sed -i 's/All runs/No runs/' "$T/reports/index.html"
expect_exit 0 '^/' report --run 1
check 'the page of all runs is made again' grep -q '<h1>All runs</h1>' "$T/reports/index.html"
equal 'and that of the run is not' "$page" "$(stat -c '%i %Y' "$R/report.html")"
rm "$T/reports/index.html"
expect_exit 0 '^/' report --run 1
check 'likewise where it is gone' test -s "$T/reports/index.html"
expect_exit 0 '^/' report --run 1 --format png
check 'another format is another report' test -s "$R/confusion.png"
made 'and back'
expect_exit 0 "run-2/report.html$" report --run 2
check 'a report that has come is in the page of all runs' grep -q 'href="run-2/report.html"' "$T/reports/index.html"
idle 'the page of another run has come'

# Two at once: one of them makes it.
sql "UPDATE run SET note = 'twice' WHERE id = 1"
stages=$(sql 'SELECT count(*) FROM stage')
report --run 1 > "$T/one" 2> "$T/one.err" &
report --run 1 > "$T/two" 2> "$T/two.err"
equal 'the second one' 0 $?
wait $!
equal 'the first one' 0 $?
equal 'it was made once' "$((stages + 1))" "$(sql 'SELECT count(*) FROM stage')"

# Interrupted while gnuplot is at work, which ends, too.
mkdir "$T/slow"
printf '#!/bin/sh\ntouch "$0.began"\nexec sleep 60\n' > "$T/slow/gnuplot"
chmod +x "$T/slow/gnuplot"
before=$(files)
PATH=$T/slow:$PATH report --run 1 --plots-only > "$T/out" 2> "$T/err" &
for i in $(seq 100); do
    [ -e "$T/slow/gnuplot.began" ] && break
    sleep 0.1
done
kill $(pgrep -P $! report || echo $!)
wait $!
equal 'interrupted: status and line' '143 report: the report of run 1: interrupted; what was there is as it was' "$? $(cat "$T/err")"
equal 'interrupted: all is as it was' "$before" "$(files)"

# What a killed one left is no hindrance.
mkdir -p "$R.new/data/old"
sql "UPDATE run SET note = NULL WHERE id = 1"
made 'a folder of a killed one'
check 'it is gone' test ! -e "$R.new"

# The folder must not be, or hold, what is read.
mkdir "$T/reports/run-2/inside"
cp "$DB" "$T/reports/run-2/inside/runs.db"
cp "$DB" "$T/reports/index.html"
for db in "$T/reports/run-2/inside/runs.db" "$T/reports/index.html"; do
    refused 1 '^report: --out: .*(holds .*, which is read|is the database itself); expected' "$BIN/report" --db "$db" --out "$T/reports" --run 2
    check "$db is there" sqlite3 "$db" 'SELECT 1 FROM run'
done
refused 1 "holds $T/reports/run-2/inside/charts, which is read; expected" \
    sh -c "cp -r '$T/charts' '$T/reports/run-2/inside/charts'
           '$BIN/report' --db '$DB' --out '$T/reports' --scripts '$T/reports/run-2/inside/charts' --run 2 --format png"
rm -r "$T/reports"

# Nor be what somebody else has made.
for place in run-2/mine run-2.new/mine index.html; do
    mkdir -p "$T/reports/$(dirname "$place")"
    echo mine > "$T/reports/$place"
    refused 1 '^report: --out: .*: exists and is no(thing|) .*; expected' "$BIN/report" --db "$DB" --out "$T/reports" --run 2
    equal "$place is as it was" mine "$(cat "$T/reports/$place")"
    rm -r "$T/reports"
done
made 'all is gone'

# The lines at the top of a chart.
header() { # regex, lines
    printf '%b' "$2" > "$T/charts/own.gp"
    refused 1 "^report: $T/charts/own.gp$1" report --run 1
}
good='# section: data\n# title: Own\n# caption: Mine.\n# empty: nothing\n'
before=$(files)
header ':1: .set xlabel.*, expected .# KEY: TEXT.$' '# set xlabel\n'
header ': no line `# section: ...` at its top$' ''
header ':5: .hight., expected section, number, title' "$good# hight: 320\n"
header ":5: a second line 'title'" "$good# title: Other\n"
header ":5: 'two' is not a whole number" "$good# number: two\n"
header ": for: 'pictures', expected images or table" "$good# for: pictures\n"
header ":5: 'few' is not a whole number" "$good# classes: few\n"
header ': no line `# caption: ...` at its top' '# section: data\n# title: Own\n# empty: nothing\n'
header ": no data 'own'; expected a query sql/charts/own.sql" "$good"
header ": no page has a section 'dta'" "${good/section: data/section: dta}# data: cost\n"
equal 'no report has changed' "$before" "$(files)"

# A chart is two files: the query and the script. The program is built with them, and nobody else
# knows of it.
build=${BIN%/bin}
build=${build#"$ROOT"/}
mkdir -p "$T/tree/$build" "$T/tree/build" "$T/tree/tests" "$T/tree/experiments"
cp -a Makefile nn pipeline sql "$T/tree"
cp -a tests/tests.mk "$T/tree/tests"
cp -a experiments/charts "$T/tree/experiments"
cp -a build/packages* "$T/tree/build"
cp -a "$build"/lib*.a "$build/nn" "$build/pipeline" "$build/sql" "$T/tree/$build"
printf -- '-- Runs by their status (run=: all).\nSELECT status, count(*) AS runs FROM run WHERE :run GROUP BY status ORDER BY status;\n' \
    > "$T/tree/sql/charts/states.sql"
cat > "$T/tree/experiments/charts/states.gp" <<'GP'
# section: experiments
# number: 2
# title: How runs have ended
# caption: A bar a status,
#   of all <runs>.
# empty: there is no run
# height: 100 + 20 * rows

@heading
set xrange [0:max_runs]
plot data.'states.tsv' using 'runs':0:ytic(stringcolumn('status')) with points lc rgb blue notitle
GP
sed -e 's/^# number: 2/# number: 3/' -e 's/^# empty: .*/&, it says/' -e 's/^# section/# data: none_at_all\n&/' \
    "$T/tree/experiments/charts/states.gp" > "$T/tree/experiments/charts/none_at_all.gp"
echo 'SELECT status, 1 AS runs FROM run WHERE NOT :run;' > "$T/tree/sql/charts/none_at_all.sql"
check 'it builds' make -C "$T/tree" BUILD="$build" "$build/bin/report"
(cd "$T/tree" && "$build/bin/report" --db "$DB" --out "$T/more" --run 1) > "$T/out" 2> "$T/err"
equal 'and draws without a word' "$T/more/run-1/report.html" "$(cat "$T/out" "$T/err")"
for page in run-1/report.html index.html; do
    check "the chart is in $page" grep -q '<figcaption>A bar a status, of all &lt;runs&gt;.</figcaption>' "$T/more/$page"
    equal "in its place of $page" 'leaderboard cost states seeds' \
        "$(grep -oE '<figure id="(leaderboard|cost|states|seeds)' "$T/more/$page" | cut -d '"' -f 2 | xargs)"
    check "why one is missing in $page" grep -q '<p class="note">How runs have ended: there is no run, it says.</p>' "$T/more/$page"
done
check 'its name for who does not see it' grep -q 'aria-label="How runs have ended. A bar a status, of all' "$T/more/run-1/states.svg"
check 'its height is computed' grep -q 'viewBox="0 0 480 140"' "$T/more/run-1/states.svg"

# Any number of charts.
for i in $(seq 100 230); do
    printf "# section: data\n# number: $i\n# title: Own\n# caption: Mine.\n# empty: no\n# data: cost\n\n@heading\nset yrange [0:2]\nplot 1\n" \
        > "$T/tree/experiments/charts/own_$i.gp"
done
(cd "$T/tree" && "$build/bin/report" --db "$DB" --out "$T/more" --run 1 --quiet) > /dev/null
equal 'all files are named' "$(cd "$T/more/run-1" && ls -p | grep -v /)" \
    "$(sqlite3 :memory: "SELECT value FROM json_each(CAST(readfile('$T/more/run-1/final_report.json') AS TEXT), '\$.files')" |
        LC_ALL=C sort)"
finish
