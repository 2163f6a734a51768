#!/bin/bash
# Manual pages and README say what the programs say.
. "${0%/*}/lib.sh"
cd "$ROOT" || exit 1

programs=$(make -s -f - print <<'MAKE'
include Makefile
print:
	@echo $(PROGRAMS)
MAKE
)

# rendered PAGE SECTION: its text, one line, single spaces.
rendered() {
	mandoc -Tascii -Owidth=200 "$1" | sed 's/.\x08//g' |
	    awk -v s="$2" '/^[A-Z]/ { on = $0 == s; next } on' | tr -s ' \n' ' ' | sed 's/^ //; s/ $//'
}

# codes PAGE: its exit statuses, a line each.
codes() { awk '/^\.Sh/ { on = /EXIT STATUS/ } on && /^\.It [0-9]+$/ { print $2 }' "$1" | sort; }

for page in man/mempipe.7 $(printf 'man/%s.1 ' $programs); do
	check "$page: mandoc -Tlint" sh -c 'out=$(mandoc -Tlint -W style "$1" 2>&1 |
	    grep -vE "referenced manual not found|outdated mandoc.db"); test -z "$out" || { echo "$out" >&2; exit 1; }' - "$page"
done

for page in man/*.[17]; do
	grep -E '^\.S[hs] ' "$page" | sort | uniq -d >"$T/err"
	[ ! -s "$T/err" ]
	result $? "$page: no heading stands twice"
done

for p in $programs; do
	page=man/$p.1
	"$p" -h >"$T/usage" 2>"$T/err"
	result $? "$p -h exits with 0"
	[ ! -s "$T/err" ]
	result $? "$p -h says nothing on standard error"
	tr -s ' \n' ' ' <"$T/usage" | sed 's/^usage: //; s/ usage: / /g; s/ $//' >"$T/said"
	rendered "$page" SYNOPSIS >"$T/written"
	diff "$T/said" "$T/written" >"$T/err"
	result $? "$p -h is the page's SYNOPSIS"
	check_exit 64 "$p --no-such-option" "$p" --no-such-option
	check_err "$p says which" "^$p: .*no-such-option"
	"$p" -V >"$T/version" 2>"$T/err"
	grep -Eqx "$p .*[0-9]+\.[0-9]+.*" "$T/version"
	result $? "$p -V"

	check "$p --help" "$p" --help
	cp "$T/out" "$T/help"
	awk 'length > 100' "$T/help" >"$T/err"
	[ ! -s "$T/err" ]
	result $? "$p --help has no line of more than 100 columns"

	# each option of its table, as --help prints that
	: >"$T/err"
	for long in $(grep -oE '^  (-., |    )--[a-z0-9.-]+' "$T/help" | grep -oE '[a-z0-9][a-z0-9.-]+$'); do
		grep -Eq "^\.It.*Fl (. , )?-$long( |\$)" "$page" || echo "--$long" >>"$T/err"
	done
	for letter in $(grep -oE '^  -[A-Za-z0-9]' "$T/help" | tr -d ' -'); do
		grep -Eq "^\.It .*Fl $letter( |\$)|^\.It Fl 0 No" "$page" || echo "-$letter" >>"$T/err"
	done
	[ ! -s "$T/err" ]
	result $? "$p: each option is in its page"

	# and no others: what the page has, the program takes
	: >"$T/err"
	for long in $(grep -oE '^\.It .*' "$page" | grep -oE 'Fl (. , )?-[a-z0-9][a-z0-9.-]+' | grep -oE '[a-z0-9.-]+$' | sed 's/^-//' | sort -u); do
		grep -Eq "^  (-., |    )--$long( |\[|\$)" "$T/help" || echo "--$long" >>"$T/err"
	done
	[ ! -s "$T/err" ]
	result $? "$p: the page has no option that does not exist"

	sed -n '/^Exit status:/,/^$/p' "$T/help" | grep -oE '^  [0-9]+' | tr -d ' ' | sort >"$T/codes"
	check_same "$p --help has mempipe(7)'s exit codes" <(codes man/mempipe.7) "$T/codes"
	comm -23 <(codes "$page") <(codes man/mempipe.7) >"$T/err"
	[ ! -s "$T/err" ] && [ "$(codes "$page" | wc -l)" -ge 5 ]
	result $? "$p: EXIT STATUS keeps to mempipe(7)'s table"
	for section in DESCRIPTION "EXIT STATUS" EXAMPLES "SEE ALSO" CAVEATS; do
		grep -q "^\.Sh $section\$" "$page" || echo "$section"
	done >"$T/err"
	[ ! -s "$T/err" ]
	result $? "$p: no section is missing"
done

# README.
for target in $(grep -oE '"?make [a-z0-9]+' README | awk '{ print $2 }' | sort -u); do
	case $target in
	gcc | is | them | and) continue ;;
	esac
	check "README: make $target" make -n "$target"
done
for option in $(sed -n '/--from/,/^$/p' README | grep -oE '"--?[a-z]+"' | tr -d '"' | sort -u); do
	cat man/*.1 | grep -Eq "Fl ${option#-}( |\$)"
	result $? "README: $option is an option"
done
sed -n '/apt-get install/,/^    make$/p' README | grep -oE '\b(lib[a-z0-9+.-]+|zlib1g)-dev\b|\bgcc\b|\bmake\b' | sort -u >"$T/readme"
t/deps --print build >"$T/deps"
check_same "README names the packages that the build needs" "$T/deps" "$T/readme"
for path in $(grep -oE '\b(man|common|t|cmd)/[a-z0-9./]*[a-z0-9]' README | sort -u); do
	check "README: $path exists" test -e "$path"
done
awk 'length > 79' README >"$T/err"
[ ! -s "$T/err" ]
result $? "README: no line has more than 79 columns"
# What it gives for ECS: sizes that Fargate has, and rules that are JSON.
sizes=$(grep -oE '"cpu": "[0-9]+", "memory": "[0-9]+"' README | tr -dc '0-9\n ' | tr -s ' ')
case $sizes in
" 256 512" | " 256 1024" | " 256 2048" | " 512 1024" | " 512 2048") true ;;
*) echo "cpu and memory:$sizes" >"$T/err"; false ;;
esac
result $? "README: the task's size is one that Fargate has"
sed -n '/^    { "ID"/,/^$/p' README >"$T/rule"
check "README: the lifecycle rule is JSON" \
    jq -e '.AbortIncompleteMultipartUpload.DaysAfterInitiation == 1 and .Status == "Enabled"' "$T/rule"
# What a scheduler is told stands in README and mempipe(7).
mandoc -Tascii man/mempipe.7 | sed 's/.\x08//g' >"$T/page"
for begin in '"retryStrategy"' '"restartPolicy": {' RequeueExit=75 'backoffLimit:'; do
	for text in README "$T/page"; do
		awk -v begin="$begin" 'index($0, begin) { on = 1 } /^$/ { on = 0 } on { sub(/^ +/, ""); print }' "$text" >"$T/setting.${text##*/}"
	done
	[ -s "$T/setting.page" ] && check_same "README and mempipe(7): $begin" "$T/setting.README" "$T/setting.page"
	case $begin in
	\"*) check '  is JSON' sh -c '{ echo "{"; cat "$1"; echo "}"; } | jq -e .' - "$T/setting.page" ;;
	esac
done
sed -n '/^    #!\/bin\/sh$/,/^$/p' README | sed 's/^    //' >"$T/job"
check "README: the job is a script" sh -n "$T/job"

# make install.
check "make install" make -s SAN="${SAN-}" install DESTDIR="$T/root" PREFIX=/usr
(cd "$T/root/usr" && find . -type f | sort) >"$T/installed"
{
	printf './bin/%s\n' $programs
	printf './share/man/man1/%s.1\n' $programs
	echo ./share/man/man7/mempipe.7
	printf './share/bash-completion/completions/%s\n' $programs
	printf './share/zsh/vendor-completions/_%s\n' $programs
	printf './share/fish/vendor_completions.d/%s.fish\n' $programs
} |
    sort >"$T/expected"
check_same "puts programs and pages where they belong, and nothing else" "$T/expected" "$T/installed"

check "make uninstall" make -s uninstall DESTDIR="$T/root" PREFIX=/usr
[ -z "$(find "$T/root" -type f | tee "$T/err")" ]
result $? "leaves nothing"
if command -v mandoc >/dev/null; then
	check "make html" make -s html
	look "whose pages link to each other" grep -q 'href="s3put.1.html"' build/html/mempipe.7.html
fi

finish
