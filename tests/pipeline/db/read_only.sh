# A database that may be read and not written: it, or its folder.
. tests/lib.sh
ingested
CONF=$ROOT/experiments/smoke.conf
"$BIN/split" --db "$DB" "$CONF" > "$T/out" && "$BIN/train" --db "$DB" --quiet --threads 1 "$CONF" > "$T/out" || exit 1

# As somebody who may not write: whoever is root may write everywhere.
reader() {
    if [ "$(id -u)" = 0 ]; then setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; else "$@"; fi
}
chmod 755 "$T"
mkdir "$T/shelf"
BOOK="$T/shelf/a?b#c%d.db"
mv "$DB" "$BOOK"
rm -f "$DB"-*
cp -r "$BIN" "$T/bin"
chmod -R a+rX "$T"
PROGRAMS=$T/bin
refuses() { # regex, command
    run reader "${@:2}"
    if [ "$STATUS" = 1 ] && grep -qE -- "$1" "$T/.stderr" && [ "$(wc -l < "$T/.stderr")" = 1 ]; then
        pass
    else
        fail "${*:2}" "exit $STATUS: $(cat "$T/.stdout" "$T/.stderr")"
    fi
}
both() { # of a book that is as it was
    expect_exit 0 'smoke' reader "$PROGRAMS/ask" --db "$BOOK" runs
    expect_exit 0 '^no training is running$' reader "$PROGRAMS/watch" --db "$BOOK"
    expect_exit 0 'train loss' reader "$PROGRAMS/show" --db "$BOOK" --run 1
    for program in 'evaluate --run 1' "split $CONF" "train $CONF --again" 'mark --run 1 --note x'; do
        set -- $program
        refuses "^$1: .*: is read-only, it or its folder; expected write permission" \
            "$PROGRAMS/$1" --db "$BOOK" "${@:2}"
    done
    equal 'nothing came beside it' "$(basename "$BOOK")" "$(ls -A "$T/shelf")"
}
chmod 444 "$BOOK"
both
chmod 666 "$BOOK"
chmod 555 "$T/shelf"
both

# Changes that are only in the log, whose index is gone: a clear word.
chmod 755 "$T/shelf"
sqlite3 "$BOOK" > "$T/out" << END
INSERT INTO tag VALUES (1, 'late');
.shell cp '$BOOK-wal' '$T/kept-wal'
END
cp "$T/kept-wal" "$BOOK-wal"
chmod -R a+rX "$T/shelf"
chmod 555 "$T/shelf"
refuses 'may only be read, and .*-wal holds changes that are not in it yet; expected' "$PROGRAMS/ask" --db "$BOOK" runs
chmod 755 "$T/shelf"
finish
