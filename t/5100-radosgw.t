#!/bin/bash
# The whole job against radosgw, which verifies signatures and payload hashes.
. "${0%/*}/lib.sh"

serve RGW "$HELPER/radosgw"
export AWS_ENDPOINT_URL=http://127.0.0.1:$RGW AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1
export AWS_ACCESS_KEY_ID=TESTKEY AWS_SECRET_ACCESS_KEY=TESTSECRET
export SOURCE_DATE_EPOCH=1770000000
serve API "$HELPER/connpass-api" --events 150
export CONNPASS_BASE_URL=http://127.0.0.1:$API CONNPASS_API_KEY=demo-key

s3() { "$HELPER/s3-read" "$RGW" "$@"; }

# Small: one PUT.
pages() { cp-fetch --rate 100/s connpass:events | json2csv --crlf -r events -f id,title,place; }
"$HELPER/connpass-api" --events 150 --dump | "$HELPER/csv-oracle" --root events id title place >"$T/want.csv"
pages | memzip -n events.csv >"$T/want.zip"
pages | memzip -n events.csv | s3put 's3://bucket/with space/日本 +%=.zip' >"$T/receipt" 2>"$T/err"
check "the job stores a small object" test "${PIPESTATUS[*]}" = "0 0 0"
s3 get 'with space/日本 +%=.zip' >"$T/small.zip"
check_same "boto3 reads the same bytes back" "$T/want.zip" "$T/small.zip"
unzip -p "$T/small.zip" >"$T/small.csv"
check_same "with Python's CSV in it" "$T/want.csv" "$T/small.csv"

# Large: an upload in parts.
serve JSON "$BUILD/helper/gen-events" -p -s 60M
large() { cp-fetch "http://127.0.0.1:$JSON/" | json2csv -r events -f id,title,description; }
large | memzip -0 >"$T/want.zip"
large | memzip -0 | s3put s3://bucket/large.zip >"$T/receipt" 2>"$T/err"
check "the job stores a large object" test "${PIPESTATUS[*]}" = "0 0 0"
s3 get large.zip >"$T/large.zip"
check_same "boto3 reads the same bytes back" "$T/want.zip" "$T/large.zip"
check "it came in several parts" grep -Eq -- '-([3-9]|[1-9][0-9]+)\\?"' <(s3 head large.zip)

# Failures on the way leave nothing.
serve CUT "$BUILD/helper/gen-events" -p -s 60M -x 50M
cp-fetch --retries 1 "http://127.0.0.1:$CUT/" 2>"$T/err" | json2csv -r events -f id,title,description 2>"$T/err2" |
    memzip -0 2>"$T/err3" | s3put s3://bucket/cut.zip >"$T/receipt" 2>"$T/err4"
check "a body that is cut after 50 MB fails in each stage" \
    grep -Eqx '69 79 79 79|75 75 75 75' <(echo "${PIPESTATUS[*]}")
large | memzip -0 | AWS_SECRET_ACCESS_KEY=WRONG s3put s3://bucket/wrong.zip >"$T/receipt" 2>"$T/err"
code=${PIPESTATUS[2]}
grep -q '^s3put: .*SignatureDoesNotMatch' "$T/err"
result $? "a wrong secret is named"
check "and is 77" test "$code" = 77
check "only the two good objects are there" \
    sh -c 'test "$1" = "large.zip with space/日本 +%=.zip "' - "$(s3 list | cut -f2 | tr '\n' ' ')"
check "no multipart upload is left over" sh -c 'test -z "$1"' - "$(s3 uploads)"

finish
