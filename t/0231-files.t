#!/bin/bash
# Files that options and variables name: one that nobody writes to ends with the
# deadline and with SIGTERM, even where the parent had that blocked; one without
# an end is refused; a pipe is read like a file.
. "${0%/*}/lib.sh"

LIMIT=$((60 * PATIENCE))
mkfifo "$T/never" "$T/quiet"
printf '{"a": 1}\n' >"$T/in"
export AWS_ACCESS_KEY_ID=TESTKEY AWS_SECRET_ACCESS_KEY=TESTSECRET AWS_ENDPOINT_URL=http://127.0.0.1:1 AWS_MAX_ATTEMPTS=1
fetch="cp-fetch --retries 0 http://127.0.0.1:1/"
put="s3put s3://bucket/k $T/in"
keyless="env -u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY"

# FIFO is one that does not end, or never comes.  Name, command, the code where
# the file is too large, and what is said then.
cat >"$T/waits" <<TABLE
headers	$fetch -H @FIFO	65	larger
data	$fetch --data @FIFO	65	larger
certificates	$fetch --cacert FIFO	77	larger
SSL_CERT_FILE	env -u CURL_CA_BUNDLE SSL_CERT_FILE=FIFO $fetch	77	larger
client certificate	$fetch --cert FIFO	77	larger
connpass's key	env CONNPASS_BASE_URL=http://127.0.0.1:1 cp-fetch connpass:events --key-file FIFO	65	larger
config	env AWS_CONFIG_FILE=FIFO $put	77	larger
credentials	env AWS_SHARED_CREDENTIALS_FILE=FIFO $put	77	larger
AWS_CA_BUNDLE	env AWS_CA_BUNDLE=FIFO $put	77	larger
customer's key	$put --sse-c-key-file FIFO	64	larger
web identity	$keyless AWS_ROLE_ARN=r AWS_WEB_IDENTITY_TOKEN_FILE=FIFO $put	77	larger
container's token	$keyless AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1:1 AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=FIFO $put	77	larger
columns	json2csv --fields-file FIFO $T/in	65	larger
passphrase	memzip -e --passphrase-file FIFO $T/in	65	larger
TABLE

# Those that never come, side by side.
started=()
n=0
while IFS=$'\t' read -r name command _; do
	command=${command//FIFO/$T/never}
	case $command in
	*cp-fetch* | *s3put*)
		timeout -s KILL $LIMIT $command --deadline 1s >"$T/$n.out" 2>"$T/$n.err" &
		started+=($!) ;;
	*)
		started+=(0) ;;
	esac
	n=$((n + 1))
done <"$T/waits"
n=0
while IFS=$'\t' read -r name _; do
	if [ "${started[n]}" != 0 ]; then
		wait "${started[n]}"
		[ $? -eq 75 ] && grep -q 'deadline' "$T/$n.err"
		result $? "$name: the deadline ends the wait" "$T/$n.err"
	fi
	n=$((n + 1))
done <"$T/waits"

# asleep PID: the program runs, and waits; or it has ended.
asleep() {
	local name state
	name=$(cat "/proc/$1/comm" 2>/dev/null) && state=$(grep '^State' "/proc/$1/status" 2>/dev/null) || return 0
	[[ $name != env && $name != bash && $state = *[SZ]' '* ]]
}
while IFS=$'\t' read -r name command _; do
	env --block-signal=TERM ${command//FIFO/$T/never} >"$T/out" 2>"$T/err" &
	until asleep $!; do read -r -t 0.02 <>"$T/quiet"; done
	kill -TERM $!
	timeout $LIMIT tail --pid=$! -f /dev/null
	kill -KILL $! 2>/dev/null
	wait $!
	[ $? -eq 143 ]
	result $? "$name: SIGTERM ends the wait"
done <"$T/waits"

while IFS=$'\t' read -r name command code says; do
	check_exit "$code" "$name: a file without an end" timeout $LIMIT ${command//FIFO//dev/zero}
	check_err "... which is said" "$says"
done <"$T/waits"

# Certificates that are none: the same in all tools.
echo nothing >"$T/none"
printf -- '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n' >"$T/malformed"
for tool in cp-fetch s3put; do
	for file in none malformed missing; do
		case $tool in
		s3put) command="env AWS_CA_BUNDLE=$T/$file AWS_ENDPOINT_URL=https://127.0.0.1:1 $put" ;;
		*) command="cp-fetch --retries 0 https://127.0.0.1:1/ --cacert $T/$file" ;;
		esac
		check_exit 77 "certificates that are $file" $command
		sed "s/^[a-z0-9-]*: //; s/^cannot store '[^']*': //" "$T/err" >"$T/says"
		[ ! -e "$T/said.$file" ] || check_same "... said in the same words" "$T/said.$file" "$T/says"
		mv "$T/says" "$T/said.$file"
	done
done
check_same "a file of certificates that is missing" "$T/said.missing" - <<EOF
cannot open '$T/missing': No such file or directory
EOF
check_same "no certificate" "$T/said.none" - <<EOF
there is no certificate in '$T/none'
EOF

# Nobody reads standard error: the pipe is full.
mkfifo "$T/full"
exec 7<>"$T/full"
/usr/bin/python3 - <<'PYTHON' >&7
import os
os.set_blocking(1, False)
try:
    while True:
        os.write(1, b'x' * 4096)
except BlockingIOError:
    os.set_blocking(1, True)
PYTHON
cat >"$T/unread" <<TABLE
cp-fetch	cp-fetch -H nonsense
json2csv	json2csv $T/missing
memzip	memzip $T/missing
s3put	s3put nonsense
TABLE
while IFS=$'\t' read -r name command; do
	env --block-signal=TERM $command >"$T/out" 2>&7 &
	until asleep $!; do read -r -t 0.02 <>"$T/quiet"; done
	kill -TERM $!
	timeout $LIMIT tail --pid=$! -f /dev/null
	kill -KILL $! 2>/dev/null
	wait $!
	[ $? -eq 143 ]
	result $? "$name: SIGTERM ends the wait for a reader of standard error"
done <"$T/unread"
check_exit 75 "cp-fetch: the deadline does" timeout -s KILL $LIMIT bash -c \
    'exec "$@" 2>&7' - $fetch --deadline 300ms --retries 100 --backoff 10ms -v
# It watches for signals by then, and has something to undo.
timeout -s KILL $LIMIT s3put -v --deadline 300ms s3://bucket/k "$T/in" 2>&7
[ $? -eq 75 ]
result $? "s3put: the deadline does"

finish
