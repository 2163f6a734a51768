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
refused 64 '  the same twice' 'the same path twice' '' --unwind a --unwind a
refused 64 '  side by side' 'stand side by side: .* needs --cross' '' --unwind a --unwind b
refused 64 '  too often' 'can be given 8 times' '' $(for c in 1 2 3 4 5 6 7 8 9; do echo --unwind a.$c --cross; done)

# Several arrays.
gives 'arrays within elements' 'R,I.id,I.T\nr,i,x\nr,i,y\nr,j,\ns,,\n' \
    '{"I":[{"T":["x","y"],"id":"i"},{"id":"j"}],"R":"r"}{"R":"s","I":[]}' --unwind I --unwind I.T -f R,I.id,I.T
gives '  in any order, all columns' 'a.b.c,a.b.z,a.y,id\n1,1,1,7\n2,1,1,7\n,,2,7\n,3,,7\n,4,,7\n' \
    '{"a":[{"b":[{"c":[1,2],"z":1}],"y":1},{"y":2,"b":[]},{"b":[{"c":[],"z":3},{"z":4}]}],"id":7}' \
    --unwind a.b.c --unwind a --unwind a.b
gives 'arrays side by side' 'id,a,b\n1,1,x\n1,1,y\n1,2,x\n1,2,y\n2,,z\n' \
    '{"id":1,"a":[1,2],"b":["x","y"]}{"id":2,"b":["z"]}' --unwind a --unwind b --cross
gives '  the last changes fastest' 'a,b\n1,x\n2,x\n1,y\n2,y\n' '{"a":[1,2],"b":["x","y"]}' \
    --unwind b --unwind a --cross -f a,b
gives '  and one within' 'a.i,a.n,b\n1,7,x\n1,8,x\n1,7,y\n1,8,y\n2,,x\n2,,y\n' \
    '{"b":["x","y"],"a":[{"i":1,"n":[7,8]},{"i":2}]}' --cross --unwind a --unwind a.n --unwind b -f a.i,a.n,b
gives '  of duplicates the last counts' 'a.n,a.t\n2,9\n' '{"a":[{"n":1,"t":[3,4]}],"a":[{"n":2,"t":[5,6],"t":[9]}]}' \
    --unwind a --unwind a.t -f a.n,a.t
gives '  or the first' 'a.n,a.t\n1,3\n1,4\n' '{"a":[{"n":1,"t":[3,4],"t":[9]}],"a":[{"n":2,"t":[5,6]}]}' \
    --duplicate-keys=first --unwind a --unwind a.t -f a.n,a.t
gives '  with a condition and a limit' 'id,t\n1,y\n1,y\n2,y\n' \
    '{"id":1,"a":[{"t":["x","y"]},{"t":["y"]}]}{"id":2,"a":[{"t":["z","y"]}]}{"id":3,"a":[{"t":["y"]}]}' \
    --unwind a --unwind a.t --where 'a.t = y' -f id,a.t=t --limit 3
gives '  that occurs nowhere, if it may' 'id\n1\n' '{"id":1}' --unwind 'a?' --unwind 'a.b?' -f id
refused 65 '  that occurs nowhere' "the array to unwind 'a\.b' occurs nowhere in the records" '{"a":[1]}' --unwind a --unwind a.b
refused 65 '  with more than fits the memory' 'in record 1, .*(the values of its elements|the selected members .*) exceed' \
    "{\"a\":[$(seq -s, 20000)]}" -m 1M --unwind a --unwind b? --cross -f a

# A member of all elements.
gives 'a member of elements, joined' 'id,t.n,t.c\n1,x;NUL;5,1;2;3\n,7,\n,,\n,only,\n' \
    '{"t":[{"n":"x","c":[1,2]},{"n":null,"c":[3]},{"q":1},{"n":5}],"id":1}{"t":{"n":7}}{"t":[]}{"t":[{"n":"only"}]}' \
    --join ';' --null NUL -f id?,t.n,t.c
gives '  through two arrays' 'a.b.c\n1;2;3\n' '{"a":[{"b":[{"c":1},{"c":2}]},{"b":{"c":3}},{"b":[]},4]}' --join ';' -f a.b.c
gives '  beside one that is unwound' 'id,i,t.n\n1,7,x;y\n1,8,x;y\n' '{"i":[7,8],"id":1,"t":[{"n":"x"},{"n":"y"}]}' \
    --join ';' --unwind i -f id,i,t.n
gives '  within one' 'i.t.n\nx;y\nz\n""\n' '{"i":[{"t":[{"n":"x"},{"n":"y"}]},{"t":[{"n":"z"}]},{}]}' --join ';' --unwind i -f i.t.n
gives '  and the array itself' 't,t.n\n"{""n"":1};{""n"":2}",1;2\n' '{"t":[{"n":1},{"n":2}]}' --join ';' -f t,t.n
gives '  of duplicates the last counts' 't.n\n2;3\n' '{"t":[{"n":9}],"t":[{"n":1,"n":2},{"n":3}]}' --join ';' -f t.n
gives '  or the first' 't.n\n1;3\n' '{"t":[{"n":1,"n":2},{"n":3}],"t":[{"n":9}]}' --join ';' --duplicate-keys=first -f t.n
refused 65 '  or none' 'a member with this name was there before' '{"t":[{"n":1,"n":2}]}' --join ';' --duplicate-keys=error -f t.n
gives '  an index is one' 't.1.n\n2\n' '{"t":[{"n":1},{"n":2}]}' --join ';' -f t.1.n
gives '  strings are guarded' "t.n\n'=1;=2\n" '{"t":[{"n":"=1"},{"n":"=2"}]}' --join ';' --formula-guard -f t.n
refused 65 '  not without --join' "the field 't\.n' occurs in none of 1 records" '{"t":[{"n":1}]}' -f t.n
check '5,000 random records against Python: several arrays, joined members' \
    timeout $((240 * PATIENCE)) "$HELPER/unwind-oracle" 1 $([ -z "${SAN:-}" ] && echo 200 || echo 40)

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
