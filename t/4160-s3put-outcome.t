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
check_exit 75 "500 for ever over an older object" s3put s3://bucket/k "$T/big"
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

# An answer that comes, but cannot be taken.
long=$(head -c 70000 /dev/zero | tr '\0' a)
malformed() {
	s3_reset
	s3_rules "{\"op\":\"$1\",\"when\":\"done\",\"times\":0,\"do\":\"headers\",\"headers\":{\"X-Long\":\"$long\"}}"
}
malformed PutObject
check_exit 0 "a malformed answer to PutObject" s3put s3://bucket/k "$T/small"
holds k "$T/small" "the object is there"
malformed CompleteMultipartUpload
check_exit 0 "a malformed answer to Complete" s3put s3://bucket/k "$T/big"
holds k "$T/big" "the object is there"
malformed CreateMultipartUpload
check_exit 69 "a malformed answer to Create" s3put s3://bucket/k "$T/big"
check_err "the upload that began is named" "left behind, upload id '$(s3_state '.uploads[0].id')'"
s3_reset
s3_rules '{"op":"CompleteMultipartUpload","when":"done","times":0,"do":"no-etag"}'
check_exit 0 "a Complete without an ETag in its answers" s3put s3://bucket/k "$T/big"
holds k "$T/big" "the object is there"

# Nobody knows, or everybody does: what the abort says decides.
s3_reset
s3_rules '{"op":"CompleteMultipartUpload","when":"after","times":0,"do":"close"}' \
	'{"op":"AbortMultipartUpload","times":0,"do":"NoSuchUpload","status":404}'
check_exit 75 "Complete's answer lost, no object, no upload" s3put s3://bucket/k "$T/big"
check_err "the outcome is unknown, with the upload id" "not known whether .*upload id '$(s3_state '.uploads[0].id')'"
s3_reset
s3_rules '{"op":"CompleteMultipartUpload","times":0,"do":"html","status":504}'
check_exit 75 "a gateway that waits in vain, and an abort" s3put s3://bucket/k "$T/big"
nothing "nothing is stored"
check "it was looked at twice" test "$(s3_state '[.requests[-3:][].op] | join(" ")')" = "HeadObject AbortMultipartUpload HeadObject"
s3_reset
s3_rules '{"op":"PutObject","times":0,"do":"html","status":504}'
check_exit 75 "the same for PutObject, which nothing can abort" s3put s3://bucket/k "$T/small"
check_err "is not known" "not known whether 's3://bucket/k' was stored"
s3_reset
s3_rules '{"op":"PutObject","times":0,"do":"InternalError"}'
check_exit 75 "S3 that says it failed, and no object" s3put s3://bucket/k "$T/small"
s3_reset
s3_rules '{"op":"PutObject","times":0,"do":"AccessDenied"}'
check_exit 77 "a clear refusal" s3put s3://bucket/k "$T/small"
check "is not looked after" test "$(s3_state '[.requests[].op] | join(" ")')" = PutObject

# Two phases: what is not known can be tried again.
s3_reset
s3put --prepare s3://bucket/k "$T/big" >"$T/receipt"
s3_rules '{"op":"CompleteMultipartUpload","when":"done","times":0,"do":"close"}' '{"op":"HeadObject","times":0,"do":"AccessDenied"}'
check_exit 75 "--commit whose answer is lost" s3put --commit "$T/receipt"
s3_rules
check_exit 0 "another --commit" s3put --commit "$T/receipt"
holds k "$T/big" "it was published"
check_exit 69 "--abort of what was published" s3put --abort "$T/receipt"
check_err "says so" "it was published"
s3put --prepare s3://bucket/l "$T/small" >"$T/receipt"
check_exit 0 "--abort" s3put --abort "$T/receipt"
check_exit 0 "--abort once more" s3put --abort "$T/receipt"

# Create: an upload that nobody was told of.
s3_reset
s3_rules '{"op":"CreateMultipartUpload","when":"done","do":"reset"}'
check_exit 0 "Create's answer is lost, the second does" s3put s3://bucket/k "$T/big"
check_err "the first upload is named" "left behind, upload id '$(s3_state '.uploads[0].id')'"
check "no other is" test "$(grep -c 'left behind' "$T/err")" = 1
s3_reset
s3_rules '{"op":"CreateMultipartUpload","when":"done","do":"reset"}' '{"op":"ListMultipartUploads","times":0,"do":"AccessDenied"}'
check_exit 0 "the same where uploads may not be listed" s3put s3://bucket/k "$T/big"
check_err "says that there may be one" "may be left behind, whose id is not known: .*AccessDenied"

# Signals.  stopped OP FILE: SIGTERM as soon as that is asked for; $code.
stopped() {
	local i pid
	s3put s3://bucket/k "$2" >"$T/out" 2>"$T/err" &
	pid=$!
	for i in {1..400}; do
		[ "$(s3_state "[.requests[] | select(.op == \"$1\")] != []")" = true ] && break
		read -r -t 0.05 <>"$T/never"
	done
	kill -TERM $pid
	wait $pid
	code=$?
}
# is CODE TITLE
is() {
	[ $code -eq "$1" ] || echo "exit $code, not $1" >>"$T/err"
	result $((code != $1)) "$2"
}
s3_reset
s3_rules '{"op":"CreateMultipartUpload","when":"done","do":"delay","seconds":1}'
stopped CreateMultipartUpload "$T/big"
is 143 "SIGTERM while Create's answer is on its way"
nothing "the upload that began is aborted"
s3_reset
s3_rules '{"op":"CreateMultipartUpload","when":"done","do":"hang"}'
stopped CreateMultipartUpload "$T/big"
is 143 "SIGTERM while Create's answer does not come"
check_err "the upload that began is named" "left behind, upload id '$(s3_state '.uploads[0].id')'"
s3_reset
s3_rules '{"op":"CompleteMultipartUpload","do":"delay","seconds":0.5}'
stopped CompleteMultipartUpload "$T/big"
is 0 "SIGTERM while Complete is worked on, and then done"
holds k "$T/big" "it is stored"
check "and has its receipt" jq -e '.state == "stored" and .etag != null' "$T/out"
s3_reset
s3_rules '{"op":"CompleteMultipartUpload","do":"delay","seconds":6}'
stopped CompleteMultipartUpload "$T/big"
is 143 "SIGTERM while Complete is worked on for longer"
nothing "the abort comes first: nothing is stored"
s3_reset
s3_rules '{"op":"PutObject","do":"delay","seconds":6}'
stopped PutObject "$T/small"
is 75 "SIGTERM while PutObject is worked on for longer: not 143"
check_err "it is not known whether it will be stored" "not known whether 's3://bucket/k' was stored"

finish
