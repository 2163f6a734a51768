#!/bin/bash
# --from: end of file counts only if the command exits with 0.
. "${0%/*}/lib.sh"
PATH=$BUILD/unit:$PATH

check_exit 0 'a command that succeeds' stage copy --from printf 'a\nb\n'
check 'is the input' test "$(cat "$T/out")" = "$(printf 'a\nb')"
check_exit 79 'a command that exits with 3' stage copy --from sh -c 'echo x; exit 3'
check_err 'is named with its code' "^stage: upstream 'sh' did not finish: it exited with 3$"
check 'what it wrote was passed on' test "$(cat "$T/out")" = x
check_exit 79 'a command that is killed' stage copy --from sh -c 'kill -9 $$'
check_err 'is named with its signal' 'killed by signal 9'
check_exit 79 'a command that is not there' stage copy --from no-such-command
check_err 'with the reason' "cannot run 'no-such-command': No such file"
check_exit 79 'a success after a broken seal is none' \
    stage copy --from sh -c 'stage fail </dev/null; exit 0'
check_exit 0 'a chain of three' stage copy --from stage copy --from echo deep
check 'arrives' test "$(cat "$T/out")" = deep
check_exit 79 'a failure at the far end of a chain' \
    stage copy --from stage copy --from sh -c 'exit 1'
check_exit 0 'the command has no input of ours' sh -c 'echo ours | stage copy --from cat'
check 'but an empty one' test ! -s "$T/out"
check_exit 0 'SIGPIPE is back to normal in the command' \
    stage copy --from sh -c 'yes | head -1'

# What the command inherits: three descriptors, and those that it is told of.
cat >"$T/open" <<'PYTHON'
import fcntl
for fd in range(256):
    try:
        fcntl.fcntl(fd, fcntl.F_GETFD)
        print(fd)
    except OSError:
        pass
PYTHON
check_exit 0 'a command of a stage that holds others' \
    bash -c 'exec 3</dev/null 4</dev/null 77</dev/null; exec stage copy --from python3 "$1"' - "$T/open"
check 'has three descriptors' test "$(paste -sd' ' "$T/out")" = '0 1 2'
check_exit 0 'process substitution' bash -c 'stage copy --from cat <(echo one) <(echo two)'
check 'reaches the command' test "$(paste -sd' ' "$T/out")" = 'one two'
check_exit 0 'and one after it' bash -c 'stage copy --from stage copy --from cat <(echo deep)'
check 'further up' test "$(cat "$T/out")" = deep
check_exit 0 'a parent that ignores SIGCHLD changes nothing' \
    python3 -c 'import os, signal, sys
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
os.execvp(sys.argv[1], sys.argv[1:])' stage copy --from echo waited
check 'and the input arrives' test "$(cat "$T/out")" = waited
check_exit 0 'an ignored SIGINT stays ignored' \
    sh -c 'trap "" INT; exec stage copy --from sh -c "kill -INT \$\$; echo on"'

# Secrets among the command's words are not the waiting stages' to show.
cat >"$T/above" <<'SH'
pid=$PPID
while [ "$pid" -gt 1 ]; do
	tr '\0' ' ' <"/proc/$pid/cmdline"
	grep 'core file' "/proc/$pid/limits"
	pid=$(cut -d' ' -f4 "/proc/$pid/stat")
	case $(cat "/proc/$pid/comm") in memzip | json2csv | s3put) ;; *) break ;; esac
done >"$1"
echo '{"a": 1}'
SH
check_exit 0 'a chain of three commands, with a secret' env AWS_ACCESS_KEY_ID=a AWS_SECRET_ACCESS_KEY=b \
    s3put --dry-run --endpoint-url http://127.0.0.1:1 s3://bucket/k --from memzip -n k.csv \
    --from json2csv -f a --from sh "$T/above" "$T/seen" 'Authorization: TOPSECRET'
check 'shows it in none' bash -c '[ "$(grep -c "from.*\*\*" "$1")" = 3 ] && ! grep -E "TOPSECRET|json2csv.*n k.csv" "$1"' - "$T/seen"
check 'and none of them dumps its memory' bash -c '[ "$(grep -cE "core file size +[01] " "$1")" = 3 ]' - "$T/seen"

# A stage that is killed takes its command with it: the fifo's only writer goes.
mkfifo "$T/life" "$T/said"
stage copy --from sh -c 'exec 7>"$0"; echo up >"$1"; exec cat /dev/zero' \
    "$T/life" "$T/said" >/dev/null &
victim=$!
exec 8<"$T/life"
read -r -t 20 _ <"$T/said"
kill -9 $victim
check 'SIGKILL of the stage ends the command' timeout 20 cat <&8
exec 8<&-
wait $victim 2>/dev/null

# Downstream gone: the command is stopped even if it never writes again.
check_exit 141 'a command that hangs is stopped' timeout 30 bash -c \
    'stage copy --from sh -c "trap \"\" PIPE; yes; exec tail -f /dev/null" | true; exit ${PIPESTATUS[0]}'
finish
