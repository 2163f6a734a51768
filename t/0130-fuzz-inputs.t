#!/bin/bash
# The fuzzers' first inputs, and those that were kept, through their targets:
# with a sanitizer ("make SAN=address check") or without one.
. "${0%/*}/lib.sh"

for seeds in "$ROOT"/t/fuzz/seeds-*; do
	name=${seeds##*/seeds-}
	target=$BUILD/replay/$name
	kept=$ROOT/t/fuzz/kept/$name.tar.xz
	mkdir "$T/$name"
	"$seeds" "$T/$name" 2>"$T/err" &&
	    { [ ! -e "$kept" ] || tar -C "$T/$name" -xJf "$kept" 2>"$T/err"; } &&
	    timeout $((60 * PATIENCE)) "$target" "$T/$name" >"$T/out" 2>"$T/err"
	rc=$?
	[ $rc -eq 0 ] || tail -3 "$T/err" >"$T/out"
	result $rc "$name: $(tail -1 "$T/out")" "$T/out"
done

finish
