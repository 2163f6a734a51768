#!/bin/bash
# Only some of the rows: conditions, and a limit.
. "${0%/*}/lib.sh"

# gives TITLE EXPECTED INPUT OPTION…: printf formats both texts; the same with
# each number of threads.
gives() {
	local title=$1 n
	printf "$2" >"$T/want"
	printf "$3" >"$T/in"
	shift 3
	: >"$T/err"
	for n in 1 2 4; do
		json2csv -T $n "$@" <"$T/in" >"$T/got" 2>>"$T/err" || echo "exit $?" >>"$T/err"
		cmp "$T/want" "$T/got" >>"$T/err" 2>&1
	done
	result $(($(stat -c %s "$T/err") != 0)) "$title"
}
# keeps CONDITION IDS INPUT: the ids of the rows, with a list of fields and
# without.
keeps() {
	local rows
	printf "$3" >"$T/in"
	rows=$(json2csv --no-header -f id --where "$1" "$T/in" 2>"$T/err" | paste -sd' ')
	[ "$rows" = "$2" ] || echo "with -f: '$rows', not '$2'" >>"$T/err"
	rows=$(json2csv --no-header --where "$1" "$T/in" 2>>"$T/err" | sed -n 's/^\([0-9]*\),.*/\1/p' | paste -sd' ')
	[ "$rows" = "$2" ] || echo "without: '$rows', not '$2'" >>"$T/err"
	result $(($(stat -c %s "$T/err") != 0)) "--where '$1'"
}
refused() { # refused CODE TITLE PATTERN INPUT OPTION…
	local code=$1 title=$2 pattern=$3
	printf "$4" >"$T/in"
	shift 4
	check_exit "$code" "$title" json2csv "$@" <"$T/in"
	check_err '  and says why' "$pattern"
}

