#!/bin/bash
# cp-fetch: one body to standard output, each byte once, however it breaks.
. "${0%/*}/lib.sh"

serve PORT "$HELPER/http-faults" --log "$T/log"
U=http://127.0.0.1:$PORT
SIZE=3000000

# fetch NAME PLAN [PARAMETERS]: quick retries, the output in $T/out.
fetch() {
	cp-fetch --backoff 10ms --stall-timeout 2s \
	    "$U/$1?size=$SIZE&plan=$2${3:+&$3}"
}

# whole TITLE PLAN [PARAMETERS]: the body comes whole.
whole() {
	name=$((${name:-0} + 1))
	check_exit 0 "$1" fetch "$name" "$2" "${3:-}"
	"$HELPER/http-faults" --dump "$name" $SIZE | cmp - "$T/out" >"$T/err" 2>&1
	result $? "... and is right"
}

# fails CODE TITLE PLAN [PARAMETERS]: only a correct beginning comes.
fails() {
	name=$((${name:-0} + 1))
	check_exit "$1" "$2" fetch "$name" "$3" "${4:-}"
	cp "$T/err" "$T/said"
	"$HELPER/http-faults" --dump "$name" $SIZE |
	    head -c "$(stat -c %s "$T/out")" | cmp - "$T/out" >"$T/err" 2>&1
	result $? "... and what came is right"
	cp "$T/said" "$T/err"
}

whole "a plain body" ok
whole "in chunks" chunked
whole "without a length" nolength
check_exit 0 "a body without a length" cp-fetch "$U/nl?plan=nolength"
check_err "... is said to be unverifiable" "cannot be known"
check_exit 0 "-q" cp-fetch -q "$U/nl?plan=nolength"
[ ! -s "$T/err" ]
result $? "... does not say it"

# What breaks before a byte has left is read anew.
whole "no answer at first" drop,drop,ok
whole "cut in the head" head=20,ok
whole "cut after a line of the head" head=43,head=80,ok
whole "503, then well" status=503,status=503,ok
whole "a small part, weak validator" cut=6000,ok etag=weak
whole "a small part, no validator" cut=6000,chunked etag=none
whole "another version before a byte has left" cut=6000:version=2,ok
grep -c 'step=1 range=bytes=6000-' "$T/log" >/dev/null
result $? "what is in the window is continued, too"

# What breaks later is continued.
whole "cut, then the rest" cut=2000000,ok
grep -q "GET /$name?.* step=1 range=bytes=2000000- if-range=\"1-$SIZE\"" "$T/log"
result $? "... which is all that is asked for"
whole "reset, then the rest" rst=1500000,ok
whole "stalled, then the rest" stall=1500000,ok
whole "cut in a chunk" chunked:cut=2000000,ok
whole "cut in the size of a chunk" chunkhead=300,ok
whole "cut before the last chunk" lastchunk,ok
whole "cut ten times" cut=1100000,cut=300000,cut=300000,cut=300000,cut=0,head=5,cut=300000,drop,cut=300000,ok
whole "by Last-Modified" cut=2000000,ok 'etag=none&modified=3600'
whole "a part that begins earlier" cut=2000000,shift=-1000
whole "parts that are shorter than asked for" cut=2000000,part=400000
whole "no ranges, but the same body" cut=2000000,norange

# Without a total an end has to be told by somebody: by a 416, or by chunks.
whole "parts without a total" chunked:cut=2000000,star:part=400000,star:part=400000,star
grep -q "GET /$name?.*range=bytes=$SIZE-" "$T/log"
result $? "... the end is asked for"
whole "parts without a total, then one with it" chunked:cut=2000000,star:part=400000,ok
whole "a part without a total, then the whole" chunked:cut=2000000,star:part=400000,norange:chunked
whole "chunks, then the whole with a length" chunked:cut=2000000,norange
whole "parts that close" cut=2000000,nolength:cut=300000,nolength
whole "the body again, by another status of success" cut=2000000,norange:as=203
fails 69 "small parts without a total, and no end" chunked:cut=2000000,star:part=1000
check_err "... say so" "whether that is all is not told"
fails 69 "a part without a total that ends early" chunked:cut=2000000,star:short=50000:chunked,status=404
fails 69 "a part that ends early" cut=2000000,short=50000:chunked,status=404
fails 69 "a part that is longer than it says" chunked:cut=2000000,star:part=90000:extra=9:chunked
fails 69 "a part that is of another length than it says" cut=2000000,short=500
fails 69 "the body again, closed early" chunked:cut=2000000,norange:nolength:cut=2500000
fails 75 "the body again, shorter" chunked:cut=2000000,norange:version=1:longer=-1500000
fails 75 "another encoding" cut=2000000,coding=gzip

