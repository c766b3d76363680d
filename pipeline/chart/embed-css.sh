#!/bin/sh
# Turns FOLDER/NAME.css into a C string NAME_css, without its comments: embed-css.sh FILE
set -eu
name=$(basename "$1" .css)
printf '/* Made from %s by pipeline/chart/embed-css.sh. */\nstatic const char %s_css[] =\n' "$1" "$name"
awk '/^\/\*/ { inside = 1 }
     !inside { gsub(/\\/, "\\\\"); gsub(/"/, "\\\""); printf "    \"%s\\n\"\n", $0 }
     /\*\/$/ { inside = 0 }' "$1"
printf '    "";\n'
