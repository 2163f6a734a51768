#!/bin/bash
# tar and cpio: their ends, hard links, sparse files, names; --exclude, --names,
# --skip-links.  The same from a file and from a pipe.
. "${0%/*}/lib.sh"
PY=/usr/bin/python3
cd "$T" || exit 1

# both CODE TITLE ARCHIVE OPTION…: from a file and from a pipe, the same output.
both() {
	local want=$1 title=$2 archive=$3 rc
	shift 3
	memzip "$@" <"$archive" >file.out 2>"$T/err"
	rc=$?
	cat "$archive" | memzip "$@" >"$T/out" 2>pipe.err
	[ "${PIPESTATUS[1]}" = $rc ] && [ $rc = "$want" ] && cmp file.out "$T/out" >>"$T/err" 2>&1
	result $? "$title" || echo "# exit $rc, not $want"
}
gives() { # gives TEXT TITLE: what the last `both` wrote
	[ "$(cat "$T/out")" = "$1" ]
	result $? "$2"
}

# Archives that end between two members, or are followed by something.
mkdir d
echo one >d/1
echo two >d/2
(cd d && tar cf ../whole.tar 1 2)
head -c 1024 whole.tar >cut.tar
head -c 2048 whole.tar >noend.tar
head -c 2560 whole.tar >lone.tar
cat whole.tar whole.tar >twice.tar
{ cat whole.tar; head -c 512 /dev/urandom; } >junk.tar
{ cat whole.tar; echo; } >line.tar
head -c 10240 /dev/zero >empty.tar
tar cf label.tar -V label -T /dev/null
head -c 512 label.tar >labelcut.tar
both 0 'a tar archive' whole.tar -x
both 65 'cut off after its first member' cut.tar -t
check_err 'says so' 'the tar archive is cut off: it has no end at byte 1024$'
both 65 'cut off before its end' noend.tar -x
both 0 'one block of zeros is an end' lone.tar -x
both 0 'two in a row are one' twice.tar -x
gives $'one\ntwo\none\ntwo' 'with all their data'
both 65 'something after the end' junk.tar -x
both 65 'a line after the end' line.tar -x
both 0 'none but an end' empty.tar -l
both 0 'a label and an end' label.tar -l
both 65 'a label alone' labelcut.tar -l
for c in gzip xz zstd bzip2; do
	for f in cut noend twice junk; do memzip -F $c $f.tar >$f.tar.$c; done
	both 65 "$c: cut off" cut.tar.$c -t
	both 65 '  before its end' noend.tar.$c -t
	both 0 '  two in a row' twice.tar.$c -x
	both 65 '  something after the end' junk.tar.$c -t
done
for format in odc newc bin; do
	(cd d && bsdtar --format $format -cf ../whole.cpio 1 2)
	size=$($PY -c 'print(open("whole.cpio", "rb").read().rindex(b"TRAILER!!!"))')
	header=$(case $format in odc) echo 76 ;; newc) echo 110 ;; bin) echo 26 ;; esac)
	head -c $((size - header)) whole.cpio >noend.cpio
	{ cat whole.cpio; echo more; } >junk.cpio
	{ cat whole.cpio; head -c 100000 /dev/zero; } >padded.cpio
	both 0 "$format" whole.cpio -x
	gives $'one\ntwo' 'all its data'
	both 65 '  without its trailer' noend.cpio -x
	both 65 '  followed by something' junk.cpio -x
	check_err 'says so' 'the cpio archive is followed by something else at byte [0-9]+$'
	both 0 '  followed by zeros' padded.cpio -x
done

# Hard links: the data are there, or it is told where they are.
ln d/1 d/3
(cd d && tar cf ../links.tar 1 3 2)
(cd d && printf '%s\n' 1 2 3 | bsdcpio -o -H newc >../links.newc 2>/dev/null)
(cd d && printf '%s\n' 1 2 3 | bsdcpio -o -H odc >../links.odc 2>/dev/null)
both 0 'tar: a hard link' links.tar -x
gives $'one\ntwo' 'the data once'
both 65 '  alone' links.tar -x 3
check_err 'says where the data are' "'3' is a hard link to '1'"
both 0 '  with the other name' links.tar -x 3 1
gives one 'the data'
both 0 '  listed alone' links.tar -l 3
both 0 '  in JSON' links.tar -l --json
check 'names the other' jq -se 'any(.name == "3" and .link == "1" and .file == false)' <"$T/out"
both 65 '  --tar: an entry would be empty' links.tar --tar
both 0 '  --skip-links' links.tar --tar --skip-links
check 'leaves it out' bash -c 'test "$(memzip -l <file.out | wc -l)" = 2'
check 'and is told' grep -q '^memzip: skipped 1 members' pipe.err
both 0 '  --exclude' links.tar --tar --exclude 3
check_exit 64 '--skip-links is for --tar' memzip --skip-links d/1
both 0 'newc: the data stand with the last name' links.newc -x
gives $'two\none' 'and come out'
both 0 '  that name' links.newc -x 3
gives one 'has them'
both 65 '  the first name alone' links.newc -x 1
check_err 'says where the data are' "'3', which is left out, has the data"
both 0 '  both' links.newc -x 1 3
gives one 'the data'
both 65 '  --tar' links.newc --tar
both 0 '  --tar --skip-links' links.newc --tar --skip-links
check 'the data are there' bash -c 'test "$(memzip -x <file.out)" = "$(printf "two\none")"'
both 0 'odc: each name has the data' links.odc -x 1 3
gives $'one\none' 'each its own'
both 0 '  --tar' links.odc --tar
: >d/e1
ln d/e1 d/e2
(cd d && printf '%s\n' e1 e2 2 | bsdcpio -o -H newc >../none.newc 2>/dev/null)
both 0 'newc: names of an empty file' none.newc --tar
check 'are entries' bash -c 'test "$(memzip -l <file.out | wc -l)" = 3'

