#!/bin/bash
# s3put against random faults of all kinds together; the server's own store
# says what is right (t/helper/random-s3puts).  500 runs with SOAK=1.
. "${0%/*}/lib.sh"
. "${0%/*}/s3.sh"

each=20
[ -z "${SOAK-}" ] || each=250
serve ODD "$HELPER/s3-server" --skip-slow-crc
serve EVEN "$HELPER/s3-server" --skip-slow-crc
half() {
	"$HELPER/random-s3puts" "${!1}" "$2" $each 2
}
halves "$each runs: what is stored is what was said"

finish
