# nn.mk: builds $(BUILD)/libnn.a. Included by the Makefile, which may set CC, CFLAGS and BUILD.
# Programs that link the library add $(NN_LIBS).

BUILD ?= build
CFLAGS ?= -O3 -Wall -Wextra -Wshadow

# Compiled once for each instruction set; each exports one table of functions.
NN_KERNELS := $(addprefix nn/kernels/,kernels batchnorm) $(addprefix nn/conv/,direct sparse winograd4 winograd im2col)
NN_SOURCES := $(filter-out $(NN_KERNELS),$(patsubst %.c,%,$(wildcard nn/*/*.c)))

NN_STANDARD := -std=c11 -D_GNU_SOURCE -fopenmp -I.
NN_LIBS := -lopenblas -lm -fopenmp

# Contraction to fused multiply-adds is wanted; NaN and infinity keep their meaning.
NN_KERNEL_FLAGS := -ffp-contract=fast -fno-math-errno -fno-trapping-math
NN_FLAGS_plain :=
NN_FLAGS_avx2 := -march=x86-64-v3
NN_FLAGS_avx512 := -march=x86-64-v4 -mprefer-vector-width=512
ifneq ($(filter x86_64% amd64%,$(shell $(CC) -dumpmachine)),)
NN_ISAS := plain avx2 avx512
else
NN_ISAS := plain
endif

NN_OBJECTS := $(NN_SOURCES:%=$(BUILD)/%.o) \
              $(foreach isa,$(NN_ISAS),$(NN_KERNELS:%=$(BUILD)/%.$(isa).o))

$(BUILD)/libnn.a: $(NN_OBJECTS)
	@rm -f $@
	$(call say,AR  )$(AR) rcs $@ $^

$(NN_SOURCES:%=$(BUILD)/%.o): $(BUILD)/%.o: %.c | build/packages
	@mkdir -p $(@D)
	$(call say,CC  )$(CC) $(CPPFLAGS) $(CFLAGS) $(NN_STANDARD) -MMD -MP -c -o $@ $<

define nn_kernel_rule
$(NN_KERNELS:%=$(BUILD)/%.$(1).o): $(BUILD)/%.$(1).o: %.c | build/packages
	@mkdir -p $$(@D)
	$$(call say,CC  )$$(CC) $$(CPPFLAGS) $$(CFLAGS) $$(NN_STANDARD) $$(NN_KERNEL_FLAGS) $$(NN_FLAGS_$(1)) \
	    -DNN_KERNEL_ISA=$(1) -MMD -MP -c -o $$@ $$<
endef
$(foreach isa,$(NN_ISAS),$(eval $(call nn_kernel_rule,$(isa))))

-include $(NN_OBJECTS:.o=.d)
