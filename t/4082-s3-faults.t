#!/bin/bash
# The test server's faults: each does what its rule says, seen by curl.
. "${0%/*}/lib.sh"

for program in curl jq; do
	command -v $program >/dev/null || skip_all "$program is not installed"
done
serve S3 "$HELPER/s3-server" --anonymous --min-part 0
base=http://127.0.0.1:$S3

# what METHOD PATH [curl's options]: "exit status" of one request; $T/body, $T/head
what() {
	local method=$1 path=$2 status
	shift 2
	status=$(curl -s --max-time 20 -X "$method" -o "$T/body" -D "$T/head" -w '%{http_code}' "$@" "$base$path")
	echo "$? $status"
}
rule() {
	curl -fs -X DELETE "$base/-/rules" && curl -fs "$base/-/rules" -d "$1"
}
state() {
	curl -fs "$base/-/state" | jq -r "$1"
}
# try TITLE RULE WANTED METHOD PATH…: what the request meets under the rule
try() {
	local title=$1 wanted=$3
	rule "$2" >/dev/null
	shift 3
	echo "$(what "$@")" >"$T/got"
	grep -Eqx "$wanted" "$T/got" || echo "got $(cat "$T/got"), not $wanted" >"$T/err"
	grep -Eqx "$wanted" "$T/got"
	result $? "$title"
}
has() {
	grep -aq -- "$2" "$3"
	result $? "$1"
}
stored() {
	test "$(state '[.objects[] | select(.key == "k")] | length')" = "$2"
	result $? "$1"
}
new_upload() {
	curl -fs -X POST "$base/bucket/k?uploads=" | grep -o '<UploadId>[^<]*' | cut -d'>' -f2
}
put="PUT /bucket/k --data-binary abc"
head -c 3000000 /dev/zero >"$T/big"

try "a plain put" '' '0 200' $put
stored "stores it" 1
what DELETE /bucket/k >/dev/null

try "503" '{"op": "PutObject", "do": "503", "retry_after": 2, "x_amz_retry_after": 50}' '0 503' $put
has "says SlowDown" '<Code>SlowDown</Code>' "$T/body"
has "with Retry-After" '^Retry-After: 2' "$T/head"
has "and x-amz-retry-after" '^x-amz-retry-after: 50' "$T/head"
stored "nothing was done" 0
check "the log has it" test "$(state '.requests[-1] | "\(.op) \(.status) \(.code) \(.fault.do)"')" = \
	"PutObject 503 SlowDown 503"
check "once is once" test "$(what $put)" = '0 200'

rule '{"op": "HeadObject", "nth": 2, "times": 2, "do": "500"}
{"op": "HeadObject", "key": "other*", "do": "403"}' >/dev/null
seen=
for n in 1 2 3 4; do
	seen+=$(what HEAD /bucket/k -I | cut -d' ' -f2),
done
check "from the second, twice" test "$seen" = 200,500,500,200,
check "a rule for another key" test "$(what HEAD /bucket/other1 -I)" = '0 403'
check "counts are shown" test "$(state '[.rules[].used] | join(",")')" = 2,1
what DELETE /bucket/k >/dev/null

try "reset before the body" '{"op": "PutObject", "do": "reset", "when": "head"}' '(52|55|56) 000' $put
try "reset in the body" '{"op": "PutObject", "do": "reset", "when": "body"}' '(52|55|56) 000' \
	PUT /bucket/k -H Expect: --data-binary "@$T/big"
check "half of it was read" test "$(state '.requests[-1] | "\(.status) \(.ended)"')" = "0 reset"
try "reset after the body" '{"op": "PutObject", "do": "reset"}' '(52|56) 000' $put
try "close after the body" '{"op": "PutObject", "do": "close"}' '52 000' $put
stored "nothing was done" 0
try "a lost answer" '{"op": "PutObject", "do": "close", "when": "done"}' '52 000' $put
stored "but it was done" 1
check "as the log says" test "$(state '.requests[-1] | "\(.status) \(.done)"')" = "0 true"
try "503 although it was done" '{"op": "PutObject", "do": "503", "when": "done"}' '0 503' $put
try "an answer cut in its body" '{"op": "GetObject", "do": "cut"}' '18 200' GET /bucket/k
try "an empty 500" '{"op": "GetObject", "do": "empty"}' '0 500' GET /bucket/k
check "is empty" test ! -s "$T/body"
try "a balancer's page" '{"op": "GetObject", "do": "html"}' '0 502' GET /bucket/k
has "is HTML" '^Content-Type: text/html' "$T/head"
try "a wrong ETag" '{"op": "PutObject", "do": "wrong-etag", "etag": "beef"}' '0 200' $put
has "is not the MD5" '^ETag: "beef"' "$T/head"
try "no ETag" '{"op": "PutObject", "do": "no-etag"}' '0 200' $put
check "is not there" bash -c "! grep -i ^etag '$T/head'"
try "other headers" '{"do": "headers", "headers": {"ETag": "x", "X-New": "1"}}' '0 200' $put
has "replace" '^ETag: x' "$T/head"
has "and add" '^X-New: 1' "$T/head"

