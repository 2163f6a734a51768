#!/bin/bash
# An array's receipts on S3: committed as a whole, dropped, repeated, killed.
. "${0%/*}/lib.sh"
. "${0%/*}/s3.sh"

s3_server
for i in 0 1 2; do head -c $((1000 + i)) /dev/urandom >"$T/$i"; done
head -c 9000000 /dev/urandom >"$T/big"
job=s3://bucket/_pending/7/
success=s3://bucket/set/_SUCCESS

# task INDEX FILE [OPTION…]: one of three tasks prepares.
task() {
	local i=$1 file=$2
	shift 2
	s3put --shard "$i/3" --prepare --receipt "$job{index}" "$@" "s3://bucket/set/part-{index}" "$file"
}
tasks() { task 0 "$T/0" && task 1 "$T/1" && task 2 "$T/2"; }
commit() { s3put --commit --expect 3 --success "$success" "$@" "$job"; }

# published [FILE0 FILE1 FILE2] TITLE: the three are there, the manifest names them as they are, nothing else is left.
published() {
	local files=("$T/0" "$T/1" "$T/2")
	[ $# -eq 1 ] || { files=("$1" "$2" "$3"); shift 3; }
	s3_state '{objects, uploads}' >"$T/state"
	curl -fs "http://127.0.0.1:$S3/-/object/bucket/set/_SUCCESS" >"$T/manifest"
	/usr/bin/python3 - "$T/state" "$T/manifest" "${files[@]}" >"$T/err" 2>&1 <<'PY'
import hashlib, json, sys
state, manifest, *files = sys.argv[1:]
state = json.load(open(state))
objects = {o['key']: o for o in state['objects']}
listed = {o['key']: o for o in map(json.loads, open(manifest))}
assert state['uploads'] == [], state['uploads']
assert set(objects) == set(listed) | {'set/_SUCCESS'}, list(objects)
assert len(listed) == len(files), list(listed)
for i, file in enumerate(files):
    have, said = objects['set/part-%d' % i], listed['set/part-%d' % i]
    assert have['sha256'] == hashlib.sha256(open(file, 'rb').read()).hexdigest(), (i, 'differs')
    assert (have['size'], have['etag']) == (said['size'], said['etag'].strip('"')), (have, said)
    assert have['checksums']['crc64nvme'] == said['checksum'], (have, said)
PY
	result $? "$1"
}
# no_manifest TITLE: there may be objects, but no manifest.
no_manifest() {
	[ "$(s3_state '[.objects[].key] | index("set/_SUCCESS")')" = null ]
	result $? "$1"
}
unpublished() {
	[ "$(s3_state '[.objects[].key | select(startswith("set/"))]')" = '[]' ]
	result $? "$1"
}

check_exit 0 "a task prepares" task 0 "$T/0"
check "  and says nothing on standard output" test ! -s "$T/out"
check "  nothing is published" test "$(s3_state '[.objects[].key | select(startswith("set/"))]')" = '[]'
check "  its receipt is there, and that it has begun" \
	test "$(s3_state '[.objects[].key | sub("[.][0-9a-f]{32}[.]"; ".T.")] | sort')" = '["_pending/7/0","_pending/7/0.T.begun"]'
check_exit 79 "a commit without the others" commit
check_err "  names them" "2 of 3 tasks have left no receipt: 1, 2"
check_exit 0 "the others prepare" bash -c "$(declare -f task); S3=$S3 T=$T job=$job; task 1 \$T/1; task 2 \$T/2"
check_exit 65 "a commit of fewer" s3put --commit --expect 2 --success "$success" "$job"
check_err "  names the one too many" "task 2 is none of the 2"
unpublished "  publishes nothing"
check_exit 0 "the commit" commit
look "  gives the manifest out" cmp -s "$T/out" <(curl -fs "http://127.0.0.1:$S3/-/object/bucket/set/_SUCCESS")
published "  publishes all"
check_exit 0 "a second commit does nothing" commit
published "  and changes nothing"

check_exit 0 "a zombie prepares after the commit" task 1 "$T/big"
check "  which changes no object" test "$(s3_state '[.objects[] | select(.key == "set/part-1").size]')" = '[1001]'
check_exit 0 "  and a commit drops it" commit
published "  as if it had not been"
tasks
check_exit 73 "another run under the same names" commit
check_err "  is told from zombies" "all 3 tasks have prepared uploads since"
check "  and loses nothing" test "$(s3_state '.uploads | length')" = 3
s3_reset

# empty shares
check_exit 65 "an empty input" task 0 /dev/null
check_err "  is refused, and how to take it said" "allow-empty leaves a receipt of nothing"
nothing "  and leaves nothing"
check_exit 0 "with --allow-empty" task 0 /dev/null --allow-empty
check_exit 0 "  it counts" bash -c "$(declare -f task commit); S3=$S3 T=$T job=$job success=$success; task 1 \$T/1 && task 2 \$T/2 && commit"
check "  and is no object" test "$(s3_state '[.objects[].key] | sort')" = '["set/_SUCCESS","set/part-1","set/part-2"]'
s3_reset

# without a manifest, many parts, conditions, a customer's key
head -c 32 /dev/urandom >"$T/key"
s3_rules '{"op":"none","do":"503"}'
for i in 0 1 2; do task $i "$T/big" --sse-c-key-file "$T/key" --part-size 5M; done
check_exit 0 "no manifest, parts, SSE-C" s3put --commit --expect 3 --sse-c-key-file "$T/key" --no-clobber "$job"
look "  the manifest is on standard output" test "$(jq -r .key "$T/out" | sort | tr '\n' ' ')" = 'set/part-0 set/part-1 set/part-2 '
check "  all are there" test "$(s3_state '[.objects[].size]')" = '[9000000,9000000,9000000]'
no_uploads "  nothing is left"
for i in 0 1 2; do task $i "$T/$i"; done
check_exit 73 "--no-clobber on something" s3put --commit --expect 3 --no-clobber --success "$success" "$job"
no_manifest "  gives no manifest"
check_exit 0 "  without it" commit
published "  all are replaced"
s3_reset

# a folder, as consoles create it
s3put -q --allow-empty "$job" </dev/null
tasks
check_exit 0 "a folder beside the receipts" commit
check "  stays" test "$(s3_state '[.objects[].key | select(startswith("_pending"))]')" = '["_pending/7/"]'
s3_reset

# a task twice
task 0 "$T/big"
tasks
check_exit 0 "a task that ran twice" commit
published "  counts once, as it ended last"
s3_reset

# a task that is killed while it uploads
s3_rules '{"op":"UploadPart","do":"hang"}'
s3put --shard 1/3 --prepare --receipt "$job{index}" "s3://bucket/set/part-{index}" "$T/big" &
pid=$!
until [ "$(s3_state '[.rules[] | select(.used > 0)] | length')" = 1 ]; do kill -0 $pid || break; done
kill -9 $pid
wait $pid 2>/dev/null
s3_rules '{"op":"none","do":"503"}'
check "a killed task leaves its upload" test "$(s3_state '.uploads | length')" = 1
check_exit 79 "  and no receipt" commit
tasks
check_exit 0 "  it is run again" commit
published "  and nothing of the first is left"
s3_reset

# abort
tasks
task 0 "$T/big"
check_exit 0 "--abort" s3put --abort "$job"
nothing "  leaves nothing"
check_exit 0 "--abort of nothing" s3put --abort "$job"
check_exit 79 "--commit of nothing" commit
s3_reset

# what is lost
tasks
receipt=_pending/7/1
upload=$(s3_state '.uploads[] | select(.key == "set/part-1") | .id' | tr -d '"')
s3put --sweep --older-than 0 s3://bucket/set/part-1 >/dev/null
check_exit 69 "an upload that somebody aborted" commit
check_err "  is said" "nothing is published: task 1: .*gone.*NoSuchUpload"
unpublished "  nothing is published"
task 1 "$T/1"
check_exit 0 "  the task is run again" commit
published "  all is there"
s3_reset

# the same after the plan was made
tasks
s3_rules '{"op":"CompleteMultipartUpload","do":"503","times":0}'
check_exit 75 "a service that completes nothing" env AWS_MAX_ATTEMPTS=2 s3put --commit --expect 3 --success "$success" "$job"
check_err "  is said" "3 of 3 were not published, the first: task"
s3_rules '{"op":"none","do":"503"}'
s3put --sweep --older-than 0 s3://bucket/set/part-1 >/dev/null
check_exit 69 "an upload of the plan that somebody aborted" commit
check_err "  is said" "run the task again, then commit: task 1:"
no_manifest "  no manifest"
check_exit 69 "  it stays so" commit
task 1 "$T/2"
task 2 "$T/big"
check_exit 0 "  the task is run again" commit
published "$T/0" "$T/2" "$T/big" "  all is there, as the tasks left it"
s3_reset

# a zombie while a commit is under way
tasks
s3_rules '{"op":"CompleteMultipartUpload","nth":2,"do":"503","times":0}'
check_exit 75 "a commit that ends early" env AWS_MAX_ATTEMPTS=1 s3put -j 1 --commit --expect 3 --success "$success" "$job"
s3_rules '{"op":"none","do":"503"}'
task 0 "$T/big"
task 2 "$T/big"
check_exit 0 "zombies prepare anew; the commit goes on" commit
published "  as it was decided"
s3_reset

# what contradicts itself
tasks
s3put --shard 1/3 --prepare --receipt "$job{index}" s3://bucket/set/part-0 "$T/1"
check_exit 65 "two tasks with one key" commit
check_err "  are named" "tasks 0 and 1 have both prepared"
unpublished "  nothing is published"
task 1 "$T/1"
s3put --shard 1/3 --prepare --receipt "${job}b" "s3://bucket/set/x" "$T/1"
check_exit 65 "two receipts of a task" commit
check_err "  are named" "two receipts of task 1"
s3put "${job}b" "$T/1" >/dev/null
check_exit 65 "what is no receipt" commit
check_err "  is named" "_pending/7/b'.*not a receipt"
check_exit 65 "  --abort leaves it" s3put --abort "$job"
check "  and nothing else" test "$(s3_state '[[.objects[].key], .uploads]')" = '[["_pending/7/b"],[]]'
s3_reset
tasks
s3put "$success" "$T/1" >/dev/null
check_exit 73 "another's manifest" commit
check_err "  is said" "manifest of another job"
check "  nothing is published" test "$(s3_state '[.objects[].key | select(startswith("set/"))]')" = '["set/_SUCCESS"]'
check_exit 0 "  --abort drops the rest" s3put --abort "$job"
s3_reset
tasks
s3_rules '{"op":"PutObject","key":"set/_SUCCESS","do":"403","times":0}'
check_exit 77 "no right to write the manifest" commit
s3_rules '{"op":"none","do":"503"}'
check_exit 69 "--abort after that" s3put --abort "$job"
check_err "  says what was published" "3 of the uploads were published already"
s3_reset

# a service that does not know If-None-Match
curl -fs --data '{"ignore_conditions":true}' "http://127.0.0.1:$S3/-/set" >/dev/null
tasks
check_exit 0 "a service that ignores If-None-Match" commit
check_err "  is found out" "this service ignores If-None-Match: two commits"
published "  all is published"
curl -fs --data '{"ignore_conditions":false}' "http://127.0.0.1:$S3/-/set" >/dev/null
s3_reset

# usage
usage() { check_exit 64 "$1" "${@:3}"; check_err "  says why" "$2"; }
usage "--receipt without an index" "no scheduler says" s3put --prepare --receipt "$job{index}" s3://bucket/a "$T/0"
usage "{index} without one" "no scheduler says" s3put 's3://bucket/{index}' "$T/0"
usage "--receipt elsewhere" "in the bucket of the object" s3put --shard 0/1 --prepare --receipt s3://other/r s3://bucket/a "$T/0"
usage "--receipt without --prepare" "goes with --prepare" s3put --receipt "$job" s3://bucket/a "$T/0"
usage "a prefix without a slash" "end in a slash" s3put --commit --expect 1 s3://bucket/_pending
usage "a whole bucket" "whole bucket" s3put --abort s3://bucket/
usage "no --expect" "needs --expect" s3put --commit "$job"
usage "--expect with a file" "go with a prefix" s3put --commit --expect 1 "$T/0"
usage "--success elsewhere" "in the bucket" s3put --commit --expect 1 --success s3://other/x "$job"
usage "--success among the receipts" "among the receipts" s3put --commit --expect 1 --success "${job}x" "$job"
check_exit 0 "a key with the words of Slurm" env SLURM_ARRAY_TASK_ID=2 SLURM_ARRAY_JOB_ID=9 s3put 's3://bucket/{job}/{attempt}/{x}-{index}' "$T/0"
check "  is that" test "$(s3_state '[.objects[].key]')" = '["9/0/{x}-2"]'

finish
