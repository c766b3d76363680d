#!/bin/sh
# Prints the targets of the given makefiles in groups, from their `## ...` and the headings
# `# ---- group` above them:  help.sh MAKEFILE...
echo 'Usage: make [TARGET] [EXPERIMENT=quick] [SEED=1] [FOLDS=5 | TRAIN_ON=all] [SET="train.epochs=3 ..."]'
echo '            [TRAIN=a.csv TEST=b.csv DATASET=name] [DB=path] [RUN=7]'
awk -F ':.* ## ' '
    /^# -----+ / { heading = $0; sub(/^# -+ */, "", heading); next }
    /^[a-z0-9-]+:.* ## / {
        if (heading != "") printf "\n%s\n", toupper(substr(heading, 1, 1)) substr(heading, 2)
        heading = ""
        printf "  %-16s %s\n", $1, $2
    }' "$@"
