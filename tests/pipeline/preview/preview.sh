#!/bin/bash
# preview: a sheet of training images as augmentation makes them.
. tests/lib.sh

ingested
preview() { "$BIN/preview" --db "$DB" "$@"; }
make_conf() { # name, lines of [augment]
    printf '[model]\nlayers =\n    dense 10\n[train]\nseed = 3\n[augment]\n%b' "$2" > "$T/$1.conf"
}
# The pixels of a sheet's PNG, read by another program, as light on dark: x, y from the top, value.
pixels() { # file
    sed -n "s/.*base64,\([^']*\)'.*/\1/p" "$1" | base64 -d > "$T/sheet.png"
    gnuplot -e "set table '$T/sheet.txt'; plot '$T/sheet.png' binary filetype=png with rgbimage" \
        2>&1 > /dev/null | head -n 3
    awk '!/^#/ && NF { if (NR < 6) top = top > $2 ? top : $2; print $1, top - $2, 255 - $3 }' "$T/sheet.txt"
}
tile() { # row, column: its 784 values in order
    awk -v r="$1" -v c="$2" '$1 >= 29 * c && $1 < 29 * c + 28 && $2 >= 29 * r && $2 < 29 * r + 28 {
        print $2, $1, $3 }' "$T/pixels" | sort -n -k1,1 -k2,2 | awk '{ print $3 }' | xargs
}
image() { # row of train.csv
    sed -n "$(($1 + 1))p" "$T/train.csv" | cut -d, -f2- | tr , ' '
}

make_conf mirror 'flip = 1\n'
expect_exit 0 '^mirror: mirrored 100 %$' preview --out "$T/a.svg" --image train:7 "$T/mirror.conf"
equal 'says what it drew and where' "39 draws of one image, the first column as it is: $T/a.svg" \
    "$(tail -n 1 "$T/.stdout")"
pixels "$T/a.svg" > "$T/pixels"
equal 'four rows of ten' '289 x 115' "$(awk '{ if ($1 > x) x = $1; if ($2 > y) y = $2 } END { print x + 1 " x " y + 1 }' "$T/pixels")"
equal 'the original' "$(image 7)" "$(tile 0 0)"
mirrored=$(image 7 | awk '{ for (y = 0; y < 28; y++) for (x = 27; x >= 0; x--) print $(28 * y + x + 1) }' | xargs)
equal 'mirrored' "$mirrored" "$(tile 0 1)"
equal 'in the other rows from the first column on' "$mirrored" "$(tile 3 0)"

make_conf shift 'shift = 3\nrotation = 10\nstrength = 0\nerase = 0\n'
expect_exit 0 '^shift: no augment.\* setting distorts anything' preview --out "$T/none.svg" "$T/shift.conf"
check 'and draws nothing' test ! -e "$T/none.svg"
make_conf shift 'shift = 3\nrotation = 10\nscale = 0.1\nstrength = 0.5\nrest = 2\n'
expect_exit 0 '^shift: rotation ±5°, scale ±5 %, shift ±1.5 px, none in the last 2 epochs$' \
    preview --out "$T/b.svg" "$T/shift.conf"
equal 'an image of each class' "90 draws of training images, one of each class, the first column as it is: $T/b.svg" \
    "$(tail -n 1 "$T/.stdout")"
pixels "$T/b.svg" > "$T/pixels"
equal 'ten rows of ten' 289 "$(awk '{ if ($2 > y) y = $2 } END { print y + 1 }' "$T/pixels")"
sed 1d "$T/train.csv" | tr , ' ' > "$T/rows"
found=
for row in $(seq 0 9); do
    found="$found $(awk -v t="$(tile "$row" 0)" '{ label = $1; sub(/^[0-9]+ /, ""); if ($0 == t) print label }' "$T/rows")"
done
equal 'the first column: a training image of each class' ' 0 1 2 3 4 5 6 7 8 9' "$found"
different=$(for c in 0 1 2 3 4 5 6 7 8 9; do tile 4 "$c"; done | sort -u | wc -l)
equal 'each draw is another' 10 "$different"
preview --quiet --out "$T/c.svg" "$T/shift.conf" > "$T/out"
equal 'quiet' "$T/c.svg" "$(cat "$T/out")"
check 'the same seed draws the same' same "$T/b.svg" "$T/c.svg"
preview --out "$T/c.svg" --seed 4 "$T/shift.conf" > "$T/out"
check 'another seed does not' [ "$(cmp -s "$T/b.svg" "$T/c.svg"; echo $?)" = 1 ]
equal 'labels and settings stand beside it' '10 1' "$(grep -c '<text>[0-9]</text>' "$T/b.svg") $(
    grep -c '<text>rotation ±5°, scale ±5 %, shift ±1.5 px, none in the last 2 epochs</text>' "$T/b.svg")"
