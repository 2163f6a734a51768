#!/bin/bash
# cp-fetch: redirects, and whom the user's headers may reach.
. "${0%/*}/lib.sh"

serve A "$HELPER/http-faults" --log "$T/a"
serve B "$HELPER/http-faults" --log "$T/b"
mkdir "$T/www"
echo secure >"$T/www/file"
serve PORTS "$HELPER/nginx" --root "$T/www" --work "$T/nginx"
read -r PLAIN TLS <<<"$PORTS"
enc() { jq -rn --arg v "$1" '$v | @uri | @uri'; }

# to NAME STATUS URL: a URL of server A that redirects there.
to() {
	echo "http://127.0.0.1:$A/$1?plan=status=$2:location=$(enc "$3")"
}

"$HELPER/http-faults" --dump x 1000 >"$T/want"
for s in 301 302 303 307 308; do
	check_exit 0 "$s" cp-fetch "$(to r$s $s "/x?size=1000")"
	check_same "... is followed" "$T/want" "$T/out"
done
check_exit 0 "to a relative URL" cp-fetch "$(to rel 302 "x?size=1000")"
check_exit 0 "from redirect to redirect" cp-fetch "$(to chain 302 "$(to chain2 302 /x?size=1000)")"
check_same "... to the end" "$T/want" "$T/out"
check_exit 69 "a loop" cp-fetch "$(to loop 302 "")"
check_err "... is left" "10 redirects have been followed"
check_exit 69 "--max-redirects 0" cp-fetch --max-redirects 0 "$(to none 302 /x)"
check_exit 65 "to another scheme" cp-fetch "$(to ftp 302 "ftp://127.0.0.1/x")"
check_exit 65 "to a file" cp-fetch "$(to file 302 "file:///etc/passwd")"

# The user's headers.
check_exit 0 "to the same origin" cp-fetch -H 'X-API-Key: k1' -H 'X-Test: t' "$(to same 302 /x?size=9)"
grep -q 'GET /x?size=9 .*key=k1 .*x=t ' "$T/a"
result $? "... headers go along"
check_exit 0 "to another origin" cp-fetch -H 'X-API-Key: k2' -H 'Authorization: a2' -H 'X-Test: t' \
    "$(to other 302 "http://127.0.0.1:$B/x?size=1000")"
check_same "... is followed" "$T/want" "$T/out"
grep -q 'GET /x.*key=- auth=- x=- ' "$T/b"
result $? "... without them"
check_exit 0 "there and back" cp-fetch -H 'X-API-Key: k3' "$(to back 302 \
    "http://127.0.0.1:$B/b?plan=status=302:location=$(enc "http://127.0.0.1:$A/x?size=8")")"
grep -q 'GET /x?size=8 .*key=k3' "$T/a"
result $? "... they are at home again"
export CONNPASS_API_KEY=k4
check_exit 65 "the key of connpass" env CONNPASS_BASE_URL="http://127.0.0.1:$A" cp-fetch --rate 0 \
    "connpass:ev?plan=status=302:location=$(enc "http://127.0.0.1:$B/key")"
! grep -q k4 "$T/b" && grep -q 'GET /key ' "$T/b"
result $? "... does not leave it, either"

# Security levels.
check_exit 0 "http to https" cp-fetch --cacert "$T/nginx/ca.pem" \
    "$(to up 302 "https://localhost:$TLS/file")"
check_same "... is followed" "$T/www/file" "$T/out"

# The client's certificate.
cat "$T/nginx/server.pem" "$T/nginx/server.key" >"$T/client.pem"
for v in "" --http2; do
	: >"$T/nginx/access.log"
	check_exit 0 "--cert $v" cp-fetch $v --cacert "$T/nginx/ca.pem" --cert "$T/client.pem" "https://localhost:$TLS/file?mine"
	grep -q 'GET /file?mine .*"CN=localhost"$' "$T/nginx/access.log"
	result $? "... is shown"
	check_exit 0 "--cert $v, from a pipe" cp-fetch $v --cacert "$T/nginx/ca.pem" --cert <(cat "$T/client.pem") \
	    "https://localhost:$TLS/file?again"
	grep -q 'GET /file?again .*"CN=localhost"$' "$T/nginx/access.log"
	result $? "... is shown, too"
	check_exit 0 "--cert $v, after a redirect" cp-fetch $v --cacert "$T/nginx/ca.pem" --cert "$T/client.pem" \
	    "$(to cert$v 302 "https://localhost:$TLS/file?theirs")"
	grep -q 'GET /file?theirs .*"-"$' "$T/nginx/access.log"
	result $? "... is not shown to another origin"
done

