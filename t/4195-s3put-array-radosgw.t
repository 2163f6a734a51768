#!/bin/bash
# An array's receipts on a real S3 server.
. "${0%/*}/lib.sh"
. "${0%/*}/s3.sh"
s3_radosgw

job=s3://bucket/_pending/7/
for i in 0 1 2; do head -c $((1000 + i)) /dev/urandom >"$T/$i"; done
head -c 6000000 /dev/urandom >"$T/2"
task() { s3put --shard "$1/3" --prepare --receipt "$job{index}" 's3://bucket/set/part-{index}' "$2"; }
commit() { s3put --commit --expect 3 --success s3://bucket/set/_SUCCESS "$job"; }

# left: keys, and uploads, by boto3.
left() {
	/usr/bin/python3 - "$AWS_ENDPOINT_URL" <<'PY'
import boto3, sys
s3 = boto3.client('s3', endpoint_url=sys.argv[1])
print(*[o['Key'] for o in s3.list_objects_v2(Bucket='bucket').get('Contents', [])],
      *['upload of ' + u['Key'] for u in s3.list_multipart_uploads(Bucket='bucket').get('Uploads', [])])
PY
}
same() {
	/usr/bin/python3 - "$AWS_ENDPOINT_URL" "$@" <<'PY'
import boto3, json, sys
s3 = boto3.client('s3', endpoint_url=sys.argv[1])
get = lambda key: s3.get_object(Bucket='bucket', Key=key)
for i, file in enumerate(sys.argv[2:]):
    assert get('set/part-%d' % i)['Body'].read() == open(file, 'rb').read(), i
for line in get('set/_SUCCESS')['Body'].read().splitlines():
    said = json.loads(line)
    have = get(said['key'])
    assert (have['ETag'], have['ContentLength']) == (said['etag'], said['size']), (said, have['ETag'])
PY
}

check "three tasks, one of them twice" eval 'task 0 "$T/2" && task 0 "$T/0" && task 1 "$T/1" && task 2 "$T/2"'
check_exit 0 "the commit" commit
look "  finds that If-None-Match is known to PutObject" test ! -s "$T/err"
check "  publishes all" same "$T/0" "$T/1" "$T/2"
check "  and leaves nothing over" test "$(left)" = "set/_SUCCESS set/part-0 set/part-1 set/part-2"
check_exit 0 "a zombie" task 1 "$T/0"
check_exit 0 "  and another commit" commit
check "  change nothing" same "$T/0" "$T/1" "$T/2"
check "  and leave nothing" test "$(left)" = "set/_SUCCESS set/part-0 set/part-1 set/part-2"
check "tasks of another job" eval 'job=s3://bucket/_pending/8/; task 0 "$T/0" && task 1 "$T/1"'
check_exit 79 "  of which one is missing" s3put --commit --expect 3 s3://bucket/_pending/8/
check_exit 0 "  are dropped" s3put --abort s3://bucket/_pending/8/
check "  wholly" test "$(left)" = "set/_SUCCESS set/part-0 set/part-1 set/part-2"

finish
