#!/bin/bash
# cp-fetch: the pages of the connpass API, each whole or not at all.
. "${0%/*}/lib.sh"

export CONNPASS_API_KEY=demo-key
EVENTS=345

# api VARIABLE [OPTION…]: a server of its own.
api() {
	local var=$1
	shift
	serve "$var" "$HELPER/connpass-api" --events $EVENTS --log "$T/$var.requests" "$@"
}

# at PORT OPERAND…: cp-fetch there, without waiting.
at() {
	local port=$1
	shift
	CONNPASS_BASE_URL=http://127.0.0.1:$port cp-fetch --rate 0 --backoff 5ms "$@"
}

pages() {
	"$HELPER/connpass-api" --events $EVENTS --dump "$@"
}

api PLAIN
pages >"$T/want"
check_exit 0 "all pages" at "$PLAIN" connpass:events
check_same "... are those of the API" "$T/want" "$T/out"
[ "$(wc -l <"$T/out")" -eq 4 ]
result $? "... four lines"
[ "$(awk '{ print $2 }' "$T/PLAIN.requests" | sort -u | wc -l)" -eq 1 ]
result $? "... over one connection"
check_exit 0 "with a query" at "$PLAIN" 'connpass:events?ym=202603'
pages --query ym=202603 >"$T/want"
check_same "... which is sent" "$T/want" "$T/out"
check_exit 0 "a count of the user's" at "$PLAIN" 'connpass:/events/?count=7&start=301'
[ "$(wc -l <"$T/out")" -eq 7 ] && jq -r '.events[].id' "$T/out" | sort -u | wc -l | grep -qx 45
result $? "... and start are respected"
check_exit 0 "no result at all" at "$PLAIN" 'connpass:events?ym=190001'
[ "$(wc -l <"$T/out")" -eq 1 ] && jq -e '.results_returned == 0' "$T/out" >/dev/null
result $? "... is one page"

api PRETTY --pretty
pages >"$T/want"
check_exit 0 "pages of many lines" at "$PRETTY" connpass:events
[ "$(wc -l <"$T/out")" -eq 4 ] && ! grep -q $'\r' "$T/out" &&
    cmp <(jq -c . "$T/out") <(jq -c . "$T/want")
result $? "... become one line each, and mean the same"

# Keys.
printf 'demo-key\r\n' >"$T/key"
check_exit 0 "--key-file" env -u CONNPASS_API_KEY bash -c \
    "CONNPASS_BASE_URL=http://127.0.0.1:$PLAIN cp-fetch --rate 0 --key-file '$T/key' connpass:events"
check_exit 77 "no key" env -u CONNPASS_API_KEY cp-fetch connpass:events
check_err "... says how to give one" "CONNPASS_API_KEY"
check_exit 77 "an empty key" env CONNPASS_API_KEY= cp-fetch connpass:events
check_exit 77 "a key with a line feed" env CONNPASS_API_KEY=$'a\nX: y' cp-fetch connpass:events
check_exit 74 "no such key file" cp-fetch --key-file "$T/none" connpass:events
api REFUSE --refuse-key
check_exit 77 "a key refused" at "$REFUSE" connpass:events
check_err "... says so" "0 pages written: cannot get page 1 of .*HTTP status 401"
[ "$(wc -l <"$T/REFUSE.requests")" -eq 1 ] && [ ! -s "$T/out" ]
result $? "... at once, with nothing written"
check_exit 0 "-v" at "$PLAIN" -v connpass:events
check_err "... masks the key" 'X-API-Key: \*\*\*'
! grep -q demo-key "$T/err"
result $? "... and never shows it"

