#!/bin/bash
# Random pipelines of foreign commands above s3put (t/helper/random-pipelines):
# an object appears only if every stage was fine, and then it does.  With SOAK=1
# 500 into the test server and 50 into radosgw; SEED is the first one's number.
# Before those, the matrix; without SOAK every fifth pipeline of it.
. "${0%/*}/lib.sh"
. "${0%/*}/s3.sh"
PATH=$BUILD/helper:$PATH
setsid -w true || skip_all 'no setsid'
case ${SAN:-} in valgrind | qemu) skip_all 'processes have other names there' ;; esac
command -v jq >/dev/null || skip_all 'jq is not installed'

each=20
[ -z "${SOAK-}" ] || each=250
for half in ODD EVEN; do
	serve $half "$HELPER/s3-server" --skip-slow-crc
done
S3=$ODD
s3_environment
half() {
	AWS_ENDPOINT_URL=http://127.0.0.1:${!1} timeout 1500 "$HELPER/random-pipelines" "$2" $each 2
}
matrix_step=5
[ -z "${SOAK-}" ] || matrix_step=1
matrix() {
	AWS_ENDPOINT_URL=http://127.0.0.1:$1 timeout 1500 "$HELPER/random-pipelines" matrix "$2" $((2 * matrix_step))
}
matrix $EVEN $matrix_step >"$T/matrix" 2>&1 &
check 'each command fails in each way at each time: nothing is stored' matrix $ODD 0
wait $!
result $? 'and the other half of them' "$T/matrix"
halves "$each pipelines: what is stored is whole, and what is whole is stored"
if [ -n "${SOAK-}" ] && command -v radosgw >/dev/null; then
	s3_radosgw
	export STORE=boto3
	check '50 of them into radosgw' timeout 1000 "$HELPER/random-pipelines" 1001 50
fi

# A command that lives when we begin to read is always seen to fail, however
# quick it is from then on; and none hangs.
PATH=$BUILD/unit:$PATH
again() {
	local i missed=0
	for ((i = 0; i < $1; i++)); do
		setsid -w timeout $((60 * PATIENCE)) "$2" -c "$3" >/dev/null 2>"$T/again"
		[ $? = 79 ] && continue
		missed=$((missed + 1))
		cat "$T/again" >&2
	done
	[ $missed = 0 ]
}
times=15
[ -z "${SOAK-}" ] || times=500
for sh in bash dash; do
	check "$sh: $times times a command that fails" again $times $sh '(seen 1 stage; echo x; exit 5) | stage copy'
	check "$sh: $times times one above it" again $times $sh '(seen 1 stage; echo x; exit 5) | cat | stage copy'
done

# The one that this is all about: the last record is what jq fails on.
S3=$ODD
s3_environment
s3_reset
{ seq -f '{"id":%.0f}' 100000; echo '{"id":'; } >"$T/bad"
check_exit 79 'jq fails at the last record' \
    setsid -w bash -c '(seen 1 s3put; exec curl -s "file://$1") | jq -c . | gzip | s3put s3://bucket/k.gz' - "$T/bad"
check_err 'it is named' "^s3put: 'jq' \(process [0-9]+\), two commands before it, exited with [0-9]+: nothing is stored$"
nothing 'nothing is stored'
seq -f '{"id":%.0f}' 100000 >"$T/good"
check_exit 0 'and when it does not, all is well' \
    setsid -w bash -c '(seen 1 s3put; exec curl -s "file://$1") | jq -c . | gzip | s3put --require-seal s3://bucket/k.gz' - "$T/good"
check_exit 0 'a head above json2csv and memzip' \
    setsid -w bash -c '(seen 1 s3put; exec cp-fetch "$1/-/object/bucket/k.gz") | zcat | head -5 | json2csv | memzip | s3put -q s3://bucket/h.zip' - "$AWS_ENDPOINT_URL"
# What people type, none of which may be refused.
curl -s "$AWS_ENDPOINT_URL/-/object/bucket/k.gz" | zcat >"$T/lines"
check_same 'what was stored is what jq gave' "$T/good" "$T/lines"
check_exit 0 'an object of lines' s3put -q s3://bucket/lines "$T/good"
fine() {
	local sum
	check_exit 0 "$1" setsid -w bash -c "$2 | s3put -q --require-seal s3://bucket/fine" - "$AWS_ENDPOINT_URL/-/object/bucket/lines" "$T"
	sum=$(eval "$3" | sha256sum | cut -d' ' -f1)
	look '  and it is whole' test "$(s3_state '[.objects[] | select(.key == "fine") | .sha256][0]')" = "$sum"
}
fine 'yes | head -c 10M' '(seen 1 s3put; exec yes) | head -c 10M' 'yes | head -c 10M'
fine tac '(seen 1 s3put; exec cat "$2/good") | tac' 'tac "$T/good"'
fine sort '(seen 1 s3put; exec cat "$2/good") | sort -r' 'sort -r "$T/good"'
fine 'tee >(gzip)' '(seen 1 s3put; exec cat "$2/good") | tee >(gzip >"$2/teed")' 'cat "$T/good"'
fine 'cp-fetch | head -5 | json2csv | memzip' \
    '(seen 1 json2csv; exec cp-fetch "$1") | head -5 | json2csv | memzip --mtime 0' \
    'head -5 "$T/good" | json2csv | memzip --mtime 0'
check_exit 0 's3put itself behind tee' setsid -w bash -c \
    '(seen 1 s3put; exec cat "$1/good") | tee >(s3put -q --require-seal s3://bucket/teed; echo $? >"$1/code") >/dev/null
    until [ -s "$1/code" ]; do sleep 0.05; done; exit $(<"$1/code")' - "$T"
finish
