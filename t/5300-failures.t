#!/bin/bash
# Whatever fails, wherever: a clear message, the right exit code from every
# stage, no object, and no upload left open.
. "${0%/*}/lib.sh"

serve S3 "$HELPER/s3-server"
export AWS_ENDPOINT_URL=http://127.0.0.1:$S3 AWS_REGION=us-east-1
export AWS_ACCESS_KEY_ID=TESTKEY AWS_SECRET_ACCESS_KEY=TESTSECRET
export CONNPASS_API_KEY=demo-key

state() { curl -sf "http://127.0.0.1:$S3/-/state"; }
rules() { { curl -sf -X DELETE "http://127.0.0.1:$S3/-/rules" && curl -sf --data-binary "$1" "http://127.0.0.1:$S3/-/rules"; } >"$T/rules"; }
nothing_stored() { state | jq -e '.objects == [] and .uploads == []' >/dev/null; }

# job URL: the pipeline; the exit codes of its stages go to $T/codes.  It fails
# on each retry at once, so that the test does not wait long.
job() {
	cp-fetch --retries 2 --backoff 20ms --rate 100/s "$@" | json2csv -r events -f id,title,description |
	    memzip -n events.csv | s3put s3://bucket/events.zip >"$T/receipt"
	echo "${PIPESTATUS[*]}" >"$T/codes"
}

# fails TITLE CODES PATTERN COMMAND…: both are extended regular expressions;
# PATTERN is looked for in what all stages said.
fails() {
	local title=$1 codes=$2 pattern=$3
	shift 3
	"$@" 2>"$T/err"
	cat "$T/codes" >>"$T/err"
	grep -Eqx "$codes" "$T/codes"
	result $? "$title: exit codes $codes"
	grep -Eq "$pattern" "$T/err"
	result $? "$title: says so"
	nothing_stored
	result $? "$title: nothing is stored, no upload is open"
}

# The source.
serve CUT "$BUILD/helper/gen-events" -p -s 20M -x 7M
fails "a body that is cut in the middle" "69 79 79 79|75 75 75 75" "^cp-fetch: .*127.0.0.1" \
    job "http://127.0.0.1:$CUT/events.json"
serve CHUNKED "$BUILD/helper/gen-events" -p -c -s 20M -x 7M
fails "a chunked body that is cut" "69 79 79 79|75 75 75 75" "^cp-fetch: " \
    job "http://127.0.0.1:$CHUNKED/events.json"

mkdir "$T/www"
"$BUILD/helper/gen-events" -s 3M | head -c 2000000 >"$T/www/short.json"
head -c 1000000 "$T/www/short.json" >"$T/www/broken.json"
echo '}}' >>"$T/www/broken.json"
serve WEB "$HELPER/nginx" --root "$T/www"
web=http://127.0.0.1:${WEB% *}
fails "JSON that ends early" "0 65 79 79" "^json2csv: .*[0-9]" job "$web/short.json"
fails "JSON that is broken in the middle" "(0|141) 65 79 79" "^json2csv: .*[0-9]" job "$web/broken.json"
fails "a page that is not there" "69 79 79 79" "^cp-fetch: .*404" job "$web/none.json"

serve API "$HELPER/connpass-api" --refuse-key
export CONNPASS_BASE_URL=http://127.0.0.1:$API
fails "a key that is refused" "77 79 79 79" "^cp-fetch: .*401" job connpass:events
check "the key is in no message" sh -c '! grep demo-key "$1"' - "$T/err"
serve API2 "$HELPER/connpass-api" --broken-page 2
export CONNPASS_BASE_URL=http://127.0.0.1:$API2
fails "a page that is not JSON" "(65|69) 79 79 79" "^cp-fetch: " job connpass:events
serve API3 "$HELPER/connpass-api" --error-page 3
export CONNPASS_BASE_URL=http://127.0.0.1:$API3
fails "a page that is 500 for ever" "69 79 79 79|75 75 75 75" "^cp-fetch: .*500" job connpass:events
serve API4 "$HELPER/connpass-api" --cut-page 2 --cut-times 0
export CONNPASS_BASE_URL=http://127.0.0.1:$API4
fails "a page that is always cut" "69 79 79 79|75 75 75 75" "^cp-fetch: " job connpass:events
fails "nobody listens" "69 79 79 79|75 75 75 75" "^cp-fetch: " job http://127.0.0.1:1/

