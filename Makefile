# SPDX-License-Identifier: MIT
# Roost: builds the tools, the node image and the tests. `make help` lists the targets.
#
# Non-recursive. A file named roost*.c is a program, every other .c of a folder goes into that
# folder's library, tests/unit/test_*.c and tests/fuzz/fuzz_*.c are picked up by name: a new
# program or a new test is a new file and no line here.

.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules
JOBS := $(shell nproc)
.SUFFIXES:
.DELETE_ON_ERROR:

OUT ?= out
SAN ?=
O ?= $(OUT)/build/$(if $(SAN),san,host)
KICKSTART ?= kickstart/node.ks
PXE ?=
DESTDIR ?=
PREFIX ?= /usr
V ?=
Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-5s %s\n' $(1) $(2))

# ---- Parts: each folder's library, the system libraries it needs, and what it may include --------

FOLDERS := tools/common tools/kickstart tools/host tools/node tools/appliance tools/media image
PKGS_tools/common := jansson libcurl libcrypto
PKGS_tools/node := blkid mount libsystemd libvirt libssl libcrypto
PKGS_tools/appliance := libmicrohttpd gnutls sqlite3 libsystemd
PKGS_tools/media := blkid mount fdisk libarchive
PKGS_image := libsquashfs1
# Lowest last: the order in which the linker sees the libraries.
BASE := tools/host tools/kickstart tools/common

