#!/bin/bash
# Archives that want much: dictionaries of gigabytes, bombs, endless lists.
# None makes memzip take more memory than -m, or than its default.
. "${0%/*}/lib.sh"
PY=/usr/bin/python3
cd "$T" || exit 1

# peak MIB TITLE: the peak of the last check_exit, from its --stats, is below.
peak() {
	[ -z "${SAN:-}" ] || { result 0 "$2 # SKIP sanitizers take memory"; return; }
	$PY -c 'import json, sys
s = [json.loads(l) for l in open(sys.argv[1]) if l.startswith("{")][-1]
sys.exit(s["peak_rss"] > int(sys.argv[2]) << 20)' "$T/err" "$1"
	result $? "$2"
}

# Headers that ask for a dictionary: 4 GiB before a few bytes of data, and such
# that would really be filled.
$PY <<'PY'
import lzma, struct, zipfile, zlib
def xz(data, bits):
    b = bytearray(lzma.compress(data, filters=[{'id': lzma.FILTER_LZMA2, 'dict_size': 4096}]))
    assert b[14] == 0x21
    b[16] = bits
    n = (b[12] + 1) * 4
    b[8 + n:12 + n] = struct.pack('<I', zlib.crc32(bytes(b[12:8 + n])))
    return bytes(b)
open('4g.xz', 'wb').write(xz(b'x' * 1000, 40))
open('second.xz', 'wb').write(xz(b'x' * 1000, 10) + xz(b'x' * 1000, 40))
def zst(log):
    block = b'y' * 100
    return struct.pack('<IBB', 0xfd2fb528, 0, log - 10 << 3) + \
        struct.pack('<I', 1 | len(block) << 3)[:3] + block
open('2g.zst', 'wb').write(zst(31))
open('128m.zst', 'wb').write(zst(27))
with zipfile.ZipFile('1g-lzma.zip', 'w', zipfile.ZIP_LZMA) as z:
    z.writestr('a', b'x' * 1000)
b = bytearray(open('1g-lzma.zip', 'rb').read())
b[30 + 1 + 5:30 + 1 + 9] = struct.pack('<I', 1 << 30)
open('1g-lzma.zip', 'wb').write(b)
PY
head -c 40000000 /dev/zero | tr '\0' a >a
xz -0 --lzma2=preset=0,dict=1536MiB <a >filled.xz
xz -9 <a >nine.xz
tar cf - a | xz -9 >nine.tar.xz
xz -0 --format=lzma --lzma1=preset=0,dict=1024MiB <a >filled.lzma
zstd -q -19 --long=30 <a >filled.zst

if [ -z "${SAN:-}" ]; then	# where there is no limit
	for f in 4g.xz second.xz filled.xz 1g-lzma.zip; do
		check_exit 70 "$f is refused" timeout 30 memzip -t --stats <$f
		check_err 'and the option named' 'takes more memory than -m allows$'
		peak 16 'before the memory is taken'
	done
	check_exit 70 'xz -9 does not fit -m 24M' memzip -t -m 24M <nine.xz
	check_exit 70 'nor a tar of it' bash -c 'cat nine.tar.xz | memzip -x -m 24M'
	check_exit 0 'but --tar takes that' bash -c 'cat nine.tar.xz | memzip --tar --stats'
	peak 112 'within its memory'
	check_exit 70 '--tar has a limit, too' bash -c '
		tar cf - a | xz -0 --lzma2=preset=0,dict=1536MiB | memzip --tar'
	check_exit 70 'a dictionary of lzma' memzip -t <filled.lzma
fi
check_exit 65 'a zstd window of 2 GiB' memzip -t <2g.zst
check_exit 65 'and one that is filled' memzip -t <filled.zst
check_exit 0 'one of 128 MiB is read' memzip -t <128m.zst
check_exit 0 'xz -9, too' memzip -t --stats <nine.xz
peak 80 'in what it needs'

# One layer of compression is undone, whichever it is; a bomb within is data.
gzip -c a | gzip -c | gzip -c >layers.gz
check 'one layer is unpacked, not all' bash -c 'memzip -x <layers.gz | gzip -dc | gzip -dc | cmp - a'
echo x >x
for outer in gzip bzip2 xz zstd lz4 lzma; do
	for inner in gzip bzip2 xz zstd lz4; do
		memzip -F $inner x >inner
		if [ $outer = lzma ]; then xz -F lzma -c inner; else memzip -F $outer inner; fi >outer
		cat outer | memzip -x 2>"$T/err" | cmp - inner && memzip -x <outer 2>"$T/err" | cmp - inner || break
	done
	result $? "$outer: what is in it stays compressed"
