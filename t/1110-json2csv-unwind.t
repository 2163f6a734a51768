#!/bin/bash
# A row for each element of an array, and what becomes of arrays in cells.
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

gives '--unwind: scalars' 'id,tags\n1,a\n1,b\n2,c\n' '{"id":1,"tags":["a","b"]}{"tags":["c"],"id":2}' \
    --unwind tags -f id,tags
gives '  members of the elements' 'id,i.n,i.p\n1,a,1\n1,b,\n1,,\n' \
    '{"id":1,"i":[{"n":"a","p":1},{"n":"b"},3]}' --unwind i -f id,i.n,i.p
gives '  what comes after the array' 'n,id\na,1\nb,1\n' '{"i":[{"n":"a"},{"n":"b"}],"id":1}' \
    --unwind i -f 'i.n=n,id'
gives '  an empty array, null, nothing: one row' 'id,i,i.n\n1,,\n2,-,\n3,,\n4,-,\n' \
    '{"id":1,"i":[]}{"id":2,"i":null}{"id":3}{"id":4,"i":[null]}' --null - --unwind i -f id,i,i.n?
gives '  what is no array counts as one element' 'id,i.n\n1,a\n2,\n' '{"id":1,"i":{"n":"a"}}{"id":2,"i":7}' \
    --unwind i -f id,i.n
gives '  arrays within the elements stay' 'i,i.1\n"[1,2]",2\n3,\n' '{"i":[[1,2],3]}' --unwind i -f i,i.1
gives '  nothing of the elements selected' 'id\n1\n1\n1\n' '{"id":1,"i":[0,0,0]}' --unwind i -f id
gives '  only elements' 'i\n1\n2\n3\n' '{"i":[1,2]}{"i":[3]}' --unwind i -f i
gives '  a path' 'id,g.i.n,g\n1,2,"{""i"":[{""n"":2},{""n"":3}]}"\n1,3,"{""i"":[{""n"":2},{""n"":3}]}"\n' \
    '{"g":{"i":[{"n":2},{"n":3}]},"id":1}' --unwind g.i -f id,g.i.n,g
gives '  the same name again in another element' 'i.n,i.m\n1,2\n3,\n,4\n' \
    '{"i":[{"n":1,"m":2},{"n":3},{"m":4}]}' --unwind i -f i.n,i.m
gives '  and in the same one' 'i.n\n2\n' '{"i":[{"n":1,"n":2}]}' --unwind i -f i.n
gives '  the last of two arrays counts' 'id,i\n1,3\n' '{"i":[1,2],"id":1,"i":[3]}' --unwind i -f id,i
gives '  or the first' 'id,i\n1,1\n1,2\n' '{"i":[1,2],"id":1,"i":[3]}' --duplicate-keys=first --unwind i -f id,i
gives '  all members' 'id,i.n,i.g.x,i,t\n1,a,1,,z\n1,,,7,z\n2,,,,\n' \
    '{"id":1,"i":[{"n":"a","g":{"x":1}},7],"t":"z"}{"id":2,"i":[]}' --unwind i
gives '  with --extra=error' 'id\n1\n' '{"id":1,"i":[1]}' --extra=error --unwind i -f id
gives '  a path that need not occur' 'id\n1\n' '{"id":1}' --unwind 'i?' -f id
gives '  a name in quotes' 'id,x.y\n1,2\n' '{"id":1,"x.y":[2]}' --unwind '"x.y"' -f 'id,"x.y"'
refused() { # refused CODE TITLE PATTERN INPUT OPTION…
	local code=$1 title=$2 pattern=$3
	printf "$4" >"$T/in"
	shift 4
	check_exit "$code" "$title" json2csv "$@" <"$T/in"
	check_err '  and says why' "$pattern"
}
refused 65 '  a path that occurs nowhere' "the array to unwind 'j' occurs nowhere in the records" '{"i":[1]}' --unwind j
refused 65 '  a field that occurs in no element' "the field 'i.m' occurs in none of 1 records" '{"i":[{"n":1}]}' \
    --unwind i -f i.m
refused 65 '  a bad element' "in record 1, line 1, byte 19, i\[1\]\.n: expected a value" '{"i":[{"n":1},{"n":}]}' \
    --unwind i -f i.n
refused 65 '  the same name twice in an element' 'byte 17, i\[0\]\.n: a member with this name was there before' \
    '{"i":[{"n":1,"n":2}]}' --duplicate-keys=error --unwind i -f i.n
refused 65 '  elements that exceed the memory' 'in record 1, line 1, byte 0.* exceed the memory budget; see -m' \
    "{\"i\":[$(seq -s, 100000)]}" -m 1M --unwind i -f i
refused 64 '  . is no array' 'needs the path of a member' '' --unwind .
refused 64 '  given twice' 'once only' '' --unwind a --unwind b

