#!/bin/bash
# -F: the other formats, and --verify for all of them.
. "${0%/*}/lib.sh"
cd "$T" || exit 1
pardon_libarchive
{ seq 1 300000; head -c 1500000 /dev/urandom; } >data
{ seq 1 60000; head -c 200000 /dev/urandom; } >few	# for what is slow

plain() { # plain FORMAT: decompressed by its own tool
	case $1 in
	gzip) gzip -dc ;; bzip2) bzip2 -dc ;; lz4) bsdcat ;; xz) xz -dc ;; zstd) zstd -dcq ;;
	esac
}
for f in gzip bzip2 lz4 xz zstd; do
	case $f in xz | bzip2) d=few ;; *) d=data ;; esac
	memzip -F $f <$d >a.$f
	check "$f" bash -c "$(declare -f plain); plain $f <a.$f | cmp - $d"
	memzip -F $f --verify <$d >b.$f
	check_same "$f: --verify does not change it" a.$f b.$f
	memzip -F $f </dev/null >empty
	check "$f of nothing" bash -c "$(declare -f plain); test \$(plain $f <empty | wc -c) = 0"
done
for f in tar tar.bz2 tar.gz tar.lz4 tar.xz tar.zst; do
	case $f in *.xz | *.bz2) d=few ;; *) d=data ;; esac
	memzip -F $f --verify $d e=/dev/null >a.$f
	check "$f" bash -c 'bsdtar -xOf a.$1 $2 | cmp - $2 && test "$(bsdtar -tf a.$1 | tr "\n" " ")" = "$2 e "' - $f $d
	memzip -F $f $d e=/dev/null >b.$f
	check_same "$f: the same bytes again" a.$f b.$f
done
for f in gzip zstd; do
	memzip -F $f -1 -T 1 <data >1.$f
	memzip -F $f -1 -T 5 <data >5.$f
	check_same "$f: the same bytes for any threads" 1.$f 5.$f
	/usr/bin/python3 -c '
import os
with open("data", "rb") as f:
    while piece := f.read(77777):
        os.write(1, piece)' | memzip -F $f -1 -T 2 >2.$f
	check_same "$f: and in any pieces" 1.$f 2.$f
done
check 'zstd: with a checksum' bash -c 'zstd -lv 5.zstd 2>&1 | grep -q "Check: XXH64"'
for f in tar.gz tar.zst; do
	memzip -F $f -1 -T 1 data e=data >1.$f
	memzip -F $f -1 -T 5 data e=data >5.$f
	check_same "$f: the same bytes for any threads" 1.$f 5.$f
done
check 'tar.gz: gzip reads it' gzip -t 5.tar.gz
check_exit 64 '--adapt is for what is deflated here' memzip --adapt -F zstd data
cat data | memzip -F tar -n x >held.tar
check 'tar: an input of unknown size goes through a window' bash -c 'bsdtar -xOf held.tar x | cmp - data'
check_exit 65 'as far as it fits' bash -c 'cat data | memzip -F tar -m 16M -T 1'
check_exit 64 'gzip holds one entry' memzip -F gzip data e=/dev/null
check_exit 64 'a format that is none' memzip -F rar data
check_err 'lists those that are' 'zip gzip bzip2'
check_exit 64 '--comment is for zip' memzip -F gzip --comment x data
check_exit 74 'gzip: /dev/full' bash -c 'memzip -F gzip <data >/dev/full'
check_exit 74 'tar.zst: /dev/full' bash -c 'memzip -F tar.zst data >/dev/full'
for f in gzip xz tar.gz; do
	check_exit 79 "$f: an input that fails" bash -c "cat data | $BUILD/unit/stage fail 2>/dev/null | memzip -m 64M -F $f"
	check_exit 65 "$f: leaves it cut off" memzip -t <"$T/out"
done
memzip -e --passphrase-file <(echo p) --verify -m 16M -T 1 data >e.zip
check '-e with --verify' 7z t -pp e.zip
check '-e: names are UTF-8' bash -c 'memzip -e --passphrase-file <(echo p) -n 東京 </dev/null | memzip -l --passphrase-file <(echo p) | grep -q 東京'
# Encrypted: what fits the window and what does not, several entries, none.
: >none
for m in 16M 60M; do
	memzip -e --passphrase-file <(echo p) -m $m -T 1 --comment 'a comment' data few none >e.zip
	check "-e, -m $m: 7z tests it" 7z t -pp e.zip
	for f in data few none; do
		check "-e, -m $m: bsdtar reads $f" bash -c 'bsdtar --passphrase p -xOf e.zip $1 | cmp - $1' - $f
		check "-e, -m $m: memzip, too, from a pipe" bash -c \
		    'cat e.zip | memzip -x --passphrase-file <(echo p) $1 | cmp - $1' - $f
	done
	check "-e, -m $m: the comment" bash -c 'unzip -z e.zip | grep -q "a comment"'
	check "-e, -m $m: no CRC is told" bash -c 'test "$(unzip -lv e.zip | grep -c " 00000000  ")" = 3'
	check_exit 77 "-e, -m $m: another passphrase" memzip -t --passphrase-file <(echo q) <e.zip
	/usr/bin/python3 -c '
b = bytearray(open("e.zip", "rb").read()); b[100] ^= 1; open("bad.zip", "wb").write(b)'
	check_exit 65 "-e, -m $m: one bit is turned" memzip -t --passphrase-file <(echo p) <bad.zip
done
memzip -e --passphrase-file <(echo p) few >1.zip
memzip -e --passphrase-file <(echo p) few >2.zip
check '-e: no two are the same' bash -c '! cmp -s 1.zip 2.zip'
memzip --verify -m 16M -T 1 -1 <data >a.zip
memzip -m 16M -T 1 -1 <data >b.zip
check_same 'zip: --verify does not change a streamed archive' a.zip b.zip
check '--adapt: any mix of levels is read' bash -c 'memzip --adapt <data | memzip -x | cmp - data'
finish