# Faults.
pages >"$T/want"
api BUSY --unavailable 3
check_exit 0 "503 for a while" at "$BUSY" --retries 3 connpass:events
check_same "... all pages" "$T/want" "$T/out"
api CUT --cut-page 3
check_exit 0 "page 3 is cut once" at "$CUT" connpass:events
check_same "... and comes whole" "$T/want" "$T/out"
api CUTS --cut-page 3 --cut-times 0
check_exit 75 "page 3 is always cut" at "$CUTS" --retries 2 connpass:events
check_err "... says what there is" "2 pages written, go on with --start-page 3: gave up after 3 attempts: cannot get page 3"
head -2 "$T/want" >"$T/two"
check_same "... two whole pages" "$T/two" "$T/out"
check_exit 0 "--start-page goes on there" at "$PLAIN" --start-page 3 connpass:events
tail -2 "$T/want" >"$T/rest"
check_same "... with the rest" "$T/rest" "$T/out"
api ERROR --error-page 2
check_exit 75 "500 for page 2" at "$ERROR" --retries 1 connpass:events
head -1 "$T/want" >"$T/one"
check_same "... one whole page" "$T/one" "$T/out"
api BROKEN --broken-page 2
check_exit 65 "page 2 is no JSON" at "$BROKEN" connpass:events
check_same "... one whole page, either" "$T/one" "$T/out"
[ "$(wc -l <"$T/BROKEN.requests")" -eq 2 ]
result $? "... and no second try of what came whole"

# Pace: the server counts, not a clock of ours.
api RATE --rate 20 --retry-after 0
check_exit 0 "429" at "$RATE" --retries 50 'connpass:events?count=20'
[ "$(jq -s 'map(.events[]) | length' "$T/out")" -eq $EVENTS ]
result $? "... is waited for"
api PACED
check_exit 0 "--rate 50/s" env CONNPASS_BASE_URL=http://127.0.0.1:$PACED \
    cp-fetch --rate 50/s 'connpass:events?count=20'
awk 'NR == 1 { first = $1 } { last = $1 }
    END { exit !(NR == 18 && last - first > 0.25) }' "$T/PACED.requests"
result $? "... is not exceeded"

# Drift, records a line, hosts that are known.
api DRIFT --drift 3
check_exit 0 "a total that drifts" at "$DRIFT" 'connpass:events?count=50'
check_err "... is warned of, once" "total has changed"
[ "$(grep -c total "$T/err")" -eq 1 ]
result $? "... and once only"
check_exit 0 "--items" at "$PLAIN" --items events connpass:events
jq -c '.events[]' "$T/want" >"$T/records"
check_same "... gives a record a line" "$T/records" <(jq -c . "$T/out")
[ "$(wc -l <"$T/out")" -eq $EVENTS ]
result $? "... all of them"
check_exit 0 "--dedupe" at "$PLAIN" --items events --dedupe id connpass:events connpass:events
check_same "... drops what was there" "$T/records" <(jq -c . "$T/out")
check_exit 0 "a URL of the API" at "$PLAIN" "http://127.0.0.1:$PLAIN/events/"
check_same "... is known as such" "$T/want" "$T/out"

# Limits and rubbish.
check_exit 65 "--max-size" at "$PLAIN" --max-size 1000 connpass:events
[ ! -s "$T/out" ]
result $? "... holds for whole pages"
serve F "$HELPER/http-faults"
check_exit 65 "a page over -m" at "$F" -m 1M 'connpass:big?size=2000000'
check_err "... names the option" "1048576 bytes of -m"
json() {
	CONNPASS_BASE_URL=http://127.0.0.1:$F cp-fetch --rate 0 --backoff 5ms --retries 2 \
	    "connpass:$1?plan=${3:-}json&json=$(jq -rn --arg v "$2" '$v | @uri')"
}
check_exit 65 "no total" json e1 '{"results_start":1,"results_returned":1}'
check_err "... is named" "'results_available' is missing"
check_exit 65 "a total that is no number" json e2 '{"results_start":1,"results_returned":1,"results_available":"x"}'
check_exit 65 "an array for a page" json e3 '[]'
check_exit 65 "a raw line feed in a string" json e4 $'{"results_start":1,"results_returned":1,"results_available":1,"a":"\n"}'
[ ! -s "$T/out" ]
result $? "... nothing is written"
check_exit 65 "two documents in one page" json e5 '{"results_start":1,"results_returned":1,"results_available":1}{}'
check_exit 0 "one that says it was the last" json e6 '{"results_start":1,"results_returned":1,"results_available":1}'
check_exit 65 "without a length, cut short" json e7 '{"results_start":1' nolength:
check_err "... is tried again" "gave up after 3 attempts"
check_exit 64 "no path" cp-fetch connpass:
check_exit 64 "a path with dots" cp-fetch connpass:../x
check_exit 64 "a start that is no number" cp-fetch 'connpass:events?start=x'

finish
