#!/bin/bash
# cp-fetch and nginx: HTTP/1.1, TLS, HTTP/2, and a connection that is slow.
. "${0%/*}/lib.sh"

mkdir "$T/www"
head -c 5000000 /dev/urandom >"$T/www/body"
: >"$T/www/empty"
serve PORTS "$HELPER/nginx" --root "$T/www" --work "$T/nginx"
read -r PLAIN TLS <<<"$PORTS"

check_exit 0 "plain" cp-fetch "http://127.0.0.1:$PLAIN/body"
check_same "... is right" "$T/www/body" "$T/out"
check_exit 0 "TLS" cp-fetch --cacert "$T/nginx/ca.pem" "https://localhost:$TLS/body"
check_same "... is right" "$T/www/body" "$T/out"
check_exit 0 "certificates from a pipe, for connections side by side" cp-fetch -j 3 --chunk 1M \
    --cacert <(cat "$T/nginx/ca.pem") "https://localhost:$TLS/body"
check_same "... are read once" "$T/www/body" "$T/out"
grep -q 'HTTP/1.1 200 .*GET /body' "$T/nginx/access.log"
result $? "... HTTP/1.1 it was"
check_exit 0 "TLS and HTTP/2" cp-fetch --http2 --cacert "$T/nginx/ca.pem" "https://localhost:$TLS/body"
check_same "... is right" "$T/www/body" "$T/out"
grep -q 'HTTP/2.0 200 .*GET /body' "$T/nginx/access.log"
result $? "... HTTP/2 it was"
check_exit 77 "a certificate of nobody" cp-fetch "https://localhost:$TLS/body"
check_err "... is not trusted" "certificate"
[ ! -s "$T/out" ]
result $? "... nothing is written"
check_exit 0 "an empty body" cp-fetch "http://127.0.0.1:$PLAIN/empty"
check_same "... is empty" "$T/www/empty" "$T/out"
check_exit 69 "404" cp-fetch --cacert "$T/nginx/ca.pem" "https://localhost:$TLS/none"
if [ -z "${SAN:-}" ]; then
	check_exit 0 "no disk is touched" strace -f -e trace=file,creat -o "$T/strace" \
	    cp-fetch "http://127.0.0.1:$PLAIN/body"
	! grep -E 'O_(WRONLY|RDWR|CREAT)' "$T/strace" >"$T/err"
	result $? "... nothing is opened to be written"
	truncate -s 300M "$T/www/large"
	for url in "http://127.0.0.1:$PLAIN/large" "https://localhost:$TLS/large"; do
		cp-fetch --stats --cacert "$T/nginx/ca.pem" "$url" 2>"$T/err" >/dev/null
		jq -e '.out == 314572800 and .peak_rss < 16 * 1024 * 1024' "$T/err" >/dev/null
		result $? "300 MiB in less than 16 MiB: ${url%%:*}"
	done
fi

# The connection dies in mid-body, while it waits for a slow reader.
seq 10000000 | head -c 60000000 >"$T/www/numbers"
serve CUT "$HELPER/nginx" --root "$T/www" --work "$T/cut" --worker
read -r PLAIN TLS <<<"$CUT"
for url in "https://localhost:$TLS/numbers" "http://127.0.0.1:$PLAIN/numbers"; do
	cp-fetch --http2 --stats --backoff 10ms --cacert "$T/cut/ca.pem" "$url" 2>"$T/err" | {
		head -c 3000000 >"$T/begin"
		pkill -KILL -P "$(cat "$T/cut/nginx.pid")"
		cat "$T/begin" -
	} >"$T/out"
	check_same "a server's death in mid-body: ${url%%:*}" "$T/www/numbers" "$T/out"
	tail -1 "$T/err" | jq -e '.ok and .resumed > 0 and .resumed_at > 0' >/dev/null
	result $? "... it was continued"
done
grep -q 'HTTP/2.0 206 .*GET /numbers.*"bytes=' "$T/cut/access.log"
result $? "... by HTTP/2 as well"

finish