# What cannot be continued fails, and never splices.
fails 75 "another version" cut=2000000,version=2
check_err "... is said to have changed" "changed after [0-9]+ bytes"
fails 75 "weak validator" cut=2000000,ok etag=weak
check_err "... is said" "strong validator"
fails 75 "no validator" cut=2000000,ok etag=none
fails 75 "Last-Modified a moment ago" cut=2000000,ok 'etag=none&modified=5'
fails 75 "no ranges, another body" cut=2000000,norange:version=2
fails 69 "a part that begins later" cut=2000000,shift=1000
fails 75 "another length in all" cut=2000000,total=5
fails 69 "a part without a range" cut=2000000,norangehead
fails 75 "length longer than the body" longer=50,ok
fails 75 "416 with another length" cut=2000000,wrong416
fails 69 "a part that nobody asked for" unasked
fails 75 "cut for ever" cut=2000000,cut=0
check_err "... is given up" "gave up after 9 attempts"

# No byte of an error's body.
for s in 404:69 400:69 410:69 401:77 403:77 407:77 302:69; do
	fails ${s#*:} "status ${s%:*}" status=${s%:*}:times=10000
	check_err "... is named" "HTTP status ${s%:*}"
	[ ! -s "$T/out" ]
	result $? "... and its body is not passed on"
done
grep -c "GET /$name?" "$T/log" | grep -qx 1
result $? "such a status is not asked for again"
fails 75 "503 for ever" status=503
check_exit 75 "--retries 0" cp-fetch --retries 0 "$U/r0?plan=status=503,ok"
check_exit 75 "nobody listens" cp-fetch --retries 1 --backoff 1ms http://127.0.0.1:1/
check_exit 75 "the deadline" cp-fetch --deadline 300ms "$U/d?plan=stall=10"
check_exit 75 "the deadline forbids to wait so long" \
    cp-fetch --deadline 2s "$U/d2?plan=status=503:after=100"
check_exit 0 "Retry-After" cp-fetch --backoff 1ms "$U/ra?plan=status=429:after=0,ok"

check_exit 69 "--compressed, an encoding that nobody asked for" cp-fetch --compressed "$U/br?plan=coding=br"
check_err "... is refused" "encoding"
check_exit 69 "--compressed, twice encoded" cp-fetch --compressed "$U/gg?plan=coding=gzip%252C%20gzip"
check_exit 0 "as it comes, any encoding will do" cp-fetch "$U/br2?plan=coding=br"
check_exit 69 "--require-length, continued without one" cp-fetch --require-length --retries 2 --backoff 1ms \
    "$U/rl?size=$SIZE&plan=chunked:cut=2000000,norange:nolength"

# Limits, several URLs, headers.
check_exit 65 "--max-size, by the length" cp-fetch --max-size 999 "$U/m?size=1000"
check_err "... names the option" "--max-size"
check_exit 65 "--max-size, counted" cp-fetch --max-size 999 "$U/m2?size=1000&plan=chunked"
check_exit 65 "--max-size for all URLs" cp-fetch --max-size 1999 "$U/m3?size=1000" "$U/m4?size=1000"
check_exit 0 "several URLs" cp-fetch "$U/a?size=1000" "$U/b?size=2000"
{ "$HELPER/http-faults" --dump a 1000; "$HELPER/http-faults" --dump b 2000; } >"$T/want"
"$BUILD/cp-fetch" "$U/a?size=1000" "$U/b?size=2000" >"$T/got"
check_same "... in order" "$T/want" "$T/got"
check_exit 0 "a header" cp-fetch -H 'X-Test: yes' -H 'X-API-Key: k' "$U/h"
grep -q 'GET /h .*key=k .*x=yes' "$T/log"
result $? "... is sent"
check_exit 0 "-v" cp-fetch -v -H 'X-API-Key: hush-hush' "http://me:hush-hush@127.0.0.1:$PORT/v"
check_err "... shows requests" '> GET http://\*\*\*@127'
! grep -q hush-hush "$T/err"
result $? "... without secrets"

for bad in "ftp://h/" "example.com" "http://h:99999/" "file:///etc/passwd"; do
	check_exit 64 "URL $bad" cp-fetch "$bad"
done
check_exit 64 "a header with a line feed" cp-fetch -H $'A: b\nC: d' "$U/x"
check_exit 64 "a header without a name" cp-fetch -H 'rubbish' "$U/x"
check_exit 64 "no Range from outside" cp-fetch -H 'range: bytes=0-1' "$U/x"
check_exit 64 "no URL" cp-fetch
check_exit 64 "--rate" cp-fetch --rate 1/x "$U/x"

# Not one byte too many in memory, not one in a file.
check_exit 74 "/dev/full" bash -c "cp-fetch '$U/full?size=3000000' >/dev/full"
check_exit 141 "downstream goes away" bash -c \
    "cp-fetch '$U/gone?size=30000000' | head -c 10 >/dev/null; exit \${PIPESTATUS[0]}"
[ ! -s "$T/err" ]
result $? "... quietly"

# The seal: only a complete body is sealed.
check_exit 0 "a complete body is sealed" bash -c \
    "cp-fetch '$U/s1?size=100' | { cat >/dev/null; stat -Lc %a /dev/stdin | grep -qx 601; }"
check_exit 0 "a broken one is not" bash -c \
    "cp-fetch --retries 0 '$U/s2?size=100&plan=cut=50' 2>/dev/null | { cat >/dev/null; stat -Lc %a /dev/stdin | grep -qx 711; }"

finish
