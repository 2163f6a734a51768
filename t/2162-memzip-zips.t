#!/bin/bash
# Zip archives of all makes, sound and broken, from a file and from a pipe: one
# verdict and the same bytes, and how that compares with other readers.
. "${0%/*}/lib.sh"
PY=/usr/bin/python3
export BUILD
cd "$T" || exit 1

# Where memzip and the others part, and why that is as it should be.  A class of
# differences that is not here fails.
cat >accepted <<'TABLE'
from a file only: . is a symbolic link	only the directory tells a link from a file
from a file only: the members that were read	members that the directory has not: a pipe has shown them before
from a file only: the archive is cut off	what stands before or between the members looks like one
not read by python	xz; versions, volumes and flags that it refuses; an end's signature in a comment
not read by unzip	lzma and xz; versions; an end's signature in a comment
not read by 7z	versions; something before the archive that its offsets do not count
not read by bsdtar	zip64 after something else; local sizes that a descriptor overrides
other data than python	an empty archive in the comment of another is not the archive
other data than unzip	the same; the order is that of the data, which a pipe has, too
other data than 7z	the same; members that the directory has not
other data than bsdtar	the same; attributes of MS-DOS that mean a directory
its local header has another	a pipe has only the local header, so it must say what the directory says
what follows its data	a pipe has only the descriptor, so it must say what the data are
its data are	size and CRC-32 of the directory must be those of the data
bytes are left over	after the compression's end, before the member's
data are damaged	what is damaged after the size was reached
strong encryption and patches	not supported; others do not look at the flags
compression, method	not supported
two members of the zip archive overlap	bombs are made so, and a pipe cannot go back
it has two ends, one in the comment	readers differ in which archive they take
it does not end with the end	cut off, or followed by something that no one reads
its directory is empty, and there is something	data that no directory has
its directory is not where its end says	an end that does not fit its directory
its directory has not the size	the same
there is no directory where its end says	the same
it has more entries than its end counts	the same
an entry is cut off	the same
there is no entry	the same
its two end records disagree	the classic one and zip64's
its zip. locator leads nowhere	zip64's record must be there
it is one of several volumes	those are not here
it is in another volume	the same
sizes of zip. are missing	marked as being in a field that is not there
a directory that has data	passing over it would lose them
a name with a zero byte	it would be another name for others
its member is after the directory	an offset that cannot be
reaches into the directory	the same
there is no member where the directory has one	the same
the zip archive is cut off	a record goes on after the end
method . without what it takes	AES without its field
the passphrase is not the one	flags that say encrypted where nothing is
the input is not an archive	nothing of a zip archive at its end
TABLE

classes() { # classes TITLE ZIP-ORACLE'S ARGUMENTS: all of them are accepted
	local title=$1
	shift
	"$HELPER/zip-oracle" "$@" >found 2>"$T/err"
	result $? "$title: all are compared"
	cut -f1 accepted | grep -vFf - found >"$T/err"
	[ $? -eq 1 ]
	result $? "$title: no difference that has no reason"
}
classes 'each field of each record' fields 20 800
classes 'at random' random "${SEED:-$((RANDOM % 1000))}" 1500 20 300

# The command itself, and what becomes of the seal.
"$HELPER/zip-corpus" .
for f in symlink deleted replaced two-archives; do
	check_exit 0 "$f, from a file" memzip -x <odd-$f.zip
	cat odd-$f.zip | memzip -x 2>/dev/null | "$BUILD/unit/stage" state >state
	check '  from a pipe it is not sealed' test "$(cat state)" = broken
	check_exit 65 '  because' bash -c "cat odd-$f.zip | memzip -x"
	check_err '  and a file would do' 'from a file$'
