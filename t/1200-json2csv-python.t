#!/bin/bash
# Thousands of generated records, cut at random, with 1 to 4 threads, against
# Python's json and csv.
. "${0%/*}/lib.sh"
groups=400
[ -z "${SAN:-}" ] || groups=100
check "$groups groups of records convert as Python converts them" \
    timeout $((240 * PATIENCE)) "$HELPER/json2csv-oracle" 1 $groups
finish
