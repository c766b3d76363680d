# variables.mk: what make can be told, as NAME=value on its command line.
#
# Values reach the recipes by the environment, just as they were typed: make expands none of them. A
# variable that nobody knows, or none of the targets that are called, is an error.

# Of all targets.
GENERAL := WIDE EXPERIMENT SEED FOLDS TRAIN_ON SET DATASET TRAIN TEST SAMPLE LABEL ID IGNORE HEADER SEPARATOR SHAPE TRANSPOSE RUN DB REPORTS \
           ANSWERS FORMAT QUIET V BUILD CC CFLAGS CPPFLAGS LDFLAGS
# Of one or several: NAME:target,target.
OWN := PUSH:submit COMPETITION:submit,scores MESSAGE:submit POSITIVE:all,submit,report,committee,score RUNS:committee Q:ask,committee SQL:ask,committee \
       ARGS:ask A:compare B:compare BASELINE:leaderboard LIMIT:leaderboard IMAGE:show,preview SWEEP:sweep \
       WORKERS:sweep,tune KNOBS:tune TRIALS:tune SCORES:scores TEXT:note TAG:tag,untag \
       CONFIRM:archive,unarchive,delete,settle,restore TO:backup MLFLOW:export-mlflow REPLACE:export-mlflow \
       SEEDS:bench-preset BENCH_OPTIONS:bench,bench-peer
# What else is told these is a parameter of the question; ask knows which ones it has.
QUESTIONS := ask compare leaderboard committee

TOLD := $(foreach v,$(.VARIABLES),$(if $(filter command,$(firstword $(origin $(v)))),$(v)))
TOLD := $(filter-out -% MAKEFLAGS MAKEOVERRIDES,$(TOLD))
$(foreach v,$(TOLD),$(eval override $(v) := $$(value $(v)))$(eval export $(v)))

GOALS := $(or $(MAKECMDGOALS),all)
comma := ,
targets_of = $(subst $(comma), ,$(patsubst $(1):%,%,$(filter $(1):%,$(OWN))))
KNOWN := $(GENERAL) $(foreach o,$(OWN),$(firstword $(subst :, ,$(o))))

define check_variable
ifeq ($(filter $(1),$(KNOWN)),)
$$(error $(1)=: make knows no such variable$$(shell . pipeline/front/front.sh; printf '%s\n' $(KNOWN) | did_you_mean '$(1)'))
else ifeq ($(filter $(1),$(GENERAL))$(filter $(call targets_of,$(1)),$(GOALS)),)
$$(error $(1)=: is for make $(call targets_of,$(1)), not for make $(GOALS))
endif
endef
ifeq ($(filter $(QUESTIONS),$(GOALS)),)
$(foreach v,$(TOLD),$(eval $(call check_variable,$(v))))
endif

export TOLD EXPERIMENT DATASET DB BUILD BIN REPORTS COMPETITION WORKERS MLFLOW
