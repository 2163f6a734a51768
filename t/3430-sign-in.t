#!/bin/bash
# cp-fetch: ways to sign in, cookies, and where their secrets do not go.
. "${0%/*}/lib.sh"

cat >"$T/table" <<'JSON'
{
"/basic": {"auth": "Basic cmVhZGVyOmh1c2gtMTIz", "body": "basic"},
"/utf8": {"auth": "Basic w6k6w7w=", "body": "utf8"},
"/bearer": {"auth": "Bearer t0ken-123", "body": "bearer"},
"/away": {"status": 302, "headers": {"Location": "@OTHER@/seen"}},
"/seen": {"body": "seen"},
"/pages": {"auth": "Bearer t0ken-123", "body": [], "headers": {"Link": "<@B@/more>; rel=next"}},
"/more": {"auth": "Bearer t0ken-123", "body": []},
"/set": {"body": "", "headers": {"Set-Cookie": ["sid=abc-123; Path=/", "old=1; Max-Age=0", "path=x; Path=/elsewhere"]}},
"/session": {"cookie": "sid=abc-123", "body": "session"},
"/login": {"status": 302, "headers": {"Location": "/session", "Set-Cookie": "sid=abc-123; Path=/; HttpOnly"}},
"/login-away": {"status": 302, "headers": {"Location": "@OTHER@/seen", "Set-Cookie": "sid=abc-123; Path=/"}},
"/two": {"cookie": "a=1; b=2", "body": "two"},
"/jar": {"cookie": "own=1", "body": "own"}
}
JSON
serve B "$HELPER/answers" --log "$T/other" "$T/table"
# The other one is another host for cookies, and another origin.
sed -i "s|@OTHER@|http://localhost:$B|" "$T/table"
serve A "$HELPER/answers" --log "$T/log" "$T/table"
U=http://127.0.0.1:$A
get=(cp-fetch --retries 0)

gets() { # gets BODY TITLE ARGUMENTS…
	check_exit 0 "$2" "${get[@]}" "${@:3}"
	[ "$(cat "$T/out")" = "$1" ] && [ ! -s "$T/err" ]
	result $? "... gets it"
}
export PASSWORD=hush-123 TOKEN=t0ken-123 NONE= UMLAUT=ü
printf 'hush-123\r\nmore\n' >"$T/password"
printf 't0ken-123\n' >"$T/token"
printf 'two words\n' >"$T/words"
: >"$T/empty"
printf 'hush-123\0and-more\n' >"$T/nul"
gets basic "a password from a variable" -u reader --password-env PASSWORD "$U/basic"
gets basic "... from a file" --user reader --password-file "$T/password" "$U/basic"
gets basic "... from a pipe" -u reader --password-file <(cat "$T/password") "$U/basic"
gets utf8 "not ASCII" -u é --password-env UMLAUT "$U/utf8"
gets basic "in the URL" "http://reader:hush-123@127.0.0.1:$A/basic"
gets bearer "a token from a variable" --bearer-env TOKEN "$U/bearer"
gets bearer "... from a file" --bearer-file "$T/token" "$U/bearer"
gets '[]
[]' "pages" --pager link --bearer-env TOKEN "$U/pages"
printf 'machine localhost login no password no\nmachine 127.0.0.1\n\tlogin reader password hush-123\n' >"$T/netrc"
gets basic "a file of passwords" --netrc-file "$T/netrc" "$U/basic"
cp "$T/netrc" "$T/.netrc"
export HOME=$T
gets basic "the one at home" --netrc "$U/basic"
check_exit 77 "a wrong password" "${get[@]}" -u other --password-env PASSWORD "$U/basic"
check_exit 77 "a wrong token" "${get[@]}" --bearer-file "$T/password" "$U/bearer"

