#!/bin/bash
# A job's commit killed at each of its requests, and two commits at once.
. "${0%/*}/lib.sh"
. "${0%/*}/s3.sh"

job=s3://bucket/_pending/7/
success=s3://bucket/set/_SUCCESS
for i in 0 1 2; do head -c $((1000 + i)) /dev/urandom >"$T/$i"; done
task() { s3put --shard "$1/2" --prepare --receipt "$job{index}" "s3://bucket/set/part-{index}" "$2"; }

# sums: the objects of the set as "key sha256".
sums() { s3_state '.objects[] | select(.key | startswith("set/part-")) | "\(.key) \(.sha256)"' | tr -d '"' | sort; }
want() { printf 'set/part-%s %s\n' 0 "$(sha256sum <"$T/0" | cut -d' ' -f1)" 1 "$(sha256sum <"$T/1" | cut -d' ' -f1)"; }
has_manifest() { [ "$(s3_state '[.objects[].key] | index("set/_SUCCESS") != null')" = true ]; }
# whole: all is published, and nothing else is there.
whole() {
	has_manifest && [ "$(sums)" = "$(want)" ] &&
	    [ "$(s3_state '[(.objects | length), .uploads]')" = '[3,[]]' ]
}
# begin: two tasks have prepared, one of them twice.
begin() {
	s3_reset
	task 0 "$T/2" && task 0 "$T/0" && task 1 "$T/1"
}
# at NTH WHEN DO…: a rule for the commit's nth request.
at() { s3_rules "{\"op\":\"*\",\"nth\":$1,\"when\":\"$2\",${*:3}}"; }
# struck PID: the rule has been used; 1: the process has ended without.
used() { [ "$(s3_state '.rules[0].used')" = 1 ]; }
struck() {
	until used; do kill -0 "$1" 2>/dev/null || { used; return; }; done
}

# each WHEN: killed at each request, before ("head") or after ("done") it was carried out.
each() {
	local k pid
	for ((k = 1; ; k++)); do
		begin || return
		at $k "$1" '"do":"hang"'
		s3put -j 1 -q --commit --expect 2 --success "$success" "$job" 2>/dev/null &
		pid=$!
		if ! struck $pid; then
			wait $pid && whole && [ $k -gt 20 ] || { echo "undisturbed, at request $k: $(s3_state '[.objects, .uploads]')"; return 1; }
			echo "# $((k - 1)) requests"
			return 0
		fi
		kill -9 $pid 2>/dev/null # a refusal is not hung up
		wait $pid 2>/dev/null
		s3_rules '{"op":"none","do":"503"}'
		if has_manifest && [ "$(sums)" != "$(want)" ]; then
			echo "killed $1 request $k: a manifest without its objects: $(sums)"
			return 1
		fi
		# a zombie of task 0 wakes up now
		[ $((k % 2)) = 0 ] || task 0 "$T/2" || return
		s3put -q --commit --expect 2 --success "$success" "$job" 2>"$T/$1.err" ||
		    { echo "killed $1 request $k: cannot go on: $(cat "$T/$1.err")"; return 1; }
		# before the plan was made, the zombie's receipt counts
		if has_manifest && [ $((k % 2)) = 1 ] && grep -q "part-0 $(sha256sum <"$T/2" | cut -d' ' -f1)" <(sums); then
			[ "$(s3_state '[(.objects | length), .uploads]')" = '[3,[]]' ] || { echo "killed $1 request $k: left over"; return 1; }
			continue
		fi
		whole || { echo "killed $1 request $k: $(s3_state '[.objects, .uploads]')"; return 1; }
	done
}

# both: a commit that is delayed at each of its requests, and one beside it.
both() {
	local k pid first second
	for ((k = 1; ; k++)); do
		begin || return
		at $k after '"do":"delay","seconds":0.3'
		s3put -j 1 -q --commit --expect 2 --success "$success" "$job" 2>"$T/both.1" &
		pid=$!
		struck $pid || { wait $pid && whole; return; }
		s3put -q --commit --expect 2 --success "$success" "$job" 2>"$T/both.2"
		second=$?
		wait $pid
		first=$?
		[ $first = 0 ] && [ $second = 0 ] && whole ||
		    { echo "delayed at request $k: $first $second $(cat "$T/both.1" "$T/both.2") $(s3_state '[.objects, .uploads]')"; return 1; }
	done
}

# A server each, so that the three run side by side.
for run in "each head" "each done" both; do
	s3_server
	$run >"$T/$run.said" 2>&1 &
	pids+=($!)
done
titles=("killed before each request, a commit goes on, and zombies change nothing"
	"killed after each request, too" "two commits at once")
n=0
for run in "each head" "each done" both; do
	wait "${pids[n]}"
	result $? "${titles[n++]}" "$T/$run.said"
	grep '^#' "$T/$run.said"
done

finish
