#!/bin/bash
# Credentials from a container's endpoint: found, sent, refreshed, refused.
. "${0%/*}/lib.sh"
. "${0%/*}/s3.sh"

s3_server --creds-token 'secret token' --creds-ttl 3600
unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
head -c 17000000 /dev/urandom >"$T/big"
echo x >"$T/small"
asked() {
	s3_state '[.requests[] | select(.op == "ContainerCredentials")] | length'
}

check_exit 77 "no credentials at all" s3put s3://bucket/k "$T/small"
check_err "says what to set" "AWS_ACCESS_KEY_ID"
export AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1:$S3/creds
check_exit 77 "the endpoint wants a token" s3put s3://bucket/k "$T/small"
export AWS_CONTAINER_AUTHORIZATION_TOKEN='secret token'
check_exit 0 "credentials from the container" s3put s3://bucket/k "$T/big"
holds k "$T/big" "the object is stored"
check "they were asked for once" test "$(s3_state '[.requests[] | select(.op == "ContainerCredentials" and .status == 200)] | length')" = 1
echo 'secret token' >"$T/token"
AWS_CONTAINER_AUTHORIZATION_TOKEN=wrong AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=$T/token \
	check_exit 0 "the token's file goes first" s3put s3://bucket/k "$T/small"
AWS_CONTAINER_AUTHORIZATION_TOKEN=$'secret\r\nEvil: 1' \
	check_exit 77 "a token with a line feed" s3put s3://bucket/k "$T/small"
AWS_MAX_ATTEMPTS=2 http_proxy=http://127.0.0.1:1 no_proxy= check_exit 75 "a proxy that is gone" \
	s3put s3://bucket/k "$T/small"
check_err "stands before S3, not before the credentials" "cannot store"
check "no secret is shown" bash -c \
	's3put -v s3://bucket/k "$1" 2>&1 | grep -Eq "secret token|oken: [^*]"; test $? = 1' - "$T/small"

s3_reset
s3_rules '{"op":"UploadPart","part":2,"do":"ExpiredToken"}'
check_exit 0 "a token that expires in mid-upload" s3put s3://bucket/k "$T/big"
holds k "$T/big" "the object is stored"
check "new credentials were asked for" test "$(asked)" = 2
s3_reset
s3_rules '{"op":"UploadPart","part":2,"times":0,"do":"ExpiredToken"}'
check_exit 77 "a token that is expired for ever" s3put s3://bucket/k "$T/big"
nothing "nothing is stored"
check "they were asked for once more, no more" test "$(asked)" = 2

s3_reset
s3_rules '{"op":"ContainerCredentials","do":"503"}'
check_exit 0 "an endpoint that is busy" s3put s3://bucket/k "$T/small"
s3_rules '{"op":"ContainerCredentials","times":0,"do":"500"}'
check_exit 75 "an endpoint that fails" s3put s3://bucket/k2 "$T/small"
s3_rules '{"op":"ContainerCredentials","times":0,"do":"garbage"}'
check_exit 77 "an endpoint that gives nonsense" s3put s3://bucket/k2 "$T/small"
AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1:1/ \
	check_exit 75 "an endpoint that is not there" s3put s3://bucket/k2 "$T/small"
AWS_CONTAINER_CREDENTIALS_FULL_URI='http://user:SECRET1@127.0.0.1:1/creds?token=SECRET2' \
	check_exit 75 "the same, and its URL has secrets" s3put s3://bucket/k2 "$T/small"
grep -q "no credentials from 'http://[^/]*127.0.0.1:1/" "$T/err" && ! grep -q SECRET "$T/err"
result $? "... which are not shown"
AWS_CONTAINER_CREDENTIALS_FULL_URI=http://example.com/ \
	check_exit 77 "an endpoint that is not allowed" s3put s3://bucket/k2 "$T/small"

curl -fs --data '{"creds_ttl": 2}' "http://127.0.0.1:$S3/-/set" >/dev/null
s3_reset
s3_rules '{"op":"UploadPart","times":0,"do":"delay","seconds":1.2}'
check_exit 0 "keys that live two seconds" s3put -j 1 s3://bucket/k "$T/big"
holds k "$T/big" "the object is stored"
check "were replaced in time" test "$(asked)" -ge 2
no_uploads "no upload is left over"

finish
