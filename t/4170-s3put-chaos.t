#!/bin/bash
# Random faults, many seeds: each run ends with the exact object and exit 0, or
# without an object and with a code; "not known" only where an answer was lost.
. "${0%/*}/lib.sh"
. "${0%/*}/s3.sh"

RUNS=${RUNS:-24}
head -c 12000000 /dev/urandom >"$T/big"
head -c 5000 "$T/big" >"$T/small"
sum_big=$(sha256sum <"$T/big" | cut -d' ' -f1)
sum_small=$(sha256sum <"$T/small" | cut -d' ' -f1)
export AWS_MAX_ATTEMPTS=6
bad=0 stored=0 failed=0 unknown=0
for ((seed = ${FIRST:-1}; seed < ${FIRST:-1} + RUNS; seed++)); do
	if (((seed - 1) % 20 == 0)); then
		serve S3 "$HELPER/s3-server" --chaos "$seed,0.25" --skip-slow-crc
		s3_environment
	fi
	size=big want=$sum_big
	((seed % 3 == 0)) && size=small want=$sum_small
	timeout 60 s3put -q --deadline 8s --part-size 5M "s3://bucket/k$seed" "$T/$size" 2>"$T/err"
	rc=$?
	got=$(s3_state "[.objects[] | select(.key == \"k$seed\") | .sha256][0]")
	case $rc:$got in
	0:$want) stored=$((stored + 1)) ;;
	69:null | 75:null) failed=$((failed + 1)) ;;
	75:$want)
		if grep -q 'not known' "$T/err"; then
			unknown=$((unknown + 1))
		else
			bad=$((bad + 1))
			echo "# seed $seed: exit $rc, but stored: $(<"$T/err")"
		fi ;;
	*)
		bad=$((bad + 1))
		echo "# seed $seed: exit $rc, object $got: $(<"$T/err")" ;;
	esac
done
echo "# $stored stored, $failed failed, $unknown unknown"
[ $bad -eq 0 ]
result $? "$RUNS runs: the exit status tells what is stored"
[ $stored -gt $((RUNS / 2)) ]
result $? "most of them succeed"

finish
