#!/bin/bash
# A large stream through all four stages: the right bytes, in little memory,
# with no file written.  300 MB, or 3 GB with SOAK=1 (make soak).
. "${0%/*}/lib.sh"

size=300M
[ -z "${SOAK-}" ] || size=3G
[ -z "${SAN-}" ] || size=20M
fields=id,title,started_at,ended_at,description
serve S3 "$HELPER/s3-server" --skip-slow-crc
serve JSON "$BUILD/helper/gen-events" -p -s $size
export AWS_ENDPOINT_URL=http://127.0.0.1:$S3 AWS_REGION=us-east-1
export AWS_ACCESS_KEY_ID=TESTKEY AWS_SECRET_ACCESS_KEY=TESTSECRET
export SOURCE_DATE_EPOCH=1770000000

# No regular file can grow under ulimit -f 0: a write to one would fail.
(
	trap '' XFSZ
	ulimit -f 0
	set -o pipefail
	cp-fetch --stats "http://127.0.0.1:$JSON/" |
	    json2csv --stats --crlf -r events -f $fields |
	    memzip --stats -1 -n events.csv |
	    s3put --stats s3://bucket/large.zip >/dev/null
) 2>&1 | cat >"$T/err"
result "${PIPESTATUS[0]}" "$size pass all four stages, under ulimit -f 0"
grep '^{' "$T/err" >"$T/stats"
check "each stage says how it went" sh -c 'test "$(jq -s "map(select(.ok)) | length" "$1")" = 4' - "$T/stats"
jq -sr '.[] | "# \(.tool): \(.in) bytes in, \(.out) out, \(.seconds) s, \(.cpu_seconds) s of CPU, peak \(.peak_rss / 1048576 * 10 | floor / 10) MiB"' "$T/stats"
if [ -z "${SAN-}" ]; then
	sum=$(jq -s 'map(.peak_rss) | add' "$T/stats")
	check "their peaks together are $((sum >> 20)) MiB, below 128 MiB" test "$sum" -lt $((128 << 20))
fi

want=$("$BUILD/helper/gen-events" -f ndjson -s $size |
    /usr/bin/python3 "$HELPER/csv-oracle" ${fields//,/ } | sha256sum)
have=$(curl -sf "http://127.0.0.1:$S3/-/object/bucket/large.zip" | bsdtar -xOf - | sha256sum)
check "the CSV in the object is what Python makes of it" test "$want" = "$have"

# The system calls of a smaller run.
if [ -z "${SAN-}" ]; then
	serve SMALL "$BUILD/helper/gen-events" -p -c -s 12M
	trace() { strace -f -qq -o "$T/trace.$1" -e trace=%file,memfd_create,truncate,ftruncate "${@:2}"; }
	trace 1 cp-fetch "http://127.0.0.1:$SMALL/" | trace 2 json2csv -r events -f $fields |
	    trace 3 memzip -0 | trace 4 s3put s3://bucket/small.zip >"$T/receipt"
	check "the job works under strace" test "${PIPESTATUS[*]}" = "0 0 0 0"
	check "each trace shows its program" sh -c 'for i in 1 2 3 4; do grep -q execve "$1.$i" || exit 1; done' - "$T/trace"
	grep -HE 'O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_TMPFILE|^[0-9]+ +(creat|mk|rename|unlink|rmdir|link|symlink|memfd|truncate|ftruncate)' "$T"/trace.* >"$T/err"
	check "not one file is opened for writing" test ! -s "$T/err"
fi

# A container with a read-only root: nothing is missed.
read_only() {
	unshare -rm sh -c '
		mount -o remount,bind,ro / || exit 125
		touch /tmp/mempipe-ro-$$ 2>/dev/null && exit 125
		cp-fetch "$1" | json2csv -r events -f id | memzip | s3put s3://bucket/ro.zip' - "$1" | cat >"$T/receipt"
	return "${PIPESTATUS[0]}"
}
serve LITTLE "$BUILD/helper/gen-events" -p -s 3M
read_only "http://127.0.0.1:$LITTLE/" 2>"$T/err"
case $? in
125 | 1) result 0 "on a read-only root # SKIP this machine does not allow one" ;;
*) result $? "on a read-only root" ;;
esac

finish
