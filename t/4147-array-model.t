#!/bin/bash
# The protocol of arrays as a model, in all orders (t/helper/commit-model.c).
. "${0%/*}/lib.sh"

case ${SAN:-} in valgrind | qemu) skip_all "too many states for $SAN" ;; esac
model=$BUILD/helper/commit-model

check_exit 0 "all orders of two tasks, twice each, and two commits" "$model"
look "  which are many" test "$(grep -o '^[0-9]*' "$T/out")" -gt 1000000
if [ -n "${SOAK:-}" ]; then
	check_exit 0 "with an upload that somebody else aborts" "$model" -a
else
	result 0 'with an upload that somebody else aborts # SKIP it takes 400 MB ("make soak")'
fi
check_exit 1 "commits without a plan are found out" "$model" -p
check_exit 1 "commits that do not look again are found out" "$model" -l
look "  by what they break" grep -q '^the manifest names an object that is not there' "$T/out"

finish
