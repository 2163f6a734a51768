#!/bin/bash
# What an input must be: size, SHA-256, a proper end; and --dry-run.
. "${0%/*}/lib.sh"
. "${0%/*}/s3.sh"

s3_server
head -c 20000000 /dev/urandom >"$T/big"
echo small >"$T/small"
: >"$T/empty"
sum() { sha256sum <"$1" | cut -d' ' -f1; }
requests() { s3_state '.requests | length'; }

for f in small big; do
	s3_reset
	check_exit 0 "$f: the right SHA-256" s3put --sha256 "$(sum "$T/$f")" "s3://bucket/$f" "$T/$f"
	holds "$f" "$T/$f" "$f: is stored"
	check_exit 0 "$f: in capitals" s3put --sha256 "$(sum "$T/$f" | tr a-f A-F)" "s3://bucket/$f" "$T/$f"
	s3_reset
	check_exit 65 "$f: another SHA-256" s3put --sha256 "$(sum "$T/empty")" "s3://bucket/$f" "$T/$f"
	check_err "$f: both are named" "$(sum "$T/$f"), not $(sum "$T/empty")"
	nothing "$f: nothing is stored"
	check_exit 65 "$f: a byte more than expected" s3put --expected-size 5 "s3://bucket/$f" "$T/$f"
	check_exit 65 "$f: less than the least" s3put --min-size 1G "s3://bucket/$f" "$T/$f"
	check_exit 65 "$f: less than expected" s3put --expected-size 1G "s3://bucket/$f" "$T/$f"
	nothing "$f: nothing is stored either"
done
check_exit 0 "an empty one with its SHA-256" s3put --allow-empty --sha256 "$(sum "$T/empty")" s3://bucket/e "$T/empty"
for bad in '' abc "$(sum "$T/small")00" "$(sum "$T/small" | tr 0-9 g)"; do
	check_exit 64 "no SHA-256: '$bad'" s3put --sha256 "$bad" s3://bucket/k "$T/small"
done
# An endless input is refused as soon as it is too long.
s3_reset
check_exit 65 "an endless input with an expected size" timeout 60 s3put --expected-size 12000000 s3://bucket/k --from yes
check_err "is not read to its end" "at least [0-9]+ bytes, not 12000000"
nothing "nothing is stored"

# ends
cd "$T" || exit 1
zip -q small.zip small && zip -q0 big.zip big
gzip -k small big
zstd -q small && zstd -q big
for f in small.zip big.zip small.gz big.gz small.zst big.zst; do
	[ -s "$f" ] || continue
	s3_reset
	check_exit 0 "$f: whole" s3put "s3://bucket/$f" "$f"
	holds "$f" "$f" "$f: is stored"
	s3_reset
	head -c -1 "$f" >cut
	check_exit 65 "$f: without its last byte" s3put "s3://bucket/$f" cut
	check_exit 65 "$f: half of it" bash -c "head -c $(($(stat -c %s "$f") / 2)) '$f' | s3put 's3://bucket/$f'"
	check_exit 65 "$f: prepared" s3put --prepare "s3://bucket/$f" cut
	nothing "$f: nothing is stored"
	check_exit 0 "$f: with --no-require-trailer" s3put --no-require-trailer "s3://bucket/$f" cut
	check_exit 65 "$f: under another name, when it is told" s3put --require-trailer s3://bucket/data cut
	check_exit 0 "$f: whole under another name" s3put --require-trailer s3://bucket/data "$f"
done
s3_reset
check_exit 65 "text that is to have an end" s3put --require-trailer s3://bucket/data small
check_err "has none that is known" "neither zip, gzip nor zstd"
check_exit 65 "gzip that should be zip" s3put --require-trailer=zip s3://bucket/x.gz small.gz
check_exit 64 "no such format" s3put --require-trailer=rar s3://bucket/x small
check_exit 0 "text whose name says nothing" s3put s3://bucket/x.csv small
check_exit 65 "an empty archive" s3put s3://bucket/x.zip empty
check_exit 0 "which may be empty" s3put --allow-empty s3://bucket/x.zip empty
dd if=/dev/zero of=damaged bs=1 count=1 seek=1000000 conv=notrunc status=none < big.gz
cp big.gz damaged && printf '\0\0\0\0' | dd of=damaged bs=1 seek=10000000 conv=notrunc status=none
check_exit 65 "a damaged gzip" s3put s3://bucket/damaged.gz damaged
check_err "is said to be that" "the gzip data is damaged at byte"
no_uploads "no upload is left over"

