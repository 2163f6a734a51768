#!/bin/bash
# SIGTERM ends memzip wherever it waits, at once and by that signal; the pipe it
# wrote to is not sealed.
. "${0%/*}/lib.sh"
PY=/usr/bin/python3
cd "$T" || exit 1
mkfifo in pass
head -c 3000000 /dev/urandom >noise
memzip -1 -m 20M -T 2 noise a=noise >whole.zip
memzip -F tar noise a=noise >whole.tar
cat >killed <<'PY'
# killed STDIN STDOUT WORDS…: STDIN and STDOUT are file names, "wait" for a pipe
# that brings nothing, or "full" for one that nobody reads.  Prints how it ended
# and what the pipe says.
import os, signal, subprocess, sys, time
source, sink, words = sys.argv[1], sys.argv[2], sys.argv[3:]
r, w = os.pipe()
i, o = os.pipe()
stdin = r if source == 'wait' else os.open(source, os.O_RDONLY)
p = subprocess.Popen(words, stdin=stdin, stdout=o, stderr=subprocess.DEVNULL)
os.close(o)
def ticks():
    with open(f'/proc/{p.pid}/stat') as f:
        f = f.read().rpartition(')')[2].split()
        return f[0], f[11], f[12]
def mark(): return oct(os.fstat(i).st_mode & 0o777)
# It waits when it sleeps and uses no time, looked at often enough; on a machine
# that is busy only later.
same, last, end = 0, None, time.monotonic() + 60
while same < 15 and time.monotonic() < end and p.poll() is None:
    now = ticks()
    same = same + 1 if now == last and now[0] == 'S' and mark() != '0o600' else 0
    last = now
    time.sleep(0.01)
assert p.poll() is None, f'it ended by itself with {p.returncode}'
p.send_signal(signal.SIGTERM)
p.wait(60)
while os.read(i, 1 << 20): pass
print(p.returncode, mark())
PY
killed() { # killed TITLE STDIN STDOUT WORDS…: by SIGTERM, and the pipe is open
	local title=$1
	shift
	check "$title" bash -c 'test "$(timeout 120 /usr/bin/python3 killed "$@")" = "-15 0o610"' - "$@"
}
killed 'reading standard input' wait full memzip
killed 'opening a FIFO' /dev/null full memzip in
killed 'opening the second operand' /dev/null full memzip noise in
killed 'opening a passphrase' /dev/null full memzip -e --passphrase-file pass noise
killed 'reading a tar stream' wait full memzip --tar
killed 'reading a split input' wait full memzip --split-entry 1M
killed 'reading for another format' wait full memzip -F xz
killed 'reading for --verify' wait full memzip --verify
killed 'writing' noise full memzip -0 -m 20M -T 2
killed 'writing what is verified' noise full memzip -0 -m 20M -T 2 --verify
killed 'writing another format' noise full memzip -F zstd
killed 'reading an archive' wait full memzip -t
killed 'opening a passphrase to read' /dev/null full memzip -t --passphrase-file pass
killed 'writing members' whole.zip full memzip -x
killed 'writing members of tar' whole.tar full memzip -x
for options in '' -t; do
	killed "waiting for --from${options:+ $options}" /dev/null full memzip $options --from sh -c 'echo $$ >child; exec sleep 1000'
	check '  the command ends, too' timeout 60 bash -c 'while kill -0 "$(cat child)" 2>/dev/null; do sleep 0.05; done'
done
finish