done
tar cf - x | xz | gzip >x.tar.xz.gz
check_exit 65 '--tar undoes one layer, too' memzip --tar <x.tar.xz.gz

# After the end of what is compressed nothing more may come.
for c in gzip bzip2 xz zstd lz4 lzma; do
	for d in /dev/null x a.head; do
		head -c 3000000 a >a.head
		if [ $c = lzma ]; then xz -F lzma -c $d; else memzip -F $c $d; fi >whole
		check "$c of $d, in pieces of one byte" bash -c '
			/usr/bin/python3 -c "
import os
b = open(\"whole\", \"rb\").read()
for x in b[:2000]: os.write(1, bytes([x]))
os.write(1, b[2000:])" | memzip -x | cmp - $1' - $d
		{ cat whole; echo junk; } >more
		check_exit 65 '  something after it' memzip -t <more
		check_exit 65 '  something after it, in a pipe' bash -c 'cat more | memzip -t'
		head -c -1 whole >less
		check_exit 65 '  the last byte not there' memzip -t <less
	done
done
bsdtar -cZf x.tar.Z x
check 'compress' bash -c 'memzip -x <x.tar.Z | cmp - x'

xz -0 <a >bomb.xz
check_exit 65 'a bomb of xz stops at --max-size' memzip -x --stats --max-size 1M <bomb.xz
check 'soon after it' test "$(wc -c <"$T/out")" -le 2000000
check_exit 65 'and at --max-ratio' memzip -t --max-ratio 50 <bomb.xz

# Many members: nothing is kept of them.
$PY - <<'PY'
import sys, zipfile
with zipfile.ZipFile('many.zip', 'w') as z:
    for i in range(40000):
        z.writestr(zipfile.ZipInfo('d/' * 100 + str(i)), b'')
PY
check_exit 0 '40,000 members with long names, from a pipe' bash -c 'cat many.zip | memzip -l --stats'
peak 12 'in the memory of one'
check 'are all listed' test "$(wc -l <"$T/out")" = 40000
if [ -z "${SAN:-}" ]; then
	check_exit 0 'a directory in a file is kept, within -m' memzip -l -m 8M <many.zip
	check_exit 64 '-m below what reading takes' memzip -l -m 7M <many.zip
fi

# Compressed data that begins with zeros is no empty tar archive.
{ head -c 1024 /dev/zero; echo data; } >zeros
echo x | memzip >our.zip
echo x | memzip -F tar --allow-empty -n x >our.tar
for c in gzip xz zstd; do
	$c -c <zeros >zeros.$c
	check_exit 65 "$c of data that begins with zeros is refused" memzip -x <zeros.$c
	check_err 'and its own tool named' 'data that begins with zeros: decompress it with its own tool$'
	for f in zeros /dev/null our.zip our.tar; do
		check "$c: --verify takes for data what looks like an archive" bash -c '
			memzip -F $1 --verify <$2 >verified && $1 -dc verified | cmp - $2' - $c $f
	done
	$c -c </dev/null >nothing.$c
	check_exit 0 "$c of nothing is read" memzip -x <nothing.$c
done
check 'as nothing' test ! -s "$T/out"

# libarchive keeps names as they come, and ends the process when it cannot: that
# is no memory's status, and the pipe is no sealed one.
$PY - <<'PY'
def header(name, size, kind=b'0'):
    h = bytearray(512)
    def put(at, b): h[at:at + len(b)] = b
    put(0, name)
    put(100, b'0000644\0' b'0000000\0' b'0000000\0')
    put(124, b'%011o\0' % size)
    put(136, b'%011o\0' % 0)
    put(156, kind)
    put(257, b'ustar\x0000')
    put(148, b' ' * 8)
    put(148, b'%06o\0 ' % sum(h))
    return bytes(h)
def record(key, value):
    r = key + b'=' + value
    n = len(r) + 3
    while len(b'%d %s\n' % (n, r)) != n: n += 1
    return b'%d %s\n' % (n, r)
body = record(b'path', b'p' * 980000) + record(b'linkpath', b'l' * 60000)
open('names.tar', 'wb').write(header(b'x', len(body), b'x') + body + bytes(-len(body) % 512) + header(b'a', 0) + bytes(1024))
PY
if [ -z "${SAN:-}" ]; then
	check_exit 70 'names for which there is no memory' memzip -l -m 8M <names.tar
	check_err 'the option is named' '^memzip: out of memory in a library; see -m$'
	memzip -l -m 8M <names.tar 2>/dev/null | "$BUILD/unit/stage" state >state
	check 'and the pipe is broken' test "$(cat state)" = broken
	check_exit 0 'with enough it is read' memzip -l -m 16M <names.tar
fi
finish
