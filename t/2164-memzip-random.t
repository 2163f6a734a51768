#!/bin/bash
# What memzip writes, with random options, names and data, read by Python
# (t/helper/random-archives).  1,000 runs with SOAK=1; SEED is the first one's
# number.
. "${0%/*}/lib.sh"
pardon_libarchive
each=12
[ -z "${SOAK-}" ] || each=500
half() {
	"$HELPER/random-archives" "$2" $each 2
}
halves "$each runs: what is read is what was written"
finish
