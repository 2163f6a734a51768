#!/bin/bash
# The map agrees with the land: a room includes and calls only what it sees.
. "${0%/*}/lib.sh"
cd "$ROOT" || exit 1
shopt -s lastpipe	# none counts in this shell

# none TITLE: standard input is empty.
none() {
	cat >"$T/err"
	[ ! -s "$T/err" ]
	result $? "$1"
}

# The Makefile's lists.
lists=$(make -s -f - print <<'MAKE'
include Makefile
print:
	@echo 'rooms $(ROOMS)'
	@echo 'programs $(PROGRAMS)'
	@$(foreach r,$(ROOMS),echo 'sees-$(r) $(r) $(sees-$(r))';)
	@$(foreach p,$(PROGRAMS),echo 'program-$(p) $(room-$(p)) $(sees-$(room-$(p)))';)
	@echo 'units $(UNITS)'
	@echo 'fuzzers $(FUZZERS)'
MAKE
)
listed() { sed -n "s/^$1 //p" <<<"$lists" | tr ' ' '\n' | sort -u; }

comm -3 <(listed rooms) <(ls common | sort) | none "ROOMS are the folders of common"

# What a file includes of ours, quoted or not: "file room/header".
included() { grep -HoE '^[[:space:]]*#[[:space:]]*include[[:space:]]+["<][^">]+[">]' "$@" | sed -E 's/:.*["<]([^">]+)[">]/ \1/'; }
ours=$(listed rooms | paste -sd'|')
for room in $(listed rooms); do
	may=$(listed "sees-$room" | paste -sd'|')
	included common/"$room"/*.[ch] | grep -E " (\.|\.\.)?/?($ours)/| \.\.?/" | grep -vE " ($may)/" |
	    none "$room includes what it sees"
done
for program in $(listed programs); do
	may=$(listed "program-$program" | paste -sd'|')
	included "cmd/$program.c" | grep '[^ ]*\.c .*/' | grep -E " ($ours)/| \.\.?/" | grep -vE " ($may)/" |
	    none "$program includes what its room sees"
done

# A room sees those after it in the linker's order, so the table has no circle.
for room in $(listed rooms); do
	for seen in $(listed "sees-$room"); do
		[ "$seen" = "$room" ] || echo "$room $seen"
	done
done | tsort 2>&1 >/dev/null | none "the rooms stand in no circle"

# The module of a file: its own name where a .c and a .h have that, else the
# longest such name in its folder that begins its own; the scanner is one module
# in several files with headers.  Below, "module module" stands for an include or
# a symbol of one that the other has.
module_of() {
	local base=${1%.[ch]} name
	case $base in json/scan_*) echo "${base%%_*}"; return ;; esac
	name=$base
	while [ ! -e "common/$name.h" ] || [ ! -e "common/$name.c" ]; do
		case $name in *_*) name=${name%_*} ;; *) echo "$base"; return ;; esac
	done
	echo "$name"
}
declare -A module
for f in common/*/*.[ch]; do
	f=${f#common/}
	module[$f]=$(module_of "$f")
	[ -e "common/${module[$f]}.h" ] || echo "$f"
done | none "each .c has its header, or is named after its module"
for f in common/*/*.[ch]; do
	module[${f#common/}]=$(module_of "${f#common/}")
done
for h in common/*/*.h; do
	[ -e "${h%.h}.c" ] || grep -lqE "include [\"<]${h#common/}" common/*/*.c || echo "$h"
done | none "each header has its module, or is one's text"
included common/*/*.[ch] | sed 's/^common.//' | while read -r from to; do
	[ -n "${module[$to]-}" ] && [ "${module[$from]}" != "${module[$to]}" ] && echo "${module[$from]} ${module[$to]}"
done | tsort 2>&1 >/dev/null | none "no modules include each other in a circle"

# The same from the objects, whatever was declared by hand.
archives=("$BUILD"/common/*.a)
if [ -e "${archives[0]}" ]; then
	nm -A -g "${archives[@]}" 2>/dev/null | sed -E 's/^.*\/([a-z0-9]+)\.a:([^:]+):[0-9a-f ]*([A-Za-z]) /\1\/\2 \3 /' |
	    awk '$2 == "U" { used[n++] = $1 " " $3; next } $2 !~ /[vwVW]/ { by[$3] = $1 }
		END { for (i = 0; i < n; i++) { split(used[i], u, " "); if (u[2] in by && by[u[2]] != u[1]) print u[1], by[u[2]], u[2] } }' |
	    sort -u >"$T/uses"
	[ -s "$T/uses" ]
	result $? "the objects use each other"
	for room in $(listed rooms); do
		may=$(listed "sees-$room" | paste -sd'|')
		grep "^$room/" "$T/uses" | grep -vE " ($may)/" | none "$room's objects use what it sees"
	done
	while read -r from to _; do
		from=${module[${from%.o}.c]} to=${module[${to%.o}.c]}
		[ "$from" = "$to" ] || echo "$from $to"
	done <"$T/uses" | tsort 2>&1 >/dev/null | none "no modules call each other in a circle"
fi

grep -nE '\b(_?exit|abort)\(' common/*/*.c | grep -vE '^common/base/args[a-z_]*\.c|^common/(base/(upstream|stop)|fetch/deadline)\.c.*_exit\(' |
    none "only option parsing exits, a child that cannot exec, and a signal's handler"
grep -nE '\b(fopen|open|openat|creat|mkstemp|tmpfile|memfd_create)\(' common/*/*.c cmd/*.c |
    grep -E 'O_WRONLY|O_RDWR|O_CREAT|"[wa]|mkstemp|tmpfile|memfd_create|creat\(' |
    grep -vE '"/dev/null"|^common/base/report.c:.*memfd_create' |
    none "nothing opens a file for writing, but memory that stages show each other"
grep -lE '#include <yajl/' common/*/* cmd/* | grep -vE '^common/(json|csv)/' | none "yajl is seen by json and csv only"
grep -lE '#include <archive' common/*/* cmd/* | grep -v '^common/archive/' |
    none "libarchive is seen by archive only"
grep -lE '#include <expat' common/*/* cmd/* | grep -v '^common/aws/' | none "expat is seen by aws only"
grep -lE '#include <curl/' common/*/* cmd/* | grep -vE '^common/(http|fetch|aws|s3)/' |
    none "libcurl is seen by those who speak HTTP only"
grep -lE '#include <openssl/' common/*/* cmd/* | grep -vE '^common/(base|http|aws|s3|archive)/' |
    none "OpenSSL is seen where digests are made or data are decrypted only"

t/helper/unfilled-errors cmd/*.c common/*/*.c t/unit/*.c t/fuzz/*.c t/helper/*.c |
    none "what fails says what failed"

comm -3 <(listed programs) <(ls cmd | sed 's/\.c$//' | sort) | none "PROGRAMS are the files of cmd"
for f in $(listed fuzzers); do
	[ -x "t/fuzz/seeds-$f" ] || echo "$f"
done | none "each fuzzer has first inputs"
for u in $(listed units); do
	grep -lqw "$u" t/*.t || echo "$u"
done | none "each unit test is run by a script"

ls -A | grep -vxE 'Makefile|README|cmd|common|man|t|\.ci|\.git|\.gitignore|build' |
    none "the top level is as agreed"
for f in cmd/*.c common/*/*.[ch]; do
	[ "$(wc -l <"$f")" -le 500 ] || echo "$f: $(wc -l <"$f") lines"
done | none "no file is too long to read"

finish
