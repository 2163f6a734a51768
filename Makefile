# mempipe: four filters that do a data job in memory.
#
#	make            build everything into build/
#	make demo       install what is missing, run the whole job once
#	make check      install what the tests need, run them all
#	make check-quick	a third of them, in a minute and with few packages
#	make bench      the whole job against its peers
#	make fuzz       the fuzzers, a minute each (clang)
#	make inject     every call of every kind fails once, in each mode of each
#	                tool, and limits of all sizes (an hour; part is in check)
#	make soak       what is large: 3 GB through all tools, 20 GB into memzip,
#	                3 GiB into radosgw, 500 random uploads, 500 random
#	                pipelines, 300 random jobs, 2,000 storms of signals
#	make install    DESTDIR= PREFIX=/usr/local; make uninstall
#	make html       the manual as pages that link to each other, in build/html
#	make arm64      cross-build, tests under emulation (as root)
#	make lint       what compilers and analysers say (gcc, clang, cppcheck)
#	make SAN=address|thread|undefined|valgrind check
#	make V=1 …      show whole commands
#
# The map.  A room is a folder of common/ and an archive of all that is in it;
# common/ROOM/NAME.h is the manual of a module.  A room includes only itself and
# the rooms it sees (t/0001-layers.t proves it).  Those who see stand before
# those who are seen, which is the order a linker needs.

VERSION = 0.1.0
PREFIX = /usr/local
BINDIR = $(PREFIX)/bin
MANDIR = $(PREFIX)/share/man
# Where Debian's shells look for completions.
BASHDIR = $(PREFIX)/share/bash-completion/completions
ZSHDIR = $(PREFIX)/share/zsh/vendor-completions
FISHDIR = $(PREFIX)/share/fish/vendor_completions.d

ROOMS = s3 fetch archive csv aws http deflate json base

sees-s3 = aws http deflate json base#	objects and how they are published
sees-fetch = aws http json base#	bodies, ranges, pages, lists of URLs
sees-archive = deflate base#		zip and other formats, both ways
sees-csv = json base#			records to rows
sees-aws = http json base#		credentials, signatures, checksums
# http sees deflate because bodies come deflated, and one module inflates.
sees-http = deflate base#		libcurl, requests, URLs, retries
sees-deflate = base#			blocks side by side; inflating
sees-json = base#			the scanner, its projection, yajl
sees-base =#				errors, options, windows, the seal

libs-archive = -larchive -lbz2 -llzma -lz -lzstd
libs-aws = -lexpat -lisal
libs-http = -lcurl -lssl -lidn2
libs-deflate = -ldeflate -lisal -lz
libs-json = -l:libyajl_s.a
libs-base = -lcrypto

# A program is a file of cmd/ above one room.
PROGRAMS = cp-fetch json2csv memzip s3put
room-cp-fetch = fetch
room-json2csv = csv
room-memzip = archive
room-s3put = s3

