#!/bin/bash
# cp-fetch: what is sent, lists and shares of URLs, checks of what comes.
. "${0%/*}/lib.sh"

serve A "$HELPER/http-faults" --log "$T/log"
U=http://127.0.0.1:$A
says() {
	grep -qF -- "$2" "$T/out"
	result $? "... $1"
}

# Headers and methods.
printf '# a comment\r\nX-Test: from file\r\n\r\nX-API-Key: hush\n' >"$T/headers"
check_exit 0 "-H @file" cp-fetch -H "@$T/headers" "$U/e?plan=echo"
says "sends its lines" "x-test=from file|x-api-key=hush"
KEY=hush-env check_exit 0 "--header-env" cp-fetch --header-env X-API-Key=KEY "$U/e?plan=echo"
says "sends the variable" "x-api-key=hush-env"
check_exit 77 "a variable that is not set" cp-fetch --header-env X-API-Key=NONE "$U/e"
KEY=$'a\nb: c' check_exit 64 "a variable with a line feed" cp-fetch --header-env X-A=KEY "$U/e"
check_exit 74 "no such file of headers" cp-fetch -H "@$T/none" "$U/e"
for h in 'Range: bytes=0-' 'if-range: x' 'Accept-Encoding: br' 'Content-Length: 3' 'X y: z' ': z' 'x'; do
	check_exit 64 "-H '$h'" cp-fetch -H "$h" "$U/e"
done
check_exit 0 "--data" cp-fetch --data '{"q":"日本"}' "$U/e?plan=echo"
says "is posted" 'POST {"q":'
printf 'q=1' >"$T/data"
check_exit 0 "--data @file" cp-fetch --data "@$T/data" -H 'Content-Type: text/x' -X PUT "$U/e?plan=echo"
says "with method and type" 'PUT q=1|content-type=text/x'
check_exit 0 "--data is repeated after 503" cp-fetch --backoff 1ms --data abc "$U/again?plan=status=503,echo"
says "as it was" 'POST abc|'
check_exit 75 "a posted body is not continued" cp-fetch --backoff 1ms --data abc \
    "$U/post?size=3000000&plan=cut=2000000,ok"
check_exit 0 "--user-agent" cp-fetch --user-agent me/1 "$U/e?plan=echo"
says "is sent" 'user-agent=me/1'
check_exit 0 "the command line" bash -c \
    "cp-fetch -H 'X-API-Key: hush-argv' '$U/wait?plan=stall=0' --deadline 5s >/dev/null 2>&1 & p=\$!
    until grep -q 'GET /wait' '$T/log'; do :; done
    tr '\\0' ' ' </proc/\$p/cmdline; kill \$p"
! grep -q hush-argv "$T/out" && grep -q /wait "$T/out"
result $(($? != 0 && PATIENCE == 1)) "... shows no header" # that of an emulator does

check_exit 0 "the command line" bash -c \
    "cp-fetch 'http://me:hush-argv@127.0.0.1:$A/wait2?plan=stall=0&sig=hush-argv' --deadline 5s >/dev/null 2>&1 & p=\$!
    until grep -q 'GET /wait2' '$T/log'; do :; done
    tr '\\0' ' ' </proc/\$p/cmdline; kill \$p"
! grep -q hush-argv "$T/out" && grep -q /wait2 "$T/out"
result $(($? != 0 && PATIENCE == 1)) "... shows nothing of a URL that may be secret"

# Secrets by any name.
hushed() {
	! grep -iq hush "$T/err" && grep -q -- "$2" "$T/err"
	result $? "$1"
}
check_exit 0 "-v" cp-fetch -v -H 'X-Session: hush' -H 'Accept: text/x' \
    "$U/loc?sig=hush&n=1&plan=status=302:location=%252Fe%253FX-Amz-Credential%253DHUSH%2526page%253D7%2526plan%253Decho"
hushed "... hides headers and parameters" "> X-Session: \*\*\*"
hushed "... where redirects lead" "< Location: /e?X-Amz-Credential=\*\*\*&page=7"
hushed "... but not what is harmless" "> Accept: text/x"
check_exit 75 "an error" cp-fetch --retries 0 "http://127.0.0.1:1/c?sv=2022-11-02&sig=HUSH%3D#hush"
hushed "... hides a signature" "/c?sv=2022-11-02&sig=\*\*\*"
for bad in 'http://me:hush/x@h/' 'me:hush@h/x' 'connpass:!?x=hush' 'http://me:hush?x@h/'; do
	check_exit 64 "a malformed URL" cp-fetch "$bad"
	hushed "... hides what may be a password" "malformed"
done
check_exit 64 "-H without a name" cp-fetch -H hush "$U/e"
hushed "... does not show it" "a header is"

