#!/bin/bash
# The NEON bodies against the plain ones, on an emulated arm64.
. "${0%/*}/lib.sh"
command -v aarch64-linux-gnu-gcc >/dev/null || skip_all 'no compiler for arm64'
command -v qemu-aarch64 >/dev/null || skip_all 'no emulator of arm64'

arm64() { # arm64 UNIT MODULE…: those that need no library
	local unit=$1
	(cd "$ROOT" && aarch64-linux-gnu-gcc -std=c11 -D_POSIX_C_SOURCE=200809L -O2 -Wall -Wextra \
	    -Werror -static -Icommon -o "$T/$unit" "t/unit/$unit.c" $(printf 'common/%s.c ' "${@:2}")) &&
	    qemu-aarch64 "$T/$unit" >"$T/tap" && ! grep -v '^ok' "$T/tap" | grep -q '^not ok'
}
utf8="base/utf8 base/utf8_avx2 base/utf8_neon"
check 'utf8' arm64 utf8 $utf8
check 'scan' arm64 scan $utf8 base/buffer base/diag json/batch json/path json/select $(cd "$ROOT/common" && ls json/scan*.c | sed 's/\.c$//')
finish
