#!/bin/bash
# README's array by GNU parallel: its scripts and its command as they are printed.
. "${0%/*}/lib.sh"
. "${0%/*}/s3.sh"
command -v parallel >/dev/null || skip_all "GNU parallel is not installed"

for ((i = 0; i < 10; i++)); do
	printf '{"/%d": {"body": "{\\"title\\":\\"é %d\\",\\"started_at\\":\\"s\\",\\"ended_at\\":\\"e\\"}\\n"}}' $i $i
done | jq -s add >"$T/table"
serve ANSWERS "$HELPER/answers" "$T/table"
s3_server --bucket my-bucket
export DAY=2026-11-27 HOME=$T

# block N TEXT: the N-th block of code after a line of README that holds the text.
block() {
	awk -v n="$1" -v text="$2" 'index($0, text) { on = 1 }
	    on && /^    / { if (!code) seen++; code = 1; if (seen == n) print substr($0, 5); next }
	    { code = 0 }' "$ROOT/README"
}
cd "$T" || exit 1
block 1 '"task" is' >task
block 2 '"task" is' >commit
block 1 'GNU parallel, here' >run
chmod +x task commit
for ((i = 0; i < 10; i++)); do echo "http://127.0.0.1:$ANSWERS/$i"; done >urls
for ((i = 0; i < 8; i++)); do
	echo title,started_at,ended_at
	for ((u = i; u < 10; u += 8)); do echo "é $u,s,e"; done
done | tr -d '\r' >want
whole() {
	local i
	for ((i = 0; i < 8; i++)); do
		curl -fs "http://127.0.0.1:$S3/-/object/my-bucket/dt=$DAY/part-$i.zip" >part.zip && unzip -p part.zip || return
	done | tr -d '\r' >have
	cmp have want >&2 && [ "$(s3_state '[(.objects | length), .uploads]')" = '[9,[]]' ]
}

# Three uploads fail for this once, so that three tasks are run again.
s3_rules '{"op":"UploadPart","do":"503","times":3}'
AWS_MAX_ATTEMPTS=1 check_exit 0 "eight tasks, some of them again, and the commit" sh run
look "  publish all" whole
check "  three were run again" test "$(s3_state '[.requests[] | select(.op == "CreateMultipartUpload")] | length')" = 11
s3_rules '{"op":"UploadPart","key":"*part-5.zip","do":"503","times":0}'
s3_state . >/dev/null
DAY=2026-11-28 AWS_MAX_ATTEMPTS=1 check_exit 1 "a task that never succeeds" sh run
check "  no commit" test "$(s3_state '[.objects[].key | select(contains("_SUCCESS"))] | length')" = 1
DAY=2026-11-28 check_exit 79 "  and one by hand is refused" ./commit
check_err "  by its number" "1 of 8 tasks have left no receipt: 5"

finish