# the other modes
for o in --sha256=$(sum small) --expected-size=1 --min-size=1 --require-trailer --no-require-trailer --require-seal \
	--fixed-part-size --part-size=8M --dry-run; do
	check_exit 64 "--commit $o" s3put --commit "$o" small
done
check_exit 64 "--commit --from" s3put --commit --from cat small

# dry run
s3_reset
before=$(requests)
check_exit 0 "a dry run" s3put --dry-run --metadata a=1 --storage-class STANDARD_IA s3://bucket/d/k.csv big
look "says what it would do" jq -e --arg url "http://127.0.0.1:$S3/bucket/d/k.csv" '.state == "dry-run" and .bucket == "bucket" and
	.key == "d/k.csv" and .size == 20000000 and .parts == 3 and .part_size == 8388608 and .url == $url and
	.region == "us-east-1" and .credentials == "environment" and .checksum_algorithm == "CRC64NVME" and
	(.headers | index("x-amz-meta-a: 1") and index("Content-Type: text/csv") and index("x-amz-storage-class: STANDARD_IA"))' out
check_exit 0 "of a small one" s3put --dry-run s3://bucket/k small
look "is one request" jq -e '.parts == 0 and .size == 6' out
AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE check_exit 0 "with a long key id" s3put --dry-run s3://bucket/k small
look "shows its end only" jq -e '.access_key_id == "****MPLE"' out
head -c 32 /dev/urandom >key
check_exit 0 "with a customer's key" s3put --dry-run --sse-c-key-file key s3://bucket/k small
look "masks it" jq -e '.headers | index("x-amz-server-side-encryption-customer-key: ***")' out
check_exit 0 "unsigned" s3put --dry-run --no-sign-request s3://bucket/k small
look "names no credentials" jq -e '.credentials == null and .access_key_id == null' out
AWS_ACCESS_KEY_ID= AWS_SECRET_ACCESS_KEY= AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1:$S3/creds \
	check_exit 0 "with a container's credentials" s3put --dry-run s3://bucket/k small
look "does not ask for them" jq -e '.credentials == "container" and .access_key_id == null' out
check_exit 0 "for AWS" env -u AWS_ENDPOINT_URL s3put --dry-run --dualstack --fips --region us-west-2 s3://bucket/k small
look "with its host" jq -e '.url == "https://bucket.s3-fips.dualstack.us-west-2.amazonaws.com/k"' out
check_exit 0 "to a dotted bucket" env -u AWS_ENDPOINT_URL AWS_USE_DUALSTACK_ENDPOINT=true s3put --dry-run s3://b.c/k small
look "in the path" jq -e '.url == "https://s3.dualstack.us-east-1.amazonaws.com/b.c/k"' out
check_exit 65 "of a cut archive" s3put --dry-run s3://bucket/k.zip cut
check_exit 65 "of nothing" s3put --dry-run s3://bucket/k empty
check_exit 79 "of a command that fails" s3put --dry-run s3://bucket/k --from sh -c 'echo x; exit 1'
check_exit 64 "with a wrong option" s3put --dry-run --acl none s3://bucket/k small
check_exit 77 "without credentials" env -u AWS_ACCESS_KEY_ID s3put --dry-run s3://bucket/k small
mkfifo in
exec 8<>in
s3put --dry-run s3://bucket/k in 2>err &
pid=$!
timeout $((30 * PATIENCE)) head -c 200000 /dev/zero >&8	# more than a pipe holds: it reads
kill -TERM $pid
wait $pid
[ $? -eq 143 ]
result $? "it ends on SIGTERM while it waits for input"
exec 8>&-
look "nothing was sent to the server" test "$(requests)" = "$before"

finish
