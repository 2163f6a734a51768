#!/bin/bash
# Each tool in each mode under resource limits (t/helper/limits): it does what it
# should, or says what failed.  SEED chooses others; make inject tries all.
. "${0%/*}/lib.sh"

[ -z "${SAN-}" ] || skip_all "what stands around the programs takes more than the limits"
export BUILD
# limit NAME POINTS WHAT
limit() {
	timeout 600 "$HELPER/limits" -k "$1" -n "$2" -s "${SEED:-1}" >"$T/err" 2>&1
	result $? "$3"
	sed -n '/^# /p' "$T/err"
}
limit AS 50 "little address space"
limit DATA 50 "little memory"
limit FSIZE 20 "files that must not grow"
limit NOFILE 40 "few descriptors"
limit STACK 15 "a small stack"
limit NPROC 20 "few processes and threads"

finish
