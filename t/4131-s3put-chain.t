#!/bin/bash
# The chain of credentials' sources: profiles, commands, web identity, EC2.
. "${0%/*}/lib.sh"
. "${0%/*}/s3.sh"

s3_server --web-identity right
unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_EC2_METADATA_DISABLED
export AWS_CONFIG_FILE=$T/config AWS_SHARED_CREDENTIALS_FILE=$T/credentials AWS_MAX_ATTEMPTS=2
export AWS_EC2_METADATA_SERVICE_ENDPOINT=http://127.0.0.1:1/
echo x >"$T/small"
put() {
	s3put -q s3://bucket/k "$T/small"
}

cat >"$T/credentials" <<'END'
[default]
aws_access_key_id = TESTKEY
aws_secret_access_key = WRONG
[good]
aws_access_key_id=TESTKEY
aws_secret_access_key=TESTSECRET
[half]
aws_access_key_id=TESTKEY
END
cat >"$T/config" <<END
[profile process]
credential_process = echo '{"Version":1,"AccessKeyId":"TESTKEY","SecretAccessKey":"TESTSECRET"}'
[profile broken]
credential_process = echo '{"Version":1,"AccessKeyId":"TESTKEY"}'
[profile failing]
credential_process = echo '{"Version":1,"AccessKeyId":"TESTKEY","SecretAccessKey":"TESTSECRET"}'; exit 1
[profile web]
role_arn = arn:aws:iam::123456789012:role/r
web_identity_token_file = $T/right
[profile assumed]
role_arn = arn:aws:iam::123456789012:role/r
source_profile = good
[profile empty]
region = us-east-1
END
echo right >"$T/right"
echo wrong >"$T/wrong"

check_exit 77 "the default profile, whose secret is wrong" put
AWS_PROFILE=good check_exit 0 "AWS_PROFILE" put
check_exit 0 "--profile" s3put -q --profile good s3://bucket/k "$T/small"
AWS_ACCESS_KEY_ID=NOBODY AWS_SECRET_ACCESS_KEY=x check_exit 0 "--profile before the environment" \
	s3put -q --profile good s3://bucket/k "$T/small"
AWS_PROFILE=process check_exit 0 "credential_process" put
AWS_PROFILE=broken check_exit 77 "credential_process without a secret" put
AWS_PROFILE=failing check_exit 77 "credential_process that fails" put
AWS_PROFILE=absent check_exit 77 "no such profile" put
check_err "is said" "no profile 'absent'"
AWS_PROFILE=assumed check_exit 77 "a role of another profile" put
check_err "is said to be missing" "use credential_process"
AWS_PROFILE=web check_exit 0 "a role by web identity in a profile" put
AWS_WEB_IDENTITY_TOKEN_FILE=$T/right AWS_ROLE_ARN=arn:aws:iam::123456789012:role/r \
	check_exit 0 "a role by web identity in the environment" put
AWS_WEB_IDENTITY_TOKEN_FILE=$T/wrong AWS_ROLE_ARN=arn:aws:iam::123456789012:role/r \
	check_exit 77 "a wrong token" put
AWS_WEB_IDENTITY_TOKEN_FILE=$T/absent AWS_ROLE_ARN=arn:aws:iam::123456789012:role/r \
	check_exit 77 "a token's file that is not there" put
AWS_WEB_IDENTITY_TOKEN_FILE=$T/right check_exit 77 "no role" put

export AWS_PROFILE=empty
check_exit 75 "the instance's metadata, where nobody answers" put
export AWS_EC2_METADATA_SERVICE_ENDPOINT=http://127.0.0.1:$S3
check_exit 0 "the instance's metadata" put
check "with a token" test "$(s3_state '[.requests[] | select(.op == "ImdsToken" and .status == 200)] | length')" = 1
curl -fs --data '{"imds": "v1"}' "http://127.0.0.1:$S3/-/set" >/dev/null
check_exit 0 "version 1" put
AWS_EC2_METADATA_V1_DISABLED=true check_exit 77 "version 1 is disabled" put
AWS_EC2_METADATA_DISABLED=true check_exit 77 "all of it is disabled" put
check_err "says what there is to do" "no credentials: set"

finish
