#!/bin/bash
# Without memcheck, which would have to follow some thousand conversions.
[ "${SAN:-}" != valgrind ] || { echo '1..0 # SKIP too slow under valgrind'; exit; }
exec "${BUILD:-${0%/*}/../build}/unit/convert_memory"
