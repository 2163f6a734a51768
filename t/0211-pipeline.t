#!/bin/bash
# Stages that cannot seal: found, held and judged, in whatever shape a shell
# gives a pipeline.  Each pipeline is a session of its own, and its head waits
# until the stages of ours have looked.
. "${0%/*}/lib.sh"
PATH=$BUILD/unit:$BUILD/helper:$PATH
setsid -w true || skip_all 'no setsid'
case ${SAN:-} in valgrind | qemu) skip_all 'processes have other names there' ;; esac

# A stage of ours that is killed when it has copied all.
cat >"$T/killed" <<'SH'
exec 3<&0
stage hang <&3 2>"$0.said" 3<&- &
exec <&- 3<&-
until grep -q ready "$0.said"; do sleep 0.02; done
kill -9 $!
wait $!
exit 0
SH
export KILLED="bash $T/killed"

# run CODE TITLE SHELL SCRIPT: the exit status of the script, in $SHELL; $on is
# what stands before it.
on=()
run() {
	rm -f "$T/killed.said"
	check_exit "$1" "$3: $2" "${on[@]}" setsid -w timeout $((60 * PATIENCE)) "$3" -c "$4"
}
shells=(bash dash)
command -v zsh >/dev/null && shells+=(zsh)

for sh in "${shells[@]}"; do
	run 0 'all is well' $sh '(seen 1 stage; seq 3) | cat | stage copy-require'
	run 79 'the command before fails' $sh '(seen 1 stage; seq 3; exit 5) | stage copy'
	check_err '  says so' "^stage: the command before it, '$sh' \(process [0-9]+\), exited with 5$"
	run 79 'it is killed' $sh '(seen 1 stage; echo x; exec sh -c "kill -9 \$\$") | stage copy'
	check_err '  says so' "^stage: the command before it, '.*' \(process [0-9]+\), was killed by SIGKILL$"
	run 79 'the second before fails' $sh '(seen 1 stage; seq 3; exit 5) | cat | stage copy'
	check_err '  says so' "^stage: '$sh' \(process [0-9]+\), two commands before it, exited with 5$"
	run 79 'the fifth before fails' $sh 'f() { seen 1 stage; echo x; return 9; }; f | cat | cat | cat | cat | stage copy'
	check_err '  says so' "five commands before it, exited with 9$"
	run 79 'one of ours above a foreign one fails' $sh '(seen 2 stage; seq 3) | stage fail 69 2>/dev/null | cat | stage copy'
	check_err '  says so' "^stage: '(stage|$sh)' \(process [0-9]+\), two commands before it, did not finish$"
	run 75 'or fails for now' $sh '(seen 2 stage; seq 3) | stage fail 75 2>/dev/null | cat | stage copy'
	run 79 'one of ours above two foreign ones is killed' $sh \
	    '(seen 2 stage; seq 3) | eval "$KILLED" | cat | cat | stage copy'
	run 79 'a subshell is one command' $sh '(seen 1 stage; seq 3 | cat; exit 5) | stage copy'
	run 0 'with the status of its last' $sh '(seen 1 stage; false; seq 3; :) | stage copy-require'
	run 79 'a group of several, too' $sh '{ seen 1 stage; seq 3; stage copy </dev/null; false; } | stage copy'
	run 79 'a failure behind a closed seal' $sh '(seen 1 stage; echo x | stage copy; exit 3) | stage copy'
	run 79 'exec' $sh '(seen 1 stage; echo x; exec sh -c "exit 4") | stage copy'
	check_err '  says so' 'before it, .* exited with 4$'
	run 0 'who is not needed any more: SIGPIPE' $sh '(seen 1 stage; exec yes) | head -1000 | stage copy-require'
	run 0 'two of them' $sh '(seen 1 stage; exec yes) | cat | head -1000 | stage copy-require'
	run 0 'one that only runs' $sh '(seen 1 stage; echo x; exec sleep 2) | head -1 | stage copy-require'
	run 0 'one of ours' $sh '(seen 2 stage; exec yes) | stage copy | head -1000 | stage copy-require'
	run 79 'but not if its reader fails' $sh '(seen 1 stage; exec yes) | (head -1000; exit 6) | stage copy'
	check_err '  which is told' "the command before it, '$sh' .* exited with 6$"
	run 79 'nor if it fails in another way' $sh '(seen 1 stage; echo x; exit 5) | head -1 | stage copy'
	run 79 'who is killed above one that fails for it' $sh '(seen 1 stage; echo x; exec sh -c "kill -9 \$\$") | (cat; exit 6) | stage copy'
	check_err '  is told' "two commands before it, was killed by SIGKILL$"
	run 79 'one that does so for a while' $sh '(seen 1 stage; echo x; exec >&-; sleep 0.5; exit 3) | stage copy'
	run 79 'in the middle of a pipeline' $sh '(seen 2 stage; echo x; exit 5) | stage copy | cat | stage copy'
	run 79 'in a subshell at the end' $sh '(seen 1 stage; echo x; exit 5) | (cat | stage copy)'
	run 0 'in a loop' $sh 'echo "a b" | while read u v; do (seen 1 stage; echo $u) | stage copy; done'
	run 79 'whose input is shared' $sh '(echo a; seen 1 stage; echo x; exit 5) | while read u; do cat | stage copy; done'
	run 0 'standard error in the same pipe' $sh '(seen 1 stage; exec seq 3) 2>&1 | stage copy-require'
	[ $sh = zsh ] || run 0 'background jobs' $sh 'set -m; (seen 1 stage; exec seq 3) | stage copy-require'
	[ $sh = zsh ] || run 79 'which fail' $sh 'set -m; (seen 1 stage; seq 3; exit 3) | stage copy'
	run 79 'a group of its own (timeout)' $sh 'timeout 50 sh -c "seen 1 stage; echo x; exit 5" | stage copy'
	run 79 'the last stage is the shell itself' $sh '(seen 1 stage; echo x; exit 5) | exec stage copy'
