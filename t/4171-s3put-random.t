#!/bin/bash
# s3put against random faults of all kinds together; the server's own store
# says what is right (t/helper/random-s3puts).  500 runs with SOAK=1.
. "${0%/*}/lib.sh"
. "${0%/*}/s3.sh"

each=20
[ -z "${SOAK-}" ] || each=250
serve ODD "$HELPER/s3-server" --skip-slow-crc
serve EVEN "$HELPER/s3-server" --skip-slow-crc
"$HELPER/random-s3puts" "$ODD" "${SEED:-1}" $each 2 >"$T/odd" 2>&1 &
"$HELPER/random-s3puts" "$EVEN" $((${SEED:-1} + 1)) $each 2 >"$T/even" 2>&1
even=$?
wait $!
odd=$?
for half in odd even; do
	cp "$T/$half" "$T/err"
	sed -n '/^#/p' "$T/$half"
	[ "${!half}" -eq 0 ]
	result $? "$each runs: what is stored is what was said"
done

finish
