#!/bin/bash
# The NEON and PMULL bodies against the plain ones, on an emulated arm64.
. "${0%/*}/lib.sh"
command -v aarch64-linux-gnu-gcc >/dev/null || skip_all 'no compiler for arm64'
command -v qemu-aarch64 >/dev/null || skip_all 'no emulator of arm64'

# What of the lower rooms needs no library.
modules=$(cd "$ROOT/common" && grep -LE '#include <(yajl|openssl)/' base/*.c csv/sizes.c json/*.c aws/crc64*.c | sed 's/\.c$//')

arm64() { # arm64 UNIT
	local unit=$1
	(cd "$ROOT" && aarch64-linux-gnu-gcc -std=c11 -D_POSIX_C_SOURCE=200809L -D_FILE_OFFSET_BITS=64 -O2 -Wall -Wextra \
	    -Werror -static -pthread -Icommon -DVERSION='"0"' -o "$T/$unit" "t/unit/$unit.c" $(printf 'common/%s.c ' $modules)) &&
	    qemu-aarch64 "$T/$unit" >"$T/tap" && ! grep -v '^ok' "$T/tap" | grep -q '^not ok'
}
check 'utf8' arm64 utf8
check 'scan' arm64 scan
check 'crc64' arm64 crc64
check 'crc64 by multiplication' grep -q '^ok.* PMULL' "$T/tap"
finish