done

run 0 'one that closes its output and lives on' bash '(seen 1 stage; echo x; exec >&-; sleep 7) | stage copy'
run 79 'is unknown' dash '(seen 1 stage; echo x; exec >&-; sleep 7) | stage copy-require'
check_err '  says so' "a seal, which is required, and .* closed its output and still runs$"

# Substitutions, which only some shells have.
run 79 'what a file names' bash 'sort <(seen 1 stage; echo x; exit 5) <(echo y) | stage copy'
check_err '  is above the command' "two commands before it, exited with 5$"
run 0 'all of them' bash 'sort <(seen 1 stage; echo x) <(seen 1 stage; echo y) | stage copy-require'
run 79 'as standard input' bash 'stage copy < <(seen 1 stage; echo x; exit 5)'
run 79 'tee' bash '(seen 1 stage; echo x; exit 5) | tee >(stage copy; echo $? >'"$T"'/code) >/dev/null; while [ ! -s '"$T"'/code ]; do sleep 0.05; done; exit $(<'"$T"'/code)'
check_err '  behind it' "two commands before it, exited with 5$"
setsid -w bash -c 'exec > >(stage copy; echo $? >"$0"); seen 1 stage; echo x; exit 4' "$T/code2" >"$T/out" 2>"$T/err"
for i in {1..400}; do [ -s "$T/code2" ] && break; sleep 0.05; done
look 'bash: a shell that writes itself, and fails' test "$(cat "$T/code2")" = 79
run 0 'a parent that writes, and waits for us' python3 '
import subprocess, time
p = subprocess.Popen(["stage", "copy"], stdin=subprocess.PIPE)
time.sleep(0.3)
p.communicate(b"x\n")
raise SystemExit(p.returncode)'
run 79 'a command that nobody has waited for' python3 '
import subprocess
a = subprocess.Popen("seen 1 stage; echo x; exit 5", shell=True, stdout=subprocess.PIPE)
b = subprocess.Popen(["stage", "copy"], stdin=a.stdout)
raise SystemExit(b.wait())'

