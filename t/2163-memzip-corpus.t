#!/bin/bash
# tar, cpio and 7z archives of many makers, whole, cut off and damaged: the same
# from a file and from a pipe, in all ways to read, and as bsdtar has it.
. "${0%/*}/lib.sh"
few='-b 3 -n 3'
[ -z "${SOAK:-}" ] || few='-n 100'
check 'archives of many makers' "$HELPER/archive-corpus" $few -s "${SEED:-1}"
sed -n '/^#/p' "$T/out"
[ "$(wc -l <"$T/out")" = 1 ] || sed 's/^/# /' "$T/out"
finish
