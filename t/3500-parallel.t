#!/bin/bash
# cp-fetch -j: ranges side by side, written in order.
. "${0%/*}/lib.sh"

serve A "$HELPER/http-faults" --log "$T/log"
U=http://127.0.0.1:$A
SIZE=3000000

fetch() {
	cp-fetch -j 4 --chunk 256K --backoff 2ms --stall-timeout 2s "$U/$1?size=$SIZE&plan=$2${3:+&$3}"
}

whole() {
	name=$((${name:-0} + 1))
	check_exit 0 "$1" fetch "$name" "$2" "${3:-}"
	"$HELPER/http-faults" --dump "$name" $SIZE | cmp - "$T/out" >"$T/err" 2>&1
	result $? "... and is right"
}

fails() {
	name=$((${name:-0} + 1))
	check_exit "$1" "$2" fetch "$name" "$3" "${4:-}"
	"$HELPER/http-faults" --dump "$name" $SIZE |
	    head -c "$(stat -c %s "$T/out")" | cmp - "$T/out" >"$T/err" 2>&1
	result $? "... and what came is right"
}

whole "in ranges" ok
[ "$(grep -c "GET /$name?.*range=bytes=[0-9]*-[0-9]* " "$T/log")" -eq 12 ]
result $? "... twelve of them"
whole "no ranges" norange
whole "no validator" ok etag=none
whole "a weak one" ok etag=weak
whole "the first one is cut" cut=100000,ok
whole "503 at first" status=503,ok
whole "every other one is cut" ok,cut=100000,cut=0,ok,head=10,cut=5,drop,ok,rst=100000,ok,stall=9,ok,status=503,ok
whole "parts that are shorter than asked for" ok,part=100000
fails 75 "another version" ok,ok,ok,ok,ok,version=2
fails 75 "no ranges any more" ok,ok,ok,norange
fails 69 "another range" ok,ok,ok,shift=1000
fails 75 "another length" ok,ok,ok,total=9
fails 69 "a part that is longer than it says" ok,ok,ok,part=100000:extra=50:chunked,ok
fails 69 "a part that is of another length than it says" ok,ok,ok,short=500
fails 75 "parts of another encoding" ok,ok,ok,coding=gzip
whole "parts that end early" ok,short=100:chunked,ok
fails 69 "gone" ok,ok,ok,status=404
fails 75 "broken for ever" ok,ok,ok,cut=0
check_exit 69 "404" fetch none status=404
check_exit 75 "the deadline" cp-fetch -j 2 --chunk 64K --deadline 500ms "$U/late?size=$SIZE&plan=ok,ok,stall=10"
check_exit 65 "--max-size" cp-fetch -j 2 --chunk 64K --max-size 1M "$U/max?size=$SIZE"
[ ! -s "$T/out" ]
result $? "... at once"
for n in 1 65535 65536 65537 131072; do
	"$HELPER/http-faults" --dump "n$n" $n >"$T/want"
	check_exit 0 "$n bytes" cp-fetch -j 3 --chunk 64K "$U/n$n?size=$n"
	check_same "... are right" "$T/want" "$T/out"
done
check_exit 0 "0 bytes" cp-fetch -j 3 "$U/n0?size=0"
[ ! -s "$T/out" ]
result $? "... are none"
check_exit 0 "--rate" cp-fetch -j 3 --chunk 64K --rate 100/s "$U/rate?size=500000"
"$HELPER/http-faults" --dump rate 500000 >"$T/want"
check_same "... holds for ranges, too" "$T/want" "$T/out"

mkdir "$T/www"
head -c 20000000 /dev/urandom >"$T/www/body"
serve PORTS "$HELPER/nginx" --root "$T/www" --work "$T/nginx"
read -r PLAIN TLS <<<"$PORTS"
check_exit 0 "nginx" cp-fetch -j 4 --chunk 1M "http://127.0.0.1:$PLAIN/body"
check_same "... is right" "$T/www/body" "$T/out"
check_exit 0 "nginx with TLS" cp-fetch -j 4 --chunk 1M --cacert "$T/nginx/ca.pem" "https://localhost:$TLS/body"
check_same "... is right" "$T/www/body" "$T/out"
[ "$(awk '/ 206 / { print $2 }' "$T/nginx/access.log" | sort -u | wc -l)" -ge 4 ]
result $? "... over several connections"

# No more memory than the manual says: 11 MiB, 13 with TLS, and for each
# connection a chunk and 0.1 MiB.
if [ -z "${SAN:-}" ]; then
	truncate -s 70M "$T/www/large"
	for c in 64 1024; do
		for url in "http://127.0.0.1:$PLAIN" "https://localhost:$TLS"; do
			check_exit 0 "64 chunks of ${c}K: ${url%%:*}" cp-fetch -j 64 --chunk ${c}K --stats \
			    --cacert "$T/nginx/ca.pem" "$url/large"
			cmp "$T/www/large" "$T/out" >>"$T/err" &&
			    jq -e --argjson chunk $c '.peak_rss / 1024 < 13 * 1024 + 64 * ($chunk + 102)' "$T/err" >/dev/null
			result $? "... take no more than they may"
		done
	done
fi

finish
