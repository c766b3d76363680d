# front.sh: what the recipes of make share. Sourced by them (bash); what make was told stands in the
# environment, as it was typed.
#
#   stages NAME...    calls stages one after the other; the last line says what came of it
#   stage NAME OPTION...    one program, with --db
#   address           fills the array `run` with the options that name a run: RUN or EXPERIMENT
#   params NAME...    fills the array `told` with `name=value` for what was given on the command line

set +u # what make was not told is empty

fail() {
    echo "make: $*" >&2
    exit 1
}

# The nearest of the words in the lines of standard input, by the number of letters that are changed,
# left out, added or exchanged with the next one; nothing where none is near.
nearest() { # word
    awk -v word="$1" '
        function least(a, b) { return a < b ? a : b }
        function distance(a, b,   i, j, d, same) {
            for (i = 0; i <= length(a); i++) d[i, 0] = i
            for (j = 0; j <= length(b); j++) d[0, j] = j
            for (i = 1; i <= length(a); i++)
                for (j = 1; j <= length(b); j++) {
                    same = substr(a, i, 1) == substr(b, j, 1)
                    d[i, j] = least(least(d[i - 1, j], d[i, j - 1]) + 1, d[i - 1, j - 1] + !same)
                    if (i > 1 && j > 1 && substr(a, i - 1, 2) == substr(b, j, 1) substr(b, j - 1, 1))
                        d[i, j] = least(d[i, j], d[i - 2, j - 2] + 1)
                }
            return d[length(a), length(b)]
        }
        { d = distance(tolower(word), tolower($0)); if (best == "" || d < far) { far = d; best = $0 } }
        END { if (best != "" && far <= 1 + length(word) / 3) print best }'
}

did_you_mean() { # word, on standard input: those that there are
    local near
    near=$(nearest "$1")
    echo "${near:+; did you mean $near?}"
}

# ---------------------------------------------------------------------------------- what is asked for

experiment_file() {
    conf=experiments/$EXPERIMENT.conf
    [ -e "$conf" ] || fail "EXPERIMENT=$EXPERIMENT: there is no $conf$(
        ls experiments/*.conf | sed 's|.*/||; s|\.conf$||' | did_you_mean "$EXPERIMENT")"
}

# EXPERIMENT=auto is an ordinary experiment, perhaps with some settings of its own: what choose says.
choose() {
    local chosen
    chosen=$(stage choose --dataset "$DATASET")
    EXPERIMENT=${chosen%% *}
    SET="${chosen#"$EXPERIMENT"} $SET"
}

# Where a call needs just the experiment's name, and auto may be it.
resolve() {
    [ "$EXPERIMENT" = auto ] || return 0
    ingest_files
    choose
}

# EXPERIMENT with all that changes it.
experiment() {
    local setting
    [ "$EXPERIMENT" != auto ] || choose
    experiment_file
    run=("$conf" --dataset "$DATASET" ${SEED:+--seed "$SEED"} ${FOLDS:+--folds "$FOLDS"} ${TRAIN_ON:+--all})
    [ -z "$TRAIN_ON" ] || [ "$TRAIN_ON" = all ] ||
        fail "TRAIN_ON=$TRAIN_ON: expected TRAIN_ON=all, or nothing where the experiment says what validates"
    for setting in $SET; do
        run+=(--set "$setting")
    done
}

address() {
    if [ -n "$RUN" ]; then run=(--run "$RUN"); else experiment; fi
}

needed() { # variable, what it is
    [ -n "${!1-}" ] || fail "$1 is missing; expected $1=$2"
}

params() {
    told=()
    local name
    for name in "$@"; do
        [ -z "${!name-}" ] || told+=("${name,,}=${!name}")
    done
}

# ---------------------------------------------------------------------------------- files

# A file of a folder by its stem, plain or compressed; the plain name where there is none.
file_of() { # folder, stem
    local file
    for file in "$1/$2.csv" "$1/$2.csv.gz" "$1/$2.csv.xz" "$1/$2.csv.zst" "$1/$2.csv.bz2" "$1/$2.csv.zip"; do
        [ ! -e "$file" ] || break
        file=
    done
    echo "${file:-$1/$2.csv}"
}