programs_of = $(sort $(wildcard $(1)/roost*.c))
objects_of = $(patsubst %.c,$(O)/%.o,$(filter-out $(wildcard $(1)/roost*.c),$(sort $(wildcard $(1)/*.c))))
library_of = $(O)/lib$(notdir $(1)).a
needs_of = $(foreach f,$(1) $(BASE),$(call library_of,$(f)))
program_paths = $(addprefix $(O)/bin/,$(notdir $(basename $(call programs_of,$(1)))))
libs_of = $(shell pkg-config --libs $(1))

NODE_PROGRAMS := $(notdir $(call program_paths,tools/node))
ALL_PROGRAMS := $(foreach f,$(FOLDERS),$(call program_paths,$(f)))

# ---- Compiler ------------------------------------------------------------------------------------

WARNINGS := -Wall -Wextra -Wno-missing-field-initializers -Wshadow -Wmissing-prototypes -Wformat=2 -Wvla -Werror
CPPFLAGS += -D_GNU_SOURCE -Itools -I. -include tools/common/banned.h
HARDENING := -fstack-protector-strong -fPIE
ifdef SAN
# One build serves the sanitizers and libFuzzer, with clang, so that both compilers see the code.
CC := clang
CFLAGS ?= -O1 -g
CFLAGS_ALL := -std=gnu17 $(WARNINGS) $(CFLAGS) -fno-omit-frame-pointer \
	-fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=undefined
LDFLAGS_ALL := -fsanitize=address,undefined -Wl,--as-needed
else
CC := gcc
CFLAGS ?= -O2 -g
CFLAGS_ALL := -std=gnu17 $(WARNINGS) $(CFLAGS) $(HARDENING) -D_FORTIFY_SOURCE=2
LDFLAGS_ALL := -pie -Wl,--as-needed -Wl,-z,relro,-z,now $(LDFLAGS)
endif

$(O)/%.o: %.c Makefile
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

# $(1) folder, $(2) the libraries that its programs link
define folder_rules
$(call library_of,$(1)): $(call objects_of,$(1))
	$$(call say,AR,$$(@F))
	$$(Q)mkdir -p $$(@D) && rm -f $$@ && ar rcsD $$@ $$^

$(call program_paths,$(1)): $(O)/bin/%: $(O)/$(1)/%.o $(2)
	$$(call say,LD,$$(@F))
	$$(Q)mkdir -p $$(@D)
	$$(Q)$$(CC) $$(LDFLAGS_ALL) -o $$@ $$^ $$(call libs_of,$(PKGS_$(1)) $(PKGS_tools/common))
endef
$(foreach f,$(FOLDERS),$(eval $(call folder_rules,$(f),$(call needs_of,$(f)))))

-include $(shell find $(O) -name '*.d' 2>/dev/null)

# ---- What users build ----------------------------------------------------------------------------

.PHONY: help deps tools image iso usb pxe demo node size size-update install-node clean
help: ## this list
	@awk -F':.*## ' '/^[a-z][a-z-]*:.*## /{printf "  make %-14s %s\n", $$1, $$2}' Makefile
	@echo
	@echo "  Variables: OUT=$(OUT) KICKSTART=$(KICKSTART) MIRROR=(from apt's sources) SAN=1 V=1"

deps: ## install what building and testing need from Debian (sudo when not root)
	$(Q)tests/deps

tools: $(ALL_PROGRAMS) ## all programs, for this machine, in $(O)/bin
	@:

iso: image ## the node image: out/roost.iso
	@echo "Next: make usb (write it to a stick), make pxe (a network boot tree), make node (boot it here)"

# What everything that needs the image calls: without the words of make iso.
image: deps
	$(Q)$(MAKE) --no-print-directory tools
	$(Q)$(O)/bin/roost-image build $(KICKSTART) --out $(OUT)

usb: image ## the image, the disks that it can be written to, and the command for it
	$(Q)$(O)/bin/roost-flash --list
	@echo "Next: sudo $(O)/bin/roost-flash $(OUT)/roost.iso /dev/DISK (--help: a site's kickstart and token beside it)"

pxe: ## a network boot tree of the image: out/pxe; PXE="--url URL ..." for roost-pxe's options
	$(Q)$(MAKE) --no-print-directory image
	$(Q)$(O)/bin/roost-pxe --image $(OUT)/roost.iso $(PXE) $(OUT)/pxe

demo: ## build the image, boot it, watch a host register with its appliance, and start a guest on it
	$(Q)$(MAKE) --no-print-directory image
	$(Q)tests/boot/demo

# For MEDIUM=net, what `make pxe` wrote is served by QEMU itself.
, := ,
MEDIUM ?= cd
FIRMWARE ?= bios
MEMORY ?= 2048
node: ## build the image and start one node in this terminal (MEDIUM= FIRMWARE= MEMORY=)
	$(Q)$(MAKE) --no-print-directory image
	@echo "Ctrl-A, then X ends the node; Ctrl-A, then C is QEMU's monitor and back."
	$(Q)$(O)/bin/roost-testnode --medium $(MEDIUM) --firmware $(FIRMWARE) --memory $(MEMORY) \
		--image $(OUT)/roost.iso --state $(OUT)/nodes $(if $(filter net,$(MEDIUM)),--nic user$(,)tftp=$(OUT)/pxe)

SIZES := tests/bench/size.json
size: image ## what is in the image and what it costs, and the change since the last commit's record
	$(Q)$(O)/bin/roost-image size $(KICKSTART) --out $(OUT) --against $(SIZES)

size-update: image ## write that record anew, for the commit that changes the image
	$(Q)$(O)/bin/roost-image size $(KICKSTART) --out $(OUT) --json >$(SIZES).new && mv $(SIZES).new $(SIZES)

# Called by roost-image inside the build root, so that the programs match the image's libraries.
install-node: $(addprefix $(O)/bin/,$(NODE_PROGRAMS))
	$(Q)install -d $(DESTDIR)$(PREFIX)/bin
	$(Q)install -m 0755 --strip $^ $(DESTDIR)$(PREFIX)/bin

clean: ## remove what was built, but not the downloaded packages
	$(Q)find $(OUT) -mindepth 1 -maxdepth 1 ! -name cache -exec rm -rf {} +

# ---- Tests ---------------------------------------------------------------------------------------

.PHONY: reproduce
reproduce: deps ## build the image twice, as different users in different folders, and compare the bytes
	$(Q)tests/reproduce

.PHONY: check unit golden golden-update fuzz lint net boot bench test-programs
UNIT_TESTS := $(patsubst tests/unit/%.c,$(O)/tests/%,$(sort $(wildcard tests/unit/test_*.c)))
FUZZERS := $(patsubst tests/fuzz/%.c,$(O)/tests/%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
NET_HELPERS := $(patsubst tests/net/%.c,$(O)/tests/%,$(sort $(wildcard tests/net/*.c)))
TEST_LIBS := $(foreach f,image tools/media tools/appliance tools/node,$(call library_of,$(f))) \
	$(foreach b,$(BASE),$(call library_of,$(b)))
TEST_PKGS := $(foreach f,$(FOLDERS),$(PKGS_$(f)))

$(UNIT_TESTS): $(O)/tests/%: $(O)/tests/unit/%.o $(TEST_LIBS)
$(FUZZERS): $(O)/tests/%: $(O)/tests/fuzz/%.o $(TEST_LIBS)
$(NET_HELPERS): $(O)/tests/%: $(O)/tests/net/%.o $(TEST_LIBS)
$(FUZZERS): LDFLAGS_ALL += -fsanitize=fuzzer
$(UNIT_TESTS) $(FUZZERS) $(NET_HELPERS):
	$(call say,LD,$(@F))
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(call libs_of,cmocka $(TEST_PKGS))

# The fuzz targets need clang's libFuzzer, so they are part of the SAN=1 build only.
test-programs: tools $(UNIT_TESTS) $(NET_HELPERS) $(if $(SAN),$(FUZZERS))

# The image is built beside the programs with sanitizers: most of the time it waits for one program.
check: deps ## all tests; ends with "N passed, N failed, N skipped"
	$(Q)$(MAKE) --no-print-directory -j$(JOBS) test-programs
	$(Q)$(MAKE) --no-print-directory -j$(JOBS) image sanitized
	$(Q)tests/run lint unit golden fuzz net boot bench

.PHONY: sanitized
sanitized:
	$(Q)$(MAKE) --no-print-directory SAN=1 test-programs

# One tier at a time, for the loop at the desk.
unit golden fuzz lint net: ## one tier of the tests (also: boot, bench)
	$(Q)$(MAKE) --no-print-directory test-programs
	$(Q)$(MAKE) --no-print-directory SAN=1 test-programs
	$(Q)tests/run $@
boot bench:
	$(Q)$(MAKE) --no-print-directory test-programs
	$(Q)$(O)/bin/roost-image build $(KICKSTART) --out $(OUT)
	$(Q)BENCH_LONG=1 tests/run $@

.PHONY: bench-peers
bench-peers: deps ## the same packages with mkosi and live-build, and the ratios (root, a mirror, half an hour)
	$(Q)$(MAKE) --no-print-directory tools
	$(Q)tests/bench/peers

golden-update: tools ## rewrite the expected results of the golden tests, for review with git diff
	$(Q)tests/golden/run --update $(O)/bin
