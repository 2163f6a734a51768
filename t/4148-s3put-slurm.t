#!/bin/bash
# An array on a real Slurm: prepared, requeued, lost with its node, committed.
. "${0%/*}/lib.sh"
. "${0%/*}/s3.sh"

for command in slurmctld slurmd munged; do
	[ -x "/usr/sbin/$command" ] || skip_all "$command is not installed"
done
getent hosts "$(uname -n)" >/dev/null || skip_all "the machine does not know its own name"
case ${SAN:-} in valgrind | qemu) skip_all "too slow with $SAN" ;; esac

serve HTTP "$HELPER/http-faults"
s3_server
serve SLURM "$HELPER/slurm" run "$T/slurm"
. "$T/slurm/env"
U=http://127.0.0.1:$HTTP
seq 0 39 | sed "s|.*|$U/l&?size=2000|" >"$T/urls"
for ((i = 0; i < 8; i++)); do
	for ((u = i; u < 40; u += 8)); do "$HELPER/http-faults" --dump l$u 2000; done >"$T/want$i"
done

# An array as README has it, with the job's name by hand: {job} is another one
# when a part of the array is submitted again.
cat >"$T/task" <<TASK
#!/bin/bash
exec s3put --prepare --receipt "s3://bucket/_pending/\$NAME/{index}" \\
    's3://bucket/set/part-{index}' \\
    --from memzip -0 -n data --from cp-fetch -i $T/urls --shard auto/8
TASK
cat >"$T/commit" <<COMMIT
#!/bin/bash
exec s3put --commit --expect 8 --success s3://bucket/set/_SUCCESS "s3://bucket/_pending/\$NAME/"
COMMIT
export NAME=day

# array [OPTION…]: submits it; commit JOB: whatever becomes of it, the commit comes
# after it, for it knows what is missing.  (afterok is never true of an array of
# which a task was requeued for its exit status.)
array() { job=$(sbatch --parsable -o "$T/task.%a.out" --requeue "$@" "$T/task"); }
commit() {
	sbatch --wait -o "$T/commit.out" ${1:+-d "afterany:$1"} "$T/commit" >/dev/null && return
	local rc=$?
	tail -n 3 "$T/commit.out" "$T"/task.*.out >&2
	return $rc
}
# until_true COMMAND…: asks Slurm or S3 again and again, a minute at most.
until_true() {
	for ((turn = 0; turn < 600 * PATIENCE; turn++)); do
		"$@" && return
		sleep 0.1
	done
	echo "in vain: $*" >&2
	return 1
}
struck() { [ "$(s3_state "[.rules[] | select(.used > 0)] | length")" -ge "$1" ]; }
# requeued: Slurm holds a task that is to run again.
requeued() { [ "$(squeue -h -r -t PENDING -o %r | grep -c BeginTime)" -ge "$1" ]; }
whole() {
	local i
	for ((i = 0; i < 8; i++)); do
		curl -fsS "http://127.0.0.1:$S3/-/object/bucket/set/part-$i" >"$T/part" || return
		unzip -p "$T/part" | cmp - "$T/want$i" >&2 || return
	done
	[ "$(curl -fs "http://127.0.0.1:$S3/-/object/bucket/set/_SUCCESS" | wc -l)" = 8 ] || return
	s3_state '[.objects[].key]' >&2
	[ "$(s3_state '[(.objects | length), .uploads]')" = '[9,[]]' ]
}

array -a 0-7
check "an array of eight tasks and its commit" commit "$job"
check "  publish all" whole
s3_reset

# The service is busy for two tasks: 75, which Slurm requeues (RequeueExit).
s3_rules '{"op":"UploadPart","key":"set/part-[25]","do":"503","times":2}'
AWS_MAX_ATTEMPTS=1 array -a 0-7
check "two tasks exit with 75 and are requeued" until_true requeued 2
"$HELPER/slurm" now "$T/slurm"
check "  the commit waits for them" commit "$job"
check "  and publishes all" whole
s3_reset

# A node is lost while its task uploads.
s3_rules '{"op":"UploadPart","key":"set/part-3","do":"hang"}'
array -a 0-7
check "a task hangs" until_true struck 1
node=$(squeue -h -r -t RUNNING -o '%K %N' | sed -n 's/^3 //p')
"$HELPER/slurm" down "$T/slurm" "$node"
s3_rules '{"op":"none","do":"503"}'
"$HELPER/slurm" up "$T/slurm" "$node"
check "  its node is lost, and it is requeued" until_true requeued 1
"$HELPER/slurm" now "$T/slurm"
check "  the commit waits for it" commit "$job"
check "  and publishes all, and nothing of the lost one is left" whole
s3_reset

# One that fails for good, and a part of the array again.
s3_rules '{"op":"CreateMultipartUpload","key":"set/part-6","do":"403"}'
array -a 0-7
check_exit 79 "a task fails for good, and so does the commit" commit "$job"
look "  which says what is missing" grep -q '1 of 8 tasks have left no receipt: 6' "$T/commit.out"
check "  nothing is published" test "$(s3_state '[.objects[].key | select(startswith("set/"))]')" = '[]'
array -a 6
check "  the one task again, of eight, and the commit" commit "$job"
check "  publish all" whole
s3_reset

# The same array twice at once.
array -a 0-7
first=$job
array -a 0-7
check "the same array twice at once, and the commit" commit "$first:$job"
check "  publish all once" whole

finish
