#!/bin/bash
# cp-fetch: whatever it waits for, the deadline and a signal end it.
. "${0%/*}/lib.sh"

serve A "$HELPER/http-hostile"
U=http://127.0.0.1:$A
LIMIT=$((30 * PATIENCE))
mkfifo "$T/never" "$T/silent" "$T/unread"
# They have a reader and a writer, who does nothing.
sleep 1000 <>"$T/silent" & servers+=($!)
sleep 1000 <>"$T/unread" & servers+=($!)

# Each wait is a function that runs cp-fetch with the options given to it.
waits=(connect answer body drip page ranges list_open list_read key_open output)
connect() { exec $bound cp-fetch "$@" "https://127.0.0.1:$A/silence"; }
answer() { exec $bound cp-fetch "$@" "$U/silence"; }
body() { exec $bound cp-fetch "$@" "$U/silence-in-body"; }
drip() { exec $bound cp-fetch "$@" "$U/drip-body"; }
page() { exec $bound cp-fetch "$@" --pager link "$U/silence-in-body"; }
list_open() { exec $bound cp-fetch "$@" -i "$T/never"; }
list_read() { exec $bound cp-fetch "$@" -i - <"$T/silent"; }
key_open() { CONNPASS_BASE_URL=$U exec $bound cp-fetch "$@" --key-file "$T/never" connpass:events; }
output() { exec $bound cp-fetch "$@" "$U/endless-body" >"$T/unread"; }
ranges() { exec $bound cp-fetch "$@" -j 4 "$U/silence-in-body"; }
if [ -z "${SAN:-}" ]; then
	waits+=(resolve)
	resolve() { LD_PRELOAD=$BUILD/preload/no-answer.so exec $bound cp-fetch "$@" http://example.invalid/; }
fi

# The deadline, at all waits side by side; then a signal.
declare -A running
bound="timeout -s KILL $LIMIT"
for wait in "${waits[@]}"; do
	($wait --deadline 1s) >"$T/$wait.out" 2>"$T/$wait.err" &
	running[$wait]=$!
done
for wait in "${waits[@]}"; do
	wait "${running[$wait]}"
	code=$?
	[ $code -eq 75 ] && grep -q "^cp-fetch: .*the deadline has passed" "$T/$wait.err"
	result $? "--deadline ends the wait: $wait" "$T/$wait.err"
done

bound=
for wait in "${waits[@]}"; do
	($wait) >"$T/$wait.out" 2>"$T/$wait.err" &
	running[$wait]=$!
done
for wait in "${waits[@]}"; do
	until [ "$(cat "/proc/${running[$wait]}/comm")" != bash ]; do :; done
	kill -TERM "${running[$wait]}"
	wait "${running[$wait]}"
	[ $? -eq 143 ]
	result $? "SIGTERM ends the wait: $wait" "$T/$wait.err"
done

# The reader of a pipe learns that the deadline was the reason.
PATH=$BUILD/unit:$PATH
state=$(timeout $LIMIT cp-fetch --deadline 300ms -i "$T/never" 2>/dev/null | stage state)
[ "$state" = temporary ]
result $? "a deadline leaves a pipe that says: try again ($state)"

# The first process of a container.
if [ -z "${SAN:-}" ] && unshare -Urfp true 2>/dev/null; then
	timeout -s KILL $LIMIT unshare -Urfp --kill-child "$BUILD/cp-fetch" -i "$T/never" 2>"$T/err" &
	outer=$!
	until inner=$(pgrep -P "$(pgrep -P $outer)" 2>/dev/null) && [ "$(cat "/proc/$inner/comm")" = cp-fetch ]; do :; done
	until grep -q '^SigCgt:.*4[0-9a-f]\{3\}$' "/proc/$inner/status" || [ $SECONDS -gt $((2 * LIMIT)) ]; do :; done
	kill -TERM "$inner"
	wait $outer
	[ $? -eq 143 ]
	result $? "SIGTERM ends the first process of a container"
fi

finish
