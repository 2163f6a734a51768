#!/bin/bash
# cp-fetch: OAuth 2.0, client credentials: when a token is asked for, what is
# sent to whom, and how it fails.
. "${0%/*}/lib.sh"

cat >"$T/table" <<'JSON'
{
"/token": [
    {"form": {"grant_type": "client_credentials"}, "body": {"access_token": "tok-1", "token_type": "bearer", "expires_in": 3600}},
    {"form": {"grant_type": "client_credentials"}, "body": {"access_token": "tok-2", "token_type": "Bearer", "expires_in": 3600}}],
"/short": [
    {"body": {"access_token": "tok-1", "expires_in": 0}}, {"body": {"access_token": "tok-2", "expires_in": 0}},
    {"body": {"access_token": "tok-3", "expires_in": 0}}],
"/one": {"auth": "Bearer tok-1", "body": "one"},
"/list": {"auth": "Bearer tok-1", "body": [1], "headers": {"Link": "<@B@/list2>; rel=next"}},
"/list2": {"auth": "Bearer tok-2", "body": [2], "headers": {"Link": "<@B@/list3>; rel=next"}},
"/list3": {"auth": "Bearer tok-2", "body": [3]},
"/each": {"auth": "Bearer tok-1", "body": [1], "headers": {"Link": "<@B@/each2>; rel=next"}},
"/each2": {"auth": "Bearer tok-2", "body": [2], "headers": {"Link": "<@B@/each3>; rel=next"}},
"/each3": {"auth": "Bearer tok-3", "body": [3]},
"/fast": {"auth": "Bearer tok-2", "body": "fast"},
"/slow": {"auth": "Bearer tok-2", "body": "slow", "after": 5},
"/never": {"status": 401, "body": {"error": "insufficient_scope"}},
"/away": {"status": 302, "headers": {"Location": "@OTHER@/seen"}},
"/seen": {"body": "seen"},
"/wrong": {"status": 401, "body": {"error": "invalid_client"}},
"/scope": {"status": 400, "body": {"error": "invalid_scope", "error_description": "there is no scope 'x'; you sent hush-hush and id%3A1"}},
"/down": {"status": 503},
"/moved": {"status": 302, "headers": {"Location": "/token"}},
"/text": {"body": "no JSON"},
"/tokenless": {"body": {"token": "tok-1"}},
"/mac": {"body": {"access_token": "tok-1", "token_type": "mac"}},
"/blank": {"body": {"access_token": "tok 1"}}
}
JSON
serve B "$HELPER/answers" --log "$T/other" "$T/table"
sed -i "s|@OTHER@|http://127.0.0.1:$B|" "$T/table"
# fresh: a server that has answered nothing so far; U is its URL.
fresh() {
	serve "$1" "$HELPER/answers" --log "$T/log" "$T/table"
	U=http://127.0.0.1:${!1}
	: >"$T/log"
}
export SECRET=hush-hush
printf 'hush-hush\n' >"$T/secret"
get=(cp-fetch --retries 1 --backoff 1ms --oauth2-client-id id:1 --oauth2-secret-env SECRET)
said() { # said JQ: of the requests in the log
	jq -se "$1" "$T/log" >/dev/null
}

fresh A
check_exit 0 "a token from a variable's secret" "${get[@]}" --oauth2-token-url "$U/token" "$U/one" "$U/one"
[ "$(cat "$T/out")" = oneone ]
result $? "... signs in"
look "... and is asked for once" said 'map(.target) == ["/token", "/one", "/one"]'
look "... by Basic, both encoded" said ".[0].headers.authorization == \"Basic $(printf 'id%%3A1:hush-hush' | base64)\""
look "... with a form" said '.[0] | .method == "POST" and .headers["content-type"] == "application/x-www-form-urlencoded" and
    .body == "grant_type=client_credentials"'
fresh C
check_exit 0 "all that can be said" cp-fetch --oauth2-client-id 'i d' --oauth2-secret-file "$T/secret" --oauth2-auth body \
    --oauth2-scope 'read write' --oauth2-param audience=https://api.example/ --oauth2-param a=b=c --oauth2-token-url "$U/token" "$U/one"
