# mempipe: four filters that do a data job in memory.
#
#	make            build everything into build/
#	make demo       install what is missing, run the whole job once
#	make check      install what the tests need, run them all
#	make bench      the whole job against its peers
#	make fuzz       the fuzzers, a minute each (clang)
#	make soak       3 GB through all four tools, with their memory
#	make install    DESTDIR= PREFIX=/usr/local
#	make SAN=address|thread|undefined check
#	make V=1 …      show whole commands
#
# The lists below are the map: one line a program, naming the modules it uses.

VERSION = 0.1.0
PREFIX = /usr/local
BINDIR = $(PREFIX)/bin
MANDIR = $(PREFIX)/share/man

BASE = base/diag base/args base/window base/seal base/upstream base/io base/meter

UTF8 = formats/utf8 formats/utf8_avx2 formats/utf8_neon
JSON = formats/json formats/yheap $(UTF8)
libs-json = -l:libyajl_s.a

PROGRAMS =

UNITS = diag window args stage
unit-diag = base/diag base/meter
unit-window = base/window
unit-args = base/args base/diag base/io base/seal base/upstream
unit-stage = base/io base/diag base/seal base/upstream

PROGRAMS += memzip
memzip = $(BASE) base/pool formats/deflate formats/encoder formats/extract \
	formats/gunzip formats/pack formats/packgzip formats/packlib formats/packzip \
	formats/source formats/splitter formats/tally formats/tee \
	formats/timestamp formats/unarchive $(UTF8) formats/zip \
	formats/zipbudget formats/zipname formats/zipwriter
libs-memzip = -larchive -lisal -lz

PROGRAMS += s3put
s3put = $(BASE) $(JSON) base/stop formats/xml network/address \
	network/checksum network/crc64 network/creds network/creds_remote \
	network/creds_secret network/date \
	network/endpoint network/hash network/http network/multipart \
	network/object network/part_plan network/parts network/profile network/receipt \
	network/retry network/s3 network/s3_answer network/second_phase \
	network/sigv4 network/upload network/url
libs-s3put = -lcurl -lcrypto -lexpat -lisal $(libs-json)
UNITS += deflate zip
unit-deflate = formats/deflate formats/encoder base/pool base/diag
libs-unit-deflate = -lisal -lz
unit-zip = formats/zip formats/zipname $(UTF8) formats/timestamp \
	formats/tally base/diag
libs-unit-zip = -lisal
UNITS += pool
unit-pool = base/pool base/diag
PROGRAMS += json2csv
SCAN = formats/batch formats/buffer formats/path formats/scan \
	formats/scan_plain formats/scan_avx2 formats/scan_neon formats/select \
	$(UTF8)
json2csv = $(BASE) $(SCAN) base/pool formats/convert formats/csv formats/feed \
	formats/record formats/rows formats/yheap
libs-json2csv = $(libs-json)
UNITS += scan utf8 csv
unit-csv = formats/csv formats/buffer
unit-utf8 = $(UTF8)
unit-scan = $(SCAN) base/diag
UNITS += json
unit-json = $(JSON) base/diag
libs-unit-json = $(libs-json)
PROGRAMS += cp-fetch
cp-fetch = $(BASE) $(JSON) base/lines formats/items network/address \
	network/connpass network/date network/decoder network/hash \
	network/headers network/http network/link network/pager network/pages \
	network/parallel network/range network/recent network/retry \
	network/session network/sink network/transfer network/url
libs-cp-fetch = -lcurl -lcrypto -lz $(libs-json)
UNITS += retry url range address items link
unit-link = network/link
unit-address = network/address
unit-items = formats/items
unit-retry = network/retry network/date
unit-url = base/diag network/url
unit-range = network/range network/date
libs-unit-url = -lcurl

UNITS += hash crc64 checksum sigv4 xml part_plan endpoint s3_answer creds
unit-endpoint = base/diag $(UTF8) network/endpoint
libs-unit-endpoint = -lcurl
unit-s3_answer = base/diag formats/xml network/s3_answer
libs-unit-s3_answer = -lexpat
unit-creds = $(BASE) $(JSON) formats/xml network/creds network/creds_remote \
	network/creds_secret network/profile network/date network/hash \
	network/address network/http network/retry network/sigv4 network/url
libs-unit-creds = -lcurl -lcrypto -lexpat $(libs-json)
unit-part_plan = base/diag network/part_plan
unit-hash = base/diag network/hash
libs-unit-hash = -lcrypto
unit-crc64 = network/crc64
unit-checksum = base/diag network/checksum network/crc64 network/hash
libs-unit-checksum = -lcrypto -lisal
unit-sigv4 = base/diag network/hash network/sigv4
libs-unit-sigv4 = -lcrypto
unit-xml = base/diag formats/xml
libs-unit-xml = -lexpat

# What tests and benchmarks need compiled, each of one file in t/helper.
HELPERS = gen-events

# Fuzzers (t/fuzz/NAME.c), built by clang with all their modules; a script
# t/fuzz/seeds-NAME fills a directory with first inputs.
FUZZERS = unarchive scan convert
fuzz-unarchive = formats/unarchive formats/gunzip formats/tally base/diag
libs-fuzz-unarchive = -larchive -lisal -lz
fuzz-scan = $(SCAN) base/diag formats/json formats/record formats/yheap
libs-fuzz-scan = $(libs-json)
fuzz-convert = $(filter-out base/args,$(json2csv))
libs-fuzz-convert = $(libs-json) -pthread
FUZZERS += s3_answer creds receipt
fuzz-s3_answer = network/s3_answer network/creds_secret formats/xml base/diag \
	$(JSON)