# The name of a dataset whose files are somebody's own: that of the folder, or of a file that is not
# just called train. Names of the datasets that make itself knows are not given.
dataset_of() { # training file
    local folder name
    folder=$(basename "$(cd "$(dirname "$1")" 2> /dev/null && pwd)")
    name=$(basename "$1")
    name=${name%%.*}
    case ${name,,} in
    train | training | *_train | *-train | stdin | - | '') name=$folder ;;
    esac
    name=$(printf %s "$name" | tr -c 'A-Za-z0-9._-' - | sed 's/^[.-]*//; s/^$/data/' | cut -c 1-80)
    case $name in
    digits | digits-sample | fashion) name=own-$name ;;
    esac
    echo "$name"
}

# Where DATASET's files are, and what TRAIN, TEST and SAMPLE are where they were not given. Without a
# network a few digits stand in for those that make gets, under a name of their own.
files() {
    local known
    folder=data
    [ "$DATASET" = digits ] || folder=data/$DATASET
    train=${TRAIN:-$(file_of "$folder" train)}
    if [ -z "$TRAIN" ] && [ "$DATASET" = digits ] && [ ! -e "$train" ] && [ -e data/digits-sample/train.csv ]; then
        DATASET=digits-sample
        folder=data/digits-sample
        train=$folder/train.csv
    fi
    known=$(file_of "$(dirname "$train")" test)
    [ -e "$known" ] || known=
    test=${TEST:-$known}
    case $train in
    *.zip) [ -n "$test" ] || ! holds_test "$train" || test=$train ;;
    esac
    known=$(dirname "$train")/sample_submission.csv
    [ -n "$test" ] && [ -e "$known" ] || known=
    sample=${SAMPLE:-$known}
}

# Whether an archive holds a test file beside the training file.
holds_test() { # zip
    unzip -Z1 "$1" 2> /dev/null | grep -qiE '(^|/)[^/]*test[^/]*[.]csv$'
}

# The files must be there by now: make has got those that it knows how to get.
find_files() {
    files
    case $train in
    - | *.zip:* | *.tar*:*) return ;; # ingest says what is wrong with them
    esac
    [ -e "$train" ] || fail "DATASET=$DATASET: there is no $train; expected it there, or TRAIN=file$(
        { echo digits; echo fashion; ls data 2> /dev/null; } | did_you_mean "$DATASET")"
}

# Last of all, for nobody should take a few digits for all of them.
say_sample() {
    [ "$DATASET" != digits-sample ] || {
        echo "These are 800 digits of data/digits-sample only: $(cat data/digits-sample/reason 2> /dev/null)"
        echo "With a network and npm, make gets all 70,000."
    } >&2
}

# ---------------------------------------------------------------------------------- stages

stage() { # program, options
    local program=$1
    shift
    case $program in submit | score) set -- ${POSITIVE:+--positive "$POSITIVE"} "$@" ;; esac
    "$BIN/$program" --db "$DB" ${QUIET:+--quiet} "$@"
}

ingest_files() {
    find_files
    step ingest --dataset "$DATASET" ${LABEL:+--label "$LABEL"} ${ID:+--id "$ID"} ${IGNORE:+--ignore "$IGNORE"} \
        ${HEADER:+--header "$HEADER"} ${SEPARATOR:+--separator "$SEPARATOR"} ${SHAPE:+--shape "$SHAPE"} ${TRANSPOSE:+--transpose} \
        ${CHANNELS:+--channels "$CHANNELS"} ${TABLE:+--table} ${sample:+--sample "$sample"} "$train" ${test:+"$test"}
}

# Calls a stage where there is something to do; `did` tells afterwards whether there was.
step() {
    local status=0
    stage "$@" --if-needed || status=$?
    case $status in
    0) did=yes ;;
    3) ;;
    *) exit "$status" ;;
    esac
}

