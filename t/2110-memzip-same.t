#!/bin/bash
# The same input and options give the same bytes, whatever runs them.
. "${0%/*}/lib.sh"
PY=/usr/bin/python3

$PY - >"$T/data" <<'PY'
import random, sys
r = random.Random(6)
words = ['Tokyo', 'Python', '"quoted, text"', 'LT', '2026-08-01', '12.50', '\n']
n = 6 << 20
s = ','.join(r.choice(words) for _ in range(n // 6)).encode()
sys.stdout.buffer.write(s[:n - 77] + r.randbytes(700000))
PY

# Hands the data over in pieces of odd lengths.
trickle() {
	$PY -c '
import random, sys
r = random.Random(int(sys.argv[2]))
data = open(sys.argv[1], "rb").read()
while data:
    n = r.choice([1, 100, 4096, 65537, 300000])
    sys.stdout.buffer.write(data[:n])
    sys.stdout.buffer.flush()
    data = data[n:]' "$T/data" "$1"
}

for level in 0 1 2 3 4 6 9; do
	memzip -$level -T 1 -n d <"$T/data" >"$T/1.zip"
	memzip -$level -T 2 -n d <"$T/data" >"$T/2.zip"
	trickle $level | memzip -$level -T 5 -n d >"$T/5.zip"
	check "-$level: same bytes for 1 and 2 threads" cmp "$T/1.zip" "$T/2.zip"
	check "-$level: same bytes for 5 threads and odd pieces" cmp "$T/1.zip" "$T/5.zip"
done
TZ=Asia/Tokyo LC_ALL=C memzip -9 -n d <"$T/data" >"$T/tz.zip"
check_same 'same bytes in another time zone and locale' "$T/1.zip" "$T/tz.zip"
memzip -9 -n d "$T/data" >"$T/file.zip"
check_same 'a file gives what a pipe gives' "$T/1.zip" "$T/file.zip"
memzip -9 -n d --from cat "$T/data" >"$T/from.zip"
check_same '--from gives what a pipe gives' "$T/1.zip" "$T/from.zip"
memzip -n d --mtime 2026-08-20T00:00:01Z <"$T/data" >"$T/a.zip"
SOURCE_DATE_EPOCH=1787184001 memzip -n d <"$T/data" >"$T/b.zip"
check_same 'SOURCE_DATE_EPOCH is --mtime' "$T/a.zip" "$T/b.zip"
check '--mtime is in the archive' bash -c '
	TZ=UTC unzip -Z -T "$1" | grep 20260820.000001' - "$T/a.zip"

# Each block is read back by the thread that has compressed it: what a library
# did wrong does not come into an archive.
if [ -z "${SAN:-}" ]; then
	for level in 1 3 4 7; do
		check "-$level: a library's mistake is seen and mended" bash -c '
			set -o pipefail
			LD_PRELOAD=$3/preload/wrong-deflate.so memzip -'$level' -m 60M "$1" >"$2" &&
			! cmp -s "$2" <(memzip -'$level' -m 60M "$1") && unzip -p "$2" | cmp - "$1"' \
		    - "$T/data" "$T/mended.zip" "$BUILD"
	done
fi

finish
