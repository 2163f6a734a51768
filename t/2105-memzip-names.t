#!/bin/bash
# Odd names, in one archive, as each reader shows them.
. "${0%/*}/lib.sh"
PY=/usr/bin/python3
cd "$T" || exit 1
names=('plain.csv' ' spaces around ' '-n' '--' 'a b/c d.csv' 'deep/er/and/deep/er/x'
    '東京/勉強会.csv' 'événement.csv' 'emoji 🍣.csv' '*.csv' '[x]?' '%s%n' "it's \"quoted\"" 'CON'
    'a;b|c&d$e`f' '.hidden' '...' "$(printf %200s | tr ' ' n)")
printf '%s\n' "${names[@]}" >want
mkdir in
operands=()
i=0
for n in "${names[@]}"; do
	printf 'entry %d\n' $i >in/$i
	operands+=("$n=in/$i")
	i=$((i + 1))
done
memzip -- "${operands[@]}" >odd.zip
result $? 'odd names are taken'
sort want >want.sorted
seq -f 'entry %g' 0 $((i - 1)) >data

check 'Python' $PY -c '
import zipfile
z = zipfile.ZipFile("odd.zip")
assert z.namelist() == open("want").read().splitlines() and z.testzip() is None
assert b"".join(map(z.read, z.namelist())) == open("data", "rb").read()'
unzip -Z1 odd.zip >unzip.names
check_same 'unzip lists them' unzip.names want
check 'and reads them' bash -c 'unzip -tqq odd.zip && unzip -p odd.zip | cmp - data'
cat odd.zip | bsdtar -tf - >bsdtar.names
check_same 'bsdtar, from a pipe' bsdtar.names want
check 'and their data' bash -c 'cat odd.zip | bsdtar -xOf - | cmp - data'
7z l -slt -scsUTF-8 odd.zip | sed -n 's/^Path = //p' | sed 1d >7z.names
check_same '7z' 7z.names want
check '7z tests them' 7z t odd.zip
memzip -l --json <odd.zip | jq -r .name >own.names
check_same 'memzip -l --json' own.names want
cat odd.zip | memzip -x >own.data
check_same 'and -x' own.data data
if command -v java >/dev/null; then
	cat odd.zip | java -Dfile.encoding=UTF-8 -XX:TieredStopAtLevel=1 \
	    "$HELPER/ZipStream.java" /dev/stdin >java
	check 'Java, from a pipe' $PY -c '
names = open("want").read().splitlines()
lines = open("java").read().splitlines()
assert len(lines) == len(names)
for name, line in zip(names, lines):
    assert line.startswith("0 " + name + " "), (name, line)'
fi
check 'zipdetails finds no flaw, and bit 11 just where it is needed' bash -c '
	zipdetails odd.zip >details && ! grep -iE "warn|error|unexpected|trailing" details &&
	    test "$(grep -c "Bit 11" details)" = 6'

for n in $'a\tb' $'a\u0085' $'x\u202egpj.exe' $'a\u2028b' $'\u2066a' $'a\xff'; do
	check_exit 64 "a name that a terminal would obey: $(printf %q "$n")" memzip "$n=in/0"
done
# Decomposed characters, as from a Mac, stay so in the archive, though libarchive
# composes them when it reads it back.
for n in $'e\u0301.csv' $'\u304b\u3099' $'\u1100\u1161/\u212b'; do
	for options in '' '-0 --verify -m 20M' '--verify --tar'; do
		if [[ $options == *tar* ]]; then
			mkdir -p "tar/$(dirname "$n")"
			echo x >"tar/$n"
			tar -C tar -cf - "$n" >in/odd
			memzip $options <in/odd >nfd.zip
		else
			head -c $([ -z "$options" ] && echo 9 || echo 9M) /dev/zero >in/odd
			memzip $options "$n=in/odd" >nfd.zip
		fi
		result $? "'$n', which is decomposed${options:+, with $options}"
		check '  is what it was' $PY -c '
import sys, zipfile
assert zipfile.ZipFile("nfd.zip").namelist() == [sys.argv[1]]' "$n"
	done
done
finish
