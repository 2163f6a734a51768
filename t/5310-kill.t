#!/bin/bash
# kill -9 of each stage in turn, twenty times at random places of the stream and
# at its start: never half an object.  KILL_SEED repeats a run.
. "${0%/*}/lib.sh"

serve S3 "$HELPER/s3-server"
serve JSON "$BUILD/helper/gen-events" -p -c -s 32M
url=http://127.0.0.1:$JSON/
export AWS_ENDPOINT_URL=http://127.0.0.1:$S3 AWS_REGION=us-east-1
export AWS_ACCESS_KEY_ID=TESTKEY AWS_SECRET_ACCESS_KEY=TESTSECRET
export SOURCE_DATE_EPOCH=1770000000
seed=${KILL_SEED:-$$}
RANDOM=$seed
echo "# seed $seed"

state() { curl -sf "http://127.0.0.1:$S3/-/state" >"$T/state"; }
forget() { curl -sf -X POST "http://127.0.0.1:$S3/-/reset" >"$T/reset"; }

# run STAGE BYTES: the job with that stage killed there; its exit codes.
run() {
	timeout 60 "$HELPER/kill-stage" "$1" "$2" cp-fetch --retries 1 "$url" '|' \
	    json2csv -r events -f id,title,description '|' memzip -0 '|' \
	    s3put -q s3://bucket/killed.zip 2>"$T/err"
}

# Nobody is killed: how many bytes pass each stage, and the whole object.
cp-fetch --stats "$url" 2>"$T/1" | json2csv --stats -r events -f id,title,description 2>"$T/2" |
    memzip --stats -0 2>"$T/3" | s3put -q --stats s3://bucket/killed.zip 2>"$T/4"
state
whole=$(jq -r '.objects[0].etag' "$T/state")
check "the job works, and in several parts" jq -e '.objects[0].parts > 2' "$T/state"
for stage in 1 2 3 4; do
	bytes[stage]=$(jq "$([ $stage = 1 ] && echo .out || echo .in)" "$T/$stage")
done

stopped=0
for round in {1..20}; do
	stage=$((round % 4 + 1))
	at=$(((RANDOM * 32768 + RANDOM) % bytes[stage]))
	forget
	codes=$(run $stage $at)
	state
	title="stage $stage killed at $at of ${bytes[stage]}: codes $codes"
	if jq -e '.objects == []' "$T/state" >/dev/null; then
		stopped=$((stopped + 1))
		if [ $stage = 4 ]; then
			[ "${codes##* }" = 137 ]
			result $? "$title, no object"
		else
			[ "${codes##* }" = 79 ] && jq -e '.uploads == []' "$T/state" >/dev/null
			result $? "$title, no object, no upload"
		fi
	else
		# killed after its last act, or s3put after its last request
		[ "$(jq -r '.objects[0].etag' "$T/state")" = "$whole" ] &&
		    { [ $stage = 4 ] || [ "${codes##* }" = 0 ]; }
		result $? "$title, the object is whole"
	fi
done
check "$stopped of 20 were stopped in the middle" test $stopped -ge 15

# Before the victim could do anything at all, even mark its pipe.
for stage in 1 2 3; do
	for at in 0 2000 20000; do
		forget
		codes=$(run $stage $at)
		state
		[ "${codes##* }" = 79 ] && jq -e '.objects == [] and .uploads == []' "$T/state" >/dev/null
		result $? "stage $stage killed at its start: codes $codes, no object, no upload"
	done
done
forget

check "what is left over does not stop the next run" \
    sh -c 'test "$1" = "0 0 0 0"' - "$(run 1 999999999999)"
state
check "which gives the whole object" test "$(jq -r '.objects[0].etag' "$T/state")" = "$whole"

# A chain by --from: the head is killed, and all after it go with it.
forget
chain() { grep -lsz "^CHAIN=$T\$" /proc/[0-9]*/environ | wc -l; }
CHAIN=$T s3put -q s3://bucket/chain.zip --from memzip -0 --from json2csv -r events -f id,title,description \
    --from cp-fetch "$url" 2>"$T/err" &
head=$!
while n=$(chain) && [ "$n" -gt 0 ] && [ "$n" -lt 4 ]; do :; done
kill -9 $head
result $? "a chain of four runs, and its head is killed"
wait $head 2>/dev/null
for ((i = 0; i < 1000; i++)); do
	[ "$(chain)" -eq 0 ] && break
done
[ $i -lt 1000 ]
result $? "all of it ends"
state
check "and nothing is stored" jq -e '.objects == []' "$T/state"

finish
