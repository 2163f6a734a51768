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

# The same large, so that there are slices: commas, nulls.
/usr/bin/python3 - "$T" <<'PYTHON'
import sys
n = 60000
with open(sys.argv[1] + '/large-want', 'w') as f:
    f.write('a,b\n' + ''.join('%d,x%d\n' % (i, i) for i in range(n)))
lines = ['{"a":%d,"b":"x%d"}' % (i, i) for i in range(n)]
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
finish
