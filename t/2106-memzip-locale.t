#!/bin/bash
# Where no locale is installed, as in a small image, names are what they are.
. "${0%/*}/lib.sh"
cd "$T" || exit 1
/usr/bin/python3 -c '
import io, tarfile
for format in "PAX", "GNU":
    with tarfile.open(format + ".tar", "w", format=getattr(tarfile, format + "_FORMAT")) as t:
        for n in "a.csv", "東京/勉強会.csv":
            i = tarfile.TarInfo(n)
            i.size = 2
            t.addfile(i, io.BytesIO(b"x\n"))'
mkdir 東京
echo x >東京/勉強会.csv
echo p >pass
7z a -bd seven.7z 東京 >/dev/null
bsdtar --format newc -cf new.cpio 東京/勉強会.csv
memzip 東京/勉強会.csv >our.zip
memzip -F tar 東京/勉強会.csv >our.tar
nfd=$(printf '\u304b\u3099')
memzip "$nfd=東京/勉強会.csv" >nfd.zip

cat >without <<'SH'
mount -t tmpfs none /usr/lib/locale || exit 9
set -ex
export LOCPATH=/nonexistent
! locale charmap | grep -q UTF-8
for f in our.zip our.tar PAX.tar GNU.tar new.cpio; do
	cat $f | memzip -l --json | jq -r .name | grep -qx 東京/勉強会.csv
	memzip -l --json <$f | jq -r .name | grep -qx 東京/勉強会.csv
done
memzip -l --json <seven.7z | jq -r .name | grep -qx 東京/勉強会.csv
memzip -x 東京/勉強会.csv <our.zip | cmp - 東京/勉強会.csv
memzip -x '東京/???.csv' <our.zip | cmp - 東京/勉強会.csv
memzip -x '東京/[勉-強]*' <our.zip | cmp - 東京/勉強会.csv
for f in zip tar; do
	memzip -F $f --verify 東京/勉強会.csv | cmp - our.$f
	memzip --tar -F $f --verify <PAX.tar | memzip -l --json | jq -r .name | grep -qx 東京/勉強会.csv
done
memzip -e --passphrase-file pass --verify 東京/勉強会.csv >e.zip
memzip -l --json --passphrase-file pass <e.zip | jq -r .name | grep -qx 東京/勉強会.csv
memzip "$1=東京/勉強会.csv" | cmp - nfd.zip
SH
unshare -rm bash without "$nfd" >"$T/out" 2>"$T/err"
case $? in
0) result 0 'without any locale all is the same' ;;
9) result 0 'without any locale # SKIP no name space of its own for mounts' ;;
*) result 1 'without any locale all is the same' ;;
esac
finish
