#!/bin/bash
# 3 GiB from a pipe into Ceph's gateway and back, in memory.  Only with SOAK=1.
. "${0%/*}/lib.sh"
. "${0%/*}/s3.sh"

[ -n "${SOAK-}" ] || skip_all "3 GiB take a minute and 4 GB of memory (make soak)"
s3_radosgw
read_s3="$HELPER/s3-read $S3"

noise() {
	head -c 3G /dev/zero | openssl enc -aes-128-ctr -K 00 -iv 00 2>/dev/null
}
want=$(noise | sha256sum | cut -d' ' -f1)
noise | s3put --stats s3://bucket/large >"$T/receipt" 2>"$T/stats"
result $? "3 GiB from a pipe"
check "the receipt says its size and parts" jq -e '.size == 3221225472 and .parts == 384' "$T/receipt"
jq -r '"# \(.seconds) s, \(.cpu_seconds) s of CPU, peak \(.peak_rss / 1048576 * 10 | floor / 10) MiB"' "$T/stats"
if [ -z "${SAN-}" ]; then
	check "in less than 60 MiB" jq -e '.peak_rss < 60 * 1048576' "$T/stats"
fi
check "it comes back as it was" test "$($read_s3 sha256 large)" = "$want"
check "with the size it had" test "$($read_s3 head large | jq .size)" = 3221225472
check "no upload is left over" test -z "$($read_s3 uploads)"
check "and it can be deleted" $read_s3 delete large

finish