# Services of this machine, from an address that is not one of those.
address=$(hostname -I 2>/dev/null | tr ' ' '\n' | grep -E '^[0-9.]+$' | grep -vE '^(127|169\.254)\.' | head -1)
if [ -n "$address" ]; then
	serve C "$HELPER/http-faults" --bind 0.0.0.0 --log "$T/c"
	far=http://$address:$C
	away="$far/away?plan=status=302:location=$(enc "http://127.0.0.1:$B/x?size=1000")"
	check_exit 69 "a redirect to loopback" cp-fetch "$away"
	check_err "... is refused" "127.0.0.1 is an address of this machine"
	: >"$T/b"
	check_exit 69 "a name does not hide it" \
	    cp-fetch "$far/n?plan=status=302:location=$(enc "http://localhost:$B/hidden")"
	! grep -q hidden "$T/b"
	result $? "... no request is sent"
	check_exit 0 "--allow-private" cp-fetch --allow-private "$away"
	check_same "... follows it" "$T/want" "$T/out"
	for v in https_proxy all_proxy; do
		check_exit 69 "$v, which this request does not take" env $v=http://127.0.0.1:$A \
		    no_proxy="$address,127.0.0.1" cp-fetch "$away"
		check_err "... makes no difference" "127.0.0.1 is an address of this machine"
	done
	check_exit 69 "from far through a proxy to near without one" env http_proxy="http://127.0.0.1:$A" \
	    no_proxy=127.0.0.1 cp-fetch "http://example.invalid/q?plan=status=302:location=$(enc "http://127.0.0.1:$B/hidden")"
	check_err "... is refused, whatever the proxy's address" "127.0.0.1 is an address of this machine"
	check_exit 0 "the same address" cp-fetch "$far/near?plan=status=302:location=$(enc "$far/x?size=1000")"
	check_same "... is no problem" "$T/want" "$T/out"
fi

# Proxies, as libcurl knows them.
check_exit 0 "http_proxy" env http_proxy="http://127.0.0.1:$A" cp-fetch "http://example.invalid/via?size=7"
grep -q '^GET http://example.invalid/via' "$T/a"
result $? "... is asked"
for to in http://127.0.0.1:1/ http://localhost/ 'http://[::ffff:169.254.169.254]/' http://0x7f.1/ \
    http://metadata.google.internal/ http://168.63.129.16/; do
	n=$((${n:-0} + 1))
	check_exit 69 "through a proxy to $to" env http_proxy="http://127.0.0.1:$A" \
	    cp-fetch "http://example.invalid/s$n?plan=status=302:location=$(enc "$to")"
	check_err "... is refused" "is an address of this machine"
done
check_exit 0 "--allow-private" env http_proxy="http://127.0.0.1:$A" cp-fetch --allow-private \
    "http://example.invalid/p?plan=status=302:location=$(enc "http://127.0.0.1:1/x?size=1000")"
grep -q '^GET http://127.0.0.1:1/x' "$T/a"
result $? "... asks the proxy"
check_exit 75 "no_proxy" env http_proxy="http://127.0.0.1:$A" no_proxy=example.invalid \
    cp-fetch --retries 0 "http://example.invalid/direct"
! grep -q direct "$T/a"
result $? "... is not"

check_exit 64 "a malformed proxy" env http_proxy="http://u:hidden@[h" cp-fetch -v "http://example.invalid/"
check_err "... is said" "malformed proxy 'http://\*\*\*@\[h'"
! grep -q hidden "$T/err"
result $? "... without its password"

# Names in Unicode, in any locale.
for v in C C.UTF-8 "" none; do
	: >"$T/a"
	check_exit 0 "a host in Unicode, LC_ALL=$v" env LC_ALL=$v http_proxy="http://127.0.0.1:$A" \
	    cp-fetch -H "X-API-Key: k5" "http://bücher.invalid/u$v?plan=status=302:location=$(enc "http://xn--bcher-kva.invalid/v")"
	grep -q '^GET http://xn--bcher-kva.invalid/u' "$T/a"
	result $? "... is one in ASCII to the network"
	grep -q '^GET http://xn--bcher-kva.invalid/v.*key=k5' "$T/a"
	result $? "... and of the same origin"
done
check_exit 64 "a host that cannot be one" cp-fetch "http://a℀b/"
check_err "... is refused" "'a℀b' cannot be the name of a host"

# Data.
check_exit 0 "303 makes GET of POST" cp-fetch --data '{}' "$(to p303 303 "/e?plan=echo")"
grep -q '^GET |' "$T/out"
result $? "... without data"
check_exit 0 "307 keeps POST" cp-fetch --data '{"q":1}' "$(to p307 307 "/e2?plan=echo")"
grep -q '^POST {"q":1}|content-type=application/json' "$T/out"
result $? "... with data"
check_exit 69 "but takes it nowhere else" cp-fetch --data '{}' "$(to p307b 307 "http://127.0.0.1:$B/e")"
check_err "... and says so" "redirects the data"
for m in PUT PATCH DELETE QUERY; do
	for s in 301 302 307 308; do
		: >"$T/b"
		check_exit 69 "-X $m, $s to another origin" cp-fetch -X $m --data '{"secret":1}' \
		    "$(to "d$m$s" $s "http://127.0.0.1:$B/e")"
		[ ! -s "$T/b" ]
		result $? "... is not asked"
	done
	check_exit 0 "-X $m, 303 to another origin" cp-fetch -X $m --data '{"secret":1}' \
	    "$(to "d${m}303" 303 "http://127.0.0.1:$B/e?plan=echo")"
	grep -q '^GET |' "$T/out"
	result $? "... gets no data"
done
check_exit 0 "302 of PUT at home" cp-fetch -X PUT --data '{"q":1}' "$(to put302 302 "/e3?plan=echo")"
grep -q '^PUT {"q":1}|' "$T/out"
result $? "... keeps method and data"

# Broken bodies after a redirect.
"$HELPER/http-faults" --dump y 3000000 >"$T/want"
check_exit 0 "a body that breaks after a redirect" cp-fetch --backoff 1ms \
    "$(to broken 302 "/y?size=3000000&plan=cut=2000000,ok")"
check_same "... is continued" "$T/want" "$T/out"

finish
