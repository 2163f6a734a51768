#!/bin/bash
# The test server against clients that know nothing of it: botocore, boto3,
# the AWS CLI and curl.
. "${0%/*}/lib.sh"

/usr/bin/python3 -c 'import boto3' 2>/dev/null || skip_all "python3-boto3 is not installed"
serve S3 "$HELPER/s3-server"

"$HELPER/s3-session" "$S3" >"$T/session" 2>"$T/session.err"
result $? "a session of botocore's signatures runs through"
check "every outcome is the expected one" \
	bash -c "diff '$ROOT/t/data/s3-session.expected' '$T/session' >&2"

export AWS_ACCESS_KEY_ID=TESTKEY AWS_SECRET_ACCESS_KEY=TESTSECRET AWS_DEFAULT_REGION=us-east-1
state() {
	curl -fs "http://127.0.0.1:$S3/-/state" | jq -r "$1"
}

head -c 20000000 /dev/urandom >"$T/data"
sum=$(sha256sum <"$T/data" | cut -d' ' -f1)
aws=/usr/bin/aws
if [ -x $aws ]; then
	s3="$aws --endpoint-url http://127.0.0.1:$S3 s3"
	check "aws s3 cp uploads in parts" $s3 cp --quiet "$T/data" "s3://bucket/über/a b+c=d"
	check "the object is the file" \
		test "$(state '.objects[] | select(.parts == 3) | .sha256')" = "$sum"
	check "aws s3 cp fetches it" $s3 cp --quiet "s3://bucket/über/a b+c=d" "$T/back"
	check_same "and gets the file" "$T/data" "$T/back"
	check "aws s3 cp from a pipe" bash -c "$s3 cp --quiet - s3://bucket/pipe <'$T/data'"
	check "aws s3 ls lists it" bash -c "$s3 ls s3://bucket/ | grep -q ' 20000000 pipe'"
	check "aws s3 rm" $s3 rm --quiet s3://bucket/pipe
	check_exit 1 "aws s3 cp with a wrong secret fails" \
		env AWS_SECRET_ACCESS_KEY=WRONG $s3 cp "$T/data" s3://bucket/wrong
	check_err "because of the signature" SignatureDoesNotMatch
	check "and leaves nothing" test "$(state '.uploads | length')" = 0
fi

# curl 7.88 signs right only what is easy, with the hash given by hand.
base=http://127.0.0.1:$S3
hash=$(printf hello | sha256sum | cut -d' ' -f1)
signed() {
	curl -s -o "$T/answer" -w '%{http_code}' --user TESTKEY:TESTSECRET \
		--aws-sigv4 aws:amz:us-east-1:s3 -H "x-amz-content-sha256: $hash" "$@"
}
check "curl puts" test "$(signed --data-binary hello -X PUT $base/bucket/curl)" = 200
check "it is there without a signature, for tests" \
	test "$(curl -s "$base/-/object/bucket/curl")" = hello
check "a virtual host names the bucket" \
	test "$(signed --data-binary hello -X PUT --resolve "bucket.localhost:$S3:127.0.0.1" \
	"http://bucket.localhost:$S3/host")" = 200
check "and finds its object" test "$(curl -s "$base/-/object/bucket/host")" = hello
check "no signature, no object" \
	test "$(curl -s -o /dev/null -w '%{http_code}' -T "$T/data" $base/bucket/x)" = 403
check "unknown controls are refused" \
	test "$(curl -s -o /dev/null -w '%{http_code}' $base/-/nonsense)" = 404
finish
