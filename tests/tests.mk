# tests.mk: how the tests are built and run. Included by the Makefile.
#
#   tests/unit/test_*.c    unit tests of nn/ with cmocka, linked without SQLite and libcsv
#   tests/stages/*.sh      the built programs on small files
#   tests/layers.sh        what each room must not know

UNIT_TESTS := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(wildcard tests/unit/test_*.c))
UNIT_HELPERS := $(patsubst tests/unit/%.c,$(BUILD)/tests/%.o,\
                  $(filter-out $(wildcard tests/unit/test_*.c),$(wildcard tests/unit/*.c)))
TEST_FLAGS := -std=c11 -D_GNU_SOURCE -Inn -Ipipeline

$(BUILD)/tests/%.o: tests/unit/%.c | build/packages build/packages-test
	@mkdir -p $(@D)
	$(call say,CC  )$(CC) $(CPPFLAGS) $(CFLAGS) $(TEST_FLAGS) -MMD -MP -c -o $@ $<

# The pure functions of a stage that a unit test asks for; they know no database.
$(BUILD)/tests/test_split: $(BUILD)/pipeline/split_stratified.o

$(BUILD)/tests/test_%: $(BUILD)/tests/test_%.o $(UNIT_HELPERS) $(BUILD)/libnn.a
	$(call say,LINK)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) $(BUILD)/libnn.a $(NN_LIBS) -lcmocka

.PRECIOUS: $(BUILD)/tests/%.o
-include $(wildcard $(BUILD)/tests/*.d)

.PHONY: test unit layers asan
test: build $(UNIT_TESTS) ## Run all tests; ends with their counts
	@BUILD=$(BUILD) bash tests/run.sh $(UNIT_TESTS)

unit: $(UNIT_TESTS) ## Run the unit tests only
	@BUILD=$(BUILD) bash tests/run.sh --unit $(UNIT_TESTS)

layers: build ## Check that no room knows what it must not
	@BUILD=$(BUILD) bash tests/layers.sh

asan: ## Run all tests with AddressSanitizer and UndefinedBehaviorSanitizer
	@$(MAKE) --no-print-directory test BUILD=build/asan \
	    CFLAGS="-O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all -Wall -Wextra -Wshadow"

# ---------------------------------------------------------------------------------- benchmarks

$(BUILD)/bench/%: tests/bench/%.c $(SHARED_OBJECTS) $(BUILD)/libnn.a
	@mkdir -p $(@D)
	$(call say,LINK)$(CC) $(CPPFLAGS) $(CFLAGS) $(TEST_FLAGS) -fopenmp -o $@ $^ $(STAGE_LIBS) $(NN_LIBS)

.PHONY: bench bench-peer
bench: $(BUILD)/bench/bench_nn data/train.csv ## Measure training and inference, against PyTorch where it is installed
	@BUILD=$(BUILD) bash tests/bench/bench.sh $(BENCH_OPTIONS) data/train.csv

build/packages-peer: Makefile
	$(call need_packages,python3-torch gnuplot-nox)

bench-peer: build/packages-peer ## The same, after installing PyTorch (Debian package python3-torch)
	@$(MAKE) --no-print-directory bench