libs-fuzz-s3_answer = -lexpat -lcurl $(libs-json)
fuzz-creds = network/creds_secret network/profile formats/xml $(JSON) \
	$(BASE)
libs-fuzz-creds = -lexpat -lcurl $(libs-json)
fuzz-receipt = $(filter-out $(BASE),$(s3put)) $(BASE)
libs-fuzz-receipt = $(libs-s3put)
FUZZ_SECONDS = 60

# How it is built.

B = build$(if $(SAN),/$(SAN))
CC = cc
OPT = -O2 -g
CFLAGS = $(OPT)
LDFLAGS =
STD = -std=c11 -D_POSIX_C_SOURCE=200809L -D_FILE_OFFSET_BITS=64
WARN = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wconversion
HARD = -fstack-protector-strong -fPIE $(if $(SAN),,-D_FORTIFY_SOURCE=2)
SANITIZE = $(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all)
COMPILE = $(CC) $(STD) $(WARN) $(HARD) $(SANITIZE) -Icommon -DVERSION='"$(VERSION)"' -MMD -MP $(CFLAGS)
LINK = $(CC) -pie -pthread -Wl,-z,relro,-z,now -Wl,--as-needed $(SANITIZE) $(CFLAGS) $(LDFLAGS)

Q = $(if $(V),,@)
say = $(if $(V),,@printf '  %s  %s\n' $(1) $(2))

all: $(PROGRAMS:%=$(B)/%)

# Once: are the headers there, and if not, which packages bring them?
$(B)/.headers: t/deps
	@t/deps --headers '$(CC)'
	@mkdir -p $(@D)
	@touch $@

$(B)/%.o: %.c | $(B)/.headers
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(COMPILE) -c -o $@ $<

# program,modules
define program
$(B)/$(1): $(B)/cmd/$(1).o $(2:%=$(B)/common/%.o)
	$$(call say,LD,$$@)
	$$(Q)$$(LINK) -o $$@ $$^ $$(libs-$(1))
endef
$(foreach p,$(PROGRAMS),$(eval $(call program,$(p),$($(p)))))

define unit
$(B)/unit/$(1): $(B)/t/unit/$(1).o $(2:%=$(B)/common/%.o)
	@mkdir -p $$(@D)
	$$(call say,LD,$$@)
	$$(Q)$$(LINK) -o $$@ $$^ $$(libs-unit-$(1))
endef
$(foreach u,$(UNITS),$(eval $(call unit,$(u),$(unit-$(u)))))

# The modules a unit test needs, for tests that build it in another way.
print-unit-%:
	@echo $(unit-$*)

units: $(UNITS:%=$(B)/unit/%)

helpers: $(HELPERS:%=$(B)/helper/%)

$(B)/helper/%: $(B)/t/helper/%.o
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(LINK) -o $@ $^

define fuzzer
$(B)/fuzz/$(1): t/fuzz/$(1).c $(2:%=common/%.c)
	@mkdir -p $$(@D)
	clang $(STD) $(WARN) -Icommon -DVERSION='"$(VERSION)"' -g -O1 \
	    -fsanitize=fuzzer,address,undefined \
	    -fno-sanitize-recover=undefined -o $$@ $$^ $$(libs-fuzz-$(1))
endef
$(foreach f,$(FUZZERS),$(eval $(call fuzzer,$(f),$(fuzz-$(f)))))

# Each for FUZZ_SECONDS; what it finds stays in build/fuzz.
fuzz: all $(FUZZERS:%=$(B)/fuzz/%)
	@for f in $(FUZZERS); do \
	    mkdir -p $(B)/fuzz/$$f.corpus && \
	    PATH="$(CURDIR)/$(B):$$PATH" t/fuzz/seeds-$$f $(B)/fuzz/$$f.corpus && \
	    $(B)/fuzz/$$f -max_total_time=$(FUZZ_SECONDS) -timeout=20 -rss_limit_mb=2048 \
	    -artifact_prefix=$(B)/fuzz/ $(B)/fuzz/$$f.corpus || exit; \
	done

demo:
	@t/deps build demo
	@$(MAKE) --no-print-directory all
	@BUILD=$(CURDIR)/$(B) t/demo

check:
	@t/deps build check
	@$(MAKE) --no-print-directory all units helpers
	BUILD=$(CURDIR)/$(B) SAN=$(SAN) prove -j2 --timer t/

bench:
	@t/deps build bench
	@$(MAKE) --no-print-directory all helpers
	@BUILD=$(CURDIR)/$(B) t/bench/job

soak:
	@t/deps build check
	@$(MAKE) --no-print-directory all helpers
	BUILD=$(CURDIR)/$(B) SOAK=1 prove -v t/5400-large.t

install: all
	install -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(MANDIR)/man1 $(DESTDIR)$(MANDIR)/man7
	install $(PROGRAMS:%=$(B)/%) $(DESTDIR)$(BINDIR)
	install -m 644 $(PROGRAMS:%=man/%.1) $(DESTDIR)$(MANDIR)/man1
	install -m 644 man/mempipe.7 $(DESTDIR)$(MANDIR)/man7

clean:
	rm -rf build

.PHONY: all units helpers demo check bench fuzz soak install clean
.SECONDARY:
-include $(shell find $(B) -name '*.d' 2>/dev/null)
