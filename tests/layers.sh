#!/bin/bash
# Checks that no room knows what it must not: prints each finding, ends with counts. The floors are
# those of tests/floors.txt.
set -u
passed=0
failed=0

check() { # what, findings (empty: passed)
    if [ -z "$2" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'layers: %s:\n%s\n' "$1" "$2"
    fi
}

# Comments are allowed to speak of anything.
code() { for f in "$@"; do gcc -fpreprocessed -dD -E -P "$f" 2>/dev/null | sed "s|^|$f: |"; done; }

sources() { find nn pipeline -name '*.[ch]' | sort; }

# Lines `FILE INCLUDED`, both from the root.
includes() { grep -oE '^#include "[^"]+"' $(sources) | sed -E 's/:#include "(.*)"/ \1/'; }

# Files without a room of their own on a floor, and arrows that do not lead down.
floors() {
    { sed -e 's/#.*//' tests/floors.txt | sed 's/^/floor /'; includes; } | awk '
        $1 == "floor" { if (NF > 1) { n++; for (i = 2; i <= NF; i++) floor[$i] = n }; next }
        function room(file) { sub(/\/[^\/]*$/, "", file); return file }
        $2 == "nn/nn.h" || $2 ~ /^sql\// { next }
        {
            from = room($1); to = room($2)
            if (!(from in floor)) print $1 ": its folder is not in tests/floors.txt"
            else if (!(to in floor)) print $1 ": includes " $2 ", whose folder is not in tests/floors.txt"
            else if (from != to && floor[to] == floor[from]) print $1 ": includes " $2 ", sideways"
            else if (floor[to] > floor[from]) print $1 ": includes " $2 ", up"
        }' | sort -u
}

# A unit is NAME.c with NAME.h. tsort names the members of each circle.
circles() { includes | sed 's/\.[ch]//g' | awk '$1 != $2' | tsort 2>&1 >/dev/null | grep -v 'input contains a loop'; }

# A room has the statements of sql/ROOM.sql, a program of pipeline/tools those of sql/NAME.sql.
statements() {
    includes | awk '$2 ~ /^sql\// {
        split($1, path, "/"); room = path[2]
        name = path[3]; sub(/\.[ch]$/, "", name)
        sql = $2; sub(/^sql\//, "", sql); sub(/\.h$/, "", sql)
        allowed = sql == (room == "tools" ? name : room)
        allowed = allowed || (sql == "schema" && room == "db") || (sql == "charts" && room == "report")
        allowed = allowed || (sql == "mlflow" && name == "export")
        if (!allowed) print $1 ": includes " $2
    }'
}

# header, then the folders that may include it
library() {
    local header=$1 f
    shift
    grep -lE "#include <$header>" $(sources) | while read -r f; do
        case " $* " in *" ${f%/*} "*) ;; *) echo "$f: includes <$header>" ;; esac
    done
}

check 'an include that does not lead down' "$(floors)"
check 'circles between files' "$(circles)"
check 'a room uses the statements of another' "$(statements)"
check 'SQLite outside its room' "$(library sqlite3.h pipeline/db)"
check 'libcsv outside its rooms' "$(library csv.h pipeline/base pipeline/table)"
check 'nn/ includes what it must not know' \
    "$(grep -nE '#include *[<"](sqlite3|csv|archive|ini|openssl|microhttpd|png|mpi|unistd|fcntl|getopt)' nn/*.h nn/*/*.[ch])"
check 'nn/ prints, exits or reads the environment' \
    "$(code nn/*.h nn/*/*.[ch] | grep -v 'format(printf' | grep -wE '(f?printf|puts|putchar|exit|abort|_Exit|getenv|setenv|fopen|open|stdout|stderr)')"
check 'SQL stands in a C string' \
    "$(code $(sources) | grep '^pipeline' | grep -oE '^[^:]*:|"([^"\\]|\\.)*"' |
       grep -wE '(SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|PRAGMA|BEGIN|COMMIT|ROLLBACK|ATTACH|VACUUM)')"
check 'sql/ knows C' "$(grep -nE '\b(malloc|printf\(stderr|\.c\b|\.h\b)' -r sql)"
check 'the tests include private headers of the programs' \
    "$(grep -nE '#include *".*pipeline/(train|evaluate|submit)/(train|evaluate|submit)\.h"' -r tests)"
check 'libnn needs SQLite, libcsv or libarchive' \
    "$(nm -u "${BUILD:-build}/libnn.a" 2>/dev/null | grep -E ' (sqlite3_|csv_|archive_|EVP_)')"

if command -v clang-format > /dev/null; then
    check 'not as .clang-format has it' \
        "$(clang-format --dry-run $(sources) $(find tests -name '*.[ch]' | grep -v fixtures) 2>&1 | grep 'warning:' | head)"
fi

echo "layers: $passed passed, $failed failed"
[ "$failed" = 0 ]
