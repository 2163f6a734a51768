#!/bin/bash
# cp-fetch --http2 and a server that sends what no library would: each behaviour
# with what must come of it.
. "${0%/*}/lib.sh"

serve A "$HELPER/h2-hostile" "$T/h2"
LIMIT=$((120 * PATIENCE))
seq -f %09.0f 0 99999 >"$T/body"
declare -A tested

# try NAME [OPTION…]: bounded in time, whatever the server does.
try() {
	local name=$1
	shift
	timeout $LIMIT cp-fetch --http2 --cacert "$T/h2/ca.pem" --stats --retries 1 --backoff 1ms "$@" "https://$name.localhost:$A/"
}

# row EXIT NAME PATTERN [OPTION…]: it ends so, and says why; nothing is written.
row() {
	local code=$1 name=$2 pattern=$3
	shift 3
	tested[$name]=1
	check_exit "$code" "$name" try "$name" "$@"
	check_err "... says so" "$pattern"
	[ ! -s "$T/out" ]
	result $? "... and nothing is written"
}

# whole SIZE NAME…: so many bytes of the body come.
whole() {
	local size=$1 name
	shift
	for name; do
		tested[$name]=1
		check_exit 0 "$name" try "$name"
		head -c "$size" "$T/body" | cmp - "$T/out" >"$T.err" 2>&1
		result $? "... is right" "$T.err"
	done
}

whole 1000 length-ok interim-ok continuation-ok goaway-after-ok refused-once-ok reset-once-ok
whole 1000000 reset-resumed-ok
for name in no-length-ok padded-ok trailers-ok unknown-frames-ok; do
	whole 1000 $name
	check_err "... and is said to be unverifiable" "cannot be known"
done

# Ends that are none: what libcurl sees is an error, what it hides is said.
for name in reset-protocol reset-internal reset-flow-control reset-refused reset-cancel reset-no-error-length closed \
    closed-length goaway goaway-all short short-trailers long headers-again; do
	row 75 $name "gave up after 2 attempts"
done
for name in reset-no-error garbage frame-too-large padding-too-long data-on-stream-0 data-on-idle-stream \
    continuation-alone bad-block; do
	row 69 $name "comes without a length" --require-length
	check_exit 0 "$name" try $name
	check_err "... cannot be told from an end by HTTP/2, which is said" "cannot be known"
done

# Heads.
for name in no-status status-word status-99 status-twice upper-case line-feed pseudo-late connection-header \
    lengths-differ length-word data-first huge-head table-bomb endless-headers endless-continuation \
    no-settings window-overflow frame-size push; do
	row 75 $name "gave up after 2 attempts"
done
row 69 endless-interim "more than 65536 bytes of headers"

# What never gets on, all of it side by side.
silent=(silence silence-in-body no-window endless-empty-data endless-padding endless-window endless-resets
    endless-priority endless-unknown)
flood=(endless-ping endless-ping-before endless-settings)
declare -A running
for name in "${silent[@]}"; do
	try $name --data @"$T/body" --stall-timeout 500ms >"$T/$name.out" 2>"$T/$name.err" &
	running[$name]=$!
done
for name in "${flood[@]}"; do
	try $name --deadline 2s >"$T/$name.out" 2>"$T/$name.err" &
	running[$name]=$!
done
for name in "${silent[@]}"; do
	tested[$name]=1
	wait "${running[$name]}"
	[ $? -eq 75 ] && [ ! -s "$T/$name.out" ] && grep -q "gave up after 2 attempts.*no data for 0.5 s" "$T/$name.err"
	result $? "$name is left by --stall-timeout" "$T/$name.err"
done
for name in "${flood[@]}"; do
	tested[$name]=1
	wait "${running[$name]}"
	[ $? -eq 75 ] && [ ! -s "$T/$name.out" ] && grep -q "the deadline has passed" "$T/$name.err"
	result $? "$name is left by --deadline" "$T/$name.err"
done

for name in $("$HELPER/h2-hostile" --names); do
	[ -n "${tested[$name]-}" ] || echo "$name"
done >"$T/err"
[ ! -s "$T/err" ]
result $? "each behaviour of the server is in the table"

finish
