#!/bin/bash
# SIGTERM ends s3put within ten seconds, wherever the other side hangs: in a
# name server, a TLS handshake, a request, credentials, Complete; or this side:
# a FIFO, receipts, a command.
. "${0%/*}/lib.sh"
. "${0%/*}/s3.sh"

head -c 9000000 /dev/urandom >"$T/big"
mkfifo "$T/never"
# A server that takes what comes and never answers; $T/met when something came.
cat >"$T/silent" <<'PYTHON'
import os, socket, sys
kind = socket.SOCK_DGRAM if sys.argv[1] == 'udp' else socket.SOCK_STREAM
s = socket.socket(socket.AF_INET, kind)
s.bind(('127.0.0.1', int(sys.argv[2])))
if kind == socket.SOCK_STREAM:
    s.listen()
with open(os.environ['READY'], 'w') as ready:
    print(s.getsockname()[1], file=ready)
met = []
while True:
    met.append(s.recv(2000) if kind == socket.SOCK_DGRAM else s.accept())
    open(sys.argv[3], 'w').close()
PYTHON
met() {
	[ -e "$T/met" ]
}
completing() {
	[ "$(s3_state '[.requests[] | select(.op == "CompleteMultipartUpload")] != []')" = true ]
}
# ends TITLE CODE SIGN PID: once SIGN succeeds, SIGTERM is obeyed in time.
ends() {
	local i came=1
	for i in {1..400}; do
		"$3" && came=0 && break
		read -r -t 0.05 <>"$T/never"
	done
	result $came "$1: it came so far"
	kill -TERM "$4"
	timeout 10 tail --pid="$4" -f /dev/null
	result $? "$1: SIGTERM ends it in ten seconds"
	kill -9 "$4" 2>/dev/null
	wait "$4"
	[ $? = "$2" ]
	result $? "$1: the exit status is $2"
	rm -f "$T/met"
}

serve SILENT /usr/bin/python3 "$T/silent" tcp 0 "$T/met"
export AWS_ACCESS_KEY_ID=TESTKEY AWS_SECRET_ACCESS_KEY=TESTSECRET AWS_REGION=us-east-1
AWS_ENDPOINT_URL=https://127.0.0.1:$SILENT s3put s3://bucket/k "$T/big" 2>"$T/err" &
ends "a TLS handshake" 143 met $!
AWS_ENDPOINT_URL=http://127.0.0.1:$SILENT s3put s3://bucket/k "$T/big" 2>"$T/err" &
ends "a request" 143 met $!
env -u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY AWS_EC2_METADATA_DISABLED=true \
    AWS_CONTAINER_CREDENTIALS_FULL_URI="http://127.0.0.1:$SILENT/creds" AWS_ENDPOINT_URL="http://127.0.0.1:$SILENT" \
    s3put s3://bucket/k "$T/big" 2>"$T/err" &
ends "credentials" 143 met $!

