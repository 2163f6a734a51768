#!/bin/bash
# cp-fetch with many URLs: requests side by side, bodies in the order of the list.
. "${0%/*}/lib.sh"
PATH=$BUILD/unit:$PATH

mkdir "$T/www"
for i in {1..200}; do
	head -c $((i * 37 % 3000)) /dev/zero | tr '\0' "$(printf "\\x$(printf %x $((i % 26 + 97)))")" >"$T/www/f$i"
	cat "$T/www/f$i"
done >"$T/want"
serve PORTS "$HELPER/nginx" --root "$T/www" --work "$T/nginx" --connections 8
read -r PLAIN TLS <<<"$PORTS"
for i in {1..200}; do
	echo "http://127.0.0.1:$PLAIN/f$i"
done >"$T/list"
sed "s|http://127.0.0.1:$PLAIN|https://localhost:$TLS|" "$T/list" >"$T/list.tls"
for j in 1 3 8; do
	# The server refuses a ninth request at a time.
	check_exit 0 "200 URLs, -j $j" cp-fetch --retries 0 -i "$T/list" -j $j --stats
	check_same "... come in order" "$T/want" "$T/out"
done
check_exit 0 "over TLS" cp-fetch -i "$T/list.tls" -j 8 --cacert "$T/nginx/ca.pem"
check_same "... in order" "$T/want" "$T/out"
: >"$T/nginx/access.log"
check_exit 0 "by HTTP/2" cp-fetch -i "$T/list.tls" -j 8 --http2 --cacert "$T/nginx/ca.pem"
check_same "... in order" "$T/want" "$T/out"
awk '{ print $2 }' "$T/nginx/access.log" | sort -u | wc -l | grep -qx 1
result $? "... over one connection"

serve A "$HELPER/http-faults" --log "$T/log"
U=http://127.0.0.1:$A
B="--backoff 2ms --stall-timeout 5s"
# body NAME SIZE: of that server.
body() { "$HELPER/http-faults" --dump "$@"; }

# The first answer comes only when all URLs have been asked for.
for i in {1..60}; do
	echo "$U/g$i?size=$((i * 100))$([ $i != 1 ] || echo "&plan=gate=60")"
	body g$i $((i * 100)) >&3
done >"$T/gated" 3>"$T/want"
check_exit 0 "a URL that stalls" cp-fetch -j 3 --stall-timeout 50s -i "$T/gated"
check_same "... delays its place only" "$T/want" "$T/out"

# Bodies larger than a window, from a server without ranges, wait for their turn.
for i in 1 2 3 4 5; do body big$i 900000; done >"$T/want"
check_exit 0 "large bodies without ranges" cp-fetch $B -j 3 --chunk 64K \
    "$U/big1?size=900000&norange&plan=gate=62" "$U"/big{2,3,4,5}"?size=900000&norange"
check_same "... are written in order" "$T/want" "$T/out"
check_exit 0 "and with ranges" cp-fetch $B -j 3 --chunk 64K "$U"/big{1,2,3,4,5}"?size=900000&plan=ok,cut=30000,ok"
check_same "... as well" "$T/want" "$T/out"
check_exit 0 "and cut while they wait" cp-fetch $B -j 5 --chunk 64K \
    "$U"/big{1,2,3,4,5}"?size=900000&norange&plan=cut=80000,cut=300000,ok&x=2"
check_same "... as well" "$T/want" "$T/out"
for i in 1 2 3; do body z$i 300000; done >"$T/want"
check_exit 0 "-j with --compressed" cp-fetch $B -j 3 --chunk 64K --compressed "$U"/z{1,2,3}"?size=300000&plan=gzip"
check_same "... is decoded in order" "$T/want" "$T/out"
check_exit 0 "-j with --data" cp-fetch $B -j 3 --data q "$U"/e{1,2}"?plan=echo"
grep -c 'POST q|' "$T/out" | grep -qx 2
result $? "... posts each"

# A list that grows meanwhile: a body comes out before the next URL goes in.
if mkfifo "$T/in" "$T/outs"; then
	cp-fetch -j 4 -i - <"$T/in" >"$T/outs" 2>"$T/err" &
	exec 7>"$T/in" 8<"$T/outs"
	for i in 1 2 3; do
		echo "$U/l$i?size=10" >&7
		head -c 10 <&8
	done >"$T/out"
	exec 7>&-
	cat <&8 >>"$T/out"
	exec 8<&-
	wait $!
	result $? "a list that comes by and by"
	for i in 1 2 3; do body l$i 10; done >"$T/want"
	check_same "... is followed at once" "$T/want" "$T/out"
