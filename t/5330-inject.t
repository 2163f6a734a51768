#!/bin/bash
# One call of a tool fails, in every mode, of every kind, wherever it is: a
# message and a status that are true, nothing half, nothing sealed or stored
# (t/helper/inject).  SEED chooses others; make inject tries all.
. "${0%/*}/lib.sh"

[ -z "${SAN-}" ] || skip_all "a sanitizer's allocator stands before the library that fails"
points=400
export BUILD
timeout 1200 "$HELPER/inject" -n "$points" -s "${SEED:-1}" >"$T/err" 2>&1
result $? "$points calls that fail, come short or are interrupted"
sed 's/^\(# \)\{0,1\}/# /' "$T/err"

finish
