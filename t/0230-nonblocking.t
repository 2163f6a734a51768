#!/bin/bash
# A pipe that somebody else has made non-blocking is as good as any.
. "${0%/*}/lib.sh"
. "${0%/*}/s3.sh"

s3_server
seq -f '{"a":"%.0f"}' 200000 >"$T/json"
memzip -0 <"$T/json" >"$T/zip"
serve HTTP "$BUILD/helper/gen-events" -p -s 3M

# pipe read|write INPUT COMMAND…: runs it with INPUT through such a pipe, or its
# output through one, with pauses on the other side.
pipe() {
	/usr/bin/python3 - "$@" <<'PYTHON'
import fcntl, os, subprocess, sys, threading, time
way, source, *command = sys.argv[1:]

def trickle(read, write, close):
    done = 0
    while piece := read(30000):
        write(piece)
        done += len(piece)
        if done < 300000:
            time.sleep(0.005)
    close()

r, w = os.pipe()
end = r if way == 'read' else w
fcntl.fcntl(end, fcntl.F_SETFL, fcntl.fcntl(end, fcntl.F_GETFL) | os.O_NONBLOCK)
with open(source, 'rb') as file:
    if way == 'read':
        process = subprocess.Popen(command, stdin=r)
        os.close(r)
        try:
            trickle(file.read, lambda piece: os.write(w, piece), lambda: os.close(w))
        except BrokenPipeError:
            os.close(w)
    else:
        process = subprocess.Popen(command, stdin=file, stdout=w)
        os.close(w)
        time.sleep(0.05)            # until the pipe is full
        trickle(lambda n: os.read(r, n), sys.stdout.buffer.write, sys.stdout.flush)
sys.exit(process.wait())
PYTHON
}

for way in read write; do
	for command in 'json json2csv' 'json memzip -0' 'zip memzip -x' "json cp-fetch http://127.0.0.1:$HTTP/x"; do
		read -r input words <<<"$command"
		[[ $way$words == readcp-fetch* ]] && continue
		$words <"$T/$input" >"$T/want"
		check_exit 0 "$way: $words" timeout $((60 * PATIENCE)) bash -c "$(declare -f pipe); pipe $way $T/$input $words"
		check_same '  gives the same' "$T/want" "$T/out"
	done
done
check_exit 0 'read: s3put' timeout $((60 * PATIENCE)) bash -c "$(declare -f pipe); pipe read $T/json s3put -q s3://bucket/key"
holds key "$T/json" '  stores it'
finish
