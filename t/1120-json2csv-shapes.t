#!/bin/bash
# Files as they are: what is nearly JSON, and records that stand elsewhere than
# in one array or one a line.
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
refused() { # refused CODE TITLE PATTERN INPUT OPTION…
	local code=$1 title=$2 pattern=$3
	printf "$4" >"$T/in"
	shift 4
	check_exit "$code" "$title" json2csv "$@" <"$T/in"
	check_err '  and says why' "$pattern"
}

# The table of README and json2csv(1).
tab=$'\t'
while IFS=$tab read -r json command want; do
	printf "$json" >"$T/in"
	printf "$want" >"$T/want"
	bash -c "$command" <"$T/in" >"$T/got" 2>"$T/err"
	check_same "$command < $json" "$T/want" "$T/got"
	last=${json##*\\n}
	grep -qE -- "^ *$(sed 's/[][*.{}]/\\&/g' <<<"$last") +$(sed 's/[][*.]/\\&/g' <<<"$command")\$" "$ROOT/README"
	result $? "  is in README"
	grep -A1 -xF -- "$last" "$ROOT/man/json2csv.1" | grep -qxF -- "    $command"
	result $? "  and in json2csv(1)"
done <"$ROOT/t/data/shapes"
[ "$tests" -ge 30 ]
result $? "ten shapes and more"

# A first wrong try is helped.
helps() { # helps PATTERN INPUT OPTION…: exit 0, and a message
	local pattern=$1
	printf "$2" >"$T/in"
	shift 2
	check_exit 0 "json2csv $* <$(head -c 60 "$T/in")" json2csv "$@" "$T/in"
	check_err '  and is helped' "$pattern"
}
silent() {
	printf "$1" >"$T/in"
	shift
	check_exit 0 "json2csv $* <$(head -c 60 "$T/in")" json2csv "$@" "$T/in"
	check '  and nothing is said' test ! -s "$T/err"
}
helps "one record, with an array of others; for a row of each: -r 'events'" '{"n":1,"events":[{"a":1},{"a":2}],"x":[{"b":1}]}'
helps "for a row of each: -r 'd\.\"e\.f\"'" '{"d":{"e.f":[[1],[2]]}}'
helps "for a row of each: -r 'd\.e'" '{"d":{"e":[{"a":1},{"a":2}]}}' -r d
helps "with objects for members; for a row of each: -r 'versions\.\*'" '{"versions":{"1":{"a":1},"2":{"a":2}}}' -r versions
silent '{"n":1,"events":[{"a":1},{"a":2}]}' -q
silent '{"n":1,"t":["x","y"],"u":[{"a":1}]}'
silent '{"n":1,"e":[{"a":1},{"a":2}]}{"n":2}'
silent '{"n":1,"e":[{"a":1},{"a":2}]}' -f n
refused 65 'a page that is too large for one record' 'exceed the memory budget; see -m, or -r if the records are within' \
    "{\"e\":[$(yes '{"a":1}' | head -30000 | paste -sd,)]}" -m 1M

# What is nearly JSON.
gives 'lines that end with a comma' 'a\n1\n2\n3\n' '{"a":1},\n{"a":2} ,\n{"a":3},\n'
gives 'lines that begin with one' 'a\n1\n2\n3\n' '{"a":1}\n,{"a":2}\n , {"a":3}\n'
gives '  from the first on' 'a\n2\n3\n' ',{"a":2}\n,{"a":3}\n'
refused 65 '  but no more than one' "after record 1, line 2, byte 9: expected a value, found ','" '{"a":1},\n,{"a":2}\n'
refused 65 '  and none alone' 'a comma, and no document' ' ,\n'
gives 'files put together, each with a mark' 'a\n1\n2\n3\n' '\xef\xbb\xbf{"a":1}\n\xef\xbb\xbf{"a":2}\xef\xbb\xbf[{"a":3}]\n'
refused 65 '  a mark within a document' 'expected a value, found byte 0xef \(a byte order mark\?\)' '{"a":\xef\xbb\xbf1}'
gives 'null among the records' 'a\n1\n2\n' '[null,{"a":1},null,{"a":2},null]'
gives '  in all places' 'a\n1\n' '{"r":[null]}{"r":null}{"r":[{"a":1}]}' -r r
refused 65 '  but a document that is null has no records' 'expected an array of records, or a record, found' 'null'
gives '--nan=null' 'a,b\n-,"[1,null,null]"\n2,\n' '{"a":NaN,"b":[1,-Infinity,Infinity]}{"a":2}' --nan=null --null - -f a,b
gives '--nan=text' 'a,b\n-Infinity,"[""NaN"",""Infinity""]"\n' '{"a":-Infinity,"b":["NaN",Infinity]}' --nan=text -f a,b
refused 65 '--nan=error' 'in record 1, line 1, byte 5, a: expected a value, found NaN; see --nan' '{"a":NaN}'

# Records that are arrays.
census='[["NAME","POP","state"],["Alabama",4903185,"01"],["Alaska",731545,"02"]]'
gives 'rows that are arrays' '0,1,2\nNAME,POP,state\nAlabama,4903185,01\nAlaska,731545,02\n' "$census"
gives '  by their places' 'POP,n\nPOP,NAME\n4903185,Alabama\n731545,Alaska\n' "$census" -f 1=POP,0=n
gives '--header-row' 'NAME,POP,state\nAlabama,4903185,01\nAlaska,731545,02\n' "$census" --header-row
gives '  and fields by their names' 's,NAME,1\n01,Alabama,4903185\n02,Alaska,731545\n' "$census" --header-row -f state=s,NAME,1
gives '  in conditions, too' 'NAME,POP,state\nAlaska,731545,02\n' "$census" --header-row --where 'POP < 1000000'
gives '  with names that are odd' 'a,"b ""é""\n",1.5,,4,5\n1,2,3,4,5,6\n,,,x,,\n' \
    '[["a","b \\"\\u00e9\\"\\n",1.5,null,"a",""],[1,2,3,4,5,6],[null,null,null,"x"]]' --header-row
gives '  with rows longer than it' 'a,1\n1,2\n' '[["a"],[1,2]]' --header-row
gives '  and nothing else' '' '[["a"]]' --header-row --allow-empty
refused 65 '  which has no arrays' 'line 1, byte 12, \[0\]: the header row has more than names' '[["a",["b"]],[1,2]]' --header-row
gives 'arrays and objects side by side' 'a,0,1.b,1\n1,,,\n,2,3,\n,,,4\n' '[{"a":1},[2,{"b":3}],[null,4]]'
gives 'arrays within the rows' '0,1\n1,"[2,[3]]"\n' '[[1,[2,[3]]]]'
gives '  an element of one' '0.1\n2\n""\n' '[[[1,2]],[3]]' -f 0.1
gives '  unwound' '0,1\n1,2\n1,3\n' '[[1,[2,3]]]' --unwind 1
gives 'no elements' 'a,0\n1,\n,\n' '[{"a":1},[]]' -f a,0?
gives 'lines that are arrays' '0,1\n1,a\n2,\n' '[1,"a"]\n[2,null]\n' --array-records
gives '  with a header' 'id,t\n1,a\n2,b\n' '["id","t"]\n[1,"a"]\n[2,"b"]\n' --array-records --header-row
gives '  below a root' 'x,y\n1,2\n3,4\n' '{"r":["x","y"]}{"r":[1,2]}{"r":[3,4]}' --array-records --header-row -r r
refused 65 '  and without the option' 'expected a record, an object or array \(see --array-records\), found .1.' '[1,2]\n'

# Records keyed by id, and roots behind arrays.
npm='{"name":"l","versions":{"1.0.0":{"v":"a","d":{"s":1}},"1.0.1":{"v":"b","d":{"s":2}}},"x":[1]}'
gives '-r with *' 'v,d.s\na,1\nb,2\n' "$npm" -r 'versions.*'
gives '  and --key' 'id,v\n1.0.0,a\n1.0.1,b\n' "$npm" -r 'versions.*' --key id -f v
gives '  all columns' 'id,v,d.s\n1.0.0,a,1\n1.0.1,b,2\n' "$npm" -r 'versions.*' --key id
gives '  a key that is a column as well' 'v,v\n1.0.0,a\n1.0.1,b\n' "$npm" -r 'versions.*' --key v -f v
gives '  keys with quotes, escapes and without text' 'k,a\n"q""\\é",1\n"\n",2\n,3\n' \
    '{"q\\"\\\\\\u00e9":{"a":1},"\\n":{"a":2},"":{"a":3}}' -r '*' --key k
gives '  null is none' 'k,a\ny,1\n' '{"x":null,"y":{"a":1}}' -r '*' --key k
gives '  arrays of records in it' 'k,a\nx,1\nx,2\ny,3\n' '{"x":[{"a":1},{"a":2}],"y":{"a":3},"z":[]}' -r '*' --key k
gives '  two of them' 'k,i,y\np,0,1\nq,0,2\nq,1,3\n' \
    '{"a":{"p":{"x":[{"y":1}]},"q":{"x":[{"y":2},{"y":3}]}}}' -r 'a.*.x.*' --key k --key i
gives '  the first alone' 'k,y\np,1\nq,2\n' '{"p":{"m":{"y":1}},"q":{"n":{"y":2}}}' -r '*.*' --key k
gives '  a name that is a star' 'a\n1\n' '{"*":{"a":1},"b":{"a":2}}' -r '"*"'
gives '  with unwind and where' 'k,t\nb,y\n' '{"a":{"n":1,"t":["x"]},"b":{"n":2,"t":["z","y"]}}' -r '*' --key k --unwind t --where 't = y' -f t
gives 'a root behind an array' 'id\n1\n2\n3\n' '{"R":[{"I":[{"id":1},{"id":2}]},{"I":{"id":3}},{"x":0}]}' -r R.I
gives '  behind two' 'id\n1\n2\n' '[[{"I":[{"id":1}]}],{"I":[{"id":2}]}]' -r I
gives '  but an index is one' 'id\n2\n' '{"R":[{"id":1},{"id":2}]}' -r R.1
refused 64 '--key without *' '--key needs a \* in -r, one for each' '' --key k -r a
refused 65 'a root that is nowhere' "the root 'a\.\*' occurs nowhere" '{"b":1}' -r 'a.*'
refused 65 'values that are no records' "line 1, byte 5, a: expected an array of records, or a record, found '1'" '{"a":1}' -r '*'

# The same large, so that there are slices: commas, nulls.
/usr/bin/python3 - "$T" <<'PYTHON'
import sys
n = 60000
with open(sys.argv[1] + '/large-want', 'w') as f:
    f.write('a,b\n' + ''.join('%d,x%d\n' % (i, i) for i in range(n)))
lines = ['{"a":%d,"b":"x%d"}' % (i, i) for i in range(n)]
maps = ['"k%d":%s' % (i, l) for i, l in enumerate(lines)]
with open(sys.argv[1] + '/map-want', 'w') as f:
    f.write('k,a,b\n' + ''.join('k%d,%d,x%d\n' % (i, i, i) for i in range(n)))
with open(sys.argv[1] + '/map', 'w') as f:
    f.write('\n'.join('{"m":{' + ',\n'.join(maps[i:i + 100]) + '}}' for i in range(0, n, 100)))
with open(sys.argv[1] + '/rows', 'w') as f:
    f.write('[["a","b"]' + ''.join(',\n[%d,"x%d"]' % (i, i) for i in range(n)) + ']')
with open(sys.argv[1] + '/row-lines', 'w') as f:
    f.write('["a","b"]' + ''.join('\n[%d,"x%d"]' % (i, i) for i in range(n)))
texts = {'trailing': ',\n'.join(lines) + ',\n', 'leading': '\n,'.join(lines) + '\n',
         'nulls': '[' + ',\n'.join(l + (',null' if i % 7 == 0 else '') for i, l in enumerate(lines)) + ']',
         'marks': ''.join('\ufeff' * (i % 1000 == 0) + l + '\n' for i, l in enumerate(lines))}
for name, text in texts.items():
    with open('%s/large-%s' % (sys.argv[1], name), 'w') as f:
        f.write(text)
PYTHON
for kind in trailing leading nulls marks; do
	for n in 1 3; do
		json2csv -T $n --stats -f a,b "$T/large-$kind" >"$T/got" 2>"$T/stats"
		check_same "large, with $kind, -T $n" "$T/large-want" "$T/got"
	done
	grep -q '"slices":[1-9]' "$T/stats"
	result $? '  in slices'
done
/usr/bin/python3 - "$T" <<'PYTHON'
import sys
for name, rest in ('block', ''), ('mark', '\ufeff,\n'):
    # The first block ends with a comma and its line.
    text = '{"a":1}\n' * 32766
    text += '{"a":"%s"},\n' % ('x' * ((1 << 18) - len(text) - 10))
    with open('%s/%s' % (sys.argv[1], name), 'w') as f:
        f.write(text + rest + '{"a":2}\n' * 60000)
PYTHON
for n in 1 3; do
	check_exit 0 "a block that ends with a comma, -T $n" json2csv -T $n -f a <"$T/block"
	check_exit 65 '  and the next begins with a mark and a comma' json2csv -T $n -f a <"$T/mark"
done
for n in 1 3; do
	json2csv -T $n -r 'm.*' --key k -f a,b "$T/map" >"$T/got" 2>"$T/err"
	check_same "large maps, -T $n" "$T/map-want" "$T/got"
	json2csv -T $n --header-row -f a,b "$T/rows" >"$T/got" 2>"$T/err"
	check_same "  an array of arrays, -T $n" "$T/large-want" "$T/got"
	json2csv -T $n --header-row --array-records --stats -f a,b "$T/row-lines" >"$T/got" 2>"$T/stats"
	check_same "  lines of arrays, -T $n" "$T/large-want" "$T/got"
done
grep -q '"slices":[1-9]' "$T/stats"
result $? '  in slices'
finish
