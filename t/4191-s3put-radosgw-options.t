#!/bin/bash
# s3put's options against Ceph's gateway: unsigned requests, a customer's key,
# roles from its STS, sweeping; read back with boto3.
. "${0%/*}/lib.sh"
. "${0%/*}/s3.sh"

command -v radosgw >/dev/null || skip_all "radosgw is not installed"
/usr/bin/python3 -c 'import boto3' 2>/dev/null || skip_all "python3-boto3 is not installed"
serve S3 "$HELPER/radosgw" --sts
s3_environment

head -c 20000000 /dev/urandom >"$T/big"
echo small >"$T/small"
head -c 32 /dev/urandom >"$T/key"
base64 "$T/key" >"$T/key.txt"
head -c 32 /dev/urandom >"$T/other"

# boto SCRIPT ARGUMENT…: with s3 and iam as clients
boto() {
	local script=$1
	shift
	AWS_CONFIG_FILE=/dev/null /usr/bin/python3 -c "import boto3, hashlib, sys
url = 'http://127.0.0.1:$S3'
s3, iam = (boto3.client(name, endpoint_url=url, region_name='us-east-1') for name in ('s3', 'iam'))
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
	check "$f: boto3 reads it with the key" boto "same(sys.argv[1], sys.argv[2], SSECustomerAlgorithm='AES256',
	    SSECustomerKey=open(sys.argv[3], 'rb').read())" "c-$f" "$T/$f" "$T/key"
	boto "same(sys.argv[1], sys.argv[2])" "c-$f" "$T/$f" >/dev/null 2>"$T/err"
	[ $? -ne 0 ]
	result $? "$f: and not without"
	boto "same(sys.argv[1], sys.argv[2], SSECustomerAlgorithm='AES256',
	    SSECustomerKey=open(sys.argv[3], 'rb').read())" "c-$f" "$T/$f" "$T/other" >/dev/null 2>"$T/err"
	[ $? -ne 0 ]
	result $? "$f: nor with another one"
done
check_exit 0 "the key as text" s3put --sse-c-key-file "$T/key.txt" s3://bucket/c-text "$T/small"
check "is the same key" boto "same('c-text', sys.argv[1], SSECustomerAlgorithm='AES256',
    SSECustomerKey=open(sys.argv[2], 'rb').read())" "$T/small" "$T/key"
check_exit 0 "prepared with a key" s3put --prepare --sse-c-key-file "$T/key" s3://bucket/c-late "$T/big"
cp "$T/out" "$T/receipt"
check_exit 0 "and committed with it" s3put --commit --sse-c-key-file "$T/key" "$T/receipt"
check "is there" boto "same('c-late', sys.argv[1], SSECustomerAlgorithm='AES256',
    SSECustomerKey=open(sys.argv[2], 'rb').read())" "$T/big" "$T/key"

# roles
check "a role" boto "import json
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
	check "$f: is there" boto "same(sys.argv[1], sys.argv[2])" "r-$f" "$T/$f"
done
check_exit 77 "a role that is not there" s3put --profile stranger s3://bucket/no "$T/small"
check_err "is named" "role 'arn:aws:iam:::role/nobody'"

# sweeping
export AWS_CONFIG_FILE=/dev/null
cat >"$T/leave" <<'PYTHON'
keys = ['s/a b', 's/a+b', 's/%41', "s/q'\"<&>", 's/..', 's//', 's/絵文字 😀', 's/same', 's/same', 's/same', 't/other']
for key in keys + ['s/%03d' % i for i in range(420)]:
    s3.create_multipart_upload(Bucket='bucket', Key=key)
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
