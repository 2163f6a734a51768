#!/bin/bash
# The test server's credentials endpoints, fetched from and used by botocore:
# container, IMDS, STS; tokens, expiry, skew and region.
. "${0%/*}/lib.sh"

/usr/bin/python3 -c 'import boto3' 2>/dev/null || skip_all "python3-boto3 is not installed"
serve S3 "$HELPER/s3-server" --creds-token 'Bearer x' --web-identity 'right'

cat >"$T/session.py" <<'EOF'
import json, os, sys, urllib.request
import boto3
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError, CredentialRetrievalError, NoCredentialsError

BASE = sys.argv[1]
NO_RETRY = Config(retries={'max_attempts': 0})


def control(path, **values):
    body = json.dumps(values).encode()
    urllib.request.urlopen(urllib.request.Request(BASE + '/-/' + path, body, method='POST')).read()


def state():
    return json.load(urllib.request.urlopen(BASE + '/-/state'))


def check(title, wanted, found):
    print(int(wanted != found), title, sep='\t')
    if wanted != found:
        print('%s: %r, not %r' % (title, found, wanted), file=sys.stderr)


def put(**environment):
    """What a put comes to with the credentials that botocore finds: OK or the error's code."""
    kept = dict(os.environ)
    os.environ.pop('AWS_EC2_METADATA_DISABLED', None)
    os.environ.update(environment)
    try:
        client = boto3.session.Session().client('s3', endpoint_url=BASE, region_name='us-east-1', config=NO_RETRY)
        return outcome(client)
    except (NoCredentialsError, CredentialRetrievalError) as error:
        return type(error).__name__
    finally:
        os.environ.clear()
        os.environ.update(kept)


def outcome(client):
    try:
        client.put_object(Bucket='bucket', Key='k', Body=b'x')
        return 'OK'
    except ClientError as error:
        return error.response['Error']['Code']


full = {'AWS_CONTAINER_CREDENTIALS_FULL_URI': BASE + '/creds'}
check('container credentials', 'OK', put(AWS_CONTAINER_AUTHORIZATION_TOKEN='Bearer x', **full))
token = state()['requests'][-1]['headers']['x-amz-security-token']
check('are used with the token handed out', True, len(token) > 400)
check('are not given without Authorization', 'CredentialRetrievalError', put(**full))

imds = {'AWS_EC2_METADATA_SERVICE_ENDPOINT': BASE}
check('IMDSv2', 'OK', put(**imds))
counts = state()['counts']
check('is asked in its three steps', [1, 1, 1], [counts.get(n) for n in ('ImdsToken', 'ImdsRole', 'ImdsCredentials')])
try:
    urllib.request.urlopen(BASE + '/latest/meta-data/iam/security-credentials/')
    status = 200
except urllib.error.HTTPError as error:
    status = error.code
check('gives nothing without a token', 401, status)
control('set', imds='v1')
check('IMDSv1', 'OK', put(**imds))
control('set', imds='off')
check('no IMDS', 'NoCredentialsError', put(**imds))

sts = boto3.client('sts', endpoint_url=BASE, region_name='us-east-1', config=Config(signature_version=UNSIGNED))


def assume(identity):
    return sts.assume_role_with_web_identity(RoleArn='arn:aws:iam::123456789012:role/x',
                                             RoleSessionName='session', WebIdentityToken=identity)['Credentials']


def assumed(token):
    return outcome(boto3.client('s3', endpoint_url=BASE, region_name='us-east-1', config=NO_RETRY,
                                aws_access_key_id=keys['AccessKeyId'], aws_session_token=token,
                                aws_secret_access_key=keys['SecretAccessKey']))


try:
    assume('wrong')
    refused = None
except ClientError as error:
    refused = error.response['Error']['Code']
check('a wrong web identity', 'InvalidIdentityToken', refused)
keys = assume('right')
check('a web identity', 'OK', assumed(keys['SessionToken']))
check('without its token', 'InvalidAccessKeyId', assumed(None))
check('with another token', 'InvalidToken', assumed('x' * 40))
control('expire')
check('after its end', 'ExpiredToken', assumed(keys['SessionToken']))

fixed = {'AWS_ACCESS_KEY_ID': 'TESTKEY', 'AWS_SECRET_ACCESS_KEY': 'TESTSECRET'}
check('the fixed keys', 'OK', put(**fixed))
control('set', session_token='secret token')
check('are not enough where there is a session token', 'InvalidAccessKeyId', put(**fixed))
check('and with it are', 'OK', put(AWS_SESSION_TOKEN='secret token', **fixed))
control('set', session_token=None, clock_offset=1000)
check('a clock 1000 s ahead', 'RequestTimeTooSkewed', put(**fixed))
control('set', clock_offset=-800)
check('a clock 800 s behind', 'OK', put(**fixed))
control('set', clock_offset=0, secret_key='other')
check('another secret', 'SignatureDoesNotMatch', put(**fixed))
control('set', secret_key='TESTSECRET', region='eu-west-1')
check('another region, found by botocore', 'OK', put(**fixed))
check('as the server had named it', True, 400 in [r['status'] for r in state()['requests'][-3:]])
check('no mistake of the server', [], state()['bugs'])
print(0, 'the session came to its end', sep='\t')
EOF
timeout 60 /usr/bin/python3 "$T/session.py" "http://127.0.0.1:$S3" >"$T/session" 2>"$T/err"
while IFS=$'\t' read -r status title; do
	result "$status" "$title"
done <"$T/session"
[ "$(tail -1 "$T/session")" = "0	the session came to its end" ]
result $? "nothing was left out"
finish
