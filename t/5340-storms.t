#!/bin/bash
# Signals into pipelines of the four tools, by chance: the right object or none,
# and nothing left over (t/helper/random-storms).  2,000 with SOAK=1; SEED is the
# first one's number.
. "${0%/*}/lib.sh"

pardon_libarchive
each=20
[ -z "${SOAK-}" ] || each=1000
half() {
	timeout 7200 "$HELPER/random-storms" "$2" $each 2
}
halves "$each storms: what is stored is right, and nothing is left"

finish