numbers='{"id":1,"n":1.5}\n{"id":2,"n":15e-1}\n{"id":3,"n":"1.50"}\n{"id":4,"n":-1.5}\n{"id":5,"n":2}\n{"id":6,"n":null}\n'
numbers+='{"id":7}\n{"id":8,"n":"abc"}\n{"id":9,"n":true}\n{"id":10,"n":0.0}\n{"id":11,"n":-0}\n{"id":12,"n":[1.5]}\n'
keeps 'n = 1.5' '1 2 3' "$numbers"
keeps 'n==1.5' '1 2 3' "$numbers"
keeps 'n = "1.50"' '3' "$numbers"
keeps 'n != 1.5' '4 5 6 7 8 9 10 11 12' "$numbers"
keeps 'n = 0' '10 11' "$numbers"
keeps 'n < 1.5' '4 10 11' "$(grep -v '"n":\[' <<<"${numbers//\\n/$'\n'}")"
keeps 'n>1.4999999999999999999999999999999' '1 2 3 5 8 12' "$numbers"
keeps 'n = null' '6 7' "$numbers"
keeps 'n != null' '1 2 3 4 5 8 9 10 11 12' "$numbers"
keeps 'n = true' '9' "$numbers"
keeps 'n exists' '1 2 3 4 5 6 8 9 10 11 12' "$numbers"
keeps 'n missing' '7' "$numbers"
keeps 'n.0 = 1.5' '12' "$numbers"
keeps 'n ~ ^-?1' '1 2 3 4' "$(grep -v '"n":\[' <<<"${numbers//\\n/$'\n'}")"
exact='{"id":1,"n":12345678901234567890}{"id":2,"n":12345678901234567891}{"id":3,"n":1.2345678901234567891E19}{"id":4,"n":1e999999}'
exact+='{"id":5,"n":0.1}{"id":6,"n":0.10000000000000000000000001}{"id":7,"n":-1e-999999}{"id":8,"n":1e99999999999999999999999999}'
keeps 'n = 12345678901234567891' '2 3' "$exact"
keeps 'n > 12345678901234567890' '2 3 4 8' "$exact"
keeps 'n <= 0.1' '5 7' "$exact"
keeps 'n < 0' '7' "$exact"
keeps 'n > 1e999999' '8' "$exact"
texts='{"id":1,"t":"","g":{"x y":"é"}}\n{"id":2,"t":"a b","g":{"x y":null}}\n{"id":3,"t":"2026-11-27T10:00:00Z"}\n'
texts+='{"id":4,"t":"a\\"b","g":{}}\n{"id":5,"t":"日本\\n語"}\n'
keeps 't = ""' 1 "$texts"
keeps 't = a b' 2 "$texts"
keeps 't = "a""b"' 4 "$texts"
keeps 't>=2026-11' '2 3 4 5' "$texts"
keeps 't < 2026-12' '1 3' "$texts"
keeps 'g."x y" = é' 1 "$texts"
keeps 'g."x y" exists' '1 2' "$texts"
keeps 'g exists' '1 2 4' "$texts"
keeps 'g = {}' 4 "$texts"
keeps 't ~ ^..$' '' "$texts"
keeps 't ~ ^...$' '2 4' "$texts"
keeps 't ~ ^[日].*語$' 5 "$texts"
keeps 'u? = 1' '' "$texts"
gives 'all of several must hold' 'id\n2\n' '{"id":1,"a":1,"b":2}{"id":2,"a":1,"b":3}{"id":3,"a":2,"b":3}' \
    --where 'a = 1' --where 'b=3' -f id
gives 'elements of what is unwound' 'id,i.n\n1,5\n2,7\n' '{"id":1,"i":[{"n":3},{"n":5}]}{"id":2,"i":[{"n":7}]}{"id":3,"i":[]}' \
    --unwind i --where 'i.n >= 5'
gives '  and their record' 'id,i\n2,a\n2,b\n' '{"i":["x"],"id":1}{"i":["a","b"],"id":2}' --unwind i --where 'id = 2' -f id,i
gives 'the columns stay' 'a,g.x,g.y\n1,,2\n' '{"a":0,"g":{"x":1}}{"a":1,"g":{"y":2}}{"a":2,"g":{}}' --where 'g.y = 2'
gives 'none is left' 'a\n' '{"a":1}' --where 'a > 1'
gives 'an array is what its cell is' 'a\n3\n' '{"a":[1,2]}{"a":[1,2,3]}' --arrays=count --where 'a > 2'
gives 'duplicates: the last counts' 'a\n2\n' '{"a":1,"a":2}{"a":2,"a":1}' --where 'a = 2'
refused 65 'a path that occurs nowhere' "the condition's member 'b' occurs in none of 2 records" '{"a":1}{"a":2}' --where 'b = 1'
refused 64 'no operator' "cannot read the condition 'a b': after the path comes one of = != <" '' --where 'a b'
refused 64 'no value' "cannot read the condition 'a = ': there is no value" '' --where 'a = '
refused 64 'a quote is open' "the value's quotes do not fit" '' --where 'a = "x'
refused 64 'text after the quotes' "the value's quotes do not fit" '' --where 'a = "x" y'
refused 64 'text after exists' 'nothing may follow' '' --where 'a exists 1'
refused 64 'a bad expression' "cannot read the condition 'a ~ \(': .*Unmatched" '' --where 'a ~ ('
refused 64 'a back-reference' 'there is no .1 to .9' '' --where 'a ~ (x)[(]\1'
gives 'which a bracket has not' 'a\n)1\n' '{"a":")1"}{"a":")2"}' --where 'a ~ ^[])]*[\1]$'
gives 'a parenthesis that is not matched' 'a\nxb)c\n' '{"a":"xb)c"}{"a":"bc"}' --where 'a ~ b+)c'
gives 'either, at any place' 'a\nxxab\nxxcd\n' '{"a":"xxab"}{"a":"xxcd"}{"a":"xcb"}' --where 'a ~ a+b|cd*d'
gives 'an anchor within' 'a\nxaa\nb\n' '{"a":"xaa"}{"a":"b"}{"a":"xb"}' --where 'a ~ (^|a)a*a|^b+$'
gives 'after a NUL' 'a,n\nx\0ab,1\n' '{"a":"x\\u0000ab","n":1}{"a":"x\\u0000b","n":2}' --where 'a ~ a+b'
gives 'after a line feed' 'n\n1\n' '{"a":"x\\nab","n":1}{"a":"x\\nb","n":2}' --where 'a ~ a+b' -f n
{ printf '{"n":1,"a":"'; head -c 900000 /dev/zero | tr '\0' y; printf '"}'; } >"$T/long"
check_exit 0 'a long text, in which a match may begin anywhere' \
    timeout $((60 * PATIENCE)) json2csv --where 'a ~ y.*y.*y.*q' -f n "$T/long"
check '  and does not' test "$(cat "$T/out")" = n
refused 64 'no path' 'a name is missing' '' --where '= 1'
refused 64 'the record itself' 'needs the path of a member' '' --where '. = 1'

# The limit.
gives '--limit' 'a\n1\n2\n' '{"a":1}\n{"a":2}\n{"a":3}\n' --limit 2
gives '  whatever follows' 'a\n1\n2\n' '{"a":1}\n{"a":2}\n{"a":' --limit 2 -f a
refused 65 '  but not before' 'ends within a JSON document' '{"a":1}\n{"a":2}\n{"a":' --limit 3 -f a
gives '  more than there are' 'a\n1\n' '{"a":1}' --limit 9
gives '  rows, not lines' 'a\n"1\n2"\n"3\n""\n"\n' '{"a":"1\\n2"}{"a":"3\\n\\"\\n"}{"a":4}' --limit 2
gives '  of those that are chosen' 'a\n2\n4\n' '{"a":1}{"a":2}{"a":3}{"a":4}{"a":6}' --where 'a ~ [024]' --limit 2
gives '  rows of elements' 'a\n1\n2\n3\n' '{"a":[1,2]}{"a":[3,4]}' --unwind a --limit 3
gives '  columns of those records' 'a\n1\n' '{"a":1}{"b":2}' --limit 1
gives '  a field may come later' 'b\n""\n' '{"a":1}{"b":2}' --limit 1 -f b
refused 64 '--limit 0' '0 is outside of 1 to' '' --limit 0
"$BUILD/helper/gen-events" -f ndjson -s 20M >"$T/events"
for n in 1 3; do
	for limit in 1 2 777 5000; do
		json2csv -T $n -f id,title --limit $limit "$T/events" >"$T/got" 2>"$T/err"
		json2csv -T 1 -f id,title "$T/events" | /usr/bin/python3 -c '
import csv, itertools, sys
w = csv.writer(sys.stdout, lineterminator="\n")
w.writerows(itertools.islice(csv.reader(sys.stdin), int(sys.argv[1]) + 1))' $limit >"$T/want"
		check_same "--limit $limit -T $n: the first rows" "$T/want" "$T/got"
	done
	json2csv -T $n -f id --where 'id > 1000000005' --limit 100 "$T/events" >"$T/got" 2>"$T/err"
	[ "$(wc -l <"$T/got")" -eq 101 ] && grep -q ^1000000006 <(sed -n 2p "$T/got")
	result $? "  with a condition"
done
yes '{"a":1}' | timeout $((60 * PATIENCE)) json2csv --limit 3 >"$T/got" 2>"$T/err"
[ "${PIPESTATUS[*]}" = '141 0' ] && [ "$(wc -l <"$T/got")" -eq 4 ]
result $? 'the writer ends, and that is no failure'
check_exit 0 '  with --from' timeout $((60 * PATIENCE)) json2csv --limit 3 --from yes '{"a":1}'
mkfifo "$T/fifo"
exec 8<>"$T/fifo"
printf '{"a":1}\n{"a":2}\n' >&8
check_exit 0 '  which may stay open and say nothing' timeout $((60 * PATIENCE)) json2csv -T 2 --limit 2 "$T/fifo"
exec 8>&-
check_same '  once the rows are there' "$T/out" <(printf 'a\n1\n2\n')
check '  sealed: memzip and s3put take it' bash -c '
    set -o pipefail; json2csv -f id --limit 10 "$1" | memzip -n x.csv >"$2" && unzip -p "$2" | wc -l | grep -qx 11' - "$T/events" "$T/zip"
for n in 1 4; do
	/usr/bin/python3 -c 'print("{\"t\":\"%s\",\"i\":[%s]}" % ("x" * 1000, ",".join(map(str, range(5000)))) * 2)' |
	    json2csv -T $n --no-header -m 2M --unwind i -f i --limit 5001 >"$T/got" 2>"$T/err"
	{ seq 0 4999; echo 0; } | cmp - "$T/got" 2>>"$T/err"
	result $? "more rows of a record than a window holds, -T $n"
done
finish