# A field that is in no record; wrong usage of a stage in the middle.
"$BUILD/helper/gen-events" -s 3M >"$T/www/good.json"
wrong_field() {
	cp-fetch "$web/good.json" | json2csv -r events -f id,nosuch | memzip |
	    s3put s3://bucket/events.zip >"$T/receipt"
	echo "${PIPESTATUS[*]}" >"$T/codes"
}
fails "a field that never occurs" "0 65 79 79" "^json2csv: .*nosuch" wrong_field
wrong_usage() {
	cp-fetch "$web/good.json" | json2csv --no-such-option 2>"$T/usage" | memzip |
	    s3put s3://bucket/events.zip >"$T/receipt"
	echo "${PIPESTATUS[*]}" >"$T/codes"
	cat "$T/usage" >&2
}
fails "wrong usage in the middle" "141 64 (0|79) (0|79)" "^json2csv: .*no-such-option" wrong_usage
# A stage that never runs leaves a pipe with neither bytes nor seal.
mkdir "$T/bin"
printf '#!/no/such/interpreter\n' >"$T/bin/cp-fetch"
chmod +x "$T/bin/cp-fetch"
not_there() {
	no-such-command 2>"$T/shell" | json2csv -f id | memzip | s3put s3://bucket/events.zip >"$T/receipt"
	echo "${PIPESTATUS[*]}" >"$T/codes"
}
fails "a command that does not exist" "127 79 79 79" "^json2csv: upstream did not run" not_there
no_loader() {
	cp-fetch "$web/good.json" | json2csv -f id | PATH=$T/bin:$PATH cp-fetch 2>"$T/shell" |
	    s3put s3://bucket/events.zip >"$T/receipt"
	echo "${PIPESTATUS[*]}" >"$T/codes"
}
fails "a program that cannot be loaded" "(0|141) (0|65|141) 12[67] 79" "^s3put: upstream did not run" no_loader

# Commands that cannot seal, after --from.
from() {
	s3put s3://bucket/events.zip --from "$@" >"$T/receipt"
	echo $? >"$T/codes"
}
fails "--from a command that fails at its end" 79 "^s3put: .*(sh|3)" \
    from sh -c 'echo some,data; exit 3'
fails "--from a command that is killed" 79 "^s3put: " \
    from sh -c 'echo some,data; kill -9 $$'
fails "--from a command that does not exist" 79 "^s3put: .*no-such-command" \
    from no-such-command
fails "a failure at the far end of a chain" 69 "^cp-fetch: .*404" \
    from memzip --from json2csv -r events -f id --from cp-fetch "$web/none.json"

# The sink.
good() { job "$web/good.json"; }
export AWS_MAX_ATTEMPTS=3
rules '{"do": "503", "times": 0}'
fails "an S3 that is 503 for ever" "(0|141) (0|141) (0|141) (69|75)" "^s3put: .*503" good
rules '{"op": "PutObject|UploadPart|CompleteMultipartUpload", "when": "head", "do": "reset", "times": 0}'
fails "an S3 that resets each upload" "(0|141) (0|141) (0|141) (69|75)" "^s3put: " good
rules '{"do": "AccessDenied", "times": 0}'
fails "an S3 that denies access" "(0|141) (0|141) (0|141) 77" "^s3put: .*AccessDenied" good
rules ''
AWS_SECRET_ACCESS_KEY=WRONG-SECRET fails "a wrong secret" "(0|141) (0|141) (0|141) 77" \
    "^s3put: .*SignatureDoesNotMatch" good
check "the secret is in no message" sh -c '! grep -E "WRONG-SECRET|TESTSECRET" "$1"' - "$T/err"
no_bucket() {
	cp-fetch "$web/good.json" | s3put s3://nosuchbucket/x >"$T/receipt"
	echo "${PIPESTATUS[*]}" >"$T/codes"
}
fails "a bucket that does not exist" "(0|141) 69" "^s3put: .*NoSuchBucket" no_bucket

# Empty input and full disks.
empty() { "$@" </dev/null >"$T/made"; echo $? >"$T/codes"; }
fails "s3put of nothing" "65" "^s3put: .*empty" empty s3put s3://bucket/empty
empty json2csv -f id
check "json2csv of nothing is its header" sh -c 'test "$(cat "$1")" = id && test "$(cat "$2")" = 0' - "$T/made" "$T/codes"
check "memzip of nothing is an archive" sh -c 'memzip </dev/null >"$1" && unzip -tq "$1"' - "$T/empty.zip"
full() { "$@" >/dev/full; echo $? >"$T/codes"; }
fails "cp-fetch to a full disk" 74 "^cp-fetch: .*No space left" full cp-fetch "$web/good.json"
fails "json2csv to a full disk" 74 "^json2csv: .*No space left" full json2csv -r events -f id "$T/www/good.json"
fails "memzip to a full disk" 74 "^memzip: .*No space left" full memzip "$T/www/good.json"
goes_away() { "$@" | head -c 1 >/dev/null; echo "${PIPESTATUS[0]}" >"$T/codes"; [ -s "$T/err" ] || echo quiet >&2; }
for tool in "cp-fetch $web/good.json" "json2csv -r events $T/www/good.json" "memzip -0 $T/www/good.json"; do
	fails "${tool%% *} whose reader goes away" 141 '^quiet$' goes_away $tool
done

# After all that, the same job works, through a while of 503, too.
rules '{"do": "503", "times": 2}'
unset AWS_MAX_ATTEMPTS
good 2>"$T/err"
check "S3 answers 503 for a while: the job succeeds" grep -qx "0 0 0 0" "$T/codes"
check "and there is one object" jq -e '(.objects | length) == 1 and .uploads == []' <(state)

finish
