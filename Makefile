# Weft's build.
#
#   make                    build/release/weft, and build/weft pointing at it
#   make debug | asan | tsan
#   make CHECK_SHARING=1    release code that aborts when a thread touches a local object of another
#   make stats              counts instructions, cache misses, allocations, ...: base/stats.h
#   make CONFIG=lines       counts what threads cost each other in the caches: base/cache_lines.h
#   make unit               builds and runs the C unit tests of tests/unit
#   make pgo                build/pgo/weft, optimised for how it runs the programs of tools/train-profile
#   make CONFIG=x target    the target in that configuration; CC=clang and WERROR=1 go with everything
#   make check | size | format
#   make install PREFIX=/usr/local     installs what `make pgo` builds
#   V=1 shows the commands
#
# Every configuration and every compiler has a directory of its own below build/, so that they
# never mix. Sources are found by wildcard: a new file needs no line here.

CONFIG ?= release
ifeq ($(CHECK_SHARING),1)
override CONFIG := check-sharing
endif
CONFIGS := release debug check-sharing asan tsan fuzz lines stats pgo training
ifeq ($(filter $(CONFIG),$(CONFIGS)),)
$(error CONFIG=$(CONFIG) is none of: $(CONFIGS))
endif

ifeq ($(origin CC),default)
CC := $(if $(filter fuzz,$(CONFIG)),clang,gcc)
endif
COMPILER := $(if $(findstring clang,$(CC)),clang,gcc)
B := build/$(CONFIG)$(if $(filter clang,$(COMPILER)),-clang)
GEN := build/gen
STDLIB := build/stdlib/lib/python3.13

# ---- Flags -----------------------------------------------------------------------------------

# No PIE in the shipped configurations: the many static tables (types, methods, names) then need
# no relocation at start, and stay shared, clean pages.
OPT_release       := -O2 -g -fno-pie
OPT_debug         := -O1 -g -DDEBUG
OPT_check-sharing := -O2 -g -fno-pie -DCHECK_SHARING
OPT_asan          := -O1 -g -DDEBUG -fsanitize=address,undefined -fno-omit-frame-pointer
OPT_tsan          := -O2 -g -fsanitize=thread -fno-omit-frame-pointer
OPT_lines         := -O2 -g -fno-pie -fsanitize=thread -DCOUNT_CACHE_LINES
OPT_stats         := -O2 -g -fno-pie -DCOUNT_STATS
OPT_fuzz          := -O1 -g -fsanitize=fuzzer-no-link,address -fno-omit-frame-pointer
LINK_release       := -no-pie
LINK_check-sharing := -no-pie
LINK_lines         := -no-pie
LINK_stats         := -no-pie
LINK_pgo           := -no-pie
LINK_training      := -no-pie -fprofile-generate
LINK_asan          := -fsanitize=address,undefined
LINK_tsan          := -fsanitize=thread
LINK_fuzz          := -fsanitize=address

WARN := -Wall -Wextra -Wstrict-prototypes -Wmissing-prototypes -Wvla
ifeq ($(COMPILER),clang)
# Static objects begin with a header struct that ends in an array: the empty tuple and the like.
WARN += -Wno-gnu-variable-sized-type-not-at-end
endif
ifeq ($(WERROR),1)
WARN += -Werror
endif

# What `make pgo` needs: a build that writes a profile of its run, and one that reads it. Code that the training did
# not run is optimised as without a profile, not for size.
TRAINING := build/training$(if $(filter clang,$(COMPILER)),-clang)
ifeq ($(COMPILER),clang)
OPT_training := $(OPT_release) -DTRAINING -fprofile-generate
OPT_pgo      := $(OPT_release) -fprofile-use=$(B)/weft.profdata
else
OPT_training := $(OPT_release) -DTRAINING -fprofile-generate -fprofile-update=single
OPT_pgo      := $(OPT_release) -fprofile-use -fprofile-partial-training -fprofile-correction \
                -Wno-missing-profile -Wno-error=coverage-mismatch
endif

# -fno-strict-aliasing: heap objects are reached through several struct types.
# -fwrapv: small int arithmetic is checked after the fact.
ALL_CFLAGS := -std=gnu11 -D_GNU_SOURCE $(OPT_$(CONFIG)) -fno-strict-aliasing -fwrapv -fvisibility=hidden \
              -ftls-model=initial-exec -pthread $(WARN) -Isrc -I$(GEN) -isystem build/mpdec $(CFLAGS)
ALL_LDFLAGS := $(LINK_$(CONFIG)) -pthread -rdynamic $(LDFLAGS)

# A library is added here, and its -dev package in tools/dev-lib/packages.sh, with the first
# module that needs it. libmpdec is made from source: tools/dev-lib/mpdec.sh.
LIBS := build/mpdec/libmpdec.a -lgmp -lz -lm -ldl

# ---- Sources ---------------------------------------------------------------------------------

