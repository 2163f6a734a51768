#!/bin/bash
# Every reader in use accepts what memzip writes, and reads the same bytes.
. "${0%/*}/lib.sh"
PY=/usr/bin/python3

# The data: a name is KIND-SIZE; and how each is compressed.
$PY - "$T" <<'PY'
import random, sys
r = random.Random(5)
M = 1 << 20
words = ['東京', 'Python', '"quoted, text"', 'LT', '新宿区', '2026-08-01', '12.50', '\n']
text = ','.join(r.choice(words) for _ in range(500000)).encode()
assert len(text) > 2 * M + 5
for n in (0, 1, 100, M - 1, M, M + 1, 2 * M + 5):
    open(f'{sys.argv[1]}/text-{n}', 'wb').write(text[:n])
for n in (M, 5 * M):
    open(f'{sys.argv[1]}/noise-{n}', 'wb').write(r.randbytes(n))
open(f'{sys.argv[1]}/zeros-{40*M}', 'wb').write(bytes(40 * M))
PY

archives=()
for data in "$T"/text-* "$T"/noise-* "$T"/zeros-*; do
	case $data in
	*text-2097157) levels='0 1 2 3 4 5 6 7 8 9' ;;
	*text-*) levels='0 1 7' ;;
	*) levels='1 7' ;;
	esac
	for level in $levels; do
		name=${data##*/}
		zip=$T/$name.$level.zip
		memzip -$level -n "$name" <"$data" >"$zip" || echo "exit $?" >>"$T/failed"
		archives+=("$zip")
	done
done
check 'memzip succeeds for all' test ! -e "$T/failed"

data_of() { # the file an archive was made from
	local d=${1%.zip}
	echo "${d%.*}"
}

# all TITLE COMMAND…: runs COMMAND ARCHIVE for all; its output is the data.
all() {
	local title=$1 zip bad=0
	shift
	: >"$T/err"
	for zip in "${archives[@]}"; do
		"$@" "$zip" 2>>"$T/err" | cmp -s - "$(data_of "$zip")" &&
		    [ "${PIPESTATUS[0]}" -eq 0 ] || {
			bad=$((bad + 1))
			echo "wrong: ${zip##*/}" >>"$T/err"
		}
	done
	result $((bad != 0)) "$title: ${#archives[@]} archives"
}

tested_unzip() { unzip -tqq "$1" >&2 && unzip -p "$1"; }
tested_7z() { 7z t "$1" >&2 && 7z x -so "$1"; }
piped_bsdtar() { cat "$1" | bsdtar -xOf -; }
piped_funzip() { cat "$1" | funzip; }
all 'unzip' tested_unzip
all '7z' tested_7z
all 'bsdtar from a pipe' piped_bsdtar
all 'funzip from a pipe' piped_funzip
check "Python zipfile: ${#archives[@]} archives" $PY -c '
import sys, zipfile
for path in sys.argv[1:]:
    z = zipfile.ZipFile(path)
    name, = z.namelist()
    assert z.testzip() is None, path
    assert z.read(name) == open(path[:-6], "rb").read(), path' "${archives[@]}"

# One JVM reads them all, each from a pipe of its own.
if java=$(command -v java); then
	fifos=()
	for zip in "${archives[@]}"; do
		mkfifo "$zip.pipe"
		fifos+=("$zip.pipe")
		cat "$zip" >"$zip.pipe" &
		servers+=($!)
	done
	timeout 60 "$java" -XX:TieredStopAtLevel=1 "$HELPER/ZipStream.java" \
	    "${fifos[@]}" >"$T/java" 2>"$T/err"
	rc=$?
	$PY - "${archives[@]}" >"$T/java.want" <<'PY'
import os, sys, zlib
for i, path in enumerate(sys.argv[1:]):
    data = open(path[:-6], 'rb').read()
    print(i, os.path.basename(path)[:-6], len(data), '%08x' % zlib.crc32(data))
PY
	diff "$T/java" "$T/java.want" >>"$T/err"
	result $((rc != 0 || $? != 0)) 'Java ZipInputStream from pipes'
else
	result 0 'Java ZipInputStream # SKIP no java'
fi

# What stands in the headers.
check 'exact sizes when it fits the window' \
    "$HELPER/zip-fields" "$T/text-$((1 << 20)).7.zip" exact
check 'streamed when it does not' \
    "$HELPER/zip-fields" "$T/noise-$((5 << 20)).7.zip" streamed
check 'an empty entry' "$HELPER/zip-fields" "$T/text-0.7.zip" exact
check 'zipdetails finds no flaw' bash -c '
	for zip; do
		zipdetails "$zip" >"$0" 2>&1 || exit 1
		! grep -iE "warn|error|unexpected|trailing" "$0" || exit 1
	done' "$T/details" "${archives[@]}"

# The window's edges: -0 makes sizes that can be told beforehand.  -m 18M has
# a window of 3 MiB; n bytes become n + 5 * 17 … in stored blocks.
edge() { # edge TITLE LAYOUT ARCHIVE-BYTES-BEFORE-THE-DIRECTORY
	local n
	n=$($PY -c '
import sys
blocks = lambda n: sum(-(-min(1 << 20, n - i) // 65535) for i in range(0, n, 1 << 20))
want = int(sys.argv[1]) - 43
print(next(n for n in range(want - 400, want) if n + 5 * blocks(n) == want))' "$3")
	head -c "$n" "$T/noise-$((5 << 20))" >"$T/edge"
	memzip -0 -m 18M -T 1 <"$T/edge" >"$T/edge.zip" &&
	    "$HELPER/zip-fields" "$T/edge.zip" "$2" 2>"$T/err" &&
	    unzip -p "$T/edge.zip" | cmp - "$T/edge"
	result $? "$1"
}
W=$((3 << 20))
edge 'the whole archive just fits the window' exact $((W - 81))
edge 'its directory does not' exact $((W - 80))
edge 'the entry just fits' exact $W
edge 'the entry does not' streamed $((W + 1))

finish
