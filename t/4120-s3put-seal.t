#!/bin/bash
# Nothing is published unless the input was complete: seals, commands, signals.
. "${0%/*}/lib.sh"
. "${0%/*}/s3.sh"

s3_server
head -c 17000000 /dev/urandom >"$T/big"
echo small >"$T/small"

# A writer that marks its pipe as the tools of the suite do, and may not end
# well:  sealing FILE END   END: seal, die, break
cat >"$T/sealing" <<'PYTHON'
import os, shutil, signal, sys
os.fchmod(1, 0o610)
with open(sys.argv[1], 'rb') as data:
    shutil.copyfileobj(data, sys.stdout.buffer)
sys.stdout.flush()
if sys.argv[2] == 'die':
    os.kill(os.getpid(), signal.SIGKILL)
os.fchmod(1, 0o601 if sys.argv[2] == 'seal' else 0o611)
PYTHON

for f in small big; do
	check_exit 0 "$f, sealed" bash -c "python3 '$T/sealing' '$T/$f' seal | s3put --require-seal s3://bucket/$f"
	holds "$f" "$T/$f" "$f is stored"
	s3_reset
	check_exit 79 "$f, killed writer" bash -c "python3 '$T/sealing' '$T/$f' die | s3put s3://bucket/$f"
	nothing "$f, killed writer: nothing is stored"
	check_exit 79 "$f, failed writer" bash -c "python3 '$T/sealing' '$T/$f' break | s3put s3://bucket/$f"
	nothing "$f, failed writer: nothing is stored"
	check_exit 79 "$f, no seal but one is required" \
		bash -c "cat '$T/$f' | MEMPIPE_SEAL=direct s3put --require-seal s3://bucket/$f"
	nothing "$f, no seal: nothing is stored"
	check_exit 0 "$f from a command" s3put "s3://bucket/$f" --from cat "$T/$f"
	holds "$f" "$T/$f" "$f is stored"
	s3_reset
	check_exit 79 "$f from a command that fails" \
		s3put "s3://bucket/$f" --from bash -c "cat '$T/$f'; exit 3"
	check_err "$f: its exit status is told" "exited with 3"
	check_exit 79 "$f from a command that is killed" \
		s3put "s3://bucket/$f" --from bash -c "cat '$T/$f'; kill -9 \$\$"
	nothing "$f, failed commands: nothing is stored"
done
check_exit 79 "no such command" s3put s3://bucket/k --from "$T/absent"
check_exit 79 "an empty sealed pipe that dies" \
	bash -c "python3 '$T/sealing' /dev/null die | s3put --allow-empty s3://bucket/k"
nothing "nothing is stored"

# waiting FILTER: until the server's state says true, ten seconds at most
waiting() {
	local i
	for i in {1..200}; do
		[ "$(s3_state "$1")" = true ] && return 0
		read -r -t 0.05 <>"$T/never"
	done
	return 1
}
mkfifo "$T/never"

# signalled SIGNAL CODE TITLE: s3put waits for input with a part acknowledged
signalled() {
	local rc
	mkfifo "$T/in"
	s3put -q s3://bucket/k <"$T/in" 2>"$T/err" &
	local pid=$!
	exec 8>"$T/in"
	cat "$T/big" >&8
	waiting '[.requests[] | select(.op == "UploadPart" and .status == 200)] | length >= 2'
	kill "-$1" $pid
	wait $pid
	rc=$?
	exec 8>&-
	rm -f "$T/in"
	[ $rc -eq "$2" ]
	result $? "$3: exit $rc"
}

signalled TERM 143 "SIGTERM"
nothing "SIGTERM: the upload is aborted"
s3_reset
signalled HUP 129 "SIGHUP"
nothing "SIGHUP: the upload is aborted"

s3_reset
s3_rules '{"op":"UploadPart","times":0,"do":"hang"}'
s3put s3://bucket/k "$T/big" 2>"$T/err" &
pid=$!
waiting '[.requests[] | select(.op == "UploadPart")] | length >= 2'
kill -TERM $pid
wait $pid
check "SIGTERM while parts hang" test $? = 143
nothing "the upload is aborted"

s3_reset
s3_rules '{"op":"UploadPart|AbortMultipartUpload","times":0,"do":"hang"}'
s3put s3://bucket/k "$T/big" 2>"$T/err2" &
pid=$!
waiting '[.requests[] | select(.op == "UploadPart")] | length >= 2'
kill -TERM $pid
waiting '[.requests[] | select(.op == "AbortMultipartUpload")] | length >= 1'
kill -TERM $pid
wait $pid
check "a second SIGTERM ends the abort" test $? = 143
check "and the upload is named" grep -q "left behind, upload id '$(s3_state '.uploads[0].id')'" "$T/err2"

s3_reset
s3put s3://bucket/k --from bash -c "cat '$T/big'; exec >&-; echo \$\$ >'$T/child'; sleep 60 & wait" 2>"$T/err" &
pid=$!
for i in {1..200}; do
	[ -s "$T/child" ] && break
	read -r -t 0.05 <>"$T/never"
done
kill -TERM $pid
wait $pid
check "SIGTERM while a command neither writes nor ends" test $? = 143
check "the command is gone" bash -c "! kill -0 $(<"$T/child") 2>/dev/null"
nothing "nothing is stored"

# a dozen times killed at some moment: the object is whole or absent
for i in {1..12}; do
	s3put -q "s3://bucket/r$i" "$T/big" 2>/dev/null &
	pid=$!
	read -r -t "0.$((RANDOM % 25 + 10))" <>"$T/never"
	kill -9 $pid 2>/dev/null
	wait $pid 2>/dev/null
done
sum=$(sha256sum <"$T/big" | cut -d' ' -f1)
check "killed at random moments: no wrong object" \
	test "$(s3_state "[.objects[] | select(.sha256 != \"$sum\")]")" = '[]'

finish
