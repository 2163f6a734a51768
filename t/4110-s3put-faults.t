#!/bin/bash
# s3put against a server that fails: either the exact object and exit 0, or no
# object, no upload, and the code that says why.
. "${0%/*}/lib.sh"
. "${0%/*}/s3.sh"

s3_server
head -c 10600000 /dev/urandom >"$T/big"
head -c 1000 "$T/big" >"$T/small"

# mended TITLE FILE RULE…: it succeeds in spite of the rules, which all struck.
mended() {
	local title=$1 file=$2
	shift 2
	s3_reset
	s3_rules "$@"
	check_exit 0 "$title" s3put --part-size 5M s3://bucket/k "$file"
	holds k "$file" "$title: the object is right"
	[ "$(s3_state '[.uploads, ([.rules[].used] | all(. > 0))]')" = '[[],true]' ]
	result $? "$title: the fault struck, nothing is left"
}

# fatal CODE PATTERN TITLE FILE RULE…: it fails, and nothing is left.
fatal() {
	local code=$1 pattern=$2 title=$3 file=$4
	shift 4
	s3_reset
	s3_rules "$@"
	check_exit "$code" "$title" s3put --part-size 5M s3://bucket/k "$file"
	check_err "$title: the message" "$pattern"
	nothing "$title: nothing is stored, nothing is left"
}

mended "503 twice for a small object" "$T/small" '{"op":"PutObject","times":2,"do":"503"}'
mended "503 for Create" "$T/big" '{"op":"CreateMultipartUpload","do":"503"}'
mended "SlowDown for parts" "$T/big" '{"op":"UploadPart","times":3,"do":"SlowDown"}'
mended "500 for Complete" "$T/big" '{"op":"CompleteMultipartUpload","do":"500"}'
mended "a connection reset in mid-part" "$T/big" '{"op":"UploadPart","part":2,"when":"body","do":"reset"}'
mended "a connection closed in mid-part" "$T/big" '{"op":"UploadPart","part":1,"when":"body","do":"close"}'
mended "a part's answer lost" "$T/big" '{"op":"UploadPart","part":3,"when":"done","do":"close"}'
mended "a lost answer to PutObject" "$T/small" '{"op":"PutObject","when":"done","do":"reset"}'
mended "BadDigest for a part" "$T/big" '{"op":"UploadPart","part":2,"do":"BadDigest"}'
mended "RequestTimeout for a part" "$T/big" '{"op":"UploadPart","part":2,"do":"RequestTimeout"}'
mended "a balancer's page" "$T/big" '{"op":"UploadPart","part":2,"do":"html"}'
mended "Create's answer cut before there is an upload" "$T/big" \
	'{"op":"CreateMultipartUpload","when":"head","do":"close"}'
mended "a part without an ETag" "$T/big" '{"op":"UploadPart","part":2,"do":"no-etag"}'
mended "Retry-After is waited for" "$T/small" '{"op":"PutObject","do":"503","retry_after":1}'
mended "x-amz-retry-after is waited for" "$T/small" '{"op":"PutObject","do":"503","x_amz_retry_after":300}'
mended "200 with an error inside" "$T/big" '{"op":"CompleteMultipartUpload","times":2,"do":"200-error"}'
mended "white space before the answer" "$T/big" '{"op":"CompleteMultipartUpload","do":"keepalive","seconds":1,"then":"result"}'
mended "white space before an error" "$T/big" '{"op":"CompleteMultipartUpload","do":"keepalive","seconds":0.3,"then":"error"}'
mended "white space, then the end" "$T/big" '{"op":"CompleteMultipartUpload","do":"keepalive","seconds":0.3,"then":"close"}'
mended "Complete's answer is no XML" "$T/big" '{"op":"CompleteMultipartUpload","do":"garbage"}'
mended "Complete's answer is half of it" "$T/big" '{"op":"CompleteMultipartUpload","do":"truncated"}'
mended "Complete's answer is lost" "$T/big" '{"op":"CompleteMultipartUpload","when":"done","do":"close"}'
mended "a clock that is wrong" "$T/big" '{"op":"CreateMultipartUpload","do":"skew","seconds":600}'

export AWS_MAX_ATTEMPTS=3
fatal 75 '503 .*after 3 attempts' "503 for ever" "$T/small" '{"op":"PutObject","times":0,"do":"503"}'
fatal 75 'upload part 2 of .*500' "500 for ever for a part" "$T/big" '{"op":"UploadPart","part":2,"times":0,"do":"500"}'
fatal 75 'complete the upload.*InternalError' "200 with an error for ever" "$T/big" \
	'{"op":"CompleteMultipartUpload","times":0,"do":"200-error"}'
