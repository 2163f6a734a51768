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

# An archive whose bytes, too, are more: what comes after them has its place in a
# zip64 field, and nothing else there.
printf 'small\n' >"$T/small"
head -c $N /dev/urandom | memzip -0 big=/dev/stdin small="$T/small" |
    { tee >(tail -c 400 >"$T/tail"); wait $!; } | memzip -x small >"$T/got"
check_same 'an entry after 4 GiB of bytes' "$T/got" "$T/small"
check 'and its place in the directory' /usr/bin/python3 -c '
import struct, sys
t = open(sys.argv[1], "rb").read()
at = t.rindex(b"PK\1\2")
csize, usize, n, x = struct.unpack("<IIHH", t[at + 20:at + 32])
assert usize == 6 and t[at + 42:at + 46] == bytes([255] * 4) and n == 5
assert struct.unpack("<HHQ", t[at + 51:at + 63])[:2] == (1, 8)
place, = struct.unpack("<Q", t[at + 55:at + 63])
end = t.index(b"PK\6\6", at)
where, = struct.unpack("<Q", t[end + 48:end + 56])		# of the directory
assert place > 1 << 32 and place + 30 + 5 + 9 + csize == where' "$T/tail"
finish
