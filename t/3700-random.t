#!/bin/bash
# cp-fetch: faults drawn at random; SEED=n draws others.
. "${0%/*}/lib.sh"
"$HELPER/random-transfers" 500 "${SEED:-1}"
