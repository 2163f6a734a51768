#!/bin/bash
# Reading: -x, -l and -t, in a stream and from files, and hostile archives.
. "${0%/*}/lib.sh"
PY=/usr/bin/python3
cd "$T" || exit 1
seq 1 100000 >a.txt
head -c 3000000 /dev/urandom >noise
printf 'x,y\n' >'東京.csv'
echo secret >pass

# What others wrote.
zip -q info.zip a.txt noise '東京.csv'
cat a.txt | zip -q - - >promise.zip 2>/dev/null
7z a -bd seven.zip a.txt noise >/dev/null
7z a -bd seven.7z a.txt >/dev/null
$PY -c 'import zipfile, sys
class Pipe:
    def write(self, b): return sys.stdout.buffer.write(b)
    def flush(self): pass
with zipfile.ZipFile(Pipe(), "w", zipfile.ZIP_DEFLATED) as z:
    z.write("a.txt"); z.write("noise")' >python.zip
tar cf plain.tar a.txt noise
tar czf a.tar.gz a.txt noise
tar cf - a.txt noise | zstd -q >a.tar.zst
gzip -c a.txt >a.gz
xz -c a.txt >a.xz
bzip2 -c a.txt >a.bz2
memzip a.txt noise >ours.zip
memzip -m 16M -T 1 -0 noise a.txt >streamed.zip

extracts() { # extracts ARCHIVE WANTED…
	local archive=$1
	shift
	cat "$archive" | memzip -x >got && cat "$@" | cmp - got &&
	    memzip -x <"$archive" >got && cat "$@" | cmp - got &&
	    memzip -t <"$archive"
}
check 'zip' extracts info.zip a.txt noise '東京.csv'
check 'zip, streamed with zip64 promised' extracts promise.zip a.txt
check '7-Zip'"'"'s zip' extracts seven.zip a.txt noise
check "Python's streamed zip" extracts python.zip a.txt noise
check 'tar' extracts plain.tar a.txt noise
check 'tar.gz' extracts a.tar.gz a.txt noise
check 'tar.zst' extracts a.tar.zst a.txt noise
for f in gz xz bz2; do check "$f" extracts a.$f a.txt; done
check 'our own' extracts ours.zip a.txt noise
check 'our own, streamed' extracts streamed.zip noise a.txt
check '7z, which has to be a file' bash -c 'memzip -x <seven.7z | cmp - a.txt'
check_exit 65 '7z in a pipe is refused' bash -c 'cat seven.7z | memzip -x'
check_err 'because it needs a file' '7z needs a file'
gzip -c seven.7z >seven.7z.gz
check_exit 65 'and so is 7z that is compressed' memzip -x <seven.7z.gz
check_err 'for the same reason' '7z needs a file'

check 'one member by name' bash -c 'memzip -x noise <info.zip | cmp - noise'
check 'by pattern' bash -c 'memzip -x "*.csv" <info.zip | cmp - 東京.csv'
check_exit 65 'a member that is not there' memzip -x nothing <info.zip
check_err 'is named' "'nothing'"
check_exit 0 '-l' memzip -l <info.zip
cp "$T/out" list
check 'lists sizes and names' grep -Eq '^ +588895  20[0-9-]{8}T[0-9:]{8}Z  a.txt$' list
memzip -l --json <info.zip >list
check '-l --json' $PY -c '
import json
m = [json.loads(l) for l in open("list")]
assert [x["name"] for x in m] == ["a.txt", "noise", "東京.csv"]
assert m[0]["size"] == 588895 and m[0]["file"] is True'
check_exit 0 '-t -v counts' memzip -t -v <info.zip
check_err 'members and bytes' '^memzip: 3 members, 3588899 bytes$'
memzip -x <info.zip | "$BUILD/unit/stage" state >state
check 'what -x writes is sealed' test "$(cat state)" = sealed

