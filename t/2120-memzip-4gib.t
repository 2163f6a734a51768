#!/bin/bash
# At 4 GiB: descriptors, zip64 in the directory, and readers that read it all.
# The data is zeros, so that archives are small.
. "${0%/*}/lib.sh"
[ -z "${SAN:-}" ] || skip_all 'takes too long with a sanitizer'
PY=/usr/bin/python3

# The tail of the archive, field by field.
tail_says() { # tail_says ARCHIVE USIZE DESCRIPTOR-BYTES
	$PY - "$@" <<'PY'
import struct, sys
z = open(sys.argv[1], 'rb').read()
usize, dd = int(sys.argv[2]), int(sys.argv[3])
count, size, offset = struct.unpack('<HII', z[-12:-2])
assert (count, offset + size + 22) == (1, len(z)), 'end'
made, need, flags, method, _, crc, c, u, n, x = struct.unpack('<HHHHIIIIHH', z[offset + 4:offset + 32])
extra = z[offset + 46 + n:offset + 46 + n + x]
big = dd == 24
assert (made, need) == (3 << 8 | need, 45 if big else 20), 'version'
assert u == min(usize, 0xffffffff), 'usize'
if big:
    assert extra[:12] == struct.pack('<HHQ', 1, 8, usize), 'zip64 extra'
begin = 30 + n + 9
assert c == offset - dd - begin, 'csize'
assert z[offset - dd:offset] == struct.pack('<4sIQQ' if big else '<4sIII', b'PK\7\x08', crc, c, usize), 'descriptor'
local = struct.unpack('<4sHHHIIIIHH', z[:30])
assert local[:4] == (b'PK\3\4', 20, 8, 8) and local[5:8] == (0, 0, 0), 'local'
PY
}

for n in 4294967294 4294967295 4294967296; do
	"$HELPER/zeros" $n memzip -1 >"$T/$n.zip"
	check "$n bytes" tail_says "$T/$n.zip" $n $((n < 4294967295 ? 16 : 24))
done
finish
