# mempipe: four filters that do a data job in memory.
#
#	make            build everything into build/
#	make demo       install what is missing, run the whole job once
#	make check      install what the tests need, run them all
#	make bench      the whole job against its peers
#	make fuzz       the fuzzers, a minute each (clang)
#	make soak       what is large: 3 GB through all tools, 20 GB into memzip,
#	                3 GiB into radosgw, 500 random uploads, 300 random jobs
#	make install    DESTDIR= PREFIX=/usr/local
#	make arm64      cross-build, tests under emulation (as root)
#	make lint       what compilers and analysers say (gcc, clang, cppcheck)
#	make SAN=address|thread|undefined|valgrind check
#	make V=1 …      show whole commands
#
# The lists below are the map: one line a program, naming the modules it uses.

VERSION = 0.1.0
PREFIX = /usr/local
BINDIR = $(PREFIX)/bin
MANDIR = $(PREFIX)/share/man

# base: errors, options, windows, the seal, input and output.
BASE = base/diag base/args base/window base/seal base/upstream base/io base/meter

# Groups that several programs use, and what they link.
UTF8 = formats/utf8 formats/utf8_avx2 formats/utf8_neon
JSON = formats/json formats/yheap $(UTF8)
SCAN = formats/batch formats/buffer formats/path formats/scan \
	formats/scan_avx2 formats/scan_capture formats/scan_error \
	formats/scan_escape formats/scan_name formats/scan_neon \
	formats/scan_plain formats/scan_recall formats/scan_select \
	formats/select $(UTF8)
HTTP = network/address network/date network/http network/http_answer \
	network/http_request network/retry network/url
libs-json = -l:libyajl_s.a

PROGRAMS = cp-fetch json2csv memzip s3put

cp-fetch = $(BASE) $(JSON) $(HTTP) base/environment base/lines \
	formats/items \
	network/connpass network/decoder network/fetch network/hash \
	network/headers network/link network/pager network/pager_config \
	network/pages network/parallel network/range network/recent \
	network/session network/sink network/transfer
libs-cp-fetch = -lcurl -lcrypto -lz $(libs-json)

json2csv = $(BASE) $(SCAN) base/pool base/processors formats/columns \
	formats/convert formats/csv formats/cut formats/feed formats/jobs \
	formats/record formats/rows formats/scan_part formats/slice \
	formats/unwind formats/yheap
libs-json2csv = $(libs-json)

memzip = $(BASE) $(UTF8) base/limit base/pool base/processors formats/deflate \
	formats/encoder formats/entropy formats/extract formats/gunzip \
	formats/gzip formats/intake formats/literals formats/pack formats/packgzip formats/packlib formats/packzip \
	formats/source formats/spelling formats/splitter formats/tally \
	formats/tee formats/timestamp formats/unarchive formats/zip formats/zipbudget \
	formats/zipname formats/zipwriter
libs-memzip = -larchive -lisal -lz

TRAILER = formats/trailer formats/trailer_gzip formats/trailer_zip \
	formats/trailer_zstd
CREDS = base/environment formats/xml network/creds network/creds_ask \
	network/creds_remote network/creds_secret network/endpoint \
	network/hash network/profile network/sigv4 network/signed_headers \
	network/sts
s3put = $(BASE) $(JSON) $(HTTP) $(CREDS) $(TRAILER) base/processors \
	base/stop formats/jsonline network/checksum network/crc64 \
	network/customer_key \
	network/digest network/dry_run network/flight network/multipart \
	network/object network/pace network/part_header network/part_line \
	network/part_plan network/part_store network/parts network/put \
	network/receipt network/s3 network/s3_answer network/s3_judge \
	network/s3_request network/second_phase network/settings \
	network/sha256x2 network/sweep network/upload network/upload_list \
	network/verify network/volley
libs-s3put = -lcurl -lcrypto -lexpat -lisal $(libs-json)

# Unit tests, each t/unit/NAME.c: base, formats, network.
UNITS = args diag pool processors stage window \
	convert csv deflate items json literals path scan trailer utf8 xml \
	zip \
	address checksum crc64 creds endpoint hash link pace part_line \
	part_plan range retry s3_answer sha256x2 sigv4 upload_list url

unit-args = base/args base/diag base/io base/seal base/upstream
unit-diag = base/diag base/meter
unit-pool = base/pool base/diag
unit-processors = base/diag base/io base/processors base/seal base/upstream
unit-stage = base/io base/diag base/seal base/upstream
unit-window = base/window

unit-convert = $(filter-out base/args,$(json2csv))
libs-unit-convert = $(libs-json)
unit-csv = formats/csv formats/buffer
unit-deflate = formats/deflate formats/encoder formats/entropy \
	formats/literals base/pool base/diag
libs-unit-deflate = -lisal -lz
unit-items = formats/items
unit-literals = formats/entropy formats/literals
libs-unit-literals = -lz
unit-json = $(JSON) base/diag
libs-unit-json = $(libs-json)
unit-path = formats/path base/diag
unit-scan = $(SCAN) base/diag
unit-trailer = $(TRAILER) base/diag
libs-unit-trailer = -lisal
unit-utf8 = $(UTF8)
unit-xml = base/diag formats/xml
libs-unit-xml = -lexpat
unit-zip = formats/zip formats/zipname $(UTF8) formats/timestamp \
	formats/spelling formats/tally base/diag
libs-unit-zip = -larchive -lisal