# Rows of a record that are far more than its text: 20,000 of 1,000 bytes.
/usr/bin/python3 -c '
print("{\"t\":\"%s\",\"i\":[%s],\"u\":1}" % ("x" * 1000, ",".join(map(str, range(20000)))))' >"$T/wide"
/usr/bin/python3 -c '
for i in range(20000):
    print("%s,%d,1" % ("x" * 1000, i))' >"$T/want"
cat "$T/want" "$T/want" "$T/want" >"$T/want3"
for n in 1 2 4; do
	cat "$T/wide" "$T/wide" "$T/wide" | json2csv -T $n -m 2M --no-header --unwind i -f t,i,u >"$T/got" 2>"$T/err"
	check_same "60 MB of rows in order, from records of 100 KB, -T $n" "$T/want3" "$T/got"
	# walked by one thread, its batches converted by others
	cat "$T/wide" "$T/wide" "$T/wide" "$T/wide" "$T/wide" "$T/wide" |
	    json2csv -T $n --invalid-utf8=replace --no-header --unwind i -f t,i,u 2>"$T/err" | cmp - <(cat "$T/want3" "$T/want3") 2>>"$T/err"
	result $? "  and 120 MB, -T $n"
	check_exit 74 '  to a full disk' bash -c 'json2csv -T "$1" --unwind i -f t,i,u "$2" >/dev/full' - $n "$T/wide"
	cat "$T/wide" "$T/wide" | json2csv -T $n --unwind i -f t,i,u 2>"$T/err" | head -1 >/dev/null
	check '  to a reader that goes away' test "${PIPESTATUS[1]}" -eq 141
	check_exit 65 '  before an error' bash -c 'cat "$2" - <<<"{" | json2csv -T "$1" --no-header --unwind i -f t,i,u' - $n "$T/wide"
	check_same '  rows are all there' "$T/want" "$T/out"
done

# Arrays in cells.
gives '--arrays=json' 'a\n"[1,""x"",null,[2]]"\n' '{"a":[1, "x",null,[ 2]]}' --arrays=json -f a
gives '--arrays=join' 'a,b\n"1;x;;true;[2,""y""];{}","p,q"\n' \
    '{"a":[1,"x",null,true,[2,"y"],{}],"b":["p,q"]}' --arrays=join -f a,b
gives '  with a text between, one for null' 'a\n"é, -, é\n"\n""\n' '{"a":["\\u00e9",null,"é\\n"]}{"a":[]}' \
    --join ', ' --null - -f a
gives '  escapes and a long separator' 'a,b\nx\t<--->y,1<--->2<--->3\n' '{"a":["x\\t","y"],"b":[1,2,3]}' \
    --join '<--->' -f a,b
gives '  in elements and beside them' 'i.t,s\na;b,1;2\nc,1;2\n,1;2\n' \
    '{"i":[{"t":["a","b"]},{"t":["c"]},{"t":[]}],"s":[1,2]}' --arrays=join --unwind i -f i.t,s
gives '  guarded if there is a string' "a\n'-1;x\n-1;2\n" '{"a":[-1,"x"]}{"a":[-1,2]}' \
    --arrays=join --formula-guard -f a
gives '  quoted if there is a string' '"a"\n"1;x"\n1;2\n' '{"a":[1,"x"]}{"a":[1,2]}' \
    --arrays=join --quote=strings -f a
gives '--arrays=count' 'a,b\n3,0\n"{""c"":[1]}",2\n' '{"a":[1,[2,3],{"x":[4]}],"b":[]}{"a":{"c":[1]},"b":[0,0]}' \
    --arrays=count -f a,b
gives '  all members' 'a,g.b\n2,1\n' '{"a":[1,2],"g":{"b":["x"]}}' --arrays=count
refused 65 '  joined beyond the memory' 'in record 1, line 1, from byte 0 on: its joined arrays exceed' \
    "{\"a\":[$(seq -s, 3000)]}" -m 1M --join "$(printf '%1000d' 0)" -f a
refused 64 '--arrays=x' "'x' is none of: json join count" '' --arrays=x

# NUL.
gives '--nul=keep' 'a\nx\0y\n' '{"a":"x\\u0000y"}' --nul=keep
gives '  in a name' 'x\0y\n1\n' '{"x\\u0000y":1}'
gives '--nul=error: what is passed over' 'a\n\xc3\xbf\xc4\x80\n' '{"b":"\\u0000","a":"\\u00ff\\u0100","c\\u0000":1}' \
    --nul=error -f a
refused 65 '--nul=error' 'in record 1, line 1, byte 7, a: expected no NUL in a string' '{"a":"x\\u0000y"}' --nul=error
refused 65 '  in an array' 'in record 1, line 1, byte 16, a\[1\]: expected no NUL' '{"a":["\\u0001","\\u0000"]}' \
    --nul=error -f a
refused 65 '  in a name that would be a column' "in record 1, line 1, byte 9, x\?: expected no NUL in a member's name" \
    '{"x\\u0000":1}' --nul=error
refused 64 '--nul=x' "'x' is none of: keep error" '' --nul=x
finish
