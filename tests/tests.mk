# tests.mk: how the tests are built and run. Included by the Makefile.
#
#   tests/nn/*/test_*.c         unit tests of nn/ with cmocka, linked without SQLite and libcsv
#   tests/pipeline/*/test_*.c   of those functions of the stages that know no database
#   tests/unit/                 what the unit tests share
#   tests/pipeline/*/*.sh       the built programs on small files
#   tests/front/*.sh            the front door
#   tests/layers.sh             what each room must not know

UNIT_TESTS := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/nn/*/test_*.c tests/pipeline/*/test_*.c))
UNIT_HELPERS := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/unit/*.c))
TEST_FLAGS := -std=c11 -D_GNU_SOURCE -I. -I$(BUILD)

$(BUILD)/tests/%.o: tests/%.c | build/packages build/packages-test
	@mkdir -p $(@D)
	$(call say,CC  )$(CC) $(CPPFLAGS) $(CFLAGS) $(TEST_FLAGS) -MMD -MP -c -o $@ $<

# The pure functions of a stage that a unit test asks for; they know no database.
$(BUILD)/tests/pipeline/split/test_split: $(BUILD)/pipeline/split/stratified.o
$(BUILD)/tests/pipeline/train/test_schedule: $(BUILD)/pipeline/train/schedule.o
$(BUILD)/tests/pipeline/table/test_columns: \
    $(patsubst %,$(BUILD)/pipeline/%.o,table/columns source/fields base/error base/number base/text base/utf8)
$(BUILD)/tests/pipeline/score/test_metrics: $(BUILD)/pipeline/score/metrics.o
$(BUILD)/tests/pipeline/conf/test_input: $(BUILD)/pipeline/conf/input.o
$(BUILD)/tests/pipeline/base/test_base: \
    $(patsubst %,$(BUILD)/pipeline/base/%.o,csv error file hash number records text unfinished utf8)
$(BUILD)/tests/pipeline/base/test_unfinished: \
    $(patsubst %,$(BUILD)/pipeline/base/%.o,error file text unfinished)
$(BUILD)/tests/pipeline/base/test_base: TEST_LIBS := -lcsv -lcrypto
$(BUILD)/tests/pipeline/program/test_options: $(BUILD)/pipeline/program/options.o \
    $(patsubst %,$(BUILD)/pipeline/base/%.o,error number text)

$(UNIT_TESTS): %: %.o $(UNIT_HELPERS) $(BUILD)/libnn.a
	$(call say,LINK)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) $(BUILD)/libnn.a $(TEST_LIBS) $(NN_LIBS) -lcmocka

.PRECIOUS: $(BUILD)/tests/%.o
-include $(wildcard $(BUILD)/tests/*/*.d $(BUILD)/tests/*/*/*.d)

# ---------------------------------------------------------------------------------- test

.PHONY: test unit layers asan
test: build $(UNIT_TESTS) | build/packages-tables ## Run all tests; ends with their counts
	@BUILD=$(BUILD) bash tests/run.sh $(UNIT_TESTS)

unit: $(UNIT_TESTS) ## Run the unit tests only
	@BUILD=$(BUILD) bash tests/run.sh --unit $(UNIT_TESTS)

layers: build ## Check that no room knows what it must not
	@BUILD=$(BUILD) bash tests/layers.sh

# Versions that Debian's own Node.js runs.
$(BUILD)/pages/node_modules: | build/packages-pages
	@mkdir -p $(@D)
	npm install --silent --no-audit --no-fund --prefix $(@D) html-validate@9.7.1 playwright-core@1.50.1

.PHONY: test-pages
test-pages: build $(BUILD)/pages/node_modules ## Look at the report's pages in chromium and validate them
	@BUILD=$(BUILD) bash tests/browser/pages.sh

asan: ## Run all tests with AddressSanitizer and UndefinedBehaviorSanitizer
	@$(MAKE) --no-print-directory test BUILD=build/asan \
	    CFLAGS="-O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all -Wall -Wextra -Wshadow"

# nn/ for arm64: all of it compiles, and those unit tests that take seconds run under emulation.
ARM64_TESTS := $(patsubst %,build/arm64/tests/nn/%,base/test_random train/test_callback model/test_model layers/test_batchnorm train/test_torch)
.PHONY: arm64
arm64: build/packages-arm64 ## Cross-compile nn/ for arm64 and run its quick unit tests under qemu
	@$(MAKE) --no-print-directory $(ARM64_TESTS) BUILD=build/arm64 CC=aarch64-linux-gnu-gcc
	@BUILD=build/arm64 EMULATOR=qemu-aarch64 bash tests/run.sh --unit $(ARM64_TESTS)

# ---------------------------------------------------------------------------------- measure

$(BUILD)/bench/%: tests/bench/%.c $(BUILD)/libpipeline.a $(BUILD)/libnn.a
	@mkdir -p $(@D)
	$(call say,LINK)$(CC) $(CPPFLAGS) $(CFLAGS) $(TEST_FLAGS) -fopenmp -o $@ $^ $(STAGE_LIBS) $(NN_LIBS)

.PHONY: bench bench-peer
bench: $(BUILD)/bench/bench_nn data ## Measure training and inference, against PyTorch where it is installed
	@BUILD=$(BUILD) bash tests/bench/bench.sh $(BENCH_OPTIONS) data/train.csv

.PHONY: bench-paths
bench-paths: $(BUILD)/bench/bench_nn data ## Compare what the fast and the plain paths have learnt after an epoch
	@nn=$(BUILD)/bench/bench_nn; for net in baseline baseline-bn batchnorm; do for seed in 1 2 3; do \
	    fast=$$($$nn data/train.csv "epoch experiments/$$net.conf 32 $$(nproc) $$seed fast"); \
	    plain=$$($$nn data/train.csv "epoch experiments/$$net.conf 32 $$(nproc) $$seed plain"); \
	    printf '%-12s seed %d   fast %s %%   plain %s %%\n' $$net $$seed $$fast $$plain; \
	done; done

.PHONY: bench-preset
bench-preset: build data ## What EXPERIMENT reaches and costs over SEEDS="1 2 3", from the CSV files to the score
	@EXPERIMENT=$(EXPERIMENT) SEEDS="$(or $(SEEDS),1 2 3)" BUILD=$(BUILD) bash tests/bench/preset.sh \
	    $(foreach v,DATASET TRAIN TEST ANSWERS TRAIN_ON FOLDS,$(if $(filter command,$(firstword $(origin $(v)))),$(v)=$($(v))))

bench-peer: build/packages-peer ## The same, after installing PyTorch (Debian package python3-torch)
	@$(MAKE) --no-print-directory bench

.PHONY: soak
soak: build ## Run the long tests: 200 kills at random moments, eight writers; prints commit times
	@BUILD=$(BUILD) bash tests/soak/writers.sh
	@BUILD=$(BUILD) bash tests/bench/commits.sh
	@BUILD=$(BUILD) bash tests/soak/kill.sh

.PHONY: bench-questions
bench-questions: build ## Time every view and question on a database of 1,000 runs
	@sh tests/bench/time-questions.sh $(BUILD)
