#!/bin/bash
# cp-fetch s3:// and Ceph's gateway, a real S3 server: sizes, keys, versions.
. "${0%/*}/lib.sh"
. "${0%/*}/s3.sh"

s3_radosgw
head -c 20000000 /dev/urandom >"$T/big"
/usr/bin/python3 - "$T" <<PYTHON || exit 1
import boto3, sys
s3 = boto3.client('s3', endpoint_url='http://127.0.0.1:$S3')
big = open(sys.argv[1] + '/big', 'rb').read()
for n in (0, 1, 8388607, 8388608, 8388609, 20000000):
    s3.put_object(Bucket='bucket', Key=f'size/{n}', Body=big[:n])
for i, key in enumerate(['dt=2024/a+b', '//x//y', '50% %41', '絵文字 😀', "~-_.!*'()@:,;&\$?#[]", 'a/../b', 'q"<&>']):
    s3.put_object(Bucket='bucket', Key=key, Body=b'%d\n' % i)
s3.create_bucket(Bucket='versions')
s3.put_bucket_versioning(Bucket='versions', VersioningConfiguration={'Status': 'Enabled'})
with open(sys.argv[1] + '/ids', 'w') as f:
    for n in (300000, 700000, 500000):
        print(n, s3.put_object(Bucket='versions', Key='v', Body=big[:n])['VersionId'], file=f)
PYTHON
s3put --part-size 5M s3://bucket/parts "$T/big" >/dev/null
for how in "-j 1" "-j 4 --chunk 1M"; do
	for n in 0 1 8388607 8388608 8388609 20000000; do
		check_exit 0 "$n bytes, $how" cp-fetch $how s3://bucket/size/$n
		head -c $n "$T/big" | cmp - "$T/out"
		result $? "... are right"
	done
	check_exit 0 "a multipart object, $how" cp-fetch $how s3://bucket/parts
	check_same "... is right" "$T/big" "$T/out"
	while read -r n id; do
		check_exit 0 "a version, $how" cp-fetch $how --chunk 64K "s3://versions/v?versionId=$id"
		head -c "$n" "$T/big" | cmp - "$T/out"
		result $? "... is right"
	done <"$T/ids"
done
i=0
for key in 'dt=2024/a+b' '//x//y' '50% %41' '絵文字 😀' "~-_.!*'()@:,;&\$?#[]" 'a/../b' 'q"<&>'; do
	check_exit 0 "key $i" cp-fetch "s3://bucket/$key"
	[ "$(cat "$T/out")" = $i ]
	result $? "... is right"
	i=$((i + 1))
done
check_exit 69 "no such object" cp-fetch s3://bucket/nothing
check_exit 69 "no such version" cp-fetch s3://versions/v?versionId=nothing
check_exit 69 "no such bucket" cp-fetch s3://nosuchbucket/nothing
AWS_SECRET_ACCESS_KEY=wrong check_exit 77 "a wrong secret" cp-fetch s3://bucket/size/1
head -c 32 /dev/urandom >"$T/key"
s3put --sse-c-key-file "$T/key" s3://bucket/sse "$T/big" >/dev/null
check_exit 0 "SSE-C" cp-fetch --sse-c-key-file "$T/key" -j 2 s3://bucket/sse
check_same "... is right" "$T/big" "$T/out"
check_exit 69 "... and not without the key" cp-fetch s3://bucket/sse
finish
