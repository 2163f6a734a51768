#!/bin/bash
# The job json2csv is for, and its options.
. "${0%/*}/lib.sh"

# gives TITLE EXPECTED INPUT OPTION…: printf formats both texts.
gives() {
	local title=$1
	printf "$2" >"$T/want"
	printf "$3" >"$T/in"
	shift 3
	json2csv "$@" <"$T/in" >"$T/got" 2>"$T/err" || echo "exit $?" >>"$T/err"
	cmp "$T/want" "$T/got" >>"$T/err" 2>&1
	result $(($(stat -c %s "$T/err") != 0)) "$title"
}

page='{"n":2,"events":[{"t":"a, \\"b\\"","g":{"t":"\\u3042"},"x":1.10},{"g":null,"t":null}],"z":[]}'
gives 'the records of a page' 't,g.t,x\n"a, ""b""",あ,1.10\n,,\n' "$page" -r events -f t,g.t,x
gives 'renamed headers' 'T,"G,1"\n"a, ""b""",あ\n,\n' "$page" -r events -f 't=T,g.t="G,1"'
gives 'several pages on one input' 't\n1\n2\n3\n' \
    '{"e":[{"t":1}]}\n{"e":[]}{"e":[{"t":2},{"t":3}]}\n' -r e -f t
gives 'a deeper root' 't\n1\n' '{"a":{"b":[{"t":1}]},"b":[{"t":2}]}' -r a.b -f t
gives 'a root that is a record' 't\n1\n' '{"a":{"t":1}}' -r a -f t
gives 'the document as the root' 't\n1\n2\n3\n' '[{"t":1},{"t":2}]{"t":3}' -r . -f t
gives 'a top-level array, one a line, pretty-printed' 't\n1\n2\n3\n' \
    '[{"t":1}]\n{"t":2}\n{\n  "t": 3\n}\n' -f t
gives 'a byte order mark' 't\n1\n' '\xef\xbb\xbf{"t":1}' -f t
gives 'numbers as they stand' 't\n1.0\n-0\n1E400\n12345678901234567890.10\n' \
    '{"t":1.0}{"t":-0}{"t":1E400}{"t":12345678901234567890.10}' -f t
gives 'true, false, null, nothing' 'a,t\n1,true\n1,false\n1,\n1,\n' \
    '{"a":1,"t":true}{"a":1,"t":false}{"a":1,"t":null}{"a":1}' -f a,t
gives '--null' 'a,t\n1,-\n1,\n' '{"a":1,"t":null}{"a":1}' --null - -f a,t
gives 'nested values as JSON' 'a\n"[1,{""b"":""\\\\n  ""}]"\n{}\n' \
    '{"a":[ 1 , {"b" : "\\\\n  "}\n]}{"a":{ }}' -f a
gives 'a sole empty cell is quoted' 't\n""\n""\n' '{"t":null}{"t":""}' -f t
gives '--crlf' 't,u\r\n"a\nb",1\r\n"\r",\r\n' '{"t":"a\\nb","u":1}{"t":"\\r"}' --crlf -f t,u
gives '-d' 't;u\n"a;";,\n' '{"t":"a;","u":","}' -d ';' -f t,u
gives '-d a tab' 't\tu\na\tb\n' '{"t":"a","u":"b"}' -d '\t' -f t,u
gives '--no-header' '1\n' '{"t":1}' --no-header -f t
gives 'the last of two counts' 't,g.a,g.b\n2,,4\n' '{"t":1,"g":{"a":3},"t":2,"g":{"b":4}}' -f t,g.a,g.b
gives 'an object and its member' 'g,g.a\n"{""a"":1}",1\n' '{"g": {"a": 1}}' -f g,g.a
gives 'a field twice, in any order' 'b,a,again\n2,1,2\n' '{"a":1,"b":2}' -f b,a,b=again
gives 'an element of an array' 'a.1,a.0.b\n2,\n,3\n' '{"a":[1,2]}{"a":[{"b":3}]}' -f a.1,a.0.b
gives 'names with dots and commas' 'a.b,"c,d","e""f"\n1,2,3\n' '{"a.b":1,"c,d":2,"e\\"f":3}' \
    -f '"a.b","c,d","e""f"'
gives 'names that are escaped' 't,é😀\n1,2\n' '{"\\u0074":1,"\\u00e9\\ud83d\\ude00":2}' -f 't,é😀'
gives 'an optional field' 't,u\n1,\n' '{"t":1}' -f 't,u?'
gives 'empty input' 't\n' '' -f t
gives 'white space only' 't\n' ' \n' -r e -f t
gives 'no records' 't\n' '{"e":[]}' -r e -f t
gives 'empty input, no fields' '' ''
gives 'all members' 'a,g.b,g.c.d,l,h\n1,2,3,"[1,{""x"":1}]",\n4,,,,5\n' \
    '{"a":1,"g":{"b":2,"c":{"d":3}},"l":[1,{"x":1}]}{"h":5,"g":null,"a":4}'
gives 'all members: an object or null' 'g.a\n""\n1\n""\n' '{"g":null}{"g":{"a":1}}{"g":null}'
gives 'all members: an empty object' 'g,a\n{},\n,1\n' '{"g":{}}{"a":1}'

gives '--tsv' 'a\tb\n"x\ty"\t,\n' '{"a":"x\\ty","b":","}' --tsv -f a,b
gives '--bom' '\xef\xbb\xbfa\n1\n' '{"a":1}' --bom -f a
gives '--quote=strings' '"a","b","c","d"\n"x",1,,true\n' '{"a":"x","b":1,"c":null,"d":true}' \
    --quote=strings