unit-address = network/address
unit-checksum = base/diag network/checksum network/crc64 network/hash
libs-unit-checksum = -lcrypto -lisal
unit-crc64 = network/crc64
unit-creds = $(BASE) $(JSON) $(HTTP) $(CREDS)
libs-unit-creds = -lcurl -lcrypto -lexpat $(libs-json)
unit-endpoint = base/diag $(UTF8) network/address network/endpoint
libs-unit-endpoint = -lcurl
unit-hash = base/diag network/hash
libs-unit-hash = -lcrypto
unit-link = network/link
unit-pace = network/pace
unit-part_line = base/diag base/io base/processors base/seal \
	base/upstream base/window network/checksum network/crc64 \
	network/digest network/hash network/part_line network/part_plan \
	network/part_store network/sha256x2
libs-unit-part_line = -lcrypto -lisal
unit-part_plan = base/diag network/part_plan
unit-range = network/range network/date
unit-retry = network/retry network/date
unit-s3_answer = base/diag formats/xml network/s3_answer
libs-unit-s3_answer = -lexpat
unit-sha256x2 = base/diag network/hash network/sha256x2
libs-unit-sha256x2 = -lcrypto
unit-sigv4 = base/diag network/hash network/sigv4
libs-unit-sigv4 = -lcrypto
unit-upload_list = base/diag formats/xml network/date network/upload_list \
	$(UTF8)
libs-unit-upload_list = -lexpat
unit-url = base/diag network/url
libs-unit-url = -lcurl

# What tests and benchmarks need compiled, each of one file in t/helper.
HELPERS = gen-events json-limits
libs-helper-json-limits = $(libs-json)

# Fuzzers (t/fuzz/NAME.c), built by clang with all their modules; a script
# t/fuzz/seeds-NAME fills a directory with first inputs.
FUZZERS = convert creds receipt s3_answer scan trailer unarchive upload_list
FUZZ_SECONDS = 60

fuzz-convert = $(filter-out base/args,$(json2csv))
libs-fuzz-convert = $(libs-json) -pthread
fuzz-creds = base/environment network/creds_secret network/date \
	network/profile formats/xml $(JSON) $(BASE)
libs-fuzz-creds = -lexpat -lcurl $(libs-json)
fuzz-receipt = $(s3put)
libs-fuzz-receipt = $(libs-s3put)
fuzz-s3_answer = network/s3_answer network/creds_secret network/date \
	formats/xml base/diag $(JSON)
libs-fuzz-s3_answer = -lexpat -lcurl $(libs-json)
fuzz-scan = $(SCAN) base/diag formats/json formats/record formats/unwind \
	formats/yheap
libs-fuzz-scan = $(libs-json)
fuzz-trailer = $(TRAILER) base/diag
libs-fuzz-trailer = -lisal
fuzz-unarchive = formats/unarchive formats/gunzip formats/intake \
	formats/spelling formats/tally formats/zip base/diag
libs-fuzz-unarchive = -larchive -lisal -lz

fuzz-upload_list = $(unit-upload_list)
libs-fuzz-upload_list = -lexpat

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
	$(Q)$(LINK) -o $@ $^ $(libs-helper-$*)

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

# The longest begin, so that none runs alone at the end.  Many wait more than
# they compute: there is one more at a time than there are processors.
LONG = $(wildcard t/1200-* t/2121-* t/2122-* t/4081-* t/4110-* t/4140-* \
	t/4191-* t/5400-*)
PROVE = prove -j$$(($$(nproc) + 1)) --timer $(LONG) \
	$(filter-out $(LONG),$(sort $(wildcard t/*.t)))

check:
	@t/deps build check $(if $(filter valgrind,$(SAN)),lint)
	@$(MAKE) --no-print-directory all units helpers
ifeq ($(SAN),valgrind)
	@t/wrap $(CURDIR)/$(B) $(CURDIR)/build/valgrind valgrind -q \
	    --error-exitcode=99 --leak-check=full --show-leak-kinds=definite \
	    --errors-for-leak-kinds=definite --child-silent-after-fork=yes
	@ln -s $(CURDIR)/$(B)/helper/* build/valgrind/helper/
	BUILD=$(CURDIR)/build/valgrind SAN=$(SAN) $(PROVE)
else
	BUILD=$(CURDIR)/$(B) SAN=$(SAN) $(PROVE)
endif

# As root; see t/arm64.
arm64:
	@t/deps build check arm64
	@t/arm64

lint:
	@t/deps build lint
	t/lint

# The flags by which t/lint compiles.
print-flags:
	@echo $(STD) $(WARN) -Icommon -DVERSION=\"$(VERSION)\"

bench:
	@t/deps build bench
	@$(MAKE) --no-print-directory all helpers
	@BUILD=$(CURDIR)/$(B) t/bench/job

soak:
	@t/deps build check
	@$(MAKE) --no-print-directory all helpers
	BUILD=$(CURDIR)/$(B) SOAK=1 prove -v t/2122-memzip-4gib-back.t \
	    t/2190-memzip-memory.t t/4171-s3put-random.t \
	    t/4192-s3put-3gib.t t/5320-random.t t/5400-large.t

install: all
	install -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(MANDIR)/man1 $(DESTDIR)$(MANDIR)/man7
	install $(PROGRAMS:%=$(B)/%) $(DESTDIR)$(BINDIR)
	install -m 644 $(PROGRAMS:%=man/%.1) $(DESTDIR)$(MANDIR)/man1
	install -m 644 man/mempipe.7 $(DESTDIR)$(MANDIR)/man7

clean:
	rm -rf build

.PHONY: all units helpers demo check arm64 lint print-flags bench fuzz soak install clean
.SECONDARY:
-include $(shell find $(B)/cmd $(B)/common $(B)/t -name '*.d' 2>/dev/null)
