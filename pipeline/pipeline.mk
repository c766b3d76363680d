# pipeline.mk: builds the stage programs into $(BUILD)/bin/. Included by the Makefile.
#
#   pipeline/{base,conf,db,store,program,chart}   the floors below the stages: $(BUILD)/libpipeline.a
#   pipeline/NAME/NAME.c                 the program NAME is all files of that folder
#   pipeline/{tools,data}/NAME.c         each file a program
#   sql/ROOM.sql                         build/sql/ROOM.h and .c: a program has the SQL of its stage

FLOORS := base source table conf db store program chart
STAGE_LIBS := -lsqlite3 -lcsv -larchive -lz -linih -ljansson -lcrypto
STAGE_FLAGS := -std=c11 -D_GNU_SOURCE -I. -I$(BUILD)

STAGE_PROGRAMS := $(foreach d,$(filter-out $(FLOORS) tools data,$(notdir $(wildcard pipeline/*))),\
                    $(if $(wildcard pipeline/$(d)/$(d).c),$(d)))
FILE_PROGRAMS := $(patsubst pipeline/%.c,%,$(wildcard pipeline/tools/*.c pipeline/data/*.c))
PROGRAMS := $(sort $(STAGE_PROGRAMS) $(notdir $(FILE_PROGRAMS)))

.PHONY: build
build: $(PROGRAMS:%=$(BUILD)/bin/%) ## Only build the programs, into build/bin/

include pipeline/chart/chart.mk pipeline/report/report.mk

# ---------------------------------------------------------------------------------- SQL

SQL_ROOMS := schema charts mlflow $(patsubst sql/%.sql,%,$(filter-out sql/schema.sql sql/columns.sql,$(wildcard sql/*.sql)))
SQL_HEADERS := $(SQL_ROOMS:%=$(BUILD)/sql/%.h)

define sql_room
$(BUILD)/sql/$(1).h $(BUILD)/sql/$(1).c: pipeline/db/embed-sql.sh $(2)
	@mkdir -p $$(@D)
	$$(call say,SQL )sh pipeline/db/embed-sql.sh $$(if $$(filter %.h,$$@),--header,--source) $(1) > $$@
endef
$(foreach r,$(filter-out schema charts mlflow,$(SQL_ROOMS)),$(eval $(call sql_room,$(r),sql/$(r).sql)))
$(foreach r,charts mlflow,$(eval $(call sql_room,$(r),$(wildcard sql/$(r)/*.sql) sql/$(r))))
$(eval $(call sql_room,schema,sql/schema.sql $(wildcard sql/views/*.sql sql/upgrade/*.sql) sql/views sql/upgrade))

$(BUILD)/sql/%.o: $(BUILD)/sql/%.c $(BUILD)/sql/%.h
	$(call say,CC  )$(CC) $(CFLAGS) $(STAGE_FLAGS) -c -o $@ $<

.SECONDARY: $(SQL_ROOMS:%=$(BUILD)/sql/%.c) $(SQL_ROOMS:%=$(BUILD)/sql/%.o)

# ---------------------------------------------------------------------------------- programs

$(BUILD)/pipeline/store/machine.o: CPPFLAGS += -DPIXELMILL_COMPILER='"$(shell $(CC) -dumpfullversion -dumpversion | sed 's/^/$(CC) /') $(CFLAGS)"'

$(BUILD)/pipeline/%.o: pipeline/%.c | $(SQL_HEADERS) build/packages
	@mkdir -p $(@D)
	$(call say,CC  )$(CC) $(CPPFLAGS) $(CFLAGS) $(STAGE_FLAGS) -MMD -MP -c -o $@ $<

-include $(wildcard $(BUILD)/pipeline/*/*.d)

# Tables in a terminal need a library that `make` alone does not: it is looked for when a program that
# draws them is built.
TERMINAL := $(BUILD)/pipeline/base/terminal.o
TERMINAL_PROGRAMS := ask check mark show watch
$(TERMINAL): | build/packages-tables

FLOOR_OBJECTS := $(filter-out $(TERMINAL),$(patsubst %.c,$(BUILD)/%.o,$(foreach f,$(FLOORS),$(wildcard pipeline/$(f)/*.c)))) \
                 $(BUILD)/sql/db.o $(BUILD)/sql/store.o $(BUILD)/sql/schema.o
$(BUILD)/libpipeline.a: $(FLOOR_OBJECTS)
	@rm -f $@
	$(call say,AR  )$(AR) rcs $@ $^

# What stands in an archive and is not called, a library that is not needed: a program is without it.
define program
$(BUILD)/bin/$(1): $(patsubst %.c,$(BUILD)/%.o,$(2)) $(patsubst %,$(BUILD)/sql/%.o,$(filter $(SQL_ROOMS),$(1) $(3))) \
                   $(BUILD)/libpipeline.a $(BUILD)/libnn.a
	@mkdir -p $$(@D)
	$$(call say,LINK)$$(CC) $$(CFLAGS) $$(LDFLAGS) -Wl,--as-needed -o $$@ $$(filter %.o,$$^) $$(filter %.a,$$^) $$(STAGE_LIBS) $(if $(filter $(1),$(TERMINAL_PROGRAMS)),-lsmartcols) $$(NN_LIBS)
$(BUILD)/bin/$(1): $(if $(filter $(1),$(TERMINAL_PROGRAMS)),$(TERMINAL))
endef
$(foreach p,$(STAGE_PROGRAMS),$(eval $(call program,$(p),$(wildcard pipeline/$(p)/*.c),$(if $(filter report,$(p)),charts))))
$(foreach p,$(FILE_PROGRAMS),$(eval $(call program,$(notdir $(p)),pipeline/$(p).c,$(if $(filter tools/export,$(p)),mlflow))))
