#!/bin/bash
# Every character, written as it is and as an escape, every escape there is not,
# and nesting up to its limit.
. "${0%/*}/lib.sh"

cat >"$T/make" <<'PYTHON'
"""make KIND: documents to standard output, the rows that they give to descriptor 3."""
import csv
import os
import sys
kind = sys.argv[1]
out = open(1, 'w', encoding='utf-8', newline='', errors='surrogatepass')
rows = csv.writer(os.fdopen(3, 'w', encoding='utf-8', newline=''))
rows.writerow(['a', 'b'])
points = [c for c in range(0x110000) if not 0xd800 <= c < 0xe000]


def escape(c):
    units = chr(c).encode('utf-16-be')
    return ''.join('\\u%s' % units[i:i + 2].hex() for i in range(0, len(units), 2))


if kind in ('raw', 'escaped', 'mixed'):
    for at in range(0x20 if kind == 'raw' else 0, len(points), 64):
        some = points[at:at + 64]
        if kind == 'raw':
            some = [c for c in some if c not in (0x22, 0x5c)]
        write = {'raw': chr, 'escaped': escape,
                 'mixed': lambda c: chr(c) if c % 3 and c > 0x7f else escape(c).upper().replace('\\U', '\\u')}[kind]
        out.write('{"a":%d,"b":"%s"}\n' % (at, ''.join(map(write, some))))
        rows.writerow([at, ''.join(map(chr, some))])
elif kind == 'lone':            # each alone, before another character, and in the wrong order
    for c in range(0xd800, 0xe000):
        for behind in '', 'x', '\\n', '\\u0041', '\\u%04x' % (0xd800 + c % 0x400):
            out.write('{"a":1,"b":"\\u%04x%s"}\n' % (c, behind))
elif kind == 'escapes':         # a backslash before each character of ASCII and some others
    known = dict(zip('"\\/bfnrt', '"\\/\b\f\n\r\t'))
    for c in list(range(0x20, 0x7f)) + [0x80, 0xe9, 0x3042, 0x1f600]:
        out.write('{"a":1,"b":"\\%s"}\n' % chr(c))
        if chr(c) in known:
            rows.writerow([1, known[chr(c)]])
elif kind == 'controls':        # raw, in a string
    for c in list(range(0x20)) + [0x7f]:
        if c != 10:             # ends the line
            out.write('{"a":1,"b":"%s"}\n' % chr(c))
    rows.writerow([1, '\x7f'])
elif kind == 'digits':          # \u and four characters, one of which may be no digit
    for c in range(0x20, 0x7f):
        for at in range(4):
            digits = '0' * at + chr(c) + '0' * (3 - at)
            out.write('{"a":1,"b":"\\u%s"}\n' % digits)
            if chr(c) in '0123456789abcdefABCDEF' and digits[:2].lower() not in ('d8', 'd9', 'da', 'db', 'dc', 'dd', 'de', 'df'):
                rows.writerow([1, chr(int(digits, 16))])
PYTHON

for kind in raw escaped mixed; do
	/usr/bin/python3 "$T/make" $kind >"$T/in" 3>"$T/want"
	json2csv --crlf -T 3 -f a,b "$T/in" >"$T/got" 2>"$T/err"
	check_same "every character, $kind" "$T/want" "$T/got"
done

# bad KIND NUMBER: so many lines are refused, and the others are right.
bad() {
	/usr/bin/python3 "$T/make" "$1" >"$T/in" 3>"$T/want"
	check_exit 0 "$1: lines with an error can be skipped" json2csv --crlf --max-errors 99999 -f a,b "$T/in"
	mv "$T/out" "$T/got"
	check "$1: $2 of them" test "$(grep -c ': skipping the line: in record [0-9]*, line [0-9]*, byte [0-9]*, b: ' "$T/err")" -eq "$2"
	check_same "$1: the others are rows" "$T/want" "$T/got"
}
bad lone 10240
bad escapes 91
bad controls 31
bad digits $((4 * (95 - 22)))
/usr/bin/python3 "$T/make" lone >"$T/in" 3>"$T/want"
json2csv --no-header --invalid-utf8=replace -f b "$T/in" >"$T/got"
/usr/bin/python3 -c '
import sys
for c in range(0xd800, 0xe000):
    pair = 0xd800 <= c < 0xdc00
    for behind in "", "x", "\"\n\"", "A", "\ufffd":
        print("\"\ufffd\n\"" if behind == "\"\n\"" else "\ufffd" + behind)' >"$T/want"
check_same 'lone surrogates are replaced, one by one' "$T/want" "$T/got"

# deep LEVELS BEFORE BETWEEN AFTER
deep() {
	/usr/bin/python3 -c '
import sys
n = int(sys.argv[1])
print("{\"a\":" + sys.argv[2] * (n - 1) + sys.argv[3] + sys.argv[4] * (n - 1) + "}")' "$@"
}
for fields in a 'z?'; do
	deep 1024 '[' 1 ']' >"$T/in"
	check_exit 0 "1024 levels, -f $fields" json2csv -f "$fields" "$T/in"
	deep 1024 '{"a":' 1 '}' >"$T/in"
	check_exit 0 '  of objects' json2csv -f "$fields" "$T/in"
	deep 1025 '[' 1 ']' >"$T/in"
	check_exit 65 "1025 levels, -f $fields" json2csv -f "$fields" "$T/in"
	check_err '  are told' 'in record 1, line 1, byte 1028, a(\[0\])*.*: nested deeper than 1024 levels'
	check_exit 0 '  unless allowed' json2csv --max-depth 1025 -f "$fields" "$T/in"
	deep 1000000 '[' 1 '' >"$T/in"
	check_exit 65 '  a million that do not end' json2csv -f "$fields" "$T/in"
done
deep 1024 '{"a":' 1 '}' >"$T/in"
check_exit 0 '1024 levels, all members' json2csv "$T/in"
check '  are one column' test "$(head -1 "$T/out" | tr -cd . | wc -c)" -eq 1023
finish