# Sparse files, and what says it is one.
truncate -s 3M d/sparse
printf middle | dd of=d/sparse bs=1 seek=1000000 conv=notrunc 2>/dev/null
for format in gnu posix; do
	for version in 0.0 0.1 1.0; do
		[ $format = gnu ] && [ $version != 1.0 ] && continue
		(cd d && tar -S --format $format --sparse-version $version -cf ../sparse.tar sparse 2)
		both 0 "sparse, $format $version" sparse.tar -x
		check 'its holes are zeros' bash -c 'cat d/sparse d/2 | cmp - file.out'
		both 0 '  --tar' sparse.tar --tar
		check 'and so they are' bash -c 'memzip -x <file.out | cmp - <(cat d/sparse d/2)'
	done
done
$PY - <<'PY'
# A header by fields: ustar and GNU's; sums included.
def header(name, size, kind=b'0', magic=b'ustar  \0', fields={}):
    h = bytearray(512)
    def put(at, b): h[at:at + len(b)] = b
    put(0, name)
    put(100, b'0000644\0' b'0000000\0' b'0000000\0')
    put(124, b'%011o\0' % size)
    put(136, b'%011o\0' % 0)
    put(156, kind)
    put(257, magic)
    for at, b in fields.items():
        put(at, b)
    put(148, b' ' * 8)
    put(148, b'%06o\0 ' % sum(h))
    return bytes(h)
def big(n): return b'\x80' + n.to_bytes(11, 'big')
end = bytes(1024)
data = b'123456' + bytes(506)
# Times where star has them, which is where GNU has the size of a sparse file.
open('star.tar', 'wb').write(header(b'a', 6, fields={476: b'00000004200\0', 488: b'00000004200\0'}) + data + end)
# 4 EiB, of which one block is there; and eight of these.
def sparse(name, real):
    return header(name, 512, b'S', fields={386: big(real - 512), 398: b'%011o\0' % 512, 483: big(real)}) + data
open('bomb.tar', 'wb').write(sparse(b's', 1 << 62) + end)
open('bombs.tar', 'wb').write(b''.join(sparse(b's%d' % i, 1 << 62) for i in range(8)) + end)
open('large.tar', 'wb').write(sparse(b's', (1 << 31) + 512) + end)
# A map that goes back.
open('back.tar', 'wb').write(header(b's', 1024, b'S', fields={386: b'%011o\0' % 4096, 398: b'%011o\0' % 512,
    410: b'%011o\0' % 0, 422: b'%011o\0' % 512, 483: b'%011o\0' % 4608}) + data * 2 + end)
# A type that nobody knows is a file's.
open('type.tar', 'wb').write(header(b'a', 6, b'Q') + data + end)
def pax(*records):
    body = b''
    for r in records:
        n = len(r) + 3
        while len(b'%d %s\n' % (n, r)) != n: n += 1
        body += b'%d %s\n' % (n, r)
    return header(b'x', len(body), b'x', b'ustar\x0000') + body + bytes(-len(body) % 512)
def hostile(name, *records):
    open(name, 'wb').write(pax(*records) + header(b'a', 6, magic=b'ustar\x0000') + data + end)
hostile('pax-map.tar', b'GNU.sparse.major=9', b'GNU.sparse.minor=9')
hostile('pax-size.tar', b'size=99999999999')
hostile('pax-time.tar', b'mtime=9223372036854775807')
hostile('pax-old.tar', b'mtime=-1000000000.5')
hostile('pax-name.tar', b'path=\xff\xfe')
body = b'9 path=b\n99999 x=y\n'
open('pax-length.tar', 'wb').write(header(b'x', len(body), b'x', b'ustar\x0000') + body + bytes(512 - len(body)) +
    header(b'a', 6, magic=b'ustar\x0000') + data + end)
