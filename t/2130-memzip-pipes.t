#!/bin/bash
# An archive gets its directory only after a complete input, and is sealed
# only when it is correct.
. "${0%/*}/lib.sh"
PATH=$BUILD/unit:$PATH
head -c 9000000 /dev/urandom >"$T/noise"

says() { # says STATE TITLE
	check "$2" test "$(cat "$T/state")" = "$1"
}
no_archive() { # no_archive FILE TITLE: no end of a directory in it
	! grep -aq $'PK\x05\x06' "$1"
	result $? "$2"
}
codes() { # codes EXPECTED TITLE: the last pipeline's, kept in $rc
	[ "$rc" = "$1" ] || echo "codes $rc, not $1" >>"$T/err"
	[ "$rc" = "$1" ]
	result $? "$2"
}

echo data | memzip | stage state >"$T/state"
says sealed 'a whole archive is sealed'
memzip -1 <"$T/noise" | stage state >"$T/state"
says sealed 'a streamed one, too'

# Upstream fails, or is killed, before and after the window is full.
for n in 5 9000000; do
	head -c $n "$T/noise" | stage fail 2>/dev/null | memzip >"$T/out" 2>"$T/err"
	rc="${PIPESTATUS[2]}"
	codes 79 "an upstream that fails after $n bytes: 79"
	no_archive "$T/out" 'and no directory'
	head -c $n "$T/noise" | stage fail 2>/dev/null | memzip 2>/dev/null | stage state >"$T/state"
	says broken 'and a broken seal'
done
mkfifo "$T/said"
{ stage hang <"$T/noise" 2>"$T/said" & echo $! >"$T/pid"; wait $! 2>/dev/null; } |
    memzip >"$T/out" 2>"$T/err" &
reader=$!
read -r -t 20 _ <"$T/said"
kill -9 "$(cat "$T/pid")"
wait $reader
rc=$?
codes 79 'an upstream that is killed: 79'
no_archive "$T/out" 'and no directory'

# memzip is killed: it has read the first bytes, and gets no more.
mkfifo "$T/in"
{ memzip -0 <"$T/in" & echo $! >"$T/pid"; wait $! 2>/dev/null; } | stage state >"$T/state" &
reader=$!
exec 8>"$T/in"
cat "$T/noise" >&8
kill -9 "$(cat "$T/pid")"
exec 8>&-
wait $reader
says open 'a killed memzip leaves the seal open'

check_exit 74 '/dev/full at the end' bash -c 'echo data | memzip >/dev/full'
check_err 'says so' '^memzip: cannot write to .*: No space left on device$'
check_exit 74 '/dev/full in mid-stream' bash -c 'memzip -1 <"$1" >/dev/full' - "$T/noise"
memzip -1 <"$T/noise" 2>"$T/err" | head -c 10 >/dev/null
rc="${PIPESTATUS[0]}"
codes 141 'downstream goes away: 141'
check 'and quietly' test ! -s "$T/err"

check_exit 79 '--from a command that fails' memzip --from sh -c 'echo x; exit 3'
no_archive "$T/out" 'and no directory'
check_exit 79 '--from no command' memzip --from /nonexistent/command
check_exit 74 'a file that is not there' memzip "$T/nothing"
check_err 'is named' "'$T/nothing': No such file or directory"
check_exit 74 'a directory cannot be read' memzip -n x "$T"
check_exit 0 'MEMPIPE_SEAL=0: an unsealed end is an end' bash -c '
	echo data | stage fail 2>/dev/null | MEMPIPE_SEAL=0 memzip'
finish
