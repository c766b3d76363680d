#!/bin/sh
# Sends a submission to the competition by the Kaggle client, with the run in its message, and
# keeps the message beside the submission:  pipeline/push.sh DATABASE FILE COMPETITION [TEXT]
set -eu

fail() {
    echo "push: $*" >&2
    exit 1
}

[ $# -ge 3 ] && [ $# -le 4 ] || {
    echo "Usage: pipeline/push.sh DATABASE FILE COMPETITION [TEXT]" >&2
    exit 2
}
db=$1 file=$2 competition=$3 text=${4-}
bin=${BIN:-$(cd "$(dirname "$0")/../.." && pwd)/build/bin}

command -v kaggle > /dev/null ||
    fail "kaggle: no such program; expected the Kaggle client, set up with its token"
answer=$("$bin/ask" --db "$db" --quiet --format csv message file="$file" | sed 1d)
[ -n "$answer" ] || fail "$file: is no submission of $db (submit makes one)"
run=${answer%%,*}
message=$(echo "${answer##*,}" | tr -d '"')${text:+ $text}
sum=$(sha256sum "$file" | cut -c 1-12)
case $message in
*"sha256 $sum"*) ;;
*) fail "$file: has changed since run $run submitted it" ;;
esac

kaggle competitions submit -c "$competition" -f "$file" -m "$message" ||
    fail "$file: the Kaggle client refused it"
"$bin/submit" --db "$db" --run "$run" --output "$file" --message "$message" --quiet > /dev/null
echo "$file: sent to $competition as: $message"
