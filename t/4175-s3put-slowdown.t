#!/bin/bash
# A server that says SlowDown gets fewer requests at once, and more again when
# it answers well.
. "${0%/*}/lib.sh"
. "${0%/*}/s3.sh"

# Parts' requests by the server's log: those that were refused, those that went
# well, and for each of the latter how many ran when it began.
parts='[.requests[] | select(.op == "UploadPart")] as $all |
	[$all[] | select(.status == 503)] as $busy | [$all[] | select(.status == 200)] as $good |
	[$good[] | . as $r | [$all[] | select(.start <= $r.start and .end > $r.start)] | length] as $side |'

s3_server --latency 200ms --discard --skip-slow-crc --etag opaque
head -c $((24 * 5 << 20)) /dev/zero >"$T/big"
s3_rules '{"op":"UploadPart","times":8,"do":"SlowDown","when":"head"}'
check_exit 0 "eight at once are told to slow down" \
	timeout 60 s3put -j 8 -m 200M --part-size 5M s3://bucket/k "$T/big"
check "all eight were" test "$(s3_state "$parts \$busy | length")" = 8
first=$(s3_state "$parts \$side[:4] | max") most=$(s3_state "$parts \$side | max")
echo "# at once: $first after the cut, $most at most"
check "then no more than four run at once" test "$first" -le 4
check "but more again later" test "$most" -gt 4

s3_reset
s3_rules '{"op":"UploadPart","times":24,"do":"503","when":"head"}'
check_exit 0 "it goes on for longer" \
	timeout 60 env AWS_MAX_ATTEMPTS=100 s3put -j 8 -m 200M --part-size 5M s3://bucket/k "$T/big"
check "then one at a time is left" test "$(s3_state "$parts \$side[0]")" = 1

finish
