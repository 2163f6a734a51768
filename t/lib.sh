# lib.sh: what every test script starts with:  . "${0%/*}/lib.sh"
#
# Tests are TAP for prove(1).  A script gets an empty directory $T that goes
# away at its end, the built programs first in PATH, and the functions below.
# The last line of a script is: finish

set -u
export LC_ALL=C.UTF-8
ROOT=$(cd "${BASH_SOURCE[0]%/*}/.." && pwd)
BUILD=${BUILD:-$ROOT/build}
case ${SAN:-} in valgrind | qemu) PATIENCE=30 ;; *) PATIENCE=1 ;; esac # factor for time limits
HELPER=$ROOT/t/helper
PATH=$BUILD:$PATH
T=$(mktemp -d "${TMPDIR:-/tmp}/mempipe-t.XXXXXX")
unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_PROFILE \
    AWS_DEFAULT_PROFILE AWS_CA_BUNDLE AWS_REGION AWS_DEFAULT_REGION \
    AWS_ENDPOINT_URL AWS_ENDPOINT_URL_S3 AWS_CONTAINER_CREDENTIALS_RELATIVE_URI \
    AWS_CONTAINER_CREDENTIALS_FULL_URI CONNPASS_API_KEY CONNPASS_BASE_URL \
    MEMPIPE_SEAL http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
export AWS_EC2_METADATA_DISABLED=true AWS_CONFIG_FILE=/dev/null \
    AWS_SHARED_CREDENTIALS_FILE=/dev/null

tests=0
failed=0
servers=()

# A child that gets a signal before its exec still has these traps.
at_end() {
	local pid
	[ "$BASHPID" = "$$" ] || return
	for pid in "${servers[@]}"; do
		kill "$pid" 2>/dev/null
	done
	for pid in "${servers[@]}"; do
		wait "$pid" 2>/dev/null
	done
	rm -rf "$T" "$T.out" "$T.err"
}
trap at_end EXIT
trap 'exit 143' TERM
trap 'exit 130' INT

# For what makes memzip fail while libarchive writes: its writer (before 3.8)
# loses its filter's state when it is told to fail, which memzip does on purpose
# so that no end is written.
pardon_libarchive() {
	echo leak:libarchive >"$T/leaks"
	printf '{\n\tlibarchive\n\tMemcheck:Leak\n\t...\n\tobj:*/libarchive.so*\n\t...\n}\n' >"$T/supp"
	export VALGRIND_OPTS=--suppressions=$T/supp
	export LSAN_OPTIONS=suppressions=$T/leaks:print_suppressions=0
	export ASAN_OPTIONS=fast_unwind_on_malloc=0	# through libraries, too
}

# result STATUS TITLE [FILE]: one TAP line; what the commands said ($T/err unless
# FILE is named) follows a failure.
result() {
	local said=${3:-$T/err}
	tests=$((tests + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $tests - $2"
	else
		failed=$((failed + 1))
		echo "not ok $tests - $2"
		[ -s "$said" ] && sed 's/^/#   /' "$said" | head -20
	fi
	return "$1"
}

# check TITLE COMMAND…: passes when the command exits with 0.  It may look at
# the $T/out and $T/err of the one before; its own take their place.
check() {
	local title=$1 rc
	shift
	"$@" >"$T.out" 2>"$T.err"
	rc=$?
	mv "$T.out" "$T/out"
	mv "$T.err" "$T/err"
	result $rc "$title"
}

# halves TITLE: a check each of `half ODD SEED` and `half EVEN SEED+1`, which run
# side by side; SEED is 1 if not set.
halves() {
	local half odd even
	half ODD "${SEED:-1}" >"$T/odd" 2>&1 &
	half EVEN $((${SEED:-1} + 1)) >"$T/even" 2>&1
	even=$?
	wait $!
	odd=$?
	for half in odd even; do
		cp "$T/$half" "$T/err"
		sed -n '/^#/p' "$T/$half"
		[ "${!half}" -eq 0 ]
		result $? "$1"
	done
}

# look TITLE COMMAND…: a check that leaves $T/out and $T/err to those that follow.
look() {
	local title=$1
	shift
	"$@" >"$T.out" 2>"$T.err"
	result $? "$title" "$T.err"
}

# check_exit CODE TITLE COMMAND…: passes when it exits with just that code;
# its output is left in $T/out and $T/err.
check_exit() {
	local want=$1 title=$2 rc
	shift 2
	"$@" >"$T/out" 2>"$T/err"
	rc=$?
	[ $rc -eq "$want" ] || echo "exit $rc, not $want" >>"$T/err"
	result $((rc != want)) "$title"
}

# check_same TITLE FILE FILE: byte for byte.
check_same() {
	cmp "$2" "$3" >"$T/err" 2>&1
	result $? "$1"
}

# check_err TITLE PATTERN: standard error of the last check_exit matches.
check_err() {
	grep -Eq -- "$2" "$T/err"
	result $? "$1"
}

# serve VARIABLE COMMAND…: starts a server that writes its port as one line to
# the path in $READY when it listens; VARIABLE gets the port, VARIABLE_PID the
# process.  It is stopped at the end.
serve() {
	local var=$1 fifo=$T/ready.${#servers[@]} port=
	shift
	mkfifo "$fifo"
	READY=$fifo "$@" >"$T/$var.log" 2>&1 &
	servers+=($!)
	printf -v "${var}_PID" %s $!
	exec 9<>"$fifo"
	read -r -t 60 port <&9
	exec 9<&-
	rm -f "$fifo"
	if [ -z "$port" ]; then
		echo "Bail out! $1 did not start: $(tail -3 "$T/$var.log" | tr '\n' ' ')"
		exit 1
	fi
	printf -v "$var" %s "$port"
}

# skip_all REASON: this machine cannot run the script.
skip_all() {
	echo "1..0 # SKIP $1"
	exit 0
}

finish() {
	echo "1..$tests"
	exit $((failed != 0))
}