# Passphrases.
memzip -e --passphrase-file pass a.txt >e.zip
check 'encrypted: 7z reads it' 7z t -psecret e.zip
check '-x reads it' bash -c 'memzip -x --passphrase-file pass <e.zip | cmp - a.txt'
check 'from a descriptor, too' bash -c 'cat e.zip | memzip -x --passphrase-file /dev/fd/5 5<pass | cmp - a.txt'
check_exit 77 'not without a passphrase' memzip -x <e.zip
check_exit 77 'nor with another' bash -c 'memzip -x --passphrase-file <(echo other) <e.zip'
check_exit 64 'an empty passphrase' memzip -e --passphrase-file /dev/null a.txt
check_exit 74 'a passphrase file that is not there' memzip -e --passphrase-file nothing a.txt
check_exit 64 '-e alone' memzip -e a.txt

# Cut off and damaged: 65, and never sealed.
for f in info.zip streamed.zip a.tar.gz a.xz a.gz a.tar.zst promise.zip; do
	for cut in 1 10 60 3000; do
		[ $f = promise.zip ] && [ $cut = 1 ] || true
		check_exit 65 "$f without its last $cut bytes" bash -c '
			head -c -$2 $1 | memzip -t' - $f $cut
	done
done
for f in info.zip a.gz a.xz; do
	$PY -c '
import sys
b = bytearray(open(sys.argv[1], "rb").read())
b[len(b) // 3] ^= 0x10
sys.stdout.buffer.write(b)' $f >damaged
	check_exit 65 "$f, damaged" memzip -t <damaged
	cat damaged | memzip -x 2>/dev/null | "$BUILD/unit/stage" state >state
	check 'is not sealed' test "$(cat state)" = broken
done
check_exit 65 'no archive' memzip -t <a.txt
check_exit 65 'nothing' memzip -t </dev/null
check_exit 79 'an archive whose writer failed' bash -c "cat ours.zip | $BUILD/unit/stage fail 2>/dev/null | memzip -x"
check_exit 74 '/dev/full' bash -c 'memzip -x <ours.zip >/dev/full'

check_exit 74 'a file that is open for writing only' bash -c 'memzip -x 0>>writeonly'
check_err 'says so' "^memzip: cannot read the archive: Bad file descriptor$"
for options in -1 '-F gzip' '--mtime 2026-08-20' '-T 2' '-n x' --tar --verify '--comment x'; do
	check_exit 64 "-x $options: would go unheard" bash -c 'memzip -x '"$options"' <ours.zip'
done

# Bombs and names.
head -c 50000000 /dev/zero | memzip -9 >bomb.zip
check_exit 65 '--max-size' memzip -x --max-size 1M <bomb.zip
check 'stops soon after it' test "$(wc -c <"$T/out")" -le 1400000
check_exit 65 '--max-ratio' memzip -t --max-ratio 100 <bomb.zip
check_exit 0 'a ratio that is allowed' memzip -t --max-ratio 1100 <bomb.zip
check_exit 0 '--max-ratio does not judge little data' bash -c 'head -c 500000 /dev/zero | memzip | memzip -t --max-ratio 2'
$PY -c '
import zipfile
with zipfile.ZipFile("evil.zip", "w") as z:
    for n in ("../../evil", "/etc/evil", "a\x1b[31m\nb", "x\u202egpj.exe", "a\x9b31m\u2028"): z.writestr(n, "x")'
ls >before
check_exit 0 'names that want out are only names' memzip -x <evil.zip
check 'nothing is made of them' bash -c 'ls | grep -v "^before$" | diff - <(grep -v "^before$" before)'
memzip -l <evil.zip >list
check 'and masked in a list' test "$(sed 's/.*Z  //' list)" = $'../../evil\n/etc/evil\na?[31m?b\nx???gpj.exe\na??31m???'
memzip -l --json <evil.zip >list
check 'and escaped for a script' grep -qF '{"name":"x\u202egpj.exe",' list
finish
