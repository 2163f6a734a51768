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
role_arn = arn:aws:iam::123456789012:role/first
source_profile = good
role_session_name = somebody
duration_seconds = 900
[profile second]
role_arn = arn:aws:iam::123456789012:role/second
source_profile = assumed
[profile outside]
role_arn = arn:aws:iam::123456789012:role/external
source_profile = good
external_id = right
[profile stranger]
role_arn = arn:aws:iam::123456789012:role/external
source_profile = good
[profile itself]
role_arn = arn:aws:iam::123456789012:role/itself
source_profile = itself
aws_access_key_id = TESTKEY
aws_secret_access_key = TESTSECRET
[profile round]
role_arn = arn:aws:iam::123456789012:role/round
source_profile = about
[profile about]
role_arn = arn:aws:iam::123456789012:role/about
source_profile = round
[profile narcissus]
role_arn = arn:aws:iam::123456789012:role/narcissus
source_profile = narcissus
[profile lost]
role_arn = arn:aws:iam::123456789012:role/lost
source_profile = absent
[profile poor]
role_arn = arn:aws:iam::123456789012:role/poor
source_profile = empty
[profile sourceless]
role_arn = arn:aws:iam::123456789012:role/r
[profile both]
role_arn = arn:aws:iam::123456789012:role/r
source_profile = good
credential_source = Environment
[profile hasty]
role_arn = arn:aws:iam::123456789012:role/hasty
source_profile = good
duration_seconds = 60
[profile mfa]
role_arn = arn:aws:iam::123456789012:role/r
source_profile = good
mfa_serial = arn:aws:iam::123456789012:mfa/me
[profile environment]
role_arn = arn:aws:iam::123456789012:role/environment
credential_source = Environment
[profile container]
role_arn = arn:aws:iam::123456789012:role/container
credential_source = EcsContainer
[profile instance]
role_arn = arn:aws:iam::123456789012:role/instance
credential_source = Ec2InstanceMetadata
[profile moon]
role_arn = arn:aws:iam::123456789012:role/r
credential_source = Moon
[profile sso]
sso_session = x
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
# process CODE TITLE COMMAND: s3put with that credential_process.
process() {
	printf '[profile p]\ncredential_process = %s\n' "$3" >"$T/process"
	AWS_CONFIG_FILE=$T/process AWS_PROFILE=p check_exit "$1" "credential_process: $2" timeout 60 s3put -q s3://bucket/k "$T/small"
}
keys='{"Version":1,"AccessKeyId":"TESTKEY","SecretAccessKey":"TESTSECRET","SessionToken":"","Expiration":""}'
process 0 "empty members" "echo '$keys'"
process 0 "a comment is the shell's" "echo '$keys' # here"
process 77 "more than credentials take" "yes '$keys'"
check_err "is said" "credential_process: it prints more than 65536 bytes"
process 77 "nothing" :
process 77 "an empty object" "echo {}"
check_err "is said" "AccessKeyId or SecretAccessKey is missing"
process 77 "an array" "echo []"
process 77 "another version" "echo '{\"Version\":2,\"AccessKeyId\":\"TESTKEY\",\"SecretAccessKey\":\"TESTSECRET\"}'"
check_err "is said" "their Version is not 1"
process 77 "an error as JSON" "echo '{\"Code\":\"Expired\",\"Message\":\"sign in again\"}'"
check_err "is shown" "Expired sign in again"
process 77 "words on standard error" "echo sign in >&2; exit 3"
check_err "are shown" "^sign in"
check_err "and how it ended" "credential_process: .*exited with 3"
exec 7<"$T/small"
process 0 "its descriptors" "ls /proc/self/fd >'$T/fds'; echo '$keys'"
exec 7<&-
check "are three, and that of ls" test "$(paste -sd' ' "$T/fds")" = "0 1 2 3"
AWS_PROFILE=absent check_exit 77 "no such profile" put
check_err "is said" "no profile 'absent'"
# assumed: the roles, by whom, with what
assumed() {
	s3_state '[.assumed[] | [.RoleArn[31:], .by, .RoleSessionName, .DurationSeconds]] | .[-'"$1"':]'
}
AWS_PROFILE=assumed check_exit 0 "a role, with another profile's keys" put
check "is assumed by them" test "$(assumed 1)" = '[["first","TESTKEY","somebody","900"]]'
AWS_PROFILE=second check_exit 0 "a role of a role" put
check "is assumed by the first" test "$(s3_state '.assumed[-2:] | [.[0].RoleArn[31:], .[1].RoleArn[31:], .[1].by == .[0].gives]')" = '["first","second",true]'
AWS_PROFILE=outside check_exit 0 "a role with an external id" put
AWS_PROFILE=stranger check_exit 77 "and without" put
check_err "STS's reason is told" "role/external.*AccessDenied: User: test is not authorized"
AWS_PROFILE=itself check_exit 0 "a role with keys beside it" put
for p in round narcissus; do
	AWS_PROFILE=$p check_exit 77 "profiles in a circle: $p" put
	check_err "is said" "has itself as its source"
