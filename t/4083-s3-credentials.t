#!/bin/bash
# The test server's credentials endpoints, fetched from and used by botocore:
# container, IMDSv2, STS; tokens, expiry, skew and region.
. "${0%/*}/lib.sh"

/usr/bin/python3 -c 'import boto3' 2>/dev/null || skip_all "python3-boto3 is not installed"
serve S3 "$HELPER/s3-server" --creds-token 'Bearer x' --web-identity 'right'
base=http://127.0.0.1:$S3
state() {
	curl -fs "$base/-/state" | jq -r "$1"
}
control() {
	curl -fs "$base/-/$1" -X POST -d "${2-}" >/dev/null
}

# put [botocore's environment]: puts with what the chain of providers finds
put() {
	env -u AWS_EC2_METADATA_DISABLED "$@" /usr/bin/python3 - "$base" <<'EOF'
import sys, boto3
from botocore.config import Config
c = boto3.client('s3', endpoint_url=sys.argv[1], region_name='us-east-1',
                 config=Config(retries={'max_attempts': 0}))
c.put_object(Bucket='bucket', Key='k', Body=b'x')
EOF
}

full="AWS_CONTAINER_CREDENTIALS_FULL_URI=$base/creds"
check "container credentials" put "$full" 'AWS_CONTAINER_AUTHORIZATION_TOKEN=Bearer x'
check "used the token handed out" test "$(state '.requests[-1].headers."x-amz-security-token" | length > 400')" = true
check_exit 1 "not without its Authorization" put "$full"
imds="AWS_EC2_METADATA_SERVICE_ENDPOINT=$base"
check "IMDSv2" put "$imds"
check "asked in its three steps" \
	test "$(state '.counts | "\(.ImdsToken) \(.ImdsRole) \(.ImdsCredentials)"')" = "1 1 1"
check "no IMDS data without a token" \
	test "$(curl -s -o /dev/null -w '%{http_code}' $base/latest/meta-data/iam/security-credentials/)" = 401
control set '{"imds": "v1"}'
check "IMDSv1" put "$imds"
control set '{"imds": "off"}'
check_exit 1 "no IMDS" put "$imds"

cat >"$T/sts.py" <<'EOF'
import sys, boto3
base, token, step = sys.argv[1:]
from botocore import UNSIGNED
from botocore.config import Config
sts = boto3.client('sts', endpoint_url=base, region_name='us-east-1', config=Config(signature_version=UNSIGNED))
k = sts.assume_role_with_web_identity(RoleArn='arn:aws:iam::123456789012:role/x', RoleSessionName='session',
                                      WebIdentityToken=token)['Credentials']
assert k['Expiration'].year > 2000
def client(token):
    return boto3.client('s3', endpoint_url=base, region_name='us-east-1', aws_access_key_id=k['AccessKeyId'],
                        aws_secret_access_key=k['SecretAccessKey'], aws_session_token=token,
                        config=Config(retries={'max_attempts': 0}))
if step == 'expire':
    import urllib.request
    urllib.request.urlopen(urllib.request.Request(base + '/-/expire', method='POST')).read()
given = {'none': None, 'other': 'x' * 40}.get(step, k['SessionToken'])
client(given).put_object(Bucket='bucket', Key='k', Body=b'x')
EOF
sts="/usr/bin/python3 $T/sts.py $base"
check "web identity" $sts right use
check_exit 1 "a wrong identity" $sts wrong use
check_err "is refused" InvalidIdentityToken
check_exit 1 "keys without their token" $sts right none
check_err "are unknown" InvalidAccessKeyId
check_exit 1 "keys with another token" $sts right other
check_err "are invalid" InvalidToken
check_exit 1 "keys expired" $sts right expire
check_err "say ExpiredToken" ExpiredToken

keys='AWS_ACCESS_KEY_ID=TESTKEY AWS_SECRET_ACCESS_KEY=TESTSECRET'
check "the fixed keys" put $keys
control set '{"session_token": "secret token"}'
check_exit 1 "need the session token once there is one" put $keys
check "and work with it" put $keys 'AWS_SESSION_TOKEN=secret token'
control set '{"session_token": null, "clock_offset": 1000}'
check_exit 1 "a clock 1000 s ahead" put $keys
check_err "is too much" RequestTimeTooSkewed
control set '{"clock_offset": -800}'
check "800 s behind are not" put $keys
control set '{"clock_offset": 0, "region": "eu-west-1"}'
# (botocore finds the right region by itself, as it was told in the answer.)
check "another region" put $keys
check "was named" test "$(state '[.requests[-3:][] | .status] | contains([400])')" = true
finish
