#!/bin/sh
# Sees to it that Debian packages are there:  packages.sh MARK PACKAGE...
# A package may name an architecture, libcmocka-dev:arm64. MARK is touched where all are there.
set -eu
mark=$1
shift
mkdir -p "$(dirname "$mark")"
command -v dpkg-query > /dev/null || {
    echo "make: not a Debian system; install the like of: $*" >&2
    touch "$mark"
    exit 0
}
missing=
for package in "$@"; do
    architecture=${package#*:}
    [ "$architecture" != "$package" ] || architecture=$(dpkg --print-architecture)
    dpkg-query -W -f='${Status} ${Architecture}\n' "$package" 2> /dev/null |
        grep -qE "ok installed ($architecture|all)$" || missing="$missing $package"
done
if [ -n "$missing" ] && [ "$(id -u)" != 0 ]; then
    echo "make: packages are missing; run: sudo apt-get install$missing" >&2
    exit 1
elif [ -n "$missing" ]; then
    echo "Installing$missing"
    case $missing in
    *:arm64*) dpkg --add-architecture arm64 ;;
    esac
    { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends $missing; } \
        > "$mark.log" 2>&1 || {
        tail -n 5 "$mark.log" >&2
        echo "make: could not install$missing" >&2
        exit 1
    }
fi
touch "$mark"
