#!/bin/bash
# Peak memory keeps to the formula of json2csv(1), whatever the input:
#	4 MiB + 2 MiB for each thread + -m
#	+ for each column of -f 300 bytes, and 32 for each thread
#	+ for each level of --max-depth above 1024 40 bytes
. "${0%/*}/lib.sh"
[ -z "${SAN-}" ] || skip_all 'sanitizers need memory of their own'

# within MORE MIB THREADS CODES OPTION…: reads $T/in within the formula and MORE
# bytes, and exits with one of the codes.
within() {
	local more=$1 mib=$2 threads=$3 codes=$4 peak rc bound
	shift 4
	timeout $((60 * PATIENCE)) json2csv -m ${mib}M -T $threads --stats "$@" <"$T/in" >/dev/null 2>"$T/stats"
	rc=$?
	peak=$(grep -oE '"peak_rss":[0-9]+' "$T/stats" | cut -d: -f2)
	bound=$(((4 + 2 * threads + mib) * 1048576 + more))
	echo "exit $rc, peak ${peak:-?} of $bound: $(cat "$T/stats")" >"$T/err"
	[[ " $codes " = *" $rc "* ]] && [ "${peak:-$bound}" -lt "$bound" ]
	result $? "$input $*: -m ${mib}M -T $threads, $((${peak:-0} / 1024)) of $((bound / 1024)) KiB"
}

# keeps CODE KIND N COLUMNS OPTION…: an input whose size does not depend on the
# memory.  The least of that may be too little.
keeps() {
	local code=$1 columns=$4 how mib threads
	input="$2 $3"
	"$HELPER/json2csv-hostile" $2 $3 >"$T/in"
	shift 4
	for how in "1 4" "16 1" "16 16"; do
		[ "$how" != "16 16" ] || [ "$columns" -gt 0 ] || continue
		read -r mib threads <<<"$how"
		within $((columns * (300 + 32 * threads) + levels * 48)) $mib $threads \
		    "$code $((mib == 1 ? 65 : code))" "$@"
	done
}

# fits CODE KIND PERCENT OPTION…: records of so many percent of what one may be.
fits() {
	local code=$1 kind=$2 percent=$3 how mib threads
	shift 3
	for how in "1 1" "1 4" "16 2" "16 16"; do
		read -r mib threads <<<"$how"
		input="$kind of $percent %"
		[ "$threads" -ge 4 ] ||
			"$HELPER/json2csv-hostile" $kind $((mib * 1048576 / 8 * percent / 100)) >"$T/in"
		within 0 $mib $threads "$code" "$@"
	done
}

levels=0
keeps 0 columns 10000 0
keeps 65 columns 100000 0
keeps 65 random-columns 100000 0
"$HELPER/json2csv-hostile" fields 10000 >"$T/10k"
"$HELPER/json2csv-hostile" fields 100000 >"$T/100k"
keeps 0 columns 10000 10000 --fields-file "$T/10k"
keeps 0 columns 100000 100000 --fields-file "$T/100k"
keeps 65 new-columns 40000 0
keeps 0 new-columns 3000 0
keeps 0 late-columns 300000 0 --late-columns=drop
keeps 65 names 1000 0
keeps 65 path 1000 0
keeps 65 chain 250 0
keeps 0 records 300000 0
keeps 0 empty 300000 0
keeps 0 deep 500 0
keeps 0 sparse 200 0
keeps 65 twice 500000 0
keeps 0 columns 10000 0 --where 'c1 >= 0' --where 'c77.x? != 1'
keeps 65 columns 30000 0 -r '*.*' --key a --key b
keeps 0 skipped 30000000 0 -f a
levels=200000
keeps 0 levels $levels 0 -f b --max-depth $((levels + 1))
keeps 65 levels $levels 0 -f b --max-depth $levels
keeps 0 levels $levels 0 --max-depth $((levels + 1))

fits 0 text 98 --quote=all
fits 65 text 101
fits 0 quotes 98
fits 0 quotes 98 -f a,b --formula-guard
fits 0 pair 97
fits 0 nested 24 -f a,a.b,a.b.c,a.b.c.d
fits 65 captures 98 -f a,a.b
fits 0 numbers 98 --join ';'
fits 0 numbers 98 -f b --join ----
fits 65 numbers 98 --join ----------------
fits 0 numbers 24 --unwind b
fits 0 unwound 90 --unwind t
fits 0 unwound 90 --unwind t -f k,t,t.n
fits 0 unwound 45 --unwind t --unwind t.n
fits 0 unwound 45 --unwind t --unwind k --cross -f k,t.n
fits 0 unwound 45 --join ';' -f k,t.n
fits 65 numbers 98 --unwind b --unwind a --cross
fits 0 unwound 45 --where 'k ~ z$' --where 't.3.n = 1' --limit 2
fits 0 unwound 90 --where 'k exists' -f t.29.n
fits 0 alternating 98
fits 0 alternating 98 -f a
fits 0 filled 90
"$HELPER/json2csv-hostile" filled-array 8388500 >"$T/in"
input='all columns there may be, then an array' within 0 64 1 65 --join ----
input='the same, beside the array alone' within 0 64 1 0 --join ---- -f a
finish
