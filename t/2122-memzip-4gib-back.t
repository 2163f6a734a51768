#!/bin/bash
# Beyond 4 GiB: 7z, and memzip itself from a pipe, where libarchive takes the
# descriptor for a small one.
. "${0%/*}/lib.sh"
[ -z "${SAN:-}" ] || skip_all 'takes too long with a sanitizer'

N=4296000000
"$HELPER/zeros" $N memzip -1 -n zeros >"$T/big.zip"
7z t "$T/big.zip" >"$T/7z" 2>&1 &
seven=$!
check_exit 0 'memzip -t from a pipe' bash -c 'cat "$1" | memzip -t -v' - "$T/big.zip"
check_err 'counts all of it' "1 members, $N bytes"
wait $seven
result $? '7z'

[ -n "${SOAK:-}" ] || finish

# Another checksum in the descriptor, which is 24 bytes before the directory.
/usr/bin/python3 - "$T/big.zip" <<'PY'
import struct, sys
b = bytearray(open(sys.argv[1], 'rb').read())
b[struct.unpack('<I', b[-6:-2])[0] - 20] ^= 1
open(sys.argv[1], 'wb').write(b)
PY
check_exit 65 'a descriptor that is wrong is noticed' bash -c 'cat "$1" | memzip -t' - "$T/big.zip"
finish
