#!/bin/bash
# Endpoint, region and the like, from the environment and from profiles.
. "${0%/*}/lib.sh"
. "${0%/*}/s3.sh"

s3_server --region eu-west-1
unset AWS_ENDPOINT_URL AWS_REGION AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
export AWS_SHARED_CREDENTIALS_FILE=$T/credentials
export AWS_CONFIG_FILE=$T/config AWS_MAX_ATTEMPTS=1 here=http://127.0.0.1:$S3 nowhere=http://127.0.0.1:1
echo x >"$T/small"
for p in default service region ignoring sums; do
	printf '[%s]\naws_access_key_id=TESTKEY\naws_secret_access_key=TESTSECRET\n' $p
done >"$T/credentials"
cat >"$T/config" <<END
[default]
region = eu-west-1
endpoint_url = $here
[profile service]
region = eu-west-1
services = local
endpoint_url = $nowhere
[services local]
ec2 =
  endpoint_url = $nowhere
# a comment
s3 =
  # endpoint_url = $nowhere
  endpoint_url = $here
sts =
  endpoint_url = $nowhere
[profile region]
region = us-west-2
[profile ignoring]
endpoint_url = $nowhere
ignore_configured_endpoint_urls = true
use_fips_endpoint = maybe
[profile sums]
region = eu-west-1
endpoint_url = $here
request_checksum_calculation = WHEN_REQUIRED
END
put() {
	s3put -q "$@" s3://bucket/k "$T/small"
}
# regions: those of the last request's signature
asked() {
	s3_state '.requests | length'
}
checksums() {
	s3_state '[.requests[-1].headers | keys[] | select(startswith("x-amz-checksum"))] | length'
}

check_exit 0 "the default profile's region and endpoint" put
check "are right at once" test "$(asked)" = 1
check_exit 0 "--profile, whose services section goes first" put --profile service
AWS_PROFILE=service check_exit 0 "AWS_PROFILE" put
check_exit 75 "the environment goes before a profile" env AWS_ENDPOINT_URL=$nowhere s3put -q s3://bucket/k "$T/small"
AWS_ENDPOINT_URL=$nowhere AWS_ENDPOINT_URL_S3=$here check_exit 0 "what is for S3 before what is for all" put
AWS_ENDPOINT_URL=$nowhere check_exit 0 "an option before all" put --endpoint-url "$here"
s3_reset
AWS_REGION=eu-west-1 AWS_ENDPOINT_URL=$here check_exit 0 "the environment's region" put --profile region
AWS_DEFAULT_REGION=eu-west-1 AWS_ENDPOINT_URL=$here check_exit 0 "and the default's" put --profile region
check "are right at once" test "$(asked)" = 2
AWS_ENDPOINT_URL=$here AWS_MAX_ATTEMPTS=2 check_exit 0 "a profile's region, which is wrong" put --profile region
check "is corrected" test "$(asked)" = 4
check_exit 0 "a profile's checksums" put --profile sums
check "are none" test "$(checksums)" = 0
check_exit 0 "an option before the profile" put --profile sums --checksum crc32
check "is sent" test "$(checksums)" = 1

AWS_DEFAULT_PROFILE=service check_exit 0 "AWS_DEFAULT_PROFILE" put
AWS_PROFILE=service AWS_DEFAULT_PROFILE=none check_exit 0 "AWS_PROFILE goes first" put
check_exit 77 "a profile that does not exist" put --profile none
check_err "is named" "there is no profile 'none'"
AWS_SHARED_CREDENTIALS_FILE=<(cat "$T/credentials") AWS_CONFIG_FILE=<(cat "$T/config") \
    check_exit 0 "files that are pipes" put
HOME=$T AWS_CONFIG_FILE='~/config' check_exit 0 "a tilde that no shell has seen" put
for line in 'no setting' '= no name' '[cut' 'region = twice' '[default]' $'\xff = no text' $'nul\0 = x'; do
	printf '%s\n' '[default]' 'region = eu-west-1' "$line" >"$T/malformed"
	[ "${line#nul}" = "$line" ] || printf '[default]\nregion = eu-west-1\nnul\0 = x\n' >"$T/malformed"
	AWS_CONFIG_FILE=$T/malformed check_exit 77 "a malformed file: $line" put
	check_err "the file and the line are named" "cannot read '$T/malformed': line 3: "
