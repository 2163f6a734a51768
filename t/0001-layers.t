#!/bin/bash
# The map agrees with the land: layers look only down, each module is somebody's.
. "${0%/*}/lib.sh"
cd "$ROOT" || exit 1
shopt -s lastpipe	# none counts in this shell

# includes LAYER: "file: header" for what its files include of ours.
includes() { grep -HoE '^# *include "[^"]+"' common/"$1"/*.[ch] | sed -E 's/# *include "([^"]+)"/ \1/'; }

# none TITLE: standard input is empty.
none() {
	cat >"$T/err"
	[ ! -s "$T/err" ]
	result $? "$1"
}

includes base | grep -vE ' base/' | none "base includes only base"
includes formats | grep -vE ' (base|formats)/' | none "formats includes base and formats"
includes network | grep -vE ' (base|formats|network)/' | none "network includes base, formats and network"
grep -HoE '^# *include "[^"]+"' cmd/*.c | grep -vE '"(base|formats|network)/' | none "a program includes only common"
ls common | grep -vE '^(base|formats|network)$' |
    none "common has three layers"
for h in common/*/*.h; do
	[ -e "${h%.h}.c" ] || grep -lq "include \"${h#common/}\"" common/*/*.c || echo "$h"
done | none "each header has its module, or is one's text"

grep -nE '\b(_?exit|abort)\(' common/*/*.c | grep -vE '^common/base/args\.c|^common/base/upstream\.c.*_exit\(' |
    none "only option parsing exits, and a child that cannot exec"
grep -nE '\b(fopen|open|openat|creat|mkstemp|tmpfile|memfd_create)\(' common/*/*.c cmd/*.c |
    grep -E 'O_WRONLY|O_RDWR|O_CREAT|"[wa]|mkstemp|tmpfile|memfd_create|creat\(' | grep -v '"/dev/null"' |
    none "nothing opens a file for writing"
grep -lE '#include <yajl/' common/*/* cmd/* | grep -v '^common/formats/' | none "yajl is seen by formats only"
grep -lE '#include <(archive|expat)' common/*/* cmd/* | grep -v '^common/formats/' |
    none "libarchive and expat are seen by formats only"
grep -lE '#include <(curl|openssl)/' common/*/* cmd/* | grep -v '^common/network/' |
    none "libcurl and OpenSSL are seen by network only"

# The Makefile's lists.
lists=$(make -s -f - print <<'MAKE'
include Makefile
print:
	@echo 'programs $(PROGRAMS)'
	@echo 'modules $(foreach p,$(PROGRAMS),$($(p)))'
	@echo 'units $(UNITS)'
	@echo 'helpers $(HELPERS)'
MAKE
)
listed() { sed -n "s/^$1 //p" <<<"$lists" | tr ' ' '\n' | sort -u; }
comm -3 <(listed programs) <(ls cmd | sed 's/\.c$//' | sort) | none "PROGRAMS are the files of cmd"
comm -3 <(listed modules) <(ls common/*/*.c | sed 's/^common.//; s/\.c$//' | sort) | none "each module is used by a program, and listed"
comm -3 <(listed units) <(ls t/unit/*.c | sed 's/.*\///; s/\.c$//' | sort) | none "UNITS are the files of t/unit"
comm -3 <(listed helpers) <(ls t/helper/*.c | sed 's/.*\///; s/\.c$//' | sort) | none "HELPERS are those in t/helper"
for u in $(listed units); do
	grep -lqw "$u" t/*.t || echo "$u"
done | none "each unit test is run by a script"

ls -A | grep -vxE 'Makefile|README|cmd|common|man|t|\.ci|\.git|\.gitignore|build' |
    none "the top level is as agreed"
for f in cmd/*.c common/*/*.[ch]; do
	[ "$(wc -l <"$f")" -le 900 ] || echo "$f: $(wc -l <"$f") lines"
done | none "no file is too long to read"

finish