check 'a name for who does not see it' grep -q 'role="img" aria-label="Augmentation of shift on digits"' "$T/b.svg"
preview --out "$T/c.svg" --set augment.shift=2 "$T/shift.conf" > "$T/out"
check 'a setting that is changed counts' grep -q 'shift ±1 px' "$T/c.svg"
equal 'nothing temporary is left' '' "$(ls -d "$T"/pixelmill-preview.* "$T"/*.svg.* 2> /dev/null)"

# Text: as many columns as a terminal of 80 characters has room for, the original first.
preview --out "$T/a.svg" --text always --image train:7 "$T/mirror.conf" > "$T/out"
column() { # from which character
    head -n 14 "$T/out" | perl -CS -ne "chomp; print substr(\$_, $1, 28), \"\\n\""
}
equal 'text: the original' "$("$BIN/show" --db "$DB" --image train:7 --color never | sed -n 2,15p)" \
    "$(column 0)"
equal 'text: mirrored' "$(column 0 | perl -CS -ne 'chomp; print scalar reverse, "\n"')" "$(column 30)"
before=$(database_hash)
preview --out "$T/a.svg" "$T/mirror.conf" > "$T/out"
equal 'the database is only read' "$before" "$(database_hash)"

refused 1 '^preview: .*: no row 999 in the train part' preview --image train:999 --out "$T/d.svg" "$T/mirror.conf"
refused 1 "^preview: .*: no dataset 'none'" preview --dataset none --out "$T/d.svg" "$T/mirror.conf"
refused 1 '^preview: /proc/nothing: ' preview --out /proc/nothing/d.svg "$T/mirror.conf"
expect_exit 0 "$T/new/d.svg$" preview --out "$T/new/d.svg" "$T/mirror.conf"
check 'a folder that is not there is made' test -s "$T/new/d.svg"
refused 1 '^preview: gnuplot: ' preview --scripts "$T/new" --out "$T/d.svg" "$T/mirror.conf"
check 'and where nothing could be drawn there is no file' test ! -e "$T/d.svg"

# Stopped while gnuplot is at work: nothing is left; after a kill, until the next call.
mkdir "$T/slow"
printf '#!/bin/sh\ntouch "$0.began"\nexec sleep 60\n' > "$T/slow/gnuplot"
chmod +x "$T/slow/gnuplot"
for signal in TERM HUP KILL; do
    rm -f "$T/slow/gnuplot.began"
    PATH=$T/slow:$PATH "$BIN/preview" --db "$DB" --out "$T/slow.svg" "$T/mirror.conf" > "$T/out" 2>&1 &
    child=$!
    for _ in $(seq 200); do [ -e "$T/slow/gnuplot.began" ] && break; sleep 0.05; done
    gnuplot=$(pgrep -P $child)
    kill -$signal $child
    wait $child 2> "$T/killed"
    status=$?
    equal "SIG$signal: exit status" $((128 + $(kill -l $signal))) $status
    [ $signal != KILL ] || break
    equal "SIG$signal: nothing is left" '' "$(ls -A "$T" | grep -E 'slow.svg|^pixelmill-')"
done
kill "$gnuplot"
equal 'killed: its folder is left' 1 "$(ls -A "$T" | grep -c '^pixelmill-preview')"
expect_exit 0 "$T/new/d.svg$" preview --out "$T/new/d.svg" "$T/mirror.conf"
equal 'until the next call' 0 "$(ls -A "$T" | grep -c '^pixelmill-preview')"

# What is read is not written over, whatever it is called.
ln "$T/runs.db" "$T/other-name.svg"
for out in "$DB" "$T/other-name.svg" "$T/./runs.db" "$DB-wal" "$DB-locks" "$DB-journal"; do
    refused 1 "^preview: --out: $out: is (the database itself|a part of the database); expected" preview --out "$out" "$T/mirror.conf"
done
refused 1 'mirror.conf, which is read; expected' preview --out "$T/mirror.conf" "$T/mirror.conf"
rm "$T/other-name.svg"
printf '<svg xmlns="http://www.w3.org/2000/svg"/>' > "$T/own.svg"
for out in "$T/train.csv" "$T/own.svg" "$T/new"; do
    before=$(find "$out" | xargs cat 2> /dev/null | sha256sum)
    refused 1 "^preview: --out: $out: exists and is nothing that this program has made" preview --out "$out" "$T/mirror.conf"
    equal "$out is as it was" "$before" "$(find "$out" | xargs cat 2> /dev/null | sha256sum)"
done
expect_exit 0 "$T/new/d.svg$" preview --out "$T/new/d.svg" "$T/mirror.conf"
refused 1 'gone.conf: No such file' preview "$T/gone.conf"
refused 2 "^preview: --image: 'x'" preview --image x "$T/mirror.conf"
refused 2 "^preview: --text: 'x', expected auto, always or never" preview --text x "$T/mirror.conf"
refused 2 '^preview: expected one experiment file, got 0' preview
refused 2 "^preview: expected one experiment file, got '$T/mirror.conf' and 'b.conf'" preview "$T/mirror.conf" b.conf
refused 2 '^preview: unknown or ambiguous option' preview --run 1 "$T/mirror.conf"
expect_exit 0 '^  build/bin/preview ' preview --help
finish