# The path of the run's submission, which has been made; where the dataset has no test file, a line of
# submit's that says so, and nothing else.
submission() {
    stage submit --quiet "${run[@]}" || [ $? = 1 ]
}

report() {
    step report --out "$REPORTS" ${FORMAT:+--format "$FORMAT"} "$@"
}

stages() {
    local name last=
    did=
    # With RUN there is just that run, and only the last stage is meant.
    if [ -n "$RUN" ]; then
        address
        set -- "${!#}"
    else
        [ "$EXPERIMENT" = auto ] || experiment # what is wrong with it is said before anything is stored
        [ "$1" != ingest ] || ingest_files
        experiment
    fi
    for name in "$@"; do
        case $name in
        ingest) ;;
        report) report "${run[@]}" ;;
        *) step "$name" "${run[@]}" ;;
        esac
    done
    case $name in
    submit | report) [ -n "$RUN" ] || last=$(result "$name") ;;
    esac
    if [ -z "$did" ]; then
        echo "Nothing to do, all up to date${last:+: $last}"
    elif [ -n "$last" ] && [ "$name" = report ] && [ -n "$test" ]; then
        echo "$last"
    fi
    say_sample
}

# What came of a call: the submission's file, or where there is no test file the report's.
result() { # the last stage
    if [ -n "$test" ]; then
        stage submit --quiet "${run[@]}"
    elif [ "$1" = report ]; then
        stage report --out "$REPORTS" --quiet "${run[@]}"
    fi
}

# ---------------------------------------------------------------------------------- single targets

# Members by their numbers or by the column `run` of a query's result.
let_vote() {
    local setting members=()
    for setting in $SET; do
        members+=(--set "$setting")
    done
    if [ -n "$SQL" ]; then
        members+=(--sql "$SQL")
    elif [ -n "$Q" ]; then
        parameters
        members+=(--question "$Q" "${told[@]}")
    else
        needed RUNS '"3 4 5"'
        members+=(--runs "$RUNS")
    fi
    stage committee "${members[@]}" | tee "$BUILD/committee.out"
    RUN=$(sed -n 's/^run \([0-9]*\).*/\1/p' "$BUILD/committee.out" | tail -n 1)
    run=(--run "$RUN")
    step evaluate "${run[@]}"
    report "${run[@]}"
    step submit --quiet "${run[@]}" > /dev/null
    submission
}

# What was told make and is not its own is a parameter of the question.
parameters() {
    local name names=()
    for name in $TOLD; do
        case $name in
        Q | SQL | ARGS | FORMAT | RUN | RUNS | SET | DB | BUILD | QUIET | V | REPORTS | CC | *FLAGS) ;;
        EXPERIMENT | SEED | FOLDS | TRAIN_ON | TRAIN | TEST | ANSWERS) ;; # of calls that train
        *) names+=("$name") ;;
        esac
    done
    params "${names[@]}"
}

ask() { # question, or what Q or SQL say
    local what=("$@")
    parameters
    [ $# != 0 ] || [ -z "$SQL" ] || what=(--sql "$SQL")
    [ $# != 0 ] || [ -n "$SQL" ] || [ -z "$Q" ] || what=("$Q")
    stage ask ${FORMAT:+--format "$FORMAT"} ${RUN:+--run "$RUN"} "${what[@]}" "${told[@]}" $ARGS
}

sweep() { # options and file
    did=
    ingest_files
    stage sweep --dataset "$DATASET" --workers "$WORKERS" "$@"
}

scores() {
    if [ -n "$SCORES" ]; then
        stage scores "$SCORES"
    else
        command -v kaggle > /dev/null ||
            fail 'kaggle: no such program; expected the Kaggle client, or SCORES=list.csv'
        kaggle competitions submissions -c "$COMPETITION" -v | stage scores -
    fi
}

mark_run() { # action, its text
    needed RUN 7
    local action=$1
    shift
    if [ "$action" = note ] && [ -z "${TEXT+given}" ]; then
        stage mark --run "$RUN" --show-note
    else
        stage mark --run "$RUN" ${CONFIRM:+--confirm "$CONFIRM"} "--$action" "$@"
    fi
}