# It takes signals, and sleeps.
waiting() {
	readlink "/proc/$!"/fd/* 2>/dev/null | grep -q signalfd && [ "$(cut -d' ' -f3 "/proc/$!/stat")" = S ]
}
export AWS_ENDPOINT_URL=http://127.0.0.1:$SILENT
mkfifo "$T/input"
s3put s3://bucket/k "$T/input" 2>"$T/err" &
ends "a FIFO that nobody opens" 143 waiting $!
s3put --commit "$T/input" 2>"$T/err" &
ends "receipts that do not come" 143 waiting $!
s3put --commit <"$T/never" 2>"$T/err" 3<>"$T/never" &
ends "and a standard input of them" 143 waiting $!
# It closes its output and lives on; then it ignores SIGTERM, too.
for deaf in : 'trap "" TERM'; do
	s3put s3://bucket/k --from sh -c "$deaf; : >'$T/met'; exec >&-; exec sleep 1000" 2>"$T/err" &
	ends "a command that does not end ($deaf)" 143 met $!
done

# Where --deadline must end it, too.  waits TITLE COMMAND…
waits() {
	local title=$1
	shift
	"$@" 2>"$T/err" &
	ends "$title" 143 waiting $!
	check_exit 75 "$title: --deadline ends it" timeout 30 "$@" --deadline 500ms
	check_err "$title: and that is said" deadline
}
cat >"$T/dripping" <<'PYTHON'
import os, socket, threading, time
s = socket.create_server(('127.0.0.1', 0))
with open(os.environ['READY'], 'w') as ready:
    print(s.getsockname()[1], file=ready)
def drip(c):
    try:
        c.sendall(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
        while True:
            c.sendall(b'1\r\n \r\n')
            time.sleep(0.1)
    except OSError:
        pass
while True:
    threading.Thread(target=drip, args=(s.accept()[0],), daemon=True).start()
PYTHON
serve DRIP /usr/bin/python3 "$T/dripping"
printf '[default]\ncredential_process = exec sleep 1000\n' >"$T/config"
echo token >"$T/token"
keyless=(env -u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY)
role=("${keyless[@]}" AWS_ROLE_ARN=arn:aws:iam::1:role/r AWS_ENDPOINT_URL_STS="http://127.0.0.1:$DRIP")
waits "a FIFO without a writer" s3put s3://bucket/k "$T/input"
waits "receipts from one" s3put --commit "$T/input"
waits "credential_process" "${keyless[@]}" AWS_CONFIG_FILE="$T/config" s3put s3://bucket/k "$T/big"
waits "a container's endpoint that drips" "${keyless[@]}" AWS_CONTAINER_CREDENTIALS_FULL_URI="http://127.0.0.1:$DRIP/creds" \
    s3put s3://bucket/k "$T/big"
waits "STS that drips" "${role[@]}" AWS_WEB_IDENTITY_TOKEN_FILE="$T/token" s3put s3://bucket/k "$T/big"
waits "a token from a FIFO" "${role[@]}" AWS_WEB_IDENTITY_TOKEN_FILE="$T/input" s3put s3://bucket/k "$T/big"

s3_server
mkfifo "$T/full"
exec 7<>"$T/full"
/usr/bin/python3 - <<'PYTHON' >&7	# as wide as s3put makes it
import fcntl, os
try:
    fcntl.fcntl(1, fcntl.F_SETPIPE_SZ, 1 << 20)
except OSError:
    pass
os.set_blocking(1, False)
try:
    while True:
        os.write(1, b'x' * 4096)
except BlockingIOError:
    os.set_blocking(1, True)
PYTHON
s3put --prepare s3://bucket/left "$T/big" >"$T/receipt"
s3put --sweep --older-than 0 --dry-run s3://bucket 2>"$T/err" >"$T/full" &
ends "a reader that does not read" 143 waiting $!
check_exit 75 "a reader that does not read: --deadline ends it" bash -c \
    'exec timeout 30 s3put --sweep --older-than 0 --dry-run --deadline 500ms s3://bucket >"$1"' - "$T/full"
s3put -q --abort "$T/receipt"
s3_rules '{"op":"CompleteMultipartUpload","times":0,"do":"hang"}'
s3put s3://bucket/k "$T/big" 2>"$T/err" &
ends "Complete, before it was done" 143 completing $!
nothing "nothing is stored, and the upload is aborted"

# A name server of its own, in namespaces of its own.
cat >"$T/names" <<'SH'
ip link set lo up && mount --bind "$1/resolv.conf" /etc/resolv.conf || exit 125
READY=$1/ready python3 "$1/silent" udp 53 "$1/met" &
silent=$!
trap 'kill $silent $put' EXIT
while [ ! -s "$1/ready" ]; do read -r -t 0.05 <>"$1/never"; done
AWS_ENDPOINT_URL=https://s3.example.invalid s3put s3://bucket/k "$1/big" &
put=$!
trap 'kill -TERM $put' TERM
wait $put	# ended by the signal, too
wait $put
code=$?
kill $silent
trap - EXIT
exit $code
SH
echo 'nameserver 127.0.0.1' >"$T/resolv.conf"
if unshare -rmn sh -c 'ip link set lo up && mount --bind "$1" /etc/resolv.conf' - "$T/resolv.conf" 2>/dev/null; then
	unshare -rmn bash "$T/names" "$T" 2>"$T/err" &
	ends "a name server" 143 met $!
else
	result 0 "a name server # SKIP this machine allows no namespaces"
fi

finish