gives '--quote=all' '"a","b","c"\n"x","1",""\n"","2",""\n' '{"a":"x","b":1,"c":null}{"b":2}' --quote=all
gives '--formula-guard: strings only' "a,b\n'=1,-2\n\"'+1,2\",x=\n\"'-\"\"\",'@\n" \
    '{"a":"=1","b":-2}{"a":"+1,2","b":"x="}{"a":"-\\"","b":"@"}' --formula-guard
gives '--formula-guard in quotes' "\"a\"\n\"'=\"\"1\"\n" '{"a":"=\\"1"}' --formula-guard --quote=all
gives '--excel' '\xef\xbb\xbfa\r\n'"'=1"'\r\n' '{"a":"=1"}' --excel
gives '--duplicate-keys=first' 't,g.a,g.b\n1,3,\n' '{"t":1,"g":{"a":3},"t":2,"g":{"b":4}}' \
    --duplicate-keys=first -f t,g.a,g.b?
gives '--duplicate-keys=first, all members' 't\n1\n' '{"t":1,"t":{"a":1}}' --duplicate-keys=first
gives '--extra=error with nothing extra' 'g.a,t\n1,2\n' '{"g":{"a":1,"b":2},"t":2}' --extra=error -f g.a,t
gives '--invalid-utf8=replace' 't,\xef\xbf\xbd\n\xef\xbf\xbdx\xef\xbf\xbd\xef\xbf\xbd,1\n' \
    '{"t":"\\ud800x\xff\xe3\x81","\\udc00":1}' --invalid-utf8=replace
gives '--max-depth' 't\n[[1]]\n' '[{"t":[[1]]}]' --max-depth 4
printf 'a\n# not this\n\n"b.c"=B\n' >"$T/list"
gives '--fields-file' 'a,B\n1,2\n' '{"b.c":2,"a":1}' --fields-file "$T/list"
printf '\xef\xbb\xbfa\r\n"b.c"=B\r\n' >"$T/list"
gives '--fields-file from an editor of Windows' 'a,B\n1,2\n' '{"b.c":2,"a":1}' --fields-file "$T/list"
printf '# none\n\n' >"$T/list"
check_exit 64 '--fields-file without a field' json2csv --fields-file "$T/list"
check_err '  is told' 'there is no field in'

refuses() { # refuses TITLE PATTERN INPUT OPTION…
	local title=$1 pattern=$2
	printf "$3" >"$T/in"
	shift 3
	check_exit 65 "$title" json2csv "$@" <"$T/in"
	check_err '  and says where' "$pattern"
}
refuses '--duplicate-keys=error' 'byte 11, t: a member with this name was there before' \
    '{"t":1,"t":2}' --duplicate-keys=error -f t
refuses '--extra=error' 'byte 8, u: a member that is not among the fields' \
    '{"t":1,"u":2}' --extra=error -f t
refuses '--max-depth' 'nested deeper than 3 levels' '[{"t":[[1]]}]' --max-depth 3

/usr/bin/python3 -c '
for i in range(30000):
    print("{\"a\":%d,\"b\":\"%s\"}" % (i, "x" * 50))
print("{\"a\":1,\"g.g\":{\"late\":2}}")' >"$T/late"
check_exit 0 '--late-columns=drop' json2csv -m 1M --late-columns=drop "$T/late"
check '  leaves them out and says nothing' test "$(tail -1 "$T/out")$(cat "$T/err")" = 1,
check_exit 0 '--late-columns=warn' json2csv -m 1M --late-columns=warn "$T/late"
check_err '  says so' "^json2csv: 1 values of columns .* the first: '\"g.g\"' in record 30001$"
for bad in --quote=x --extra=x --duplicate-keys= --invalid-utf8=no --late-columns=x --max-depth=0 \
    --max-errors=x; do
	check_exit 64 "$bad is refused" json2csv "$bad"
done
check_exit 64 'a word that is none' json2csv --quote=x
check_err '  is told which there are' "^json2csv: --quote: 'x' is none of: minimal strings all "
check_exit 74 'a list of fields that is not there' json2csv --fields-file="$T/list.no"

printf '{"a":1}' >"$T/file"
check_exit 0 'a file' json2csv "$T/file"
check_same 'is read' "$T/out" <(printf 'a\n1\n')
check_exit 0 '--from' json2csv -f a --from cat "$T/file"
check_same 'reads a command' "$T/out" <(printf 'a\n1\n')

check_exit 64 'a path that ends with a dot' json2csv -r a.
check_err 'is shown' "cannot read path 'a\.': a name is missing at character 3"
for bad in '' ',' a, '"a' 'a"b' . 'a??' '"a"b' 'a="b'; do
	check_exit 64 "-f '$bad' is refused" json2csv -f "$bad"
done
check_exit 64 'a delimiter of two characters' json2csv -d ab
check_exit 64 'a quote as delimiter' json2csv -d '"'
check_exit 64 'too little memory' json2csv -m 1023K
check_exit 64 'two files' json2csv a b
check_exit 74 'a file that is not there' json2csv "$T/none"
check '-h prints the usage' bash -c 'json2csv -h | grep "^usage: json2csv "'
echo '[{"a":1},{"a":2}]' | json2csv --stats 2>"$T/stats" >"$T/out"
check '--stats is JSON with the sizes' /usr/bin/python3 -c '
import json, sys
s = json.load(open(sys.argv[1]))
assert s["tool"] == "json2csv" and s["ok"] is True and s["in"] == 18
assert s["out"] == 6 and s["records"] == 2' "$T/stats"
finish