for bad in '-u reader' '-u reader:hush-123' '--password-env PASSWORD' '-u a --password-env PASSWORD --password-file x' \
    '-u a --password-env PASSWORD --bearer-env TOKEN' '--bearer-env TOKEN --bearer-file x' \
    '--bearer-env TOKEN -H Authorization:x'; do
	check_exit 64 "$bad" "${get[@]}" $bad "$U/basic"
	! grep -q 'hush\|t0ken' "$T/err"
	result $? "... is refused without its secret"
done
for bad in '-u a --password-env NONE' '-u a --password-env NOT_SET' "-u a --password-file $T/empty" \
    "-u a --password-file $T/missing" "--bearer-file $T/words" "-u a --password-file $T/nul" "--bearer-file $T/nul" "--netrc-file $T/missing" "--cookie-file $T/missing"; do
	check_exit 77 "$bad" "${get[@]}" $bad "$U/basic"
done
check_exit 77 "a netrc that is a pipe" "${get[@]}" --netrc-file <(cat "$T/netrc") "$U/basic"

# Another origin gets none of it.
for way in '-u reader --password-env PASSWORD' '--bearer-env TOKEN' "--netrc-file $T/netrc"; do
	: >"$T/other"
	gets seen "a redirect to another origin: $way" $way "$U/away"
	jq -e '.headers | has("authorization") | not' "$T/other" >/dev/null
	result $? "... does not get it"
done

# Cookies.
gets session "a cookie of a redirect" "$U/login"
gets session "a cookie of the URL before" "$U/set" "$U/session"
: >"$T/other"
gets seen "a cookie and a redirect to another host" "$U/login-away"
jq -e '.headers | has("cookie") | not' "$T/other" >/dev/null
result $? "... which does not get it"
gets own "a header Cookie" -H 'Cookie: own=1' "$U/set" "$U/jar"
printf '# Netscape HTTP Cookie File\n\n127.0.0.1\tFALSE\t/\tFALSE\t0\tb\t2\n#HttpOnly_127.0.0.1\tFALSE\t/two\tFALSE\t0\ta\t1\n' >"$T/cookies"
gets two "a file of cookies" --cookie-file "$T/cookies" "$U/two"
gets two "a pipe of cookies" --cookie-file <(cat "$T/cookies") "$U/two"
printf 'Set-Cookie: sid=abc-123; Domain=127.0.0.1; Path=/\r\n' >"$T/headers"
gets session "a file of headers" --cookie-file "$T/headers" "$U/session"
gets session "... of which the server's own replace the file's" --cookie-file <(printf '127.0.0.1\tFALSE\t/\tFALSE\t0\tsid\told\n') \
    "$U/set" "$U/session"
check_exit 65 "a file of nothing" "${get[@]}" --cookie-file "$T/words" "$U/two"
check_err "... names the file and the line" "/words': line 1 is no cookie"
check_exit 65 "a file with a NUL" "${get[@]}" --cookie-file "$T/nul" "$U/two"
check_err "... is not cut there" 'holds a NUL'
jq -n '{"/many": [range(60) as $n | {body: "", headers: {"Set-Cookie": [range(40) | "c\($n)x\(.)=1"]}}]}' >"$T/table"
check_exit 69 "cookies without end" "${get[@]}" $(printf "$U/many %.0s" {1..60})
check_err "... are limited" 'more than 500 cookies'

# No secret in the list of processes, in what -v shows, or in a message.
jq -n '{"/slow": {status: 503}}' >"$T/table"
cp-fetch -v --retries 1000 --backoff 100ms --cookie-file "$T/cookies" -u reader --password-env PASSWORD "$U/slow" 2>"$T/said" &
pid=$!
until grep -q 'attempt 2' "$T/said"; do kill -0 $pid || break; done
tr '\0' '\n' <"/proc/$pid/cmdline" >"$T/argv"
kill $pid
wait $pid
! grep -q 'hush\|aHVzaC\|cmVhZGVyOmh1c2g' "$T/argv" "$T/said"
result $? "the password is nowhere" "$T/said"

finish
