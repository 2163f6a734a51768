#!/bin/bash
# cp-fetch: options that are curl's mean what they mean there: both are run, and
# the server gets the same.
. "${0%/*}/lib.sh"
command -v curl >/dev/null || skip_all 'no curl'

jq -n '{"http://example.invalid/e": {body: "via"}, "http://example.invalid/e2": {body: "via"}, "/e": {body: "answer\n"}, "/e2": {body: "answer2\n"}, "/fails": {status: 404}}' >"$T/table"
serve A "$HELPER/answers" --log "$T/log" "$T/table"
U=http://127.0.0.1:$A
printf 'a=b&c d\né' >"$T/file"
printf '{"q": 1}\n' >"$T/json"

# same TITLE URL OPTION…: what both send is the same.
same() {
	local title=$1 url=$2
	shift 2
	: >"$T/log"
	check_exit 0 "$title" cp-fetch --retries 0 "$@" "$url"
	curl "$@" "$url" >"$T/curl" 2>/dev/null
	check_same "... brings the same" "$T/curl" "$T/out"
	jq -c '[.method, (.target | ascii_downcase), .body, .headers["content-type"], .headers.accept]' "$T/log" >"$T/sent"
	[ "$(wc -l <"$T/sent")" -eq 2 ] && [ "$(uniq "$T/sent" | wc -l)" -eq 1 ]
	result $? "... sends the same" "$T/sent"
}
same "-d" "$U/e" -d a=1
same "several -d" "$U/e" -d a=1 --data b=2 -d ''
same "-d with a type" "$U/e" -H 'Content-Type: text/plain' -d 'a=1'
same "-d with a method" "$U/e" -X PUT -d 'a=1'
same "--data-urlencode" "$U/e" --data-urlencode 'name=a&b c+é=~' --data-urlencode 'content only' --data-urlencode '=con=tent'
same "--data-urlencode of files" "$U/e" --data-urlencode "@$T/file" --data-urlencode "name@$T/file"
same "--data-urlencode and -d" "$U/e" -d x=1 --data-urlencode 'y=2 3' -d z
same "--json" "$U/e" --json '{"a": 1}'
same "--json in pieces" "$U/e" --json '{"a": 1,' --json '"b": 2}'
same "--json of a file" "$U/e" --json "@$T/json"
same "--json with types" "$U/e" --json '[]' -H 'Accept: text/x' -H 'Content-Type: application/x'
if curl --help all | grep -q -- --url-query; then
	same "--url-query" "$U/e" --url-query 'q=a b&c' --url-query '+raw=%20' --url-query "f@$T/file"
	same "--url-query and a query" "$U/e?x=1" --url-query 'q=1'
	same "--url-query and -d" "$U/e" --url-query 'q=1' -d a=b
else
	check_exit 0 "--url-query" cp-fetch --url-query 'q=a b&c' --url-query '+raw=%20' --url-query "f@$T/file" "$U/e"
	tail -1 "$T/log" | jq -e '.target == "/e?q=a+b%26c&raw=%20&f=a%3Db%26c+d%0A%C3%A9"' >/dev/null
	result $? "... is added to the query"
	check_exit 0 "--url-query and a query and a fragment" cp-fetch --url-query q=1 "$U/e?x=1#top"
	tail -1 "$T/log" | jq -e '.target == "/e?x=1&q=1"' >/dev/null
	result $? "... goes between them"
fi
same "what is always so" "$U/e" -s -S -f -L
same "all in one word" "$U/e" -sSfL
same "-A" "$U/e" -A me/1
tail -1 "$T/log" | jq -e '.headers["user-agent"] == "me/1"' >/dev/null
result $? "... is sent"
check_exit 0 "-d that looks like JSON" cp-fetch -d ' {"a": 1}' "$U/e"
tail -1 "$T/log" | jq -e '.headers["content-type"] == "application/json"' >/dev/null
result $? "... is sent as such"
same "--proxy" "http://example.invalid/e" --proxy "$U"
jq -se 'all(.target == "http://example.invalid/e")' "$T/log" >/dev/null
result $? "... is asked for the whole URL"
http_proxy=http://127.0.0.1:1 same "--proxy before the environment's" "http://example.invalid/e2" --proxy "$U"
http_proxy=http://127.0.0.1:1 same "--proxy of nothing" "$U/e" --proxy ''
no_proxy=127.0.0.1 same "no_proxy before --proxy" "$U/e" --proxy http://127.0.0.1:1
check_exit 64 "a proxy that is none" cp-fetch --proxy ftp://x "$U/e"
check_exit 75 "--retry and --max-time" cp-fetch --retry 2 --backoff 1ms --max-time 30 http://127.0.0.1:1/
check_err "... are --retries and --deadline" 'after 3 attempts'
check_exit 64 "--max-time of nothing" cp-fetch --max-time x "$U/e"

# What means another thing here.
check_exit 74 "-i" cp-fetch -i "$U/e"
check_err "... says so" "-i is a file with a list of URLs .curl's -i has no counterpart.: cannot open"
check_exit 64 "-m" cp-fetch -m 30 "$U/e"
check_err "... says so" "curl's -m is --max-time"
check_exit 64 "-j" cp-fetch -j "$U/e"
check_err "... says so" "curl's -j has no counterpart"

# Nothing of it stays in the list of processes.
mkfifo "$T/never"
cp-fetch -d hush-1 --json hush-2 --data-urlencode n=hush-3 --url-query k=hush-4 --proxy http://u:hush-5@127.0.0.1:1 \
    --retries 100 --backoff 100ms -v "$U/e" 2>"$T/said" &
pid=$!
until grep -q 'attempt 2' "$T/said"; do kill -0 $pid || break; done
tr '\0' '\n' <"/proc/$pid/cmdline" >"$T/argv"
kill $pid
wait $pid
! grep hush "$T/argv" "$T/said" >"$T/err"
result $? "secrets are nowhere"

finish
