#!/bin/bash
# Wrong usage of any command: 64, one line that says what and where help is, and
# nothing on standard output.
. "${0%/*}/lib.sh"

# wrong MESSAGE COMMAND…
wrong() {
	local message=$1
	shift
	check_exit 64 "$(printf '%q ' "$@")" "$@" </dev/null
	printf "%s: %s (try '%s -h')\n" "$1" "$message" "$1" >"$T/want"
	look "  says: $message" diff "$T/want" "$T/err"
	look '  and no more' test ! -s "$T/out"
}

for tool in cp-fetch json2csv memzip s3put; do
	wrong "unknown option '--no-such'" $tool --no-such
	wrong "unknown option '--no-such=3'" $tool --no-such=3
	wrong "unknown option '--?[31m'" $tool $'--\e[31m'
	wrong "unknown option '-Z'" $tool -Z
	wrong "unknown option '-Z'" $tool --quiet -qZp
	wrong "option '-m' needs a value" $tool -m
	wrong "option '-m' needs a value" $tool --memory=1G -qm
	wrong "option '--memory' needs a value" $tool --memory
	wrong "option '--quiet' takes no value" $tool --quiet=3
	wrong "option '--verbos' is shortened: write --verbose" $tool --verbos
	wrong "option '--memo=3' is shortened: write --memory" $tool --memo=3
	wrong "unknown option '--=3'" $tool --=3
	hint=
	[ $tool = cp-fetch ] && hint=" (curl's -m is --max-time)"
	wrong "-m: '-5' is not a size such as 64K, 8M or 5G$hint" $tool -m -5
	wrong "-m: '' is not a size such as 64K, 8M or 5G$hint" $tool --memory=
done
for tool in cp-fetch s3put; do
	wrong 'an operand is missing' $tool
	wrong "unknown option '-T'" $tool -T 3
done
wrong "unknown option '--from'" cp-fetch --from x
wrong '--from needs a command' memzip --from
wrong "too many operands: 'b'" json2csv a b

for tool in cp-fetch json2csv memzip s3put; do
	check_exit 74 "$tool -h on a full disk" bash -c "$tool -h >/dev/full"
	look '  says why' grep -qx "$tool: cannot write to 'stdout': No space left on device" "$T/err"
done

# The modes of a command, and what goes with them.
wrong '-l and -t exclude each other' memzip -l --test
wrong '--json has no meaning for -x' memzip -x --json
wrong '-n has no meaning for -t' memzip -t -n a
wrong '--json goes with -l' memzip --json
wrong '--max-size goes with --tar, -l, -t or -x' memzip --max-size 3
wrong '--commit and --sweep exclude each other' s3put --commit --sweep
wrong '--part-size has no meaning for --commit' s3put --commit --part-size 8M
wrong '--older-than goes with --sweep' s3put --older-than 3d s3://bucket/key
wrong '--sweep needs --older-than' s3put --sweep s3://bucket
wrong '--from has no meaning for --abort' s3put --abort --from true
wrong "--quote: 'none' is none of: minimal strings all" json2csv --quote none
wrong "--from and the operand 'a' exclude each other" json2csv a --from true
wrong '--from needs a command' json2csv --from=true
finish
