#!/bin/bash
# Options, names, messages.
. "${0%/*}/lib.sh"

name_of() { # name_of ARCHIVE
	/usr/bin/python3 -c 'import sys, zipfile
print(zipfile.ZipFile(sys.argv[1]).namelist()[0])' "$1"
}
named() { # named EXPECTED TITLE COMMAND…
	local want=$1 title=$2
	shift 2
	"$@" >"$T/a.zip" 2>"$T/err" </dev/null
	[ "$(name_of "$T/a.zip" 2>>"$T/err")" = "$want" ]
	result $? "$title"
}

mkdir -p "$T/dir/sub"
echo x >"$T/dir/sub/a=b.csv"
cd "$T/dir" || exit 1
named data 'standard input is data' memzip
named data '- is, too' memzip -
named data 'a descriptor has no name' memzip /dev/stdin
named 'sub/a=b.csv' "a file's name" memzip sub/a=b.csv
named 'sub/a=b.csv' 'without ./' memzip ./sub/a=b.csv
named "${T#/}/dir/sub/a=b.csv" 'without /' memzip "$T/dir/sub/a=b.csv"
named '東京/événement 1.csv' '-n: any UTF-8' memzip -n '東京/événement 1.csv'
named 'x' '--name, after the operand' memzip sub/a=b.csv --name x

for bad in '' . .. a/.. /../a 'a\b' 'c:a' $'a\nb' $'\xff' dir/; do
	check_exit 64 "-n $(printf %q "$bad") is refused" memzip -n "$bad"
done
check_err 'and the message says why' "^memzip: 'dir/' cannot be an entry's name: "
check_exit 64 'a name of 65536 bytes' memzip -n "$(printf %65536s | tr ' ' n)"
named "$(printf %65535s | tr ' ' n)" 'a name of 65535 bytes' \
    memzip -n "$(printf %65535s | tr ' ' n)"

check_exit 64 'a time that is none' memzip --mtime yesterday
check_err 'is named' "^memzip: --mtime is not a time: 'yesterday'"
check_exit 64 'SOURCE_DATE_EPOCH that is none' env SOURCE_DATE_EPOCH=x memzip
printf 'p\0q\n' >nul
check_exit 64 'a passphrase with a NUL' memzip -e --passphrase-file nul
check_err '... is not cut there' 'holds a NUL'
# Times that a zip archive cannot hold become the nearest that it can: the DOS
# time, and the Unix time of 32 bits where it is written.
check 'times are clamped at both ends' /usr/bin/python3 -c '
import io, struct, subprocess, sys, zipfile
open("pass", "w").write("p")
secret = ["-e", "--passphrase-file", "pass"]
def made(time, more):
    b = subprocess.run(["memzip", "--mtime", time, *more], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True).stdout
    i = zipfile.ZipFile(io.BytesIO(b)).infolist()[0]
    at, unix = 0, None
    while at + 4 <= len(i.extra):
        kind, size = struct.unpack_from("<HH", i.extra, at)
        if kind == 0x5455 and size >= 5: unix = struct.unpack_from("<i", i.extra, at + 5)[0]
        at += 4 + size
    return i.date_time, unix
first, last, most = (1980, 1, 1, 0, 0, 0), (2107, 12, 31, 23, 59, 58), 2**31 - 1
for time, dos, unix in (
        ("1970-01-01", first, 0), ("1979-12-31T23:59:59Z", first, 315532799),
        ("2038-01-19T03:14:06Z", (2038, 1, 19, 3, 14, 6), most - 1),
        ("2038-01-19T03:14:10Z", (2038, 1, 19, 3, 14, 10), None),
        ("2107-12-31T23:59:59Z", last, None), ("9999-12-31", last, None)):
    got = made(time, [])
    assert got == (dos, unix), (time, got)
    got = made(time, secret)
    assert got == (dos, unix), (time, got)'
check_exit 64 'an unknown option' memzip --no-such-option
check_exit 64 'no threads' memzip -T 0
check_exit 64 'too little memory' memzip -T 4 -m 10M
check_err 'names the least that does' '^memzip: -m is too small for 4 threads: it takes [0-9]+M'
least=$(grep -Eo '[0-9]+M' "$T/err" | tail -1)
check 'which does' bash -c 'echo x | memzip -T 4 -m "$1" >"$2"' - "$least" "$T/a.zip"

check_exit 64 'a terminal gets no archive' /usr/bin/python3 -c '
import os, pty, subprocess, sys
master, slave = pty.openpty()
sys.exit(subprocess.run(["memzip"], stdin=subprocess.DEVNULL, stdout=slave).returncode)'
check_err 'and is told' 'not written to a terminal'

check '-h prints the usage' bash -c 'memzip -h | grep "^usage: memzip "'
check '-V prints the version' bash -c 'memzip -V | grep "^memzip (mempipe) [0-9]"'
head -c 3000000 /dev/zero | memzip --stats 2>"$T/stats" >"$T/a.zip"
check '--stats is JSON with the sizes' /usr/bin/python3 -c '
import json, os, sys
s = json.load(open(sys.argv[1]))
assert s["tool"] == "memzip" and s["ok"] is True and s["in"] == 3000000
assert s["out"] == os.path.getsize(sys.argv[2])' "$T/stats" "$T/a.zip"
finish
