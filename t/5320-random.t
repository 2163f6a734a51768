#!/bin/bash
# The whole job against random faults in all of its stages and both of its ends
# (t/helper/random-jobs): the right object, or none and a status that says so.
# 300 runs with SOAK=1; SEED is the first one's number.
. "${0%/*}/lib.sh"

export BUILD
pardon_libarchive
each=12
[ -z "${SOAK-}" ] || each=150
for half in ODD EVEN; do
	serve $half "$HELPER/s3-server" --skip-slow-crc
	serve NGINX_$half "$HELPER/nginx" --work "$T/nginx.$half" --worker
done
timeout 1200 "$HELPER/random-jobs" "$ODD" "$NGINX_ODD $T/nginx.ODD" "${SEED:-1}" $each 2 >"$T/odd" 2>&1 &
timeout 1200 "$HELPER/random-jobs" "$EVEN" "$NGINX_EVEN $T/nginx.EVEN" $((${SEED:-1} + 1)) $each 2 >"$T/even" 2>&1
even=$?
wait $!
odd=$?
for half in odd even; do
	cp "$T/$half" "$T/err"
	sed -n '/^#/p' "$T/$half"
	[ "${!half}" -eq 0 ]
	result $? "$each runs: what is stored is right, and what is not was reported"
done

finish