done
printf 'aws_access_key_id = x\n' >"$T/malformed"
AWS_SHARED_CREDENTIALS_FILE=$T/malformed check_exit 77 "keys without a section" put
check_err "are told" "line 1: .*before the first"
for half in aws_access_key_id aws_secret_access_key; do
	printf '[default]\n%s = x\n' $half >"$T/half"
	AWS_SHARED_CREDENTIALS_FILE=$T/half check_exit 77 "half a pair in a file" put
	check_err "is told" "profile 'default' has no .*$half in the credentials file"
done
AWS_SECRET_ACCESS_KEY=x check_exit 77 "half a pair in the environment" put
check_err "is told" "AWS_SECRET_ACCESS_KEY is set, AWS_ACCESS_KEY_ID is not"
export AWS_ENDPOINT_URL=$here AWS_REGION=eu-west-1
AWS_ACCESS_KEY_ID=$'TESTKEY\r\n' AWS_SECRET_ACCESS_KEY=$'TESTSECRET\n' check_exit 0 "keys with line ends" put
AWS_ACCESS_KEY_ID=TESTKEY AWS_SECRET_ACCESS_KEY=$'TEST\nSECRET' check_exit 77 "a line end within a secret" put
check_err "is told, and not shown" "the environment: the secret access key contains control characters"
printf '[default]\naws_access_key_id = TESTKEY # mine\naws_secret_access_key = TESTSECRET\n' >"$T/note"
AWS_SHARED_CREDENTIALS_FILE=$T/note check_exit 77 "a comment after a key" put
check_err "is part of it" "profile 'default': the access key id has a blank"
unset AWS_ENDPOINT_URL AWS_REGION


# Where the bucket goes.
url() {
	s3put --dry-run "$@" s3://bucket/k "$T/small" | jq -r .url
}
printf '[default]\nendpoint_url = %s\nregion = RegionOne\ns3 =\n  addressing_style = virtual\n' "http://localhost:$S3" >"$T/virtual"
export AWS_CONFIG_FILE=$T/virtual
check "addressing_style = virtual" test "$(url)" = "http://bucket.localhost:$S3/k"
check "--path-style goes before it" test "$(url --path-style)" = "http://localhost:$S3/bucket/k"
AWS_MAX_ATTEMPTS=2 check_exit 0 "an upload to a bucket's host, signed for a region of any name" put
sed -i s/virtual/nowhere/ "$T/virtual"
check_exit 64 "a style that is none" put
check_err "is named" "addressing_style .*'nowhere'"
AWS_CONFIG_FILE=$T/config
check "--virtual-hosted" test "$(url --virtual-hosted --endpoint-url "http://localhost:$S3")" = "http://bucket.localhost:$S3/k"
check_exit 64 "an address has no hosts below it" put --virtual-hosted
check_exit 64 "both styles" put --virtual-hosted --path-style
check_err "exclude each other" "exclude each other"
check "an access point" test \
    "$(AWS_CONFIG_FILE=/dev/null s3put --dry-run s3://arn:aws:s3:us-west-2:123456789012:accesspoint/my-ap/dir/key "$T/small" | jq -r '.region + " " + .url')" = \
    "us-west-2 https://my-ap-123456789012.s3-accesspoint.us-west-2.amazonaws.com/dir/key"
AWS_CONFIG_FILE=/dev/null check_exit 64 "a directory bucket" s3put s3://my--usw2-az1--x-s3/k "$T/small"
check_err "is refused by name" "S3 Express One Zone"

check_exit 64 "a flag that is none" put --profile ignoring
check_err "is named" "AWS_USE_FIPS_ENDPOINT .*'maybe'"
AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=maybe check_exit 64 "another" put
AWS_REQUEST_CHECKSUM_CALCULATION=never check_exit 64 "checksums that are none" put
AWS_MAX_ATTEMPTS=0 check_exit 64 "no attempt" put
AWS_MAX_ATTEMPTS=1x check_exit 64 "no number of attempts" put
AWS_REGION=../evil check_exit 64 "no region" put
for option in --dualstack --fips; do
	check_exit 64 "$option with an endpoint of one's own" put "$option"
	check_err "is said" "excludes"
done
AWS_USE_DUALSTACK_ENDPOINT=true check_exit 64 "the same in the environment" put
mkdir "$T/directory"
AWS_CONFIG_FILE=$T/directory check_exit 77 "a file that cannot be read" put
printf '[default]\nservices = gone\n' >"$T/services"
AWS_CONFIG_FILE=$T/services check_exit 77 "services without their section" put
check_err "are told" "no section .services gone."

finish
