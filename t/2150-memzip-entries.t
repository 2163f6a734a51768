#!/bin/bash
# Several entries: operands, a tar stream, pieces of one input.
. "${0%/*}/lib.sh"
PY=/usr/bin/python3
cd "$T" || exit 1
mkdir -p in/sub
seq 1 30000 >in/a.txt
: >in/empty
head -c 3000000 /dev/urandom >in/sub/noise
printf 'x,y\n' >'in/sub/東京.csv'

names() {
	$PY -c 'import sys, zipfile
print("\n".join(zipfile.ZipFile(sys.argv[1]).namelist()))' "$1"
}
same_files() { # same_files ARCHIVE: what is in it is what is in in/
	rm -rf unpacked && mkdir unpacked && bsdtar -xf "$1" -C unpacked && diff -r in unpacked/in
}

memzip in/a.txt in/empty in/sub/noise 'in/sub/東京.csv' >many.zip
check 'files become entries' same_files many.zip
check 'unzip agrees' unzip -tqq many.zip
check '7z agrees' 7z t many.zip
check 'bsdtar agrees from a pipe' bash -c 'cat many.zip | bsdtar -xOf - | cmp - <(cat in/a.txt in/sub/noise in/sub/東京.csv)'
memzip -T 1 in/a.txt in/empty in/sub/noise 'in/sub/東京.csv' >many1.zip
check_same 'the same bytes with one thread' many.zip many1.zip
if command -v java >/dev/null; then
	check 'Java agrees from a pipe' bash -c '
		cat many.zip | java -XX:TieredStopAtLevel=1 "$1/ZipStream.java" /dev/stdin >java &&
		    test "$(wc -l <java)" = 4' - "$HELPER"
fi

# An entry that does not fit the window is streamed, its neighbours are not.
memzip -0 -m 16M -T 1 a=in/a.txt n=in/sub/noise e=in/empty >mixed.zip
check 'streamed and exact entries in one archive' bash -c '
	unzip -tqq mixed.zip && zipdetails mixed.zip |
	    sed -n "/^[0-9A-F]* LOCAL/,/Flag/s/.*Flag *//p" | tr "\n" " " | grep "^0000 0008 0000 $"'

memzip x=/dev/fd/5 y=<(seq 3) in/a.txt 5< <(seq 2) >fds.zip
check 'descriptors and process substitution' bash -c '
	test "$(unzip -p fds.zip x y)" = "$(seq 2; seq 3)"'
echo data >'p=q'
memzip p=q >eq.zip
check 'a file whose name has a = wins' bash -c 'test "$(unzip -p eq.zip p=q)" = data'
check_exit 64 'one name twice' memzip n=in/a.txt n=in/empty
check_exit 64 '-n with several operands' memzip -n x in/a.txt in/empty
check_exit 74 'a file that is not there, after one that is' memzip in/a.txt in/nothing
! grep -aq $'PK\x05\x06' "$T/out"
result $? 'makes no archive'

memzip --comment 'été 2026' in/a.txt >comment.zip
check '--comment' $PY -c '
import zipfile
assert zipfile.ZipFile("comment.zip").comment.decode() == "été 2026"'
check_exit 64 'a comment with the end mark' memzip --comment $'xPK\x05\x06'

# 70,000 entries: the count takes zip64.
$PY - <<'PY' >many.tar
import io, sys, tarfile
t = tarfile.open(fileobj=sys.stdout.buffer, mode='w|')
for i in range(70000):
    data = b'%d\n' % i
    m = tarfile.TarInfo('d%d/%d.txt' % (i % 10, i))
    m.size, m.mtime = len(data), 1787184000
    t.addfile(m, io.BytesIO(data))
t.close()
PY
memzip --tar -1 -T 1 <many.tar >count.zip 2>err
for threads in 2 5; do
	memzip --tar -1 -T $threads <many.tar >count$threads.zip
	check_same "the same bytes with $threads threads" count.zip count$threads.zip
done
check '70,000 entries: Python and 7z' bash -c '
	'$PY' -c "import zipfile
z = zipfile.ZipFile(\"count.zip\")
assert len(z.namelist()) == 70000 and z.read(\"d9/69999.txt\") == b\"69999\\n\"
assert z.infolist()[5].date_time == (2026, 8, 20, 0, 0, 0)" && 7z t count.zip'
check 'and unzip' unzip -tqq count.zip

tar cf tree.tar in && ln -s a.txt in/link && tar rf tree.tar in/link && rm in/link
check_exit 0 '--tar' bash -c 'memzip --tar <tree.tar >tree.zip'
check_err 'says what it skips' '^memzip: skipped 3 members'
check 'the files are there' same_files tree.zip
check_exit 65 '--tar: a name with ..' bash -c 'tar cPf - in/../in/a.txt | memzip --tar'
check_exit 65 '--tar: no tar' bash -c 'memzip --tar <in/sub/noise'
check_exit 65 '--tar: a tar that is cut off' bash -c 'head -c 500000 tree.tar | memzip --tar'

# Pieces: whole lines, none above the limit, nothing lost.
seq 1 200000 | memzip --split-entry 100K -n p/n.txt >split.zip
check '--split-entry: pieces are whole lines below the limit' $PY -c '
import zipfile
z = zipfile.ZipFile("split.zip")
names = z.namelist()
parts = [z.read(n) for n in names]
assert names[:2] == ["p/n-0001.txt", "p/n-0002.txt"] and len(names) == 13, names
assert all(p.endswith(b"\n") and len(p) <= 102400 for p in parts)
assert all(len(p) + 7 > 102400 for p in parts[:-1])
assert b"".join(parts) == b"".join(b"%d\n" % i for i in range(1, 200001))'
$PY -c '
print("id,text")
for i in range(50000): print("%d,\"a\n\"\"%d\"\"\n\"" % (i, i))' >q.csv
$PY -c '
print("id,text")
for i in range(3000): print("%d,\"%s\"" % (i, "\n".join("x" * 40 for _ in range(i % 40))))' >lines.csv
# The second is read in parts of a block, which end anywhere in quotes.
for c in '64K q' '1500K lines'; do
	set -- $c
	memzip --split-entry $1 --repeat-header -n q.csv <$2.csv >csv.zip
	check "--repeat-header $1: each piece is CSV with the header" $PY -c '
import csv, io, sys, zipfile
size, name = int(sys.argv[1][:-1]) << 10, sys.argv[2]
z = zipfile.ZipFile("csv.zip")
rows = []
for n in z.namelist():
    data = z.read(n).decode()
    assert len(data) <= size
    r = list(csv.reader(io.StringIO(data, newline="")))
    assert r[0] == ["id", "text"], n
    rows += r[1:]
assert rows == list(csv.reader(open(name + ".csv", newline="")))[1:]
assert len(z.namelist()) > 1' $c
done
check_exit 65 'a line longer than the limit' bash -c 'head -c 5000 /dev/zero | tr "\0" x | memzip --split-entry 2K'
check_exit 65 'a line of more than 1 MiB' bash -c 'head -c 1100000 /dev/zero | tr "\0" x | memzip --split-entry 8M'
memzip --split-entry 2K </dev/null >none.zip
check 'of nothing there is one piece' test "$(names none.zip)" = data-0001
check_exit 79 'pieces of an input that fails' bash -c "seq 100000 | $BUILD/unit/stage fail 2>/dev/null | memzip --split-entry 64K"
finish
