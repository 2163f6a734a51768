#!/bin/bash
# cp-fetch: faults drawn at random; SEED=n draws others.
. "${0%/*}/lib.sh"
runs=500
[ "$PATIENCE" -eq 1 ] || runs=30
"$HELPER/random-transfers" $runs "${SEED:-1}"
