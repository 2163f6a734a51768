#!/bin/bash
# s3put's options against Ceph's gateway: unsigned requests, a customer's key,
# roles from its STS, sweeping; read back with boto3.
. "${0%/*}/lib.sh"
. "${0%/*}/s3.sh"

s3_radosgw --sts

head -c 20000000 /dev/urandom >"$T/big"
echo small >"$T/small"
head -c 32 /dev/urandom >"$T/key"
base64 "$T/key" >"$T/key.txt"
head -c 32 /dev/urandom >"$T/other"

# boto SCRIPT ARGUMENT…: with s3 as client, and others by client(NAME)
boto() {
	local script=$1
	shift
	AWS_CONFIG_FILE=/dev/null /usr/bin/python3 -c "import boto3, hashlib, sys
url = 'http://127.0.0.1:$S3'
def client(name):
    return boto3.client(name, endpoint_url=url, region_name='us-east-1')
s3 = client('s3')
def same(key, path, **more):
    body = s3.get_object(Bucket='bucket', Key=key, **more)['Body'].read()
    assert body == open(path, 'rb').read(), 'the bytes of %s differ' % key
$script" "$@"
}

# unsigned
check "a bucket that anybody may write to" boto "s3.create_bucket(Bucket='public', ACL='public-read-write')"
for f in small big; do
	check_exit 0 "$f: unsigned" env -u AWS_ACCESS_KEY_ID s3put --no-sign-request --acl public-read "s3://public/$f" "$T/$f"
	check "$f: is there" curl -fs -o "$T/back" "http://127.0.0.1:$S3/public/$f"
	check_same "$f: byte for byte" "$T/$f" "$T/back"
done
check_exit 77 "unsigned to a bucket that is not public" s3put --no-sign-request s3://bucket/no "$T/small"

# a customer's key
for f in small big; do
	check_exit 0 "$f: with a customer's key" s3put --sse-c-key-file "$T/key" "s3://bucket/c-$f" "$T/$f"
done
check_exit 0 "the key as text" s3put --sse-c-key-file "$T/key.txt" s3://bucket/c-text "$T/small"
check_exit 0 "prepared with a key" s3put --prepare --sse-c-key-file "$T/key" s3://bucket/c-late "$T/big"
cp "$T/out" "$T/receipt"
check_exit 0 "and committed with it" s3put --commit --sse-c-key-file "$T/key" "$T/receipt"
boto "from botocore.exceptions import ClientError
t = sys.argv[1]
for key, path in ('c-small', 'small'), ('c-big', 'big'), ('c-text', 'small'), ('c-late', 'big'):
    for way in 'key', 'other', '':
        customer = {'SSECustomerAlgorithm': 'AES256',
                    'SSECustomerKey': open(t + '/' + way, 'rb').read()} if way else {}
        try:
            same(key, t + '/' + path, **customer)
            print(key, way or 'none', 'same')
        except ClientError as error:
            print(key, way or 'none', error.response['ResponseMetadata']['HTTPStatusCode'])
" "$T" >"$T/reads" 2>"$T/err"
result $? "boto3 reads them all"
for f in small big text late; do
	check "$f: is there, with the key" grep -x "c-$f key same" "$T/reads"
	check "$f: and not without" grep -x "c-$f none 4.." "$T/reads"
	check "$f: nor with another one" grep -x "c-$f other 4.." "$T/reads"
done

# roles
check "a role" boto "import json
iam = client('iam')
trust = {'Version': '2012-10-17', 'Statement': [{'Effect': 'Allow', 'Principal': {'AWS': ['arn:aws:iam:::user/t']},
    'Action': ['sts:AssumeRole']}]}
allow = {'Version': '2012-10-17', 'Statement': [{'Effect': 'Allow', 'Action': ['s3:*'], 'Resource': 'arn:aws:s3:::*'}]}
iam.create_role(RoleName='writer', AssumeRolePolicyDocument=json.dumps(trust, separators=(',', ':')), Path='/')
iam.put_role_policy(RoleName='writer', PolicyName='p', PolicyDocument=json.dumps(allow, separators=(',', ':')))
s3.put_bucket_policy(Bucket='bucket', Policy=json.dumps({'Version': '2012-10-17', 'Statement': [{'Effect': 'Allow',
    'Principal': {'AWS': ['arn:aws:iam:::role/writer']}, 'Action': 's3:*',
    'Resource': ['arn:aws:s3:::bucket', 'arn:aws:s3:::bucket/*']}]}))"
cat >"$T/config" <<'END'
[profile role]
role_arn = arn:aws:iam:::role/writer
source_profile = base
role_session_name = test
[profile base]
aws_access_key_id = TESTKEY
aws_secret_access_key = TESTSECRET
[profile stranger]
role_arn = arn:aws:iam:::role/nobody
source_profile = base
END
export AWS_CONFIG_FILE=$T/config
for f in small big; do
	check_exit 0 "$f: by a role" s3put -v --profile role "s3://bucket/r-$f" "$T/$f"
	check_err "$f: with its token" "x-amz-security-token: \*\*\*"
done
check "both are there" boto "for f in 'small', 'big': same('r-' + f, sys.argv[1] + '/' + f)" "$T"
check_exit 77 "a role that is not there" s3put --profile stranger s3://bucket/no "$T/small"
check_err "is named" "role 'arn:aws:iam:::role/nobody'"

# sweeping
export AWS_CONFIG_FILE=/dev/null
cat >"$T/leave" <<'PYTHON'
keys = ['s/a b', 's/a+b', 's/%41', "s/q'\"<&>", 's/..', 's//', 's/絵文字 😀', 's/same', 's/same', 's/same', 't/other']
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(10) as several:
    list(several.map(lambda key: s3.create_multipart_upload(Bucket='bucket', Key=key),
                     keys + ['s/%03d' % i for i in range(420)]))
PYTHON
check "uploads are left behind" boto "$(cat "$T/leave")"
check_exit 0 "none is old" s3put --sweep --older-than 1h s3://bucket/s/
[ ! -s "$T/out" ]
result $? "nothing is said"
check_exit 0 "all are listed" s3put --sweep --older-than 0 --dry-run s3://bucket/s/
[ "$(jq -r .upload_id "$T/out" | sort -u | wc -l) $(jq -r .key "$T/out" | sort -u | wc -l)" = "430 428" ]
result $? "each once"
jq -r .key "$T/out" | grep -qxF "s/q'\"<&>" && jq -r .key "$T/out" | grep -qxF 's/a+b' && jq -r .key "$T/out" | grep -qxF 's/絵文字 😀'
result $? "by their names"
check_exit 0 "and aborted" s3put --sweep --older-than 0 s3://bucket/s/
[ "$(jq -r .state "$T/out" | sort | uniq -c | tr -s ' ')" = " 430 aborted" ]
result $? "all of them"
"$HELPER/s3-read" "$S3" uploads >"$T/left" 2>"$T/err"
[ "$(cut -f1 "$T/left")" = t/other ]
result $? "the other one stays"

finish
