#!/bin/bash
# make demo's script: it shows what it promises and leaves nothing behind.
. "${0%/*}/lib.sh"

running() { grep -lsz "^DEMO=$T\$" /proc/[0-9]*/environ | wc -l; }
mkdir "$T/tmp"

check "the demo runs" env DEMO="$T" TMPDIR="$T/tmp" "$ROOT/t/demo"
cp "$T/out" "$T/demo"
for text in 'cp-fetch .*connpass:events' 's3://bucket/events.zip  *[0-9,]+ bytes  *ETag [0-9a-f]{32}' \
    'uploads left open: 0' 'events.csv, [0-9,]+ bytes, CRC' 'first of its 328 rows' '900001 .*2026-03-01T' \
    'cp-fetch( +[0-9,.]+){4} +[0-9.]+ MiB' 's3put( +[0-9,.]+){4} +[0-9.]+ MiB' 'together +[0-9.]+ MiB'; do
	check "it shows: $text" grep -Eq "$text" "$T/demo"
done
check "nothing is left running" test "$(running)" = 0
check "nor any file" test -z "$(ls "$T/tmp")"

# Interrupted while the pages come.
DEMO="$T" TMPDIR="$T/tmp" "$ROOT/t/demo" >"$T/out" 2>&1 &
pid=$!
while kill -0 $pid 2>/dev/null && ! [ -s "$T"/tmp/*/1 ] && ! pgrep -x cp-fetch -P $pid >/dev/null; do :; done
kill $pid
wait $pid
check "SIGTERM ends it" test $? = 143
for ((i = 0; i < 200; i++)); do
	[ "$(running)" = 0 ] && break
done
check "and all that it started" test "$(running)" = 0
check "and removes its folder" test -z "$(ls "$T/tmp")"

finish