for n, names in (('same.tar', (b'a', b'./a')), ('other.tar', (b'a', b'A'))):
    open(n, 'wb').write(b''.join(header(x, 6) + data for x in names) + end)
many = b''.join(header(b'%d' % i, 0) for i in range(3000))
open('many.tar', 'wb').write(many + end)
open('again.tar', 'wb').write(many + header(b'1234', 0) + end)
PY
both 0 'times in the place of a sparse size' star.tar -x
gives 123456 'are no size'
both 0 '  --tar -F tar' star.tar --tar -F tar
check 'nor there' bash -c 'test "$(memzip -x <file.out)" = 123456'
both 0 'a hole of exabytes is listed at once' bomb.tar -l
check 'with its size' grep -q '^4611686018427387904 ' "$T/out"
both 0 '  eight of them' bombs.tar -t
both 65 '  and not written' bomb.tar -x
check_err 'but for --max-size' 'holes of sparse members are larger than 1099511627776 bytes: --max-size'
both 65 '  not into an archive, either' bomb.tar --tar
both 65 '  --tar --max-size' bomb.tar --tar --max-size 1M
both 65 '  --tar --max-ratio' bomb.tar --tar --max-ratio 100
both 65 '  -t --max-size' bomb.tar -t --max-size 1M
check '2 GiB of a hole are written' bash -c 'memzip -x <large.tar | tail -c +2147483649 | head -c 6 | grep -q 123456'
both 65 'a map of a sparse file that goes back' back.tar -x
both 0 'a type that nobody knows' type.tar -x
gives 123456 'is a file'"'"'s'
both 65 'a sparse format that nobody knows' pax-map.tar -x
both 65 'a size that is not there' pax-size.tar -x
both 65 'a pax record without end' pax-length.tar -x
both 0 'a time that has no form' pax-time.tar -l --json
check 'is null' jq -e '.mtime == null' <"$T/out"
both 0 '  --tar' pax-time.tar --tar --verify
both 0 'a time before 1970' pax-old.tar -l --json
check 'is that' jq -e '.mtime | startswith("1938-04-24T22:13:")' <"$T/out"
both 0 'a name that is not UTF-8' pax-name.tar -x
both 65 '  is no name of an entry' pax-name.tar --tar

# Two members never become one entry.
both 65 'two members of one name' same.tar --tar
check_err 'are named' "two entries would be named 'a'"
both 0 'but for one that is left out' same.tar --tar --exclude './*'
both 0 'two names that differ in case' other.tar --tar
both 0 '3,000 names' many.tar --tar
both 65 'of which one comes again' again.tar --tar

# --exclude, --names.
mkdir -p m/__MACOSX/a
echo a,b >m/a.csv
echo x >m/__MACOSX/._a.csv
echo x >m/__MACOSX/a/._b.csv
echo x >m/.DS_Store
(cd m && bsdtar --format zip -cf ../mac.zip a.csv .DS_Store __MACOSX)
both 0 '--exclude' mac.zip -x --exclude '__MACOSX/*' --exclude '*.DS_Store'
gives a,b 'leaves out'
both 0 '  with a member' mac.zip -x --exclude '__MACOSX/*' '*.csv'
gives a,b 'of those that are left'
both 65 '  a member that is left out' mac.zip -x --exclude '*.csv' a.csv
both 0 '  -l' mac.zip -l --exclude '*/*' --exclude '.*'
check 'lists the rest' test "$(wc -l <"$T/out")" = 1
$PY - <<'PY'
import io, tarfile, zipfile
name = '新しいフォルダ/表.csv'
class Raw(zipfile.ZipInfo):
    def _encodeFilenameFlags(self): return self.filename.encode('cp932'), 0
with zipfile.ZipFile('cp932.zip', 'w') as z:
    i = Raw('x')
    i.filename = name
    z.writestr(i, 'a,b\n')
with tarfile.open('cp932.tar', 'w', format=tarfile.GNU_FORMAT, encoding='cp932') as t:
    i = tarfile.TarInfo(name)
    i.size = 4
    t.addfile(i, io.BytesIO(b'a,b\n'))
PY
for f in cp932.zip cp932.tar; do
	both 0 "$f" $f -l --names cp932 --json
	check 'the name' jq -e '.name == "新しいフォルダ/表.csv"' <"$T/out"
	both 0 '  by name' $f -x --names cp932 '新しいフォルダ/表.csv'
	gives a,b 'the data'
	both 0 '  without --names' $f -x
done
both 0 '--tar --names' cp932.tar --tar --names cp932 --verify
check 'an entry of that name' bash -c 'memzip -x "新しいフォルダ/表.csv" <file.out'
both 65 '  without it' cp932.tar --tar
check_exit 64 'a character set that is none' memzip -l --names nonsense <cp932.zip
finish