look "... is said" said '.[0].body == "grant_type=client_credentials&scope=read%20write&audience=https%3A%2F%2Fapi.example%2F&a=b%3Dc&client_id=i%20d&client_secret=hush-hush"
    and (.[0].headers | has("authorization") | not)'
fresh D
check_exit 0 "a token that expires in the middle" "${get[@]}" --retries 0 --pager link --oauth2-token-url "$U/token" "$U/list"
[ "$(tr -d '\n' <"$T/out")" = '[1][2][3]' ]
result $? "... all pages come"
look "... with a second one" said 'map(.target) == ["/token", "/list", "/list2", "/token", "/list2", "/list3"]'
fresh G
check_exit 0 "a token that expires for two requests at a time" "${get[@]}" -j 2 --oauth2-token-url "$U/token" "$U/fast" "$U/slow"
[ "$(cat "$T/out")" = fastslow ]
result $? "... both come"
look "... with the same second one" said 'map(.target) | sort == ["/fast", "/fast", "/slow", "/slow", "/token", "/token"]'
fresh E
check_exit 0 "tokens that live for no time" "${get[@]}" --pager link --oauth2-token-url "$U/short" "$U/each"
look "... are asked for before each request" said 'map(.target) == ["/short", "/each", "/short", "/each2", "/short", "/each3"]'
fresh F
check_exit 77 "a token that is refused at once" "${get[@]}" --oauth2-token-url "$U/token" "$U/never"
check_err "... says why" '401: insufficient_scope'
look "... is not asked for again" said 'map(.target) == ["/token", "/never"]'
: >"$T/other"
check_exit 0 "a redirect to another origin" "${get[@]}" --oauth2-token-url "$U/token" "$U/away"
jq -e '.headers | has("authorization") | not' "$T/other" >/dev/null
result $? "... does not get the token"

fails() { # fails CODE MESSAGE PATH
	check_exit "$1" "a token endpoint: $3" "${get[@]}" --oauth2-token-url "$U$3" "${@:4}" "$U/one"
	check_err "... says what is wrong" "$2"
	! grep -q 'hush' "$T/err"
	result $? "... and not the secret"
}
fails 77 'OAuth: .*a token from .*401: invalid_client' /wrong
fails 77 "400: there is no scope 'x'; you sent \*+ and id" /scope
fails 77 "400: there is no scope 'x'; you sent \*+ and \*+$" /scope --oauth2-auth body
fails 75 'OAuth: gave up after 4 attempts: .*503' /down
fails 69 'redirects' /moved
fails 69 'OAuth' /text
fails 77 'no access_token' /tokenless
fails 77 "of the type 'mac'" /mac
fails 77 'holds a blank' /blank
check_exit 75 "an endpoint that is not there" "${get[@]}" --oauth2-token-url http://127.0.0.1:1/ "$U/one"
check_exit 75 "... or not there in time" "${get[@]}" --deadline 1m --backoff 1h --oauth2-token-url "$U/down" "$U/one"
for bad in '--oauth2-client-id x' '--oauth2-token-url http://127.0.0.1:1/' \
    '--oauth2-token-url http://127.0.0.1:1/ --oauth2-client-id x' \
    '--oauth2-token-url nonsense --oauth2-client-id x --oauth2-secret-env SECRET' \
    '--oauth2-token-url http://127.0.0.1:1/ --oauth2-client-id x --oauth2-secret-env SECRET --oauth2-secret-file x' \
    '--oauth2-token-url http://127.0.0.1:1/ --oauth2-client-id x --oauth2-secret-env SECRET --oauth2-param =x' \
    '--oauth2-token-url http://127.0.0.1:1/ --oauth2-client-id x --oauth2-secret-env SECRET --bearer-env SECRET'; do
	check_exit 64 "$bad" cp-fetch $bad "$U/one"
done
check_exit 77 "a secret that is not there" cp-fetch --oauth2-token-url http://127.0.0.1:1/ --oauth2-client-id x \
    --oauth2-secret-env NOT_SET "$U/one"

finish