try "a redirect" '{"do": "PermanentRedirect", "region": "eu-west-1", "location": "http://x/"}' '0 301' $put
has "names the region in a header" '^x-amz-bucket-region: eu-west-1' "$T/head"
has "and in the body" '<Region>eu-west-1</Region>' "$T/body"
try "307" '{"do": "307", "location": "http://x/"}' '0 307' $put
try "a wrong region" '{"do": "AuthorizationHeaderMalformed", "region": "eu-west-1"}' '0 400' $put
try "409" '{"do": "409"}' '0 409' $put
has "is ConditionalRequestConflict" ConditionalRequestConflict "$T/body"
try "412" '{"do": "412"}' '0 412' $put
try "ExpiredToken" '{"do": "ExpiredToken"}' '0 400' $put
try "a timeout's 400" '{"do": "RequestTimeout"}' '0 400' $put
try "skew" '{"do": "skew", "seconds": 7200}' '0 403' $put
now=$(date +%s) date=$(date +%s -d "$(grep -i ^date: "$T/head" | cut -d' ' -f2-)")
check "has a Date two hours ahead" test $((date - now)) -gt 7000
try "garbage" '{"do": "garbage"}' '0 200' $put
try "delay" '{"do": "delay", "seconds": 0.2}' '0 200' $put
try "slow reading" '{"do": "slow", "rate": 10000000}' '0 200' PUT /bucket/k --data-binary "@$T/big"
try "no answer" '{"do": "hang", "seconds": 0.2}' '52 000' $put
try "no 100 Continue either" '{"do": "hang", "when": "head", "seconds": 0.2}' '52 000' $put

# CompleteMultipartUpload is where it hurts most.
complete() {
	local title=$1 rule=$2 wanted=$3 id etag
	what DELETE /bucket/k >/dev/null
	id=$(new_upload)
	etag=$(curl -fs -D - -o /dev/null -X PUT --data-binary abc "$base/bucket/k?partNumber=1&uploadId=$id" |
		grep -i ^etag: | tr -d '\r' | cut -d' ' -f2)
	try "Complete: $title" "$rule" "$wanted" POST "/bucket/k?uploadId=$id" -d \
		"<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>$etag</ETag></Part></CompleteMultipartUpload>"
}
op='"op": "CompleteMultipartUpload"'
complete "as it should be" '' '0 200'
complete "200 with an error" "{$op, \"do\": \"200-error\"}" '0 200'
has "inside" '<Error><Code>InternalError' "$T/body"
stored "nothing was done" 0
complete "white space, then the result" "{$op, \"do\": \"keepalive\", \"seconds\": 0.1}" '0 200'
has "inside" '<CompleteMultipartUploadResult' "$T/body"
check "is XML" /usr/bin/python3 -c "import xml.etree.ElementTree as e; e.parse('$T/body')"
stored "done" 1
complete "white space, then an error" "{$op, \"do\": \"keepalive\", \"then\": \"error\"}" '0 200'
has "inside" '<Error>' "$T/body"
check "is XML" /usr/bin/python3 -c "import xml.etree.ElementTree as e; e.parse('$T/body')"
stored "nothing was done" 0
complete "white space, then reset" "{$op, \"do\": \"keepalive\", \"then\": \"reset\"}" '56 200'
stored "nothing was done" 0
complete "white space, then reset, but done" "{$op, \"do\": \"keepalive\", \"then\": \"reset\", \"when\": \"done\"}" '56 200'
stored "done" 1
complete "half of the answer" "{$op, \"do\": \"truncated\", \"when\": \"done\"}" '0 200'
check "is no XML" bash -c "! /usr/bin/python3 -c \"import xml.etree.ElementTree as e; e.parse('$T/body')\" 2>/dev/null"
stored "done" 1
complete "lost answer" "{$op, \"do\": \"reset\", \"when\": \"done\"}" '(52|56) 000'
stored "done" 1
check "uploads left are those not completed" test "$(state '.uploads | length')" = 3

# Chance repeats itself.
serve CHAOS "$HELPER/s3-server" --anonymous --chaos 7,0.5
chaos() {
	for n in 1 2 3 4 5 6 7 8 9 10 11 12; do
		curl -s --max-time 10 -o /dev/null -X PUT -d x "http://127.0.0.1:$CHAOS/bucket/c"
	done
	curl -fs "http://127.0.0.1:$CHAOS/-/state" | jq -c '[.requests[-12:][].fault.do]'
}
control() {
	curl -fs "http://127.0.0.1:$CHAOS/-/$1" -d "${2-}" >/dev/null
}
first=$(chaos)
control set '{"chaos": "7,0.5"}'
second=$(chaos)
control reset
control set '{"chaos": "8,0.5"}'
third=$(chaos)
control set '{"chaos": null}'
check "and can be told to go" test "$(chaos)" = "[$(printf 'null,%.0s' 1 2 3 4 5 6 7 8 9 10 11)null]"
check "a seed repeats its faults" test -n "$first" -a "$first" = "$second"
check "another seed has others" test "$first" != "$third"
check "some of them strike" grep -q '"' <<<"$first"
check_exit 1 "a rule with a mistake is refused at the start" \
	timeout 10 "$HELPER/s3-server" --script <(echo '{"op": "PutObject", "doo": "503"}')
check_err "and named" doo
finish
