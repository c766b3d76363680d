#!/bin/bash
# Checks that no room knows what it must not: prints each finding, ends with counts.
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

check 'nn/ includes what it must not know' \
    "$(grep -nE '#include *[<"](sqlite3|csv|archive|ini|openssl|microhttpd|png|unistd|fcntl|getopt)' nn/*.[ch])"
check 'nn/ prints, exits or reads the environment' \
    "$(code nn/*.[ch] | grep -v 'format(printf' | grep -wE '(f?printf|puts|putchar|exit|abort|_Exit|getenv|setenv|fopen|open|stdout|stderr)')"
check 'nn/ includes files of pipeline/' "$(grep -n '#include.*pipeline/' nn/*.[ch])"
check 'SQL stands in a C string' \
    "$(code pipeline/*.[ch] | grep -oE '^[^:]*:|"([^"\\]|\\.)*"' |
       grep -wE '(SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|PRAGMA|BEGIN|COMMIT|ROLLBACK|ATTACH|VACUUM)')"
check 'a stage includes the insides of another' \
    "$(for f in pipeline/*.c; do
           stage=$(basename "$f" .c); stage=${stage%%_*}
           for other in $(ls pipeline/*_*.h 2>/dev/null); do
               o=$(basename "$other"); o=${o%%_*}
               [ "$o" != "$stage" ] && grep -n "#include \"$(basename "$other")\"" "$f" /dev/null
           done
       done)"
check 'sql/ knows C' "$(grep -nE '\b(malloc|printf\(stderr|\.c\b|\.h\b)' -r sql)"
check 'the tests include private headers of the programs' \
    "$(grep -nE '#include *".*pipeline/(train|evaluate|submit)\.h"' -r tests)"
check 'libnn needs SQLite, libcsv or libarchive' \
    "$(nm -u "${BUILD:-build}/libnn.a" 2>/dev/null | grep -E ' (sqlite3_|csv_|archive_|EVP_)')"

echo "layers: $passed passed, $failed failed"
[ "$failed" = 0 ]