# Compression.
"$HELPER/http-faults" --dump z 3000000 >"$T/want"
check_exit 0 "--compressed" cp-fetch --compressed "$U/z?size=3000000&plan=gzip"
check_same "... is decoded" "$T/want" "$T/out"
check_exit 0 "--compressed, not done" cp-fetch --compressed "$U/z?size=3000000"
check_same "... is fine" "$T/want" "$T/out"
check_exit 0 "--compressed, broken" cp-fetch --backoff 1ms --compressed "$U/z2?size=3000000&plan=gzip:cut=2000000,gzip"
"$HELPER/http-faults" --dump z2 3000000 >"$T/want"
check_same "... is continued in the encoded bytes" "$T/want" "$T/out"
check_exit 65 "--compressed, the limit" cp-fetch --compressed --max-size 1M "$U/z?size=3000000&plan=gzip"
[ "$(stat -c %s "$T/out")" -le 1048576 ]
result $? "... holds for what is decoded"
mkdir "$T/www"
jq -nc '{items: [range(10000) | {id: .}]}' >"$T/www/page.json"
gzip -c "$T/www/page.json" | head -c 5000 >"$T/www/cut"
serve PORTS "$HELPER/nginx" --root "$T/www" --work "$T/nginx" --gzip
read -r PLAIN TLS <<<"$PORTS"
check_exit 0 "--compressed from nginx" cp-fetch --stats --compressed "http://127.0.0.1:$PLAIN/page.json"
check_same "... is decoded" "$T/www/page.json" "$T/out"
jq -e '.in < .out / 2' "$T/err" >/dev/null
result $? "... was compressed"
check_exit 0 "a compressed page" cp-fetch --compressed --pager link --items items "http://127.0.0.1:$PLAIN/page.json"
[ "$(wc -l <"$T/out")" -eq 10000 ]
result $? "... is decoded, too"

# What would be another request than the one that was meant.
for method in '' 'A B' $'GET / HTTP/1.1\r\nX:' HEAD CONNECT; do
	check_exit 64 "-X $(printf %q "$method")" cp-fetch -X "$method" "$U/e"
	check_err "... says why" "^cp-fetch: -X: .*(is no method|brings no body)"
done
check_exit 64 "--user-agent with a line feed" cp-fetch --user-agent $'a\r\nX-Evil: b' "$U/e"
check_exit 64 "--items without pages" cp-fetch --items items "$U/e"
check_err "... says so" "^cp-fetch: --items goes with pages, and '$U/e' is none"
[ ! -s "$T/out" ]
result $? "... and nothing is written"

# Lists and shares.
seq 1 9 | sed "s|.*|$U/l&?size=10|" >"$T/urls"
for i in 1 2 3 4 5 6 7 8 9; do "$HELPER/http-faults" --dump l$i 10; done >"$T/want"
check_exit 0 "-i" cp-fetch -i "$T/urls"
check_same "... all, in order" "$T/want" "$T/out"
(echo '# list'; cat "$T/urls"; echo) >"$T/urls2"
check_exit 0 "-i -" bash -c "cp-fetch -i - <'$T/urls2'"
check_same "... comments are left out" "$T/want" "$T/out"
check_exit 0 "--shard 1/4" cp-fetch -i "$T/urls" --shard 1/4
for i in 2 6; do "$HELPER/http-faults" --dump l$i 10; done >"$T/want"
check_same "... is every fourth" "$T/want" "$T/out"
check_exit 0 "--shard auto/4 on Slurm" env SLURM_ARRAY_TASK_ID=1 SLURM_ARRAY_TASK_COUNT=2 cp-fetch -i "$T/urls" --shard auto/4
check_same "... is the same" "$T/want" "$T/out"
check_exit 0 "--shard env:TASK/4" env TASK=1 cp-fetch -i "$T/urls" --shard env:TASK/4
check_same "... too" "$T/want" "$T/out"
check_exit 64 "--shard auto/4 without a scheduler" cp-fetch --shard auto/4 "$U/x"
check_exit 64 "--shard 4/4" cp-fetch --shard 4/4 "$U/x"
k=0
while read -r url; do cp-fetch "$url" >"$T/url$k"; k=$((k + 1)); done <"$T/urls"
shards() {
	local n i u
	for n in 1 2 3 5 7 50; do
		for ((i = 0; i < n; i++)); do
			for ((u = i; u < k; u += n)); do cat "$T/url$u"; done >"$T/want"
			[ $i -lt $k ] || [ $i = $((n - 1)) ] || continue
			cp-fetch -i "$T/urls" --shard $i/$n | cmp - "$T/want" || return
		done
	done
}
check "all shards together are the whole, also more than there are URLs" shards
check "an empty share is sealed" bash -o pipefail -c "cp-fetch -i '$T/urls' --shard 49/50 | MEMPIPE_SEAL=1 memzip -n x | head -c 2 | grep -q PK"
check_exit 74 "no such list" cp-fetch -i "$T/none"
check_exit 79 "a list that is cut short" bash -c \
    "{ cp-fetch '$U/list?plan=status=404' 2>/dev/null; } | cp-fetch -i -"

# Checks.
"$HELPER/http-faults" --dump sum 1000 >"$T/want"
sum=$(sha256sum <"$T/want" | cut -d' ' -f1)
check_exit 0 "--sha256" cp-fetch --sha256 "$sum" "$U/sum?size=1000"
check_exit 65 "--sha256 of another" cp-fetch --sha256 "${sum//[0-9]/a}" "$U/sum?size=1000"
check_exit 0 "... is not sealed" bash -c \
    "cp-fetch --sha256 ${sum//[0-9]/a} '$U/sum?size=1000' 2>/dev/null | { cat >/dev/null; stat -Lc %a /dev/stdin | grep -qx 611; }"
check_exit 64 "--sha256 xyz" cp-fetch --sha256 xyz "$U/x"
check_exit 69 "--require-length" cp-fetch --require-length "$U/nl?plan=nolength"
[ ! -s "$T/out" ]
result $? "... nothing is written"
check_exit 0 "--require-length, chunked" cp-fetch --require-length "$U/ch?plan=chunked"

# An option that fails before anything is opened must not look like no data.
PATH=$BUILD/unit:$PATH
for option in "-H @$T/none" "--data @$T/none"; do
	state=$(cp-fetch $option "$U/x" 2>/dev/null | stage state)
	[ "$state" = broken ]
	result $? "${option%% *} with a missing file breaks the seal"
done
finish