fi

# Failures.
check_exit 69 "the first failure ends the run" cp-fetch $B -j 3 "$U/ok1?size=10" "$U/no?plan=status=404" "$U/ok2?size=10"
check_err "... and names the URL" "'$U/no"
{ body ok1 10; body ok2 10; } >"$T/want"
head -c "$(stat -c %s "$T/out")" "$T/want" | cmp - "$T/out"
result $? "... after a correct beginning"
! [ "$(stat -c %s "$T/out")" -gt 10 ]
result $? "... which does not go past it"
for j in 1 4; do
	check_exit 69 "--keep-going, -j $j" cp-fetch $B -j $j --keep-going --retries 1 "$U/ok1?size=10" \
	    "$U/no?plan=status=404" ftp://x/ "$U/busy?plan=status=503" "$U/ok2?size=10"
	look "... writes the others" cmp "$T/want" "$T/out"
	check_err "... names the first" "cannot get '$U/no.*404"
	check_err "... the second" "ftp://x/"
	check_err "... and the third" "cannot get '$U/busy.*503"
	check_err "... and counts them" "3 of 5 URLs"
done
check_exit 75 "--keep-going, all for a moment" cp-fetch $B --keep-going --retries 0 "$U/b1?plan=status=503" "$U/b2?plan=status=429"
check_exit 0 "--keep-going without a failure" cp-fetch $B --keep-going -j 2 "$U/ok1?size=10" "$U/ok2?size=10"
check_same "... is complete" "$T/want" "$T/out"
check_exit 65 "--keep-going, more than --max-size" cp-fetch $B -j 2 --keep-going --max-size 15 "$U/ok1?size=10" "$U/ok2?size=10" "$U/ok1?size=5"
body ok1 10 | cmp - "$T/out"
result $? "... ends the run"
check_exit 75 "--keep-going, a body that breaks after a part was written" cp-fetch $B --keep-going -m 1M \
    "$U/part?size=3000000&plan=cut=2000000,version=2" "$U/ok2?size=10"
body part 3000000 | head -c "$(stat -c %s "$T/out")" | cmp - "$T/out"
result $? "... ends the run, too"
check_exit 75 "--keep-going and the deadline" cp-fetch $B --keep-going -j 2 --deadline 300ms "$U"/d{1,2,3}"?plan=stall=1"
state=$(cp-fetch $B --keep-going "$U/no?plan=status=404" "$U/ok1?size=10" 2>/dev/null | stage state)
[ "$state" = broken ]
result $? "--keep-going leaves the pipe unsealed: $state"

# What stands between bodies.
json() { echo "$U/j$1?plan=json&json=$(jq -rn --arg v "$2" '$v | @uri')"; }
urls=("$(json 1 '{"a":1}')" "$(json 2 $'{"a":2}\n')" "$(json 3 '')" "$(json 4 '{"a":4}')")
for j in 1 3; do
	check_exit 0 "--nl, -j $j" cp-fetch -j $j --nl "${urls[@]}"
	printf '{"a":1}\n{"a":2}\n{"a":4}' >"$T/want"
	check_same "... ends bodies that have no line feed" "$T/want" "$T/out"
	check_exit 0 "--sep, -j $j" cp-fetch -j $j --sep '--' "${urls[@]}"
	printf '{"a":1}--{"a":2}\n----{"a":4}' >"$T/want"
	check_same "... stands between each two" "$T/want" "$T/out"
	check_exit 0 "both, -j $j" cp-fetch -j $j --nl --sep $'--\n' "${urls[@]}"
	printf '{"a":1}\n--\n{"a":2}\n--\n--\n{"a":4}' >"$T/want"
	check_same "... stand in that order" "$T/want" "$T/out"
done
check_exit 65 "--max-size counts what is between" cp-fetch --max-size 16 --sep '--' "${urls[@]:0:2}"

# No more memory than the manual says: 11 MiB, a window more than lanes.
if [ -z "${SAN:-}" ]; then
	for i in {1..20}; do echo "$U/m$i?size=3000000$([ $i != 1 ] || echo "&plan=gate=9999")"; done >"$T/list"
	for i in {21..100}; do echo "$U/m$i?size=9000"; done >>"$T/list"
	check_exit 75 "bodies that wait" cp-fetch -j 6 --chunk 1M --stats --retries 0 --stall-timeout 2s -i "$T/list"
	jq -R 'fromjson?' "$T/err" | jq -e '.peak_rss / 1024 < (11 + 7 + 0.6 + 0.5) * 1024' >/dev/null
	result $? "... take no more than they may"
fi

finish
