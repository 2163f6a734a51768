#!/bin/bash
# Beyond 4 GiB every reader that can seek, and Java's stream, read it all.
. "${0%/*}/lib.sh"
[ -z "${SAN:-}" ] || skip_all 'takes too long with a sanitizer'

N=4296000000
"$HELPER/zeros" $N memzip -1 -n zeros >"$T/big.zip"
unzip -tqq "$T/big.zip" >"$T/unzip" 2>&1 &
unzip=$!
if java=$(command -v java); then
	cat "$T/big.zip" | "$java" -XX:TieredStopAtLevel=1 \
	    "$HELPER/ZipStream.java" /dev/stdin >"$T/java" 2>&1
	check 'Java ZipInputStream from a pipe' grep "^0 zeros $N " "$T/java"
fi
wait $unzip
result $? 'unzip -t'
check 'Python reads the directory' /usr/bin/python3 -c '
import sys, zipfile
i, = zipfile.ZipFile(sys.argv[1]).infolist()
assert i.file_size == int(sys.argv[2])' "$T/big.zip" $N
finish
