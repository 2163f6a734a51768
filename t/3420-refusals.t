#!/bin/bash
# cp-fetch: what a server says with an error stands in the message, without the
# secrets that it was sent; and a limit of requests is waited for.
. "${0%/*}/lib.sh"

long=$(printf 'word%.0s ' {1..200})
jq -n --arg long "$long" '{
"/detail": {status: 400, body: {detail: "at most 100", field: "count"}},
"/message": {status: 404, body: {message: "Not Found", documentation_url: "https://example.com"}},
"/error": {status: 400, body: {error: "invalid_grant", error_description: "it has expired"}},
"/error-object": {status: 400, body: {error: {code: 400, message: "API key not valid", status: "X"}}},
"/errors": {status: 422, body: {errors: [{message: "field is required"}, {message: "another"}]}},
"/errors-texts": {status: 422, body: {errors: ["first", "second"]}},
"/problem": {status: 409, body: {type: "about:blank", title: "Conflict of states"}},
"/other": {status: 400, body: {reason: "nothing that is known"}},
"/lines": {status: 400, body: "one\n\ttwo   three\r\n"},
"/bytes": {status: 400, body: "\u001b[31mred\u0007 \u202e\u3042"},
"/long": {status: 400, body: $long},
"/html": {status: 502, body: "<!DOCTYPE html><html><head><title>502 Bad\nGateway</title></head><body>x</body></html>"},
"/html-bare": {status: 400, body: "<html><body>x</body></html>"},
"/empty": {status: 400},
"/packed": {status: 400, headers: {"Content-Encoding": "br"}, body: "xxxx"},
"/echo": {status: 400, body: "you sent tok-secret-1, hush-hush-2, dXNlcjpwYXNzd29yZA==, which is password, and no more"},
"/limit": [{status: 403, headers: {"Retry-After": "0"}}, {body: []}],
"/exhausted": [{status: 403, headers: {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1100000000"}}, {body: []}],
"/draft": [{status: 403, headers: {"RateLimit-Remaining": "0", "RateLimit-Reset": "0"}}, {body: []}],
"/left": {status: 403, headers: {"X-RateLimit-Remaining": "3", "X-RateLimit-Reset": "1100000000"}, body: {message: "no access"}},
"/later": {status: 403, headers: {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "4000000000"}},
"/seconds": {status: 429, headers: {"X-RateLimit-Reset": "3600"}},
"/after": {status: 403, headers: {"Retry-After": "3600"}}
}' >"$T/table"
serve A "$HELPER/answers" --log "$T/log" "$T/table"
U=http://127.0.0.1:$A
get=(cp-fetch --retries 3 --backoff 1ms)

# says CODE PATH TEXT [OPTION…]: a body and a page end so.
says() {
	check_exit "$1" "$2" "${get[@]}" "${@:4}" "$U$2"
	check_err "... says so" ": HTTP status [0-9]{3}$3\$"
	check_exit "$1" "$2, a page" "${get[@]}" "${@:4}" --pager link "$U$2"
	check_err "... says so" ": HTTP status [0-9]{3}$3\$"
}
says 69 /detail ': at most 100'
says 69 /message ': Not Found'
says 69 /error ': it has expired'
says 69 /error-object ': API key not valid'
says 69 /errors ': field is required'
says 69 /errors-texts ': first'
says 69 /problem ': Conflict of states'
says 69 /other ': \{"reason": "nothing that is known"\}'
says 69 /lines ': one two three'
says 69 /bytes ': \[31mred \?\?\?あ'
says 69 /long ': (word ){59}word'
says 75 /html ': 502 Bad Gateway'
says 69 /html-bare ''
says 69 /empty ''
says 69 /packed ''
says 69 /echo ': you sent \*+, \*+, \*+, which is \*+, and no more' -H 'X-Auth: Bearer tok-secret-1' \
    -H 'Authorization: Basic dXNlcjpwYXNzd29yZA==' -H 'Cookie: a=1; b=hush-hush-2'
check_exit 69 "secrets of the URL" "${get[@]}" "$U/echo?api_key=hush-hush-2&x=tok-secret-1"
check_err "... are not said, either" ': you sent \*+, \*+, dX'
check_exit 69 "a password of the URL" "${get[@]}" "http://user:password@127.0.0.1:$A/echo"
check_err "... is not, either" 'which is \*+, and'

check_exit 0 "403 with Retry-After" "${get[@]}" "$U/limit"
check_exit 0 "403 with nothing left, over by now" "${get[@]}" --pager page,items=. "$U/exhausted"
check_exit 0 "the same by the draft's headers" "${get[@]}" "$U/draft"
says 77 /left ': no access'
[ "$(jq -r .target "$T/log" | grep -c /left)" -eq 2 ]
result $? "403 with requests left is not repeated"
for path in later seconds after; do
	check_exit 75 "a limit that lasts: $path" "${get[@]}" --deadline 1m "$U/$path"
	check_err "... is no lack of rights" 'deadline has come after attempt 1: .*HTTP status'
done

finish
