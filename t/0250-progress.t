#!/bin/bash
# Progress and figures of a whole pipeline, shown by its last stage.
. "${0%/*}/lib.sh"
. "${0%/*}/s3.sh"
command -v jq >/dev/null || skip_all 'jq is not installed'
case ${SAN:-} in valgrind | qemu) skip_all 'processes have other names there' ;; esac
s3_server --skip-slow-crc
export T

# Half of a body, and the rest when $T/go exists; /flaky is 503 at first.
cat >"$T/source" <<'PYTHON'
import http.server, os, time
body = b'{"events":[' + b',\n'.join(b'{"id":%d,"text":"%s"}' % (i, b'x' * 100) for i in range(20000)) + b']}'
class Handler(http.server.BaseHTTPRequestHandler):
    failed = 0
    def log_message(self, *args): pass
    def do_GET(self):
        if self.path == '/flaky' and Handler.failed == 0:
            Handler.failed = 1
            self.send_response(503)
            self.send_header('Content-Length', '0')
            return self.end_headers()
        self.send_response(200)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body[:len(body) // 2])
        while not os.path.exists(os.environ['T'] + '/go'):
            time.sleep(0.01)
        self.wfile.write(body[len(body) // 2:])
        self.close_connection = True
server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
with open(os.environ['READY'], 'w') as ready:
    print(server.server_address[1], file=ready)
server.serve_forever()
PYTHON
serve WEB /usr/bin/python3 "$T/source"
export web=http://127.0.0.1:$WEB

# terminal COLUMNS SCRIPT [PATTERN COLUMNS]: what a terminal of that width gets; once
# the pattern has come it has another width, and then the server goes on.
cat >"$T/terminal" <<'PYTHON'
import fcntl, os, pty, re, struct, sys, termios, time
columns, script = int(sys.argv[1]), sys.argv[2]
pattern = sys.argv[3] if len(sys.argv) > 3 else None
pid, fd = pty.fork()
def width(n):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', 24, n, 0, 0))
if pid == 0:
    os.read(0, 1)
    os.execvp('bash', ['bash', '-c', script])
width(columns)
os.write(fd, b'\n')
said = b''
while True:
    try:
        data = os.read(fd, 65536)
    except OSError:
        break
    if not data:
        break
    said += data
    if pattern and re.search(pattern.encode(), said):
        if len(sys.argv) > 4:
            width(int(sys.argv[4]))
            said += b'<<narrower>>'
            pattern = sys.argv[5]
            del sys.argv[4:]
        else:
            open(os.environ['T'] + '/go', 'w').close()
            pattern = None
sys.stdout.buffer.write(said)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
PYTHON
terminal() {
	rm -f "$T/go"
	timeout $((60 * PATIENCE)) python3 "$T/terminal" "$@"
}
# wide COLUMNS: no picture of $T/out is wider.
wide() {
	tr '\r\n' '\n\n' <"$T/out" | sed 's/\x1b\[K//g; s/<<narrower>>//' | grep -v '^{"state"' | awk -v most="$1" 'length > most { print length ": " $0; bad = 1 } END { exit bad }'
}
export TERM=xterm job='cp-fetch --backoff 1ms $web/flaky | json2csv -r events -f id | memzip -n e.csv | s3put s3://bucket/k.zip'
# The server goes on when that picture has come, in which all stages wait.
check_exit 0 'a pipeline on a terminal' terminal 200 "export MEMPIPE_PROGRESS=1; $job" \
    'awaits network \| json2csv [^|]* records, awaits input \| memzip [^|]*, awaits input \| s3put 0 B, awaits input \|'
look '  one line shows all stages' grep -aqE 'cp-fetch [0-9.]+ MiB of 2.35 MiB \([0-9]+ %\), 1 retry, awaits network \| json2csv [^|]* records, awaits input \| memzip [^|]*, awaits input \| s3put 0 B, awaits input \| ' "$T/out"
look '  in 200 columns' wide 199
look '  which the last stage alone draws' bash -c '! grep -aE "^.?(cp-fetch|json2csv|memzip) [^|>]*$" "$1"' - "$T/out"
look '  the receipt has a line of its own' bash -c 'tr -d "\r" <"$1" | grep -aq "^{\"state\":\"stored\""' - "$T/out"
check_exit 0 'one that becomes narrower' terminal 81 "export MEMPIPE_PROGRESS=1; $job" 'cp-fetch [0-9.]+M [0-9]+ %[^>]*> json2csv [^>]*> memzip [^>]*> s3put 0B, [0-9.]+[KM]/s' 41 '<<narrower>>.*\r[0-9]+ % [0-9.]+M > [0-9.]+K > [^>]*> 0B, '
look '  is never wider' wide 80
sed -i 's/.*<<narrower>>//' "$T/out"
look '  nor than its new width' wide 40
check_exit 65 'a message' terminal 80 'printf "{\"a\":1}\nx" >"$T/in"; json2csv -p -f a "$T/in" >/dev/null'
look '  has a line of its own' bash -c "tr -d '\r' <\"\$1\" | sed 's/\x1b\[K//g' | grep -aq '^json2csv: cannot convert'" - "$T/out"
check_exit 0 'TERM=dumb' terminal 80 'TERM=dumb; s3put -p s3://bucket/k "$T/source"'
look '  has no escapes' bash -c '! grep -aq "$(printf "\33")" "$1" && grep -aq "^s3put: s3put 0.98 KiB of " "$1"' - "$T/out"
# found CODE TITLE COMMAND…: a check_exit, in which the server goes on when s3put has
# found the other three.
found() {
	local want=$1 title=$2 pid last i
	shift 2
	rm -f "$T/go"
	"$@" >"$T/out" 2>"$T/err" &
	pid=$!
	for ((i = 0; i < 3000; i++)); do
		kill -0 $pid || break
		last=$(pgrep -P $pid -x s3put || echo $pid)
		[ "$(find "/proc/$last/fd" -lname '/memfd:mempipe *' 2>/dev/null | wc -l)" -ge 4 ] && break
		sleep 0.02
	done
	: >"$T/go"
	wait $pid
	result $(($? != want)) "$title"
}
found 0 'no terminal' bash -c "export MEMPIPE_PROGRESS=1; $job; exit \$?"
check_err '  has lines' '^s3put: cp-fetch 2.35 MiB of 2.35 MiB \(100 %\) \| json2csv .* records \| memzip .* \| s3put '
look '  of the last stage alone' test "$(wc -l <"$T/err")" = 1
check_exit 0 '  but not with -q' bash -c "cp-fetch -p \$web/ | s3put -q -p s3://bucket/k"
check_err '    which leaves it to the others' '^cp-fetch: cp-fetch 2.35 MiB of 2.35 MiB \(100 %\)'
check_exit 0 'without the seal each shows itself' bash -c "export MEMPIPE_SEAL=0 MEMPIPE_PROGRESS=1; $job"
look '  on four lines' test "$(grep -c '^[a-z0-9-]*: ' "$T/err")" = 4

# Figures.
found 0 'MEMPIPE_STATS=1, a chain' bash -c 'MEMPIPE_STATS=1 exec s3put -q s3://bucket/k --from memzip -n e.csv --from json2csv -r events -f id --from cp-fetch "$web/"'
look '  one line for the job' jq -se 'length == 1 and .[0].job == "s3put" and .[0].ok and .[0].exit == 0 and .[0].seconds > 0 and
    ([.[0].stages[].tool] == ["cp-fetch", "json2csv", "memzip", "s3put"]) and
    ([.[0].stages[] | .exit == 0 and .ok and .in > 0 and .out > 0 and .peak_rss > 1000000 and
    .cpu_seconds >= 0 and .wait_in >= 0 and .wait_out >= 0] | all) and .[0].stages[1].records == 20000' "$T/err"
found 65 'one that fails' bash -c 'MEMPIPE_STATS=1 exec s3put -q s3://bucket/k --from memzip -n e.csv --from json2csv -r nothing -f id --from cp-fetch "$web/"'
look '  tells the status of each stage' bash -c 'tail -1 "$1" | jq -e "[.stages[] | {(.tool): .exit}] | add == {\"cp-fetch\": 0, \"json2csv\": 65, \"memzip\": 65, \"s3put\": 65}"' - "$T/err"
check_exit 0 'a foreign command among them' setsid -w bash -c '(PATH=$1:$PATH; seen 1 s3put; exec cat "$T/source") | MEMPIPE_STATS=1 s3put -q s3://bucket/k' - "$BUILD/helper"
look '  has its status' jq -e '.stages[0].ok and .stages[0].exit == 0 and (.stages | length) == 2' "$T/err"
for tool in 'cp-fetch --retries 0 http://127.0.0.1:1/' 'json2csv -f a /nowhere' 'memzip /nowhere' 's3put s3://bucket/k /nowhere'; do
	$tool --stats >/dev/null 2>"$T/err"
	look "--stats is the last line, also after an error: ${tool%% *}" bash -c '[ "$(wc -l <"$1")" -ge 2 ] && tail -1 "$1" | jq -e ".ok == false and .exit > 63"' - "$T/err"
done
finish