# Tests and fuzzers of modules may use any room: t/unit/NAME.c, t/fuzz/NAME.c,
# and what scripts need compiled, t/helper/NAME.c.  A script t/fuzz/seeds-NAME
# fills a directory with first inputs; t/fuzz/replay.c runs a target over them
# where there is no fuzzer, in "make check".  t/preload/NAME.c becomes a library
# that stands in front of others (LD_PRELOAD).
UNITS = $(patsubst t/unit/%.c,%,$(wildcard t/unit/*.c))
FUZZERS = $(filter-out replay,$(patsubst t/fuzz/%.c,%,$(wildcard t/fuzz/*.c)))
HELPERS = $(patsubst t/helper/%.c,%,$(wildcard t/helper/*.c))
PRELOADS = $(patsubst t/preload/%.c,%,$(wildcard t/preload/*.c))
FUZZ_SECONDS = 60

# How it is built.

# valgrind needs no build of its own: memcheck runs the plain one.
BUILT_IN = $(filter-out valgrind,$(SAN))
B = build$(BUILT_IN:%=/%)
CC = cc
OPT = -O2 -g
CFLAGS = $(OPT)
LDFLAGS =
STD = -std=c11 -D_POSIX_C_SOURCE=200809L -D_FILE_OFFSET_BITS=64
WARN = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wconversion
HARD = -fstack-protector-strong -fPIE $(if $(BUILT_IN),,-D_FORTIFY_SOURCE=2)
SANITIZE = $(if $(BUILT_IN),-fsanitize=$(BUILT_IN) -fno-omit-frame-pointer -fno-sanitize-recover=all)
COMPILE = $(CC) $(STD) $(WARN) $(HARD) $(SANITIZE) -Icommon -DVERSION='"$(VERSION)"' -MMD -MP $(CFLAGS)
LINK = $(CC) -pie -pthread -Wl,-z,relro,-z,now -Wl,--as-needed $(SANITIZE) $(CFLAGS) $(LDFLAGS)

Q = $(if $(V),,@)
say = $(if $(V),,@printf '  %s  %s\n' $(1) $(2))

# What is built with other flags, or by another compiler, is built anew.
FLAGS = $(COMPILE) $(LINK)
ifneq ($(file <$(B)/.flags),$(FLAGS))
ifeq ($(filter clean,$(MAKECMDGOALS))$(findstring n,$(firstword -$(MAKEFLAGS))),)
$(shell mkdir -p '$(B)')
$(file >$(B)/.flags,$(FLAGS))
endif
endif

all: $(PROGRAMS:%=$(B)/%)

# Once: are the headers there, and if not, which packages bring them?
$(B)/.headers: t/deps
	@t/deps --headers '$(CC)'
	@mkdir -p $(@D)
	@touch $@

$(B)/%.o: %.c $(B)/.flags | $(B)/.headers
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(COMPILE) -c -o $@ $<

# room,where: an archive of all its modules.  Its folder is a prerequisite, so
# that what was removed goes out of the archive, too.
modules = $(patsubst %.c,%.o,$(wildcard common/$(1)/*.c))
define room
$(2)/common/$(1).a: $(addprefix $(2)/,$(call modules,$(1))) common/$(1)
	@rm -f $$@
	$(Q)ar rcsD $$@ $$(filter %.o,$$^)
endef
$(foreach r,$(ROOMS),$(eval $(call room,$(r),$(B))))

# rooms,where: their archives; and the libraries they need.
archives = $(patsubst %,$(2)/common/%.a,$(filter $(1),$(ROOMS)))
libs = $(foreach r,$(filter $(1),$(ROOMS)),$(libs-$(r)))

# file,objects,rooms
define program
$(B)/$(1): $(patsubst %,$(B)/%.o,$(2)) $(call archives,$(3),$(B)) $(B)/.flags
	@mkdir -p $$(@D)
	$$(call say,LD,$$@)
	$$(Q)$$(LINK) -o $$@ $$(filter-out %/.flags,$$^) $(call libs,$(3))
endef
# A program needs its room, those that this sees, and those that they see.
seen = $(1) $(foreach r,$(1),$(sees-$(r)))
$(foreach p,$(PROGRAMS),$(eval $(call program,$(p),cmd/$(p),$(call seen,$(call seen,$(room-$(p)))))))
$(foreach u,$(UNITS),$(eval $(call program,unit/$(u),t/unit/$(u),$(ROOMS))))
$(foreach h,$(HELPERS),$(eval $(call program,helper/$(h),t/helper/$(h),$(ROOMS))))
$(foreach f,$(FUZZERS),$(eval $(call program,replay/$(f),t/fuzz/$(f) t/fuzz/replay,$(ROOMS))))

units: $(UNITS:%=$(B)/unit/%) $(FUZZERS:%=$(B)/replay/%)

helpers: $(HELPERS:%=$(B)/helper/%) $(PRELOADS:%=$(B)/preload/%.so)

# Without the sanitizers, which come after it in the process, and what belongs
# to a program alone.
$(B)/preload/%.so: t/preload/%.c Makefile
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(STD) $(WARN) $(CFLAGS) -fPIC -shared -o $@ $<

# Fuzzers have everything compiled by clang once more.
F = $(B)/fuzz
FUZZ = clang $(STD) $(WARN) -Icommon -DVERSION='"$(VERSION)"' -MMD -MP -g -O1 \
	-fsanitize=address,undefined,unsigned-integer-overflow \
	-fsanitize-ignorelist=t/fuzz/wraps \
	-fno-sanitize-recover=undefined,unsigned-integer-overflow
$(F)/%.o: %.c | $(B)/.headers
	@mkdir -p $(@D)
	$(call say,FUZZ,$<)
	$(Q)$(FUZZ) -fsanitize=fuzzer-no-link -c -o $@ $<
$(foreach r,$(ROOMS),$(eval $(call room,$(r),$(F))))
$(FUZZERS:%=$(F)/%): $(F)/%: $(F)/t/fuzz/%.o $(call archives,$(ROOMS),$(F))
	$(Q)$(FUZZ) -fsanitize=fuzzer -pthread -o $@ $^ $(call libs,$(ROOMS))

# Each for FUZZ_SECONDS; what it finds stays in build/fuzz, and t/fuzz/keep takes
# it over into the inputs that "make check" runs.
fuzz: all $(FUZZERS:%=$(F)/%)
	@for f in $(FUZZERS); do \
	    mkdir -p $(F)/$$f.corpus && \
	    PATH="$(CURDIR)/$(B):$$PATH" t/fuzz/seeds-$$f $(F)/$$f.corpus && \
	    { ! [ -e t/fuzz/kept/$$f.tar.xz ] || \
	    tar -C $(F)/$$f.corpus -xJf t/fuzz/kept/$$f.tar.xz; } && \
	    $(F)/$$f -max_total_time=$(FUZZ_SECONDS) -timeout=20 -rss_limit_mb=2048 \
	    -artifact_prefix=$(F)/ $(F)/$$f.corpus || exit; \
	done

demo:
	@t/deps build demo
	@$(MAKE) --no-print-directory all
	@BUILD=$(CURDIR)/$(B) t/demo

# The longest begin, so that none runs alone at the end.  Many wait more than
# they compute: there is one more at a time than there are processors.
LONG = $(wildcard t/0211-* t/1200-* t/2121-* t/2122-* t/4081-* t/4110-* t/4140-* \
	t/4146-* t/4148-* t/4191-* t/5400-*)
PROVE = prove -j$$(($$(nproc) + 1)) --timer --failures --comments $(LONG) \
	$(filter-out $(LONG),$(sort $(wildcard t/*.t)))

check:
	@t/deps build check $(if $(filter valgrind,$(SAN)),lint)
	@$(MAKE) --no-print-directory all units helpers
ifeq ($(SAN),valgrind)
	@t/wrap $(CURDIR)/$(B) $(CURDIR)/build/valgrind valgrind -q \
	    --error-exitcode=99 --leak-check=full --show-leak-kinds=definite \
	    --errors-for-leak-kinds=definite --child-silent-after-fork=yes
	@ln -s $(CURDIR)/$(B)/helper/* build/valgrind/helper/
	@ln -s $(CURDIR)/$(B)/preload build/valgrind/
	BUILD=$(CURDIR)/build/valgrind SAN=$(SAN) $(PROVE)
else
	BUILD=$(CURDIR)/$(B) SAN=$(SAN) $(PROVE)
endif

# Units, and what each command is for: no Ceph, no Java, nothing that is large.
QUICK = $(wildcard t/00*.t t/01*.t t/0200-* t/0210-* t/022* t/0240-* t/0250-* \
	t/1000-* t/1001-* t/1002-* t/1100-* t/200[0-5]* t/2140-* t/3000-* t/400* \
	t/401* t/4100-* t/5010-* t/9000-* t/9010-*)

check-quick:
	@t/deps build quick
	@$(MAKE) --no-print-directory all units helpers
	BUILD=$(CURDIR)/$(B) SAN=$(SAN) prove -j$$(($$(nproc) + 1)) --failures \
	    --comments $(QUICK)

# As root; see t/arm64.
arm64:
	@t/deps build check arm64
	@t/arm64

lint:
	@t/deps build lint
	t/lint

# The rooms that $* sees, and the flags by which t/lint compiles.
print-sees-%:
	@echo $(sees-$*)
print-flags:
	@echo $(STD) $(WARN) -Icommon -DVERSION=\"$(VERSION)\"

bench:
	@t/deps build bench
	@$(MAKE) --no-print-directory all helpers
	@BUILD=$(CURDIR)/$(B) t/bench/job

inject:
	@t/deps build check
	@$(MAKE) --no-print-directory all helpers
	export BUILD=$(CURDIR)/$(B) PATH=$(CURDIR)/$(B):$$PATH SAN=$(SAN); \
	    t/helper/inject -a; a=$$?; t/helper/limits && exit $$a

soak:
	@t/deps build check
	@$(MAKE) --no-print-directory all helpers
	BUILD=$(CURDIR)/$(B) SOAK=1 prove -v t/0212-pipeline-random.t t/2122-memzip-4gib-back.t \
	    t/2163-memzip-corpus.t t/2164-memzip-random.t \
	    t/2190-memzip-memory.t t/4147-array-model.t t/4171-s3put-random.t \
	    t/4192-s3put-3gib.t t/5320-random.t t/5340-storms.t \
	    t/5400-large.t

install: all
	install -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(MANDIR)/man1 $(DESTDIR)$(MANDIR)/man7 \
	    $(DESTDIR)$(BASHDIR) $(DESTDIR)$(ZSHDIR) $(DESTDIR)$(FISHDIR)
	install $(PROGRAMS:%=$(B)/%) $(DESTDIR)$(BINDIR)
	install -m 644 $(PROGRAMS:%=man/%.1) $(DESTDIR)$(MANDIR)/man1
	install -m 644 man/mempipe.7 $(DESTDIR)$(MANDIR)/man7
	for p in $(PROGRAMS); do \
	    $(B)/$$p --completion bash >$(DESTDIR)$(BASHDIR)/$$p && \
	    $(B)/$$p --completion zsh >$(DESTDIR)$(ZSHDIR)/_$$p && \
	    $(B)/$$p --completion fish >$(DESTDIR)$(FISHDIR)/$$p.fish || exit; \
	done

# mandoc links to pages that it is told the names of.
PAGES = $(wildcard man/*.[17])
html: $(PAGES:man/%=build/html/%.html)
build/html/%.html: man/% Makefile
	@mkdir -p $(@D)
	$(Q)mandoc -Thtml -O man=%N.%S.html $< >$@

uninstall:
	rm -f $(PROGRAMS:%=$(DESTDIR)$(BINDIR)/%) \
	    $(PROGRAMS:%=$(DESTDIR)$(MANDIR)/man1/%.1) $(DESTDIR)$(MANDIR)/man7/mempipe.7 \
	    $(PROGRAMS:%=$(DESTDIR)$(BASHDIR)/%) $(PROGRAMS:%=$(DESTDIR)$(ZSHDIR)/_%) \
	    $(PROGRAMS:%=$(DESTDIR)$(FISHDIR)/%.fish)

clean:
	rm -rf build

.PHONY: all units helpers demo check check-quick html uninstall arm64 lint print-flags bench fuzz inject soak install clean
.SECONDARY:
-include $(shell find $(B)/cmd $(B)/common $(B)/t $(F) -name '*.d' 2>/dev/null)