fatal 77 '403 AccessDenied' "AccessDenied" "$T/small" '{"op":"PutObject","do":"AccessDenied"}'
fatal 77 '403 AccessDenied' "AccessDenied for a part" "$T/big" '{"op":"UploadPart","part":2,"do":"AccessDenied"}'
check "it was not repeated" test "$(s3_state '[.requests[] | select(.op == "UploadPart" and .part == 2)] | length')" = 1
fatal 69 'InvalidPart' "InvalidPart" "$T/big" '{"op":"CompleteMultipartUpload","do":"InvalidPart"}'
fatal 69 'EntityTooSmall' "EntityTooSmall" "$T/big" '{"op":"CompleteMultipartUpload","do":"EntityTooSmall"}'
fatal 73 '412 PreconditionFailed' "PreconditionFailed" "$T/small" '{"op":"PutObject","do":"PreconditionFailed"}'

# What would help is said.
message="A header you provided implies functionality that is not implemented"
for f in big small; do
	s3_reset
	s3_rules "{\"op\":\"PutObject|CreateMultipartUpload\",\"times\":0,\"do\":\"NotImplemented\",\"status\":501,\"message\":\"$message\"}"
	check_exit 69 "$f: a service that knows no checksums" s3put s3://bucket/k "$T/$f"
	check_err "$f: --checksum none is named" '501 NotImplemented.*--checksum none'
	check_exit 69 "$f: --checksum none" s3put --checksum none s3://bucket/k "$T/$f"
	check "$f: is not named again" bash -c '! grep -q -e "--checksum" "$1"' - "$T/err"
done
s3_rules '{"op":"UploadPart","part":1,"times":0,"do":"html","status":413}'
check_exit 69 "a proxy that takes no parts of that size" s3put s3://bucket/k "$T/big"
check_err "--part-size is named" '413.*--part-size'
s3_rules '{"op":"UploadPart","part":1,"times":0,"do":"html","status":413}'
check_exit 69 "nor the smallest ones" s3put --part-size 5M s3://bucket/k "$T/big"
check "nothing is named that cannot help" bash -c '! grep -q -e "--part-size" "$1"' - "$T/err"

s3_reset
s3_rules '{"op":"*","times":0,"do":"503"}'
AWS_MAX_ATTEMPTS=1000 check_exit 75 "a deadline ends the attempts" \
	s3put --deadline 2s s3://bucket/k "$T/small"
s3_rules '{"op":"*","times":0,"do":"hang"}'
check_exit 75 "a deadline ends a hanging request" s3put --deadline 1s s3://bucket/k "$T/small"
s3_reset
mkfifo "$T/in"
exec 8<>"$T/in"
cat "$T/small" >&8
check_exit 75 "a deadline ends the wait for input" s3put --deadline 500ms s3://bucket/k "$T/in"
exec 8>&-
nothing "nothing is stored"

AWS_SECRET_ACCESS_KEY=wrong check_exit 77 "a wrong secret" s3put s3://bucket/k "$T/small"
check_err "says so" 'SignatureDoesNotMatch'
AWS_ACCESS_KEY_ID=NOBODY check_exit 77 "an unknown key" s3put --part-size 5M s3://bucket/k "$T/big"
check_exit 69 "no such bucket" s3put s3://nosuchbucket/k "$T/big"
check_err "says so" 'NoSuchBucket'
nothing "nothing is stored"
check "no secret is shown" bash -c 's3put -v s3://bucket/k "$1" 2>&1 | grep -q TESTSECRET; test $? = 1' - "$T/small"

s3_reset
s3_rules '{"op":"AbortMultipartUpload","times":0,"do":"AccessDenied"}' \
	'{"op":"UploadPart","times":0,"do":"AccessDenied"}'
check_exit 77 "an upload that may not be aborted" s3put --part-size 5M s3://bucket/k "$T/big"
check_err "is named" "left behind, upload id '$(s3_state '.uploads[0].id')'"

s3_reset
s3_rules '{"op":"AbortMultipartUpload","do":"200-error"}' '{"op":"UploadPart","do":"AccessDenied"}'
check_exit 77 "an error inside the 200 to Abort" s3put --part-size 5M s3://bucket/k "$T/big"
nothing "Abort is repeated"

AWS_ENDPOINT_URL=http://127.0.0.1:1 check_exit 75 "nobody listens" s3put s3://bucket/k "$T/small"

finish
