#!/bin/sh
# Sends a submission to the competition by the Kaggle client, with the run in its message, and
# keeps the message beside the submission:
#
#     pipeline/submit/push.sh DATABASE FILE COMPETITION [TEXT]
#
# Nothing is sent but the very bytes that the database knows. A file may be called whatever files
# can be called.
set -eu

fail() {
    echo "push: $*" >&2
    exit 1
}

[ $# -ge 3 ] && [ $# -le 4 ] || {
    echo "Usage: pipeline/submit/push.sh DATABASE FILE COMPETITION [TEXT]" >&2
    exit 2
}
db=$1 file=$2 competition=$3 text=${4-}
here=$(cd "$(dirname "$0")/../.." && pwd)
bin=${BIN:-$here/build/bin}

command -v kaggle > /dev/null ||
    fail "kaggle: no such program; expected the Kaggle client, set up with its token"

# A name with a dash in front is no option for anybody.
place() {
    case $1 in
    -*) printf './%s' "$1" ;;
    *) printf '%s' "$1" ;;
    esac
}

# The fields of the question `message`, parted by a byte that is in none of them. The name goes as
# hexadecimal digits, whatever it holds.
[ -e "$db" ] || fail "$db: no such database"
separator=$(printf '\037')
name=$(printf %s "$file" | od -An -v -tx1 | tr -d ' \n')
answer=$(sqlite3 -batch -readonly -noheader -list -separator "$separator" \
    -cmd '.timeout 60000' -cmd '.parameter init' \
    -cmd ".parameter set :file \"CAST(x'$name' AS TEXT)\"" "$(place "$db")" \
    < "$here/sql/ask/message.sql") || fail "$db: can't be read"
[ -n "$answer" ] || fail "$file: is no submission of $db (submit makes one)"
recorded=${answer##*"$separator"}
answer=${answer%"$separator"*}
message=${answer##*"$separator"}${text:+ $text}
run=${answer%%"$separator"*}

[ -f "$file" ] || fail "$file: is gone; expected the file that run $run submitted (submit writes it again)"
sum=$(sha256sum < "$file") || fail "$file: can't be read"
[ "${sum%% *}" = "$recorded" ] ||
    fail "$file: has changed since run $run submitted it (SHA-256 $(printf %.12s "$sum")..., expected $(
        printf %.12s "$recorded")...)"

kaggle competitions submit -c "$competition" -f "$(place "$file")" -m "$message" ||
    fail "$file: the Kaggle client refused it"
"$bin/submit" --db "$db" --run "$run" --output "$file" --message "$message" --sent --quiet > /dev/null ||
    fail "$file: was sent to $competition, but its message could not be kept"
echo "$file: sent to $competition as: $message"
