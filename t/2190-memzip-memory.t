#!/bin/bash
# The formula in the manual page holds: for levels, threads and budgets, for
# data that fills every buffer, and for a stream of zeros of any length (20 GB
# with SOAK=1).
. "${0%/*}/lib.sh"
[ -z "${SAN:-}" ] || skip_all 'sanitizers take memory of their own'
PY=/usr/bin/python3
head -c 60000000 /dev/urandom >"$T/noise"

# below_formula THREADS MEM-MIB [MORE-MIB]: the peak in $T/stats, of MEM or by
# default, against the formula.
below_formula() {
	$PY - "$T/stats" "$@" <<'PY'
import json, sys
s = [json.loads(l) for l in open(sys.argv[1]) if l.startswith('{')][-1]
threads, mem = int(sys.argv[2]), float(sys.argv[3])
more = float(sys.argv[4]) if len(sys.argv) > 4 else 0
most = 6 + 1.5 * mem / 6 + (2 * threads + 1) * 2.03 + threads * .9 + more
peak = s['peak_rss'] / 2**20
print(f'# peak {peak:.1f} MiB, formula {most:.1f} MiB')
sys.exit(not s['ok'] or peak > most)
PY
}
keeps() { # keeps TITLE THREADS MEM OPTION…: of noise
	local title=$1 threads=$2 mem=$3
	shift 3
	memzip --stats -T "$threads" "$@" <"$T/noise" 2>"$T/stats" >/dev/null
	check "$title" below_formula "$threads" "$mem"
}
for level in 0 1 3 4 7 9; do
	keeps "-$level, 2 threads" 2 24 -$level
done
memzip --stats --adapt -T 2 <"$T/noise" 2>"$T/stats" >/dev/null
check '--adapt: 1 MiB more for each thread' below_formula 2 24 2
keeps '1 thread' 1 24 -1
keeps '8 threads' 8 24 -1
for level in 1 6 9; do
	keeps "-$level, 16 threads" 16 24 -$level
done
keeps '-m 60M, 4 threads' 4 60 -1 -m 60M
keeps '-m 150M, 2 threads' 2 150 -1 -m 150M
keeps 'gzip' 2 24 -F gzip
memzip --stats --verify -1 -T 2 <"$T/noise" 2>"$T/stats" >/dev/null
check '--verify: 2 MiB more' below_formula 2 24 2
for m in 16 18 20 24; do
	memzip --stats -1 -T 1 -m ${m}M <"$T/noise" 2>"$T/stats" >/dev/null
	check "-m ${m}M is kept" $PY -c '
import json, sys
s = json.load(open(sys.argv[1]))
sys.exit(not s["ok"] or s["peak_rss"] > int(sys.argv[2]) << 20)' "$T/stats" $m
done

# Many entries, and names of 60 KB: what is kept of each.
$PY - "$T" <<'PY'
import sys
def header(name, size=0, kind=b'0'):
    h = bytearray(512)
    def put(at, b): h[at:at + len(b)] = b
    put(0, name)
    put(100, b'0000644\0' b'0000000\0' b'0000000\0')
    put(124, b'%011o\0' % size)
    put(136, b'%011o\0' % 0)
    put(156, kind)
    put(257, b'ustar  \0')
    put(148, b' ' * 8)
    put(148, b'%06o\0 ' % sum(h))
    return bytes(h)
with open(sys.argv[1] + '/many.tar', 'wb') as f:
    for i in range(100000):
        f.write(header(b'a/directory/with/a/name/%06d' % i))
    f.write(bytes(1024))
with open(sys.argv[1] + '/names.tar', 'wb') as f:
    for i in range(300):
        n = b'%06d' % i + b'n' * 60000 + b'\0'
        f.write(header(b'././@LongLink', len(n), b'L') + n + bytes(-len(n) % 512) + header(b'x', 5) + b'12345' + bytes(507))
    f.write(bytes(1024))
PY
entries() { # entries NUMBER NAME: MiB for these, of a tar stream
	$PY -c "print(4 + $1 * (1.1 * (55 + $2) + 33) / 2**20)"
}
for threads in 1 2 16; do
	memzip --tar --stats -m 80M -T $threads <"$T/many.tar" 2>"$T/stats" >/dev/null
	check "100,000 entries, -T $threads" below_formula $threads 80 "$(entries 100000 30)"
	memzip --tar --stats -m 80M -T $threads <"$T/names.tar" 2>"$T/stats" >/dev/null
	check "names of 60 KB, -T $threads" below_formula $threads 80 "$(entries 300 60006)"
done

size=400M
[ -z "${SOAK:-}" ] || size=20G
head -c 1000000 "$T/noise" | base64 -w 100 | memzip --stats -1 -T 2 2>"$T/small" >/dev/null
head -c $size /dev/zero | memzip --stats -1 -T 2 2>"$T/stats" >/dev/null
check "$size of zeros" below_formula 2 24
check 'and of text of 1 MB: below 24 MiB, both' $PY -c '
import json, sys
for f in sys.argv[1:]:
	s = json.load(open(f))
	print("#", s["in"], "bytes:", round(s["peak_rss"] / 2**20, 1), "MiB")
	assert s["ok"] and s["peak_rss"] <= 24 << 20' "$T/small" "$T/stats"
finish
