#!/bin/bash
# Peak memory keeps to the formula of json2csv(1), whatever the input:
#	4 MiB + 2 MiB for each thread + -m
#	+ for each column of -f 300 bytes, and 32 for each thread
. "${0%/*}/lib.sh"
[ -z "${SAN-}" ] || skip_all 'sanitizers need memory of their own'

# keeps CODE KIND N COLUMNS OPTION…: within the formula, and exits with CODE.
keeps() {
	local code=$1 kind=$2 n=$3 columns=$4 how mib threads peak rc bound
	shift 4
	for how in "1 4" "16 1" "16 4" "16 16"; do
		[ "$how" != "16 16" ] || [ "$kind" = quotes ] || continue
		read -r mib threads <<<"$how"
		"$HELPER/json2csv-hostile" "$kind" "$n" 2>/dev/null |
		    timeout 60 json2csv -m ${mib}M -T $threads --stats "$@" >/dev/null 2>"$T/stats"
		rc=${PIPESTATUS[1]}
		peak=$(grep -oE '"peak_rss":[0-9]+' "$T/stats" | cut -d: -f2)
		bound=$(((4 + 2 * threads + mib) * 1048576 + columns * (300 + 32 * threads)))
		echo "exit $rc, peak ${peak:-?} of $bound: $(cat "$T/stats")" >"$T/err"
		[ "$rc" -eq "$code" ] || [ "$rc" -eq $((mib == 1 ? 65 : code)) ] && [ "${peak:-$bound}" -lt "$bound" ]
		result $? "$kind $n $*: -m ${mib}M -T $threads, $((${peak:-0} / 1024)) of $((bound / 1024)) KiB"
	done
}

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
keeps 0 records 300000 0
keeps 0 empty 300000 0
keeps 0 deep 500 0
keeps 0 text 2000000 0 --quote=all
keeps 0 text 2000000 0 -f a,b
keeps 0 quotes 2000000 0
keeps 0 numbers 500000 0 --unwind b
keeps 0 numbers 800000 0 --join ----
keeps 65 twice 500000 0
keeps 0 skipped 30000000 0 -f a
finish
