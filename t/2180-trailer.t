#!/bin/bash
# The end of archives that real tools made: whole, and cut at every byte.
. "${0%/*}/lib.sh"

mkdir "$T/in"
head -c 3000 /dev/urandom >"$T/in/random"
seq 2000 >"$T/in/numbers"
echo small >"$T/in/small"
cd "$T/in" || exit 1

# cut KIND FILE TITLE: the file is whole, and no beginning of it is
cut() {
	timeout 120 "$BUILD/unit/trailer" "$1" "$2" >"$T/out" 2>"$T/err"
	local rc=$?
	head -5 "$T/out" >>"$T/err"
	result $rc "$3 ($(tail -1 "$T/out") bytes)"
}

command -v zip >/dev/null && {
	zip -q "$T/1.zip" random numbers small && cut zip "$T/1.zip" "zip"
	echo 'a comment' | zip -qz "$T/1.zip" >/dev/null && cut zip "$T/1.zip" "zip with a comment"
	zip -q -fz- - - <small >"$T/2.zip" && cut zip "$T/2.zip" "zip, streamed"
	zip -q -fz - - <numbers >"$T/3.zip" && cut zip "$T/3.zip" "zip, streamed with zip64"
	zip -q0 "$T/4.zip" "$T/1.zip" && cut zip "$T/4.zip" "a zip in a zip, stored"
}
memzip -q random numbers small >"$T/5.zip" && cut zip "$T/5.zip" "memzip"
seq 200 | memzip -q -n n >"$T/6.zip" && cut zip "$T/6.zip" "memzip of a stream"
command -v 7z >/dev/null && 7z a -bso0 "$T/7.zip" random small >/dev/null && cut zip "$T/7.zip" "7z"
command -v bsdtar >/dev/null && bsdtar -a -cf "$T/8.zip" random small && cut zip "$T/8.zip" "bsdtar"
/usr/bin/python3 - "$T/9.zip" "$T/10.zip" "$T/11.zip" <<'PYTHON' 2>"$T/err"
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w') as z:
    for i in range(300):
        z.writestr('name %d' % i, 'x')
# The directory is further back than what is kept of the stream.
with zipfile.ZipFile(sys.argv[2], 'w') as z:
    for i in range(3000):
        z.writestr('name %d' % i, '')
with zipfile.ZipFile(sys.argv[3], 'w') as z:
    for i in range(65536):
        z.writestr('%d' % i, '')
PYTHON
check "65536 entries have a zip64 record" env LC_ALL=C grep -aqP 'PK\x06\x07' "$T/11.zip"
cut zip "$T/11.zip" "Python, 65536 entries"
cut zip "$T/9.zip" "Python, 300 entries"
cut zip "$T/10.zip" "Python, 3000 entries"

for tool in gzip pigz zstd; do
	command -v $tool >/dev/null || continue
	kind=gzip
	[ $tool = zstd ] && kind=zstd
	for f in random numbers small /dev/null; do
		$tool -c <$f >"$T/x" && cut $kind "$T/x" "$tool of ${f##*/}"
	done
done
gzip -c -9 -N numbers >"$T/x" && cut gzip "$T/x" "gzip with a name"
memzip -q -F gzip -n n numbers >"$T/x" && cut gzip "$T/x" "memzip -F gzip"
command -v zstd >/dev/null && {
	zstd -qc --no-check -19 numbers >"$T/x" && cut zstd "$T/x" "zstd without a checksum"
	seq 100000 | zstd -qc -1 >"$T/x" && cut zstd "$T/x" "zstd of a stream"
}

# several in a row; a cut between two of them is no cut
rows() {
	timeout 60 "$BUILD/unit/trailer" "$1" "$T/x" | grep -v '^cut at' >"$T/err"
	[ "$(wc -l <"$T/err")" = 1 ]
	result $? "$2"
}
{ gzip -c small; gzip -c numbers; head -c 512 /dev/zero; } >"$T/x"
rows gzip "gzip members and zeros"
command -v zstd >/dev/null && { zstd -qc small; printf '\x5a\x2a\x4d\x18\3\0\0\0abc'; zstd -qc numbers; } >"$T/x" &&
	rows zstd "zstd frames"

finish
