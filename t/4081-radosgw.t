#!/bin/bash
# radosgw for tests: two at once, put and get by boto3, and how its answers
# differ from those of s3-server: t/data/s3-session.radosgw lists the outcomes
# that are its own, with the reason in the last field.
. "${0%/*}/lib.sh"

for program in radosgw ceph-mon ceph-osd ceph radosgw-admin openssl; do
	command -v $program >/dev/null || skip_all "$program is not installed"
done
/usr/bin/python3 -c 'import boto3' 2>/dev/null || skip_all "python3-boto3 is not installed"
export TMPDIR=$T
serve RGW "$HELPER/radosgw"
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 \
	-keyout "$T/key.pem" -out "$T/cert.pem" 2>/dev/null
serve OTHER "$HELPER/radosgw" --tls "$T/cert.pem" "$T/key.pem"
other="env AWS_CA_BUNDLE=$T/cert.pem $HELPER/s3-read https://127.0.0.1:$OTHER"

read_s3="$HELPER/s3-read $RGW"
head -c 12000000 /dev/urandom >"$T/data"
check "put in three parts" bash -c "$read_s3 put 'dir/ü b+c' <'$T/data'"
check "the sum is the file's" \
	test "$($read_s3 sha256 'dir/ü b+c')" = "$(sha256sum <"$T/data" | cut -d' ' -f1)"
$read_s3 get 'dir/ü b+c' >"$T/back"
check_same "get brings it back" "$T/data" "$T/back"
check "it had three parts" test "$($read_s3 head 'dir/ü b+c' | jq -r .etag | cut -d- -f2)" = 3
check "list shows it" test "$($read_s3 list)" = "12000000	dir/ü b+c"
$other list >"$T/list"
result $? "the other server answers over TLS"
check "and does not have it" test ! -s "$T/list"
check_exit 4 "an absent key exits with 4" $other get 'dir/ü b+c'
check_exit 1 "no TLS without the certificate" env AWS_MAX_ATTEMPTS=1 "$HELPER/s3-read" "https://127.0.0.1:$OTHER" list
check "encryption with keys of the customer and of the server" /usr/bin/python3 - "$RGW" <<'EOF'
import boto3, sys
s3 = boto3.client('s3', endpoint_url='http://127.0.0.1:' + sys.argv[1], region_name='us-east-1',
                  aws_access_key_id='TESTKEY', aws_secret_access_key='TESTSECRET')
key = {'SSECustomerAlgorithm': 'AES256', 'SSECustomerKey': 'k' * 32}
s3.put_object(Bucket='bucket', Key='c', Body=b'secret', **key)
assert s3.get_object(Bucket='bucket', Key='c', **key)['Body'].read() == b'secret'
try:
    s3.get_object(Bucket='bucket', Key='c')
    sys.exit('readable without its key')
except s3.exceptions.ClientError:
    pass
s3.put_object(Bucket='bucket', Key='k', Body=b'secret', ServerSideEncryption='aws:kms', SSEKMSKeyId='testkey')
assert s3.get_object(Bucket='bucket', Key='k')['SSEKMSKeyId'] == 'testkey'
EOF
check "clean" $read_s3 clean
check "leaves nothing" test -z "$($read_s3 list)$($read_s3 uploads)"

"$HELPER/s3-session" "$RGW" >"$T/session" 2>"$T/session.err"
result $? "a session of botocore's signatures runs through"
awk -F'\t' -v OFS='\t' 'NR == FNR { own[$1] = $2 OFS $3 OFS $4; next }
	$1 in own { print $1, own[$1]; seen[$1]; next } { print }
	END { for (name in own) if (!(name in seen)) print name, "is not in the session" }' \
	"$ROOT/t/data/s3-session.radosgw" "$ROOT/t/data/s3-session.expected" >"$T/wanted"
check "every outcome is the expected one" bash -c "diff '$T/wanted' '$T/session' >&2"

daemons=$(ps -o pid= --ppid "$OTHER_PID")
check "it runs three daemons" test "$(echo $daemons | wc -w)" = 3
kill "$OTHER_PID"
wait "$OTHER_PID"
check "a stopped server leaves one folder less" \
	test "$(ls -d "$T"/mempipe-rgw.* | wc -l)" = 1
check "and three daemons less" test -z "$(ps -o pid= -p "$(echo $daemons | tr ' ' ,)")"
finish
