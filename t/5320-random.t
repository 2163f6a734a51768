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
half() {
	local nginx=NGINX_$1
	timeout 1200 "$HELPER/random-jobs" "${!1}" "${!nginx} $T/nginx.$1" "$2" $each 2
}
halves "$each runs: what is stored is right, and what is not was reported"

finish