done
check_exit 0 '-t needs not know what is a link' bash -c 'cat odd-symlink.zip | memzip -t'
check_exit 0 'nor who takes another member' bash -c 'cat odd-symlink.zip | memzip -x a.txt'
check_exit 65 'but -l --json does' bash -c 'cat odd-symlink.zip | memzip -l --json'
memzip -l --json <odd-symlink.zip >list
check '  which a file tells' grep -q '"name":"link".*"file":false' list
for f in odd-cut-8 odd-no-directory odd-count-too-large odd-other-name odd-overlap; do
	for mode in -t -l -x; do
		check_exit 65 "${f#odd-}: $mode from a file" memzip $mode <$f.zip
		check_exit 65 '  and from a pipe' bash -c "cat $f.zip | memzip $mode"
	done
done
check_exit 65 'Deflate64' memzip -t <odd-deflate64.zip
check_err '  has a name' 'member .a.: .*method 9 \(Deflate64\), is not supported'

# Every way of writing that others have.
seq 1 30000 >a
head -c 300000 /dev/urandom >b
: >c
for m in Copy Deflate BZip2 LZMA; do
	for e in '' '-psecret -mem=AES256' '-psecret -mem=AES128' '-psecret -mem=ZipCrypto'; do
		rm -f 7.zip
		7z a -tzip -bd -mm=$m $e 7.zip a b c >/dev/null
		check "7z: $m $e" bash -c 'cat a b c >all
			memzip -x --passphrase-file <(echo secret) <7.zip | cmp - all &&
			    cat 7.zip | memzip -x --passphrase-file <(echo secret) | cmp - all'
		[ -z "$e" ] && continue
		check_exit 77 '  not with another passphrase' bash -c 'cat 7.zip | memzip -x --passphrase-file <(echo other)'
	done
done
rm 7.zip
7z a -tzip -bd -mm=PPMd 7.zip a >/dev/null
check_exit 65 '7z: PPMd is refused' memzip -t <7.zip
check_err '  by name' 'method 98 \(PPMd\)'
memzip -e --passphrase-file <(echo secret) -m 16M -T 1 a b >own.zip
check '-e, as a stream' bash -c 'cat own.zip | memzip -x --passphrase-file <(echo secret) | cmp - <(cat a b)'
$PY -c '
b = bytearray(open("own.zip", "rb").read())
b[100000] ^= 1
open("damaged.zip", "wb").write(b)'
check_exit 65 '  damaged' bash -c 'cat damaged.zip | memzip -x --passphrase-file <(echo secret)'
for m in STORED DEFLATED BZIP2 LZMA; do
	$PY -c '
import sys, zipfile
class Pipe:
    def write(self, b): return sys.stdout.buffer.write(b)
    def flush(self): pass
with zipfile.ZipFile(Pipe(), "w", zipfile.ZIP_'$m') as z:
    for n in "abc": z.write(n)' >py.zip
	check "Python: $m, as a stream" bash -c 'cat py.zip | memzip -x | cmp - <(cat a b c) && memzip -x <py.zip | cmp - <(cat a b c)'
done
zip -q x.zip a b c
cat /bin/ls x.zip >sfx
check 'a zip after a program' bash -c 'cat sfx | memzip -x | cmp - <(cat a b c) && memzip -x <sfx | cmp - <(cat a b c)'
zip -qA sfx
check 'and with its offsets set right' bash -c 'cat sfx | memzip -x | cmp - <(cat a b c) && memzip -x <sfx | cmp - <(cat a b c)'
bsdtar --format zip -cf - a b c | cat >padded.zip
check 'bsdtar, with zeros after the end' bash -c 'cat padded.zip | memzip -x | cmp - <(cat a b c) && memzip -x <padded.zip | cmp - <(cat a b c)'
{ printf 0123456789; cat padded.zip; } >late.zip
check 'a file, from where it stands on' bash -c '{ dd bs=1 count=10 status=none of=/dev/null; memzip -x; } <late.zip | cmp - <(cat a b c)'
rm x.zip
zip -q x.zip a
for c in gzip xz zstd; do
	$c -c <x.zip >x.zip.$c
	check "a zip compressed by $c" bash -c "memzip -x <x.zip.$c | cmp - a && cat x.zip.$c | memzip -x | cmp - a"
done
check_exit 0 'zip as the input of --tar' bash -c 'cat x.zip | memzip --tar | memzip -x | cmp - a'
finish