done
AWS_PROFILE=lost check_exit 77 "a source that is not there" put
check_err "is named" "'absent'.*does not exist"
AWS_PROFILE=poor check_exit 77 "a source without credentials" put
AWS_PROFILE=sourceless check_exit 77 "a role and no source" put
check_err "is said" "neither source_profile nor"
AWS_PROFILE=both check_exit 77 "a role and two sources" put
AWS_PROFILE=hasty check_exit 77 "a role for a minute" put
AWS_PROFILE=mfa check_exit 77 "a role that wants a password" put
check_err "says what there is instead" "use credential_process"
AWS_PROFILE=sso check_exit 77 "SSO" put
check_err "says what there is instead" "export-credentials"
AWS_PROFILE=moon check_exit 77 "an unknown source" put
AWS_PROFILE=environment check_exit 77 "the environment as source, which is empty" put
check_err "is said" "AWS_ACCESS_KEY_ID is not set"
AWS_ACCESS_KEY_ID=TESTKEY AWS_SECRET_ACCESS_KEY=TESTSECRET check_exit 0 "the environment as source" \
	s3put -q --profile environment s3://bucket/k "$T/small"
AWS_PROFILE=container AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1:$S3/creds \
	check_exit 0 "the container as source" put
AWS_PROFILE=instance AWS_EC2_METADATA_SERVICE_ENDPOINT=http://127.0.0.1:$S3 \
	check_exit 0 "the instance as source" put
check "all of them with their own role" test "$(s3_state '[.assumed[-3:][].RoleArn[31:]] | join(" ")')" = "environment container instance"
check "a secret is nowhere shown" bash -c \
	'AWS_PROFILE=second s3put -v s3://bucket/k "$1" 2>&1 | grep -Eq "TESTSECRET|oken: [^*]"; test $? = 1' - "$T/small"
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
check "with a token" test "$(s3_state '[.requests[] | select(.op == "ImdsToken" and .status == 200)] | length')" = 2
curl -fs --data '{"imds": "v1"}' "http://127.0.0.1:$S3/-/set" >/dev/null
check_exit 0 "version 1" put
AWS_EC2_METADATA_V1_DISABLED=true check_exit 77 "version 1 is disabled" put
AWS_EC2_METADATA_DISABLED=true check_exit 77 "all of it is disabled" put
check_err "says what there is to do" "no credentials: set"

# A profile's certificates are those for STS, too.
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$T/key" -out "$T/cert" -days 2 \
    -subj /CN=localhost -addext subjectAltName=DNS:localhost 2>/dev/null
serve TLS "$HELPER/s3-server" --web-identity right --tls "$T/cert" "$T/key"
printf '[default]\nca_bundle = %s\nendpoint_url = https://localhost:%s\nrole_arn = arn:aws:iam::123456789012:role/r\nweb_identity_token_file = %s\n' \
    "$T/cert" "$TLS" "$T/right" >"$T/tls"
export AWS_CONFIG_FILE=$T/tls AWS_SHARED_CREDENTIALS_FILE=/dev/null
unset AWS_PROFILE AWS_ENDPOINT_URL
check_exit 0 "ca_bundle in a profile, for S3 and for STS" put
AWS_CA_BUNDLE=/etc/ssl/certs/ca-certificates.crt check_exit 77 "an STS that is not trusted" put
check_err "is not waited for" "no credentials from 'https://localhost:$TLS/': SSL certificate"

finish