SRCS := $(sort $(shell find src -name '*.c' 2>/dev/null))
HDRS := $(sort $(shell find src \( -name '*.h' -o -name '*.def' \) 2>/dev/null))

# Generated sources: name what is compiled in GEN_SRCS and what is only included in GEN_HDRS, and
# give each its rule in the section "Generated sources" below.
GEN_SRCS :=
GEN_HDRS := $(addprefix $(GEN)/,unicode_tables.h unicode_decomp.h unicode_name_tables.h bytecode_version.h)

OBJS := $(SRCS:src/%.c=$(B)/obj/%.o) $(GEN_SRCS:$(GEN)/%.c=$(B)/gen/%.o)
LIB_OBJS := $(filter-out $(B)/obj/cli/main.o,$(OBJS))
LIB := $(B)/libweft.a
PROGRAM := $(if $(wildcard src/cli/main.c),$(B)/weft)

UNIT_SRCS := $(sort $(wildcard tests/unit/*.c))
UNIT_PROGRAMS := $(UNIT_SRCS:tests/unit/%.c=$(B)/unit/%)

Q := $(if $(V),,@)
step = $(if $(V)$(findstring s,$(firstword -$(MAKEFLAGS))),@:,@echo '  $(1)  $(2)')

# ---- Targets ---------------------------------------------------------------------------------

.PHONY: bench-heap all release debug asan tsan stats pgo unit unit-programs check size format install clean FORCE
.DELETE_ON_ERROR:
.SECONDARY:

all: $(PROGRAM) $(LIB) $(B)/layers.ok
ifeq ($(B),build/release)
ifneq ($(PROGRAM),)
	@ln -sfn release/weft build/weft
endif
endif

release debug asan tsan stats pgo:
	@$(MAKE) --no-print-directory CONFIG=$@ all

# The profile is made anew whenever a source has changed. gcc looks for that of $(B)/obj/x.o in
# $(B)/obj/x.gcda.
ifeq ($(CONFIG),pgo)
$(OBJS): $(B)/profile.done

$(B)/profile.done: $(SRCS) $(HDRS) tools/train-profile
	$(Q)$(MAKE) --no-print-directory CONFIG=training $(TRAINING)/weft
	$(Q)find $(TRAINING) '(' -name '*.gcda' -o -name '*.profraw' ')' -delete
	$(call step,TRAIN,$(TRAINING)/weft)
	$(Q)LLVM_PROFILE_FILE=$(TRAINING)/%p.profraw tools/train-profile $(TRAINING)/weft
	@mkdir -p $(@D)
ifeq ($(COMPILER),clang)
	$(Q)llvm-profdata merge -o $(@D)/weft.profdata $(TRAINING)/*.profraw
else
	$(Q)cd $(TRAINING) && find obj -name '*.gcda' -exec cp --parents {} ../../$(@D) \;
endif
	@touch $@
endif

$(B)/weft: $(OBJS) build/mpdec/libmpdec.a
	$(call step,LD,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $(OBJS) $(LIBS)

# The start-up modules of the standard library, compiled into the executable: by a program of all that is in it besides.
FROZEN_OBJ := $(B)/obj/modules/frozen_data.o
FROZEN_SRCS := $(shell awk -F'"' '/^FROZEN/ { print "$(STDLIB)/" $$6 }' src/modules/frozen.def)

$(B)/freeze: tools/freeze.c $(filter-out $(FROZEN_OBJ),$(LIB_OBJS))
	$(call step,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

$(B)/frozen.bin: $(B)/freeze $(FROZEN_SRCS)
	$(call step,FREEZE,$@)
	$(Q)$< $(STDLIB) $@

$(FROZEN_OBJ): $(B)/frozen.bin
$(FROZEN_OBJ): ALL_CFLAGS += -DFROZEN_FILE='"$(B)/frozen.bin"'

$(STDLIB)/%.py:
	@echo 'build/stdlib is missing: run ./dev fetch, or put the standard library of Python 3.13 there' >&2; exit 1

$(LIB): $(LIB_OBJS)
	@mkdir -p $(@D)
	@rm -f $@
	$(Q)ar rcs $@ $(LIB_OBJS)

# What an object was built with is part of what it depends on.
$(B)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(CC) $(ALL_CFLAGS)' | cmp -s - $@ || echo '$(CC) $(ALL_CFLAGS)' > $@

$(B)/obj/%.o: src/%.c $(B)/flags | $(GEN_HDRS) build/mpdec/libmpdec.a
	@mkdir -p $(@D)
	$(call step,CC,$<)
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# It has the functions that -fsanitize=thread makes all others call.
build/lines/obj/base/cache_lines.o: ALL_CFLAGS += -fno-sanitize=thread -Wno-builtin-declaration-mismatch

$(B)/gen/%.o: $(GEN)/%.c $(B)/flags | $(GEN_HDRS)
	@mkdir -p $(@D)
	$(call step,CC,$<)
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# ---- Generated sources -----------------------------------------------------------------------

# Names the files of compiled code in __pycache__: whatever can change what is in them, changes it.
BYTECODE_SRCS := $(sort $(wildcard src/compile/*.[ch] src/compile/*.def src/syntax/*.[ch] src/syntax/*.def \
                   src/modules/marshal*.c))

$(GEN)/bytecode_version.h: $(BYTECODE_SRCS)
	@mkdir -p $(@D)
	$(call step,GEN,$@)
	$(Q)echo "#define BYTECODE_VERSION \"$$(cat $^ | cksum | cut -d' ' -f1)\"" > $@

$(GEN)/gen-unicode: tools/gen-unicode.c
	@mkdir -p $(@D)
	$(call step,CC,$<)
	$(Q)$(CC) -O1 $(WARN) -o $@ $<

$(GEN)/unicode.done: $(GEN)/gen-unicode
	@[ -f build/unicode/UnicodeData.txt ] || { \
	    echo 'build/unicode is missing: run ./dev fetch, or put the Unicode Character Database there' >&2; exit 1; }
	$(call step,GEN,$(GEN)/unicode_*.h)
	$(Q)$< build/unicode $(GEN)
	@touch $@

$(GEN)/unicode_%.h: $(GEN)/unicode.done ;

build/mpdec/libmpdec.a:
	@echo 'build/mpdec is missing: run ./dev fetch, or put libmpdec.a and mpdecimal.h there' >&2; exit 1

# ---- Unit tests ------------------------------------------------------------------------------

# A unit test links only what it uses, out of the archive: base is tested without a heap.
$(B)/unit/%: tests/unit/%.c $(LIB) $(B)/flags
	@mkdir -p $(@D)
	$(call step,CC,$<)
	$(Q)$(CC) $(ALL_CFLAGS) -Itests/unit -MMD -MP -MF $@.d $(ALL_LDFLAGS) -o $@ $< $(LIB) $(LIBS)

# Programs that tests drive: syntax_dump shows trees and tokens to compare_syntax.py.
$(B)/tools/%: tests/tools/%.c $(LIB) $(B)/flags
	@mkdir -p $(@D)
	$(call step,CC,$@)
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -MF $@.d $(ALL_LDFLAGS) -o $@ $< $(LIB) $(LIBS)

# What tests/fuzz/run drives, in the configuration fuzz.
$(B)/weft-fuzz: tests/fuzz/fuzz.c $(LIB) $(B)/flags
	$(call step,CC,$@)
	$(Q)$(CC) $(ALL_CFLAGS) -fsanitize=fuzzer -MMD -MP -MF $@.d $(ALL_LDFLAGS) -o $@ $< $(LIB) $(LIBS)

unit-programs: $(UNIT_PROGRAMS)

unit: unit-programs
	@tests/run-unit $(UNIT_PROGRAMS)

# The speed of the heap alone: see docs/GC.md.
$(B)/bench/%: bench/%.c $(LIB) $(B)/flags
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -Itests/unit -MMD -MP -MF $@.d $(ALL_LDFLAGS) -o $@ $< $(LIB) $(LIBS)

# What bench/compare runs programs with.
build/bench/launch: bench/launch.c
	@mkdir -p $(@D)
	$(call step,CC,$@)
	$(Q)$(CC) -O2 $(WARN) -std=gnu11 -D_GNU_SOURCE -o $@ $<

bench-heap: $(B)/bench/heap
	@$<

# ---- Checks ----------------------------------------------------------------------------------

$(B)/layers.ok: $(SRCS) $(HDRS) tools/check-layers
	@mkdir -p $(@D)
	@tools/check-layers
	@touch $@

check: $(B)/layers.ok size format

size:
	@tools/check-size

format:
	@tools/check-format

# ---- Installation ----------------------------------------------------------------------------

# The program looks for its library in ../lib/weft/lib/python3.13 of where it lies. Unless CONFIG
# says something else, the build that is installed is that of `make pgo`.
PREFIX ?= /usr/local
ifeq ($(origin CONFIG),file)
install:
	@$(MAKE) --no-print-directory CONFIG=pgo install
else
install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/weft/own $(DESTDIR)$(PREFIX)/lib/weft/lib
	install -m 755 $(B)/weft $(DESTDIR)$(PREFIX)/bin/weft
	cp -r $(STDLIB) $(DESTDIR)$(PREFIX)/lib/weft/lib/
	rm -f $(DESTDIR)$(PREFIX)/lib/weft/lib/python3.13/test
	install -m 644 lib/*.py $(DESTDIR)$(PREFIX)/lib/weft/own
	$(DESTDIR)$(PREFIX)/bin/weft -m compileall -q -s '$(DESTDIR)' -p / $(DESTDIR)$(PREFIX)/lib/weft
endif

clean:
	rm -rf $(addprefix build/,$(CONFIGS) $(CONFIGS:=-clang)) $(GEN) build/weft

-include $(OBJS:.o=.d) $(UNIT_PROGRAMS:=.d)