# A thread's number may be nearer to the reader's than that of its process.
cat >"$T/threads" <<'PYTHON'
import os, subprocess, sys, time
writer = subprocess.Popen([sys.executable, '-c', """
import os, sys, threading
sys.stdin.readline()
for _ in range(8):
    threading.Thread(target=threading.Event().wait, daemon=True).start()
open(sys.argv[1], 'w').close()
sys.stdin.readline()
os.write(1, b'x')
os._exit(5)
""", sys.argv[1]], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
for _ in range(40):
    subprocess.run(['true'])
writer.stdin.write(b'go\n')
writer.stdin.flush()
while not os.path.exists(sys.argv[1]):
    time.sleep(0.01)
reader = subprocess.Popen(['stage', 'copy'], stdin=writer.stdout)
writer.stdout.close()
subprocess.run(['seen', '1', 'stage'])
writer.stdin.write(b'go on\n')
writer.stdin.flush()
writer.wait()
sys.exit(reader.wait())
PYTHON
check_exit 79 'a command with threads' setsid -w timeout $((60 * PATIENCE)) python3 "$T/threads" "$T/started"
check_err '  is judged as one' "^stage: the command before it, 'python3' \(process [0-9]+\), exited with 5$"

# More pipes than are looked at, all but the last of one writer.
cat >"$T/many" <<'PYTHON'
import os, subprocess, sys
def command(pipes, end):
    if os.fork() == 0:
        os.close(1)
        subprocess.run(['seen', '1', 'stage'])
        os._exit(end)
    for _, w in pipes:
        os.close(w)
command([os.pipe() for _ in range(30)], 0)
r, w = os.pipe()
os.dup2(r, 100)
os.close(r)
command([(100, w)], 5)
open(sys.argv[1], 'w').close()
print('x', flush=True)
os.wait()
os.wait()
PYTHON
run 79 'one input too many' bash "python3 '$T/many' '$T/made' | { until [ -e '$T/made' ]; do sleep 0.02; done; exec stage copy-require; }"
check_err '  is not known' "'python3' \(process [0-9]+\), reads from what cannot be looked at$"

# Settings.
check_exit 79 'MEMPIPE_SEAL=0' setsid -w bash -c '(sleep 0.2; echo x; exit 5) | MEMPIPE_SEAL=0 stage copy-require'
check_exit 0 '  sees nothing' setsid -w bash -c '(sleep 0.2; echo x; exit 5) | MEMPIPE_SEAL=0 stage copy'
check_exit 0 'MEMPIPE_SEAL=direct sees the seal alone' \
    setsid -w bash -c '(sleep 0.2; echo x) | stage fail 2>/dev/null | cat | MEMPIPE_SEAL=direct stage copy'
check_exit 0 '-v' setsid -w bash -c '(seen 1 stage; exec yes) | cat | head -5 | stage copy-verbose'
check_err '  says what is known of each stage' "^stage: the command before it, 'head' \(process [0-9]+\), exited with 0: fine$"
check_err '  and why' "^stage: '(yes|bash)' \(process [0-9]+\), three commands before it, was killed by SIGPIPE: not needed any more$"
check_exit 79 'a name with controls' setsid -w bash -c "cp /bin/bash '$T/'$'a\e[2Jb'; '$T/'$'a\e[2Jb' -c 'seen 1 stage; echo x; exit 5' | stage copy"
check_err '  is masked' "'a\?\[2Jb' "

# Other tools.
check_exit 79 'json2csv' setsid -w bash -c "(seen 1 json2csv; echo '{\"a\":1}'; exit 5) | json2csv -f a"
check_exit 79 'memzip' setsid -w bash -c '(seen 1 memzip; echo x; exit 5) | memzip | cat >/dev/null; exit ${PIPESTATUS[1]}'
check_exit 0 '--accept-status' setsid -w bash -c '(seen 1 memzip; echo x; exit 5) | memzip --accept-status 5 >/dev/null'
check_exit 79 '  is that alone' setsid -w bash -c '(seen 1 memzip; echo x; exit 5) | memzip --accept-status 4 --accept-status 6 >/dev/null'
check_exit 0 '  and of --from' memzip --accept-status 5 --from sh -c 'echo x; exit 5'
for n in 0 256 -1 x; do
	check_exit 64 "  --accept-status $n" memzip --accept-status $n
done

# Older kernels tell less: what ours say is seen, the rest is unknown, never a
# wrong end.
for version in 6.14 5.2; do
	on=(older $version)
	"${on[@]}" true
	[ $? != 77 ] || { result 0 "Linux $version # SKIP no filters"; continue; }
	run 79 "Linux $version: a command that fails is no seal" bash '(seen 1 stage; echo x; exit 5) | cat | stage copy-require'
	# Until the shell has asked for it a status can be seen.
	check_err '  says why' 'which is required, and .* ended, and this kernel does not tell how$|exited with 5$'
	run 79 'one of ours is seen' bash '(seen 2 stage; echo x) | stage fail 2>/dev/null | cat | cat | stage copy'
	run 75 'and of what kind' bash '(seen 2 stage; echo x) | stage fail 75 2>/dev/null | cat | stage copy'
	run 79 'and killed' bash '(seen 2 stage; seq 3) | eval "$KILLED" | cat | stage copy'
	run 0 'and not needed any more' bash '(seen 2 stage; exec yes) | stage copy | head -5 | stage copy'
	run 79 'a command that nobody has waited for' python3 '
import subprocess
a = subprocess.Popen("seen 1 stage; echo x; exit 5", shell=True, stdout=subprocess.PIPE)
b = subprocess.Popen(["stage", "copy"], stdin=a.stdout)
raise SystemExit(b.wait())'
	run 0 'a command that lives on' bash '(seen 1 stage; echo x; exec >&-; sleep 6) | stage copy'
done
on=()
if [ "$(id -u)" = 0 ] && setpriv --reuid 65534 --regid 65534 --clear-groups stage copy </dev/null 2>/dev/null; then
	nobody='setpriv --reuid 65534 --regid 65534 --clear-groups'
	run 79 'an unprivileged user sees the own stages' bash "exec $nobody bash -c '(seen 1 stage; echo x; exit 5) | cat | stage copy'"
	run 0 "and not another's" bash "(sleep 0.2; echo x; exit 5) | $nobody stage copy"
	run 79 'which is no seal' bash "(sleep 0.2; echo x) | $nobody stage copy-require"
	check_err '  says why' 'which is required, and the command before it is not known$'
else
	result 0 'as an unprivileged user # SKIP this is none but one'
fi
if [ -z "${SAN:-}" ] && unshare -rm sh -c 'mount -t tmpfs none /proc' 2>/dev/null; then
	check_exit 0 'without /proc nothing is known' bash -c \
	    "(sleep 0.2; echo x; exit 5) | unshare -rm sh -c 'mount -t tmpfs none /proc; exec stage copy'"
	check_exit 79 'which is no seal' bash -c \
	    "(sleep 0.2; echo x) | unshare -rm sh -c 'mount -t tmpfs none /proc; exec stage copy-require'"
else
	result 0 'without /proc # SKIP no namespaces, or a sanitizer that needs it'
fi
if unshare -rpf --mount-proc true 2>/dev/null; then
	check_exit 79 'a container, whose shell is the first process' unshare -rpf --mount-proc bash -c \
	    '(sleep 0.2; echo x; exit 5) | cat | stage copy; exit $?'
	check_err '  says so' "two commands before it, exited with 5$"
	[ -n "${SAN:-}" ] || check_exit 79 "a /proc of other processes' numbers" unshare -rpf bash -c \
	    '(sleep 0.2; echo x) | stage copy-require; exit $?'
	[ -n "${SAN:-}" ] || check_err '  is not believed' 'required, and nothing is known of who wrote it$'
else
	result 0 'a container # SKIP this machine allows no namespaces'
fi
finish
