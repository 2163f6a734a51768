#!/bin/bash
# The outcome of a lost answer is found out, or said to be unknown; never guessed.
. "${0%/*}/lib.sh"
. "${0%/*}/s3.sh"

s3_server --forget-completed
head -c 9000000 /dev/urandom >"$T/big"
echo small >"$T/small"
export AWS_MAX_ATTEMPTS=3

s3_rules '{"op":"CompleteMultipartUpload","when":"done","do":"reset"}'
check_exit 0 "Complete's answer is lost, then NoSuchUpload" s3put s3://bucket/k "$T/big"
holds k "$T/big" "the object is there, and it was found out"
check "the receipt has its ETag" jq -e '.etag != null and .state == "stored"' "$T/out"
check "by one HEAD" test "$(s3_state '[.requests[] | select(.op == "HeadObject")] | length')" = 1

s3_reset
s3_rules '{"op":"CompleteMultipartUpload","when":"done","do":"close"}' '{"op":"HeadObject","times":0,"do":"AccessDenied"}'
check_exit 75 "it is lost, and HEAD is not allowed" s3put s3://bucket/k "$T/big"
check_err "the outcome is unknown, with the upload id" "not known whether .*upload id"

s3_reset
s3_rules '{"op":"CompleteMultipartUpload","times":0,"do":"NoSuchUpload"}'
check_exit 69 "somebody aborted the upload" s3put s3://bucket/k "$T/big"
check_err "nothing was lost, so it is certain" "NoSuchUpload"
check "nothing is stored" test "$(s3_state .objects)" = '[]'

s3_reset
s3put -q s3://bucket/k "$T/small"
s3_rules '{"op":"CompleteMultipartUpload","times":0,"do":"500"}'
check_exit 69 "500 for ever over an older object" s3put s3://bucket/k "$T/big"
holds k "$T/small" "the older one stays"
no_uploads "the upload is aborted"

s3_reset
s3_rules '{"op":"CompleteMultipartUpload","when":"done","do":"close"}' \
	'{"op":"CompleteMultipartUpload","nth":2,"times":0,"do":"503"}'
check_exit 0 "lost, then 503 for ever, but it is there" s3put s3://bucket/k "$T/big"
holds k "$T/big" "the object is right"

s3_reset
s3_rules '{"op":"PutObject","when":"done","do":"reset"}' '{"op":"PutObject","nth":2,"times":0,"do":"500"}'
check_exit 0 "PutObject's answer lost, then 500 for ever" s3put s3://bucket/k "$T/small"
holds k "$T/small" "it was there"
s3_reset
s3_rules '{"op":"PutObject","when":"done","do":"reset"}'
check_exit 0 "--no-clobber, and the answer is lost" s3put --no-clobber s3://bucket/k "$T/small"
holds k "$T/small" "the 412 of the second attempt is our own object"
s3_reset
s3_rules '{"op":"PutObject","when":"done","do":"reset"}' \
	'{"op":"PutObject","nth":2,"times":0,"do":"500"}' '{"op":"HeadObject","times":0,"do":"500"}'
check_exit 75 "nothing can be found out" s3put s3://bucket/k "$T/small"
check_err "and it says so" "not known"

s3_reset
s3_rules '{"op":"CompleteMultipartUpload","when":"done","do":"hang"}'
s3put s3://bucket/k "$T/big" >"$T/out" 2>"$T/err" &
pid=$!
mkfifo "$T/never"
for i in {1..200}; do
	[ "$(s3_state '[.objects[].key]')" = '["k"]' ] && break
	read -r -t 0.05 <>"$T/never"
done
kill -TERM $pid
wait $pid
check "SIGTERM while Complete's answer hangs: it was stored, so 0" test $? = 0
holds k "$T/big" "and it is there"

finish
