#!/bin/bash
# The seal on real pipes: who finished, who failed, who was killed.
. "${0%/*}/lib.sh"
PATH=$BUILD/unit:$PATH

says() { # says STATE TITLE: $T/state holds STATE
	check "$2" test "$(cat "$T/state")" = "$1"
}

echo data | stage state >"$T/state"
says unknown 'a foreign writer leaves the pipe unknown'
echo data | stage copy | stage state >"$T/state"
says sealed 'a finished writer seals'
echo data | stage fail 2>/dev/null | stage state >"$T/state"
says broken 'a failed writer breaks the seal'
echo data | MEMPIPE_SEAL=0 stage copy | stage state >"$T/state"
says unknown 'MEMPIPE_SEAL=0 turns it off'
{ stage copy </dev/null; stage copy </dev/null; } | stage state >"$T/state"
says sealed 'two writers one after the other'
{ stage fail </dev/null 2>/dev/null; stage copy </dev/null; } | stage state >"$T/state"
says broken 'a failure stays, whatever follows'
{ stage copy </dev/null; stage fail </dev/null 2>/dev/null; } | stage state >"$T/state"
says broken 'a failure after a success counts'

# Of what kind a failure was: the worst of several counts.
echo data | stage fail 75 2>/dev/null | stage state >"$T/state"
says temporary 'a temporary failure says so'
{ stage fail 75 </dev/null 2>/dev/null; stage copy </dev/null; } | stage state >"$T/state"
says temporary 'and stays so, whatever follows'
{ stage fail 75 </dev/null 2>/dev/null; stage fail 69 </dev/null 2>/dev/null; } | stage state >"$T/state"
says broken 'but for another failure'
{ stage fail 69 </dev/null 2>/dev/null; stage fail 75 </dev/null 2>/dev/null; } | stage state >"$T/state"
says broken 'in any order'
check_exit 75 'the reader of a temporary failure exits with 75' \
    bash -c 'echo data | stage fail 75 2>/dev/null | stage copy'
for code in 64 65 69 70 73 74 77; do
	check_exit 79 "and of a failure with $code with 79" \
	    bash -c "echo data | stage fail $code 2>/dev/null | stage copy"
	check_exit "$code" "and with $code if the command is its own" \
	    stage copy --from stage fail "$code"
done
check_exit 75 'so it goes on through a pipeline' \
    bash -c 'echo data | stage fail 75 2>/dev/null | stage copy 2>/dev/null | stage copy'
check_exit 75 'and through a chain' stage copy --from stage copy --from stage fail 75

# kill -9: the writer is dead only after it has said that it is at work.
mkfifo "$T/said"
{ stage hang </dev/null 2>"$T/said" & echo $! >"$T/pid"; wait $! 2>/dev/null; } |
    stage state >"$T/state" &
reader=$!
read -r -t 20 _ <"$T/said"
kill -9 "$(cat "$T/pid")"
wait $reader 2>/dev/null
says open 'a killed writer leaves it open'

{ stage hang </dev/null 2>"$T/said" & echo $! >"$T/pid"; wait $! 2>/dev/null; } |
    stage copy 2>"$T/err" >/dev/null &
reader=$!
read -r -t 20 _ <"$T/said"
kill -9 "$(cat "$T/pid")"
wait $reader
check 'the reader of a killed writer exits with 79' test $? -eq 79
check_exit 79 'the reader of a failed writer, too' \
    sh -c 'echo data | stage fail 2>/dev/null | stage copy'
check_err 'and says so' '^stage: upstream failed: .stdin. was broken off after 5 bytes'
echo data | stage fail 2>/dev/null | stage copy 2>/dev/null | stage state >"$T/state"
says broken 'and does not seal its own output'
echo data | stage fail 2>/dev/null | cat | MEMPIPE_SEAL=direct stage copy 2>/dev/null | stage state >"$T/state"
says sealed 'MEMPIPE_SEAL=direct does not look through a foreign stage'
check_exit 79 'a required seal that is missing' sh -c 'echo data | MEMPIPE_SEAL=direct stage copy-require'
check_exit 0 'a required seal that is there' sh -c 'echo data | stage copy | stage copy-require'

# What is not an anonymous pipe is never touched.
mkfifo -m 600 "$T/fifo"
cat "$T/fifo" >/dev/null &
stage copy </dev/null >"$T/fifo"
wait $!
check 'a named FIFO keeps its mode' test "$(stat -c %a "$T/fifo")" = 600
(umask 077; stage copy </dev/null >"$T/file")
check 'a file keeps its mode' test "$(stat -c %a "$T/file")" = 600
check_exit 0 'a file as input' stage copy <"$T/file"

# Endings.
if [ -w /dev/full ]; then
	check_exit 74 '/dev/full is an error' sh -c 'echo data | stage copy >/dev/full'
	check_err 'with its reason' "^stage: cannot write to 'stdout': No space left"
fi
check_exit 141 'downstream gone' \
    timeout 30 bash -c 'yes | stage copy | true; exit ${PIPESTATUS[1]}'
check 'and not a word' test ! -s "$T/err"
check_exit 74 'standard output closed' sh -c 'echo data | stage copy >&-'
check_exit 74 'standard input closed' sh -c 'stage copy <&-'
check_exit 79 'an upstream that is not there' stage copy --from /nowhere/at/all
finish
