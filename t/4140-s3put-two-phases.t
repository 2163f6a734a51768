#!/bin/bash
# --prepare, --commit, --abort, and conditions.
. "${0%/*}/lib.sh"
. "${0%/*}/s3.sh"

s3_server
head -c 9000000 /dev/urandom >"$T/big"
echo small >"$T/small"
uploads() {
	s3_state '.uploads | length'
}

for f in big small; do
	check_exit 0 "$f: --prepare" s3put --prepare "s3://bucket/$f" "$T/$f"
	cp "$T/out" "$T/$f.receipt"
	check "$f: nothing is published" test "$(s3_state .objects)" = '[]'
	check "$f: the receipt says so" jq -e '.state == "prepared" and .etag == null' "$T/$f.receipt"
	check_exit 0 "$f: --commit" s3put --commit "$T/$f.receipt"
	holds "$f" "$T/$f" "$f: is stored"
	check "$f: and nothing is left" test "$(uploads)" = 0
	check "$f: the second receipt says so" \
		test "$(s3put --commit <"$T/$f.receipt" | jq -r .state)" = stored
	s3_reset
done

check_exit 0 "--prepare again" bash -c \
	"s3put --prepare s3://bucket/a '$T/big'; s3put --prepare 's3://bucket/b c' '$T/small'"
cp "$T/out" "$T/two"
check_exit 0 "two receipts at once from standard input" bash -c "s3put --commit <'$T/two'"
check "give two" test "$(wc -l <"$T/out")" = 2
holds a "$T/big" "the first is stored"
holds "b c" "$T/small" "the second is stored"

s3_reset
s3put --prepare s3://bucket/a "$T/big" >"$T/r"
check_exit 0 "--abort" s3put --abort "$T/r"
nothing "nothing is left"
check_exit 0 "--abort of what is gone" s3put --abort "$T/r"
check_exit 69 "--commit of what is gone" s3put --commit "$T/r"
nothing "nothing is stored"

check_exit 65 "--prepare of nothing" s3put --prepare s3://bucket/a /dev/null
check_exit 74 "--prepare without a place for the receipt" bash -c "s3put --prepare s3://bucket/a '$T/small' >/dev/full"
nothing "nothing is left"
check_exit 79 "--prepare of half an input" s3put --prepare s3://bucket/a --from bash -c "cat '$T/big'; exit 1"
nothing "nothing is left"

# receipts that are none
s3put --prepare s3://bucket/a "$T/big" >"$T/r"
for change in 'del(.token)' '.parts = 3' '.parts = 0' '.parts = 10001' '.etags = "a"' '.state = "stored"' \
	'.upload_id = ""' '.upload_id = 7' '.bucket = "../x"' '.key = ""' '.size = -1' '.checksum_algorithm = "MD5"' \
	'.etags |= gsub(" "; "\n")' '.bucket = "bucket/a"' '.' ; do
	jq -c "$change" "$T/r" >"$T/changed"
	[ "$change" = . ] && printf '%s' '{' >"$T/changed"
	check_exit 65 "a receipt with $change" s3put --commit "$T/changed"
done
check_exit 65 "no receipt" s3put --commit /dev/null
check_exit 65 "a good and a bad one" bash -c "cat '$T/r' '$T/changed' | s3put --commit"
check "then none is committed" test "$(s3_state .objects)" = '[]'
jq -c '.checksum = "AAAAAAAAAAA="' "$T/r" >"$T/changed"
check_exit 69 "a receipt with another checksum is refused by S3" s3put --commit "$T/changed"
jq -c '.size = 9000001' "$T/r" >"$T/changed"
check_exit 69 "one with another size, too" s3put --commit "$T/changed"
check "nothing is published" test "$(s3_state .objects)" = '[]'
check_exit 64 "--prepare and --commit" s3put --prepare --commit "$T/r"
check_exit 64 "--no-clobber goes with --commit" s3put --prepare --no-clobber s3://bucket/a "$T/small"
check_err "is said" "--no-clobber has no meaning for --prepare"

# options that would go unheard
head -c 32 /dev/urandom >"$T/key"
for o in --acl=private --cache-control=no-cache --content-type=text/csv --metadata=a=b --tag=a=b --sse=AES256 \
	--storage-class=STANDARD --checksum=crc32 --allow-empty; do
	for mode in commit abort 'sweep --older-than 1h'; do
		operand=$T/r
		[ "${mode%% *}" = sweep ] && operand=s3://bucket
		check_exit 64 "--$mode $o" s3put --$mode $o "$operand"
	done
done
for o in --no-clobber --if-match=x "--sse-c-key-file=$T/key"; do
	check_exit 64 "--abort ${o%%=*}" s3put --abort "$o" "$T/r"
	check_exit 64 "--sweep ${o%%=*}" s3put --sweep --older-than 1h "$o" s3://bucket
done
check_exit 64 "--commit with two conditions" s3put --commit --no-clobber --if-match x "$T/r"
check "nothing happened to the upload" test "$(uploads)" = 1
check_exit 0 "what all requests carry goes with them" s3put --abort --request-payer requester "$T/r"
check_exit 0 "and with --sweep" s3put --sweep --older-than 0 --expected-bucket-owner 123456789012 s3://bucket

# conditions
s3_reset
for f in small big; do
	check_exit 73 "$f: --if-match on nothing" s3put --if-match '"0123"' "s3://bucket/$f" "$T/$f"
	no_uploads "  leaves no upload"
	check_exit 0 "$f: --no-clobber on nothing" s3put --no-clobber "s3://bucket/$f" "$T/$f"
	check_exit 73 "$f: --no-clobber on something" s3put --no-clobber "s3://bucket/$f" "$T/$f"
	etag=$(s3put "s3://bucket/$f" "$T/$f" | jq -r .etag)
	check_exit 73 "$f: --if-match of another" s3put --if-match '"0123"' "s3://bucket/$f" "$T/small"
	holds "$f" "$T/$f" "$f: the old one stays"
	check_exit 0 "$f: --if-match" s3put --if-match "$etag" "s3://bucket/$f" "$T/big"
	holds "$f" "$T/big" "$f: the new one is there"
done
s3put --prepare s3://bucket/small "$T/big" >"$T/r"
check_exit 73 "--commit --no-clobber on something" s3put --commit --no-clobber "$T/r"
check_exit 0 "the upload is still there for another try" s3put --commit "$T/r"
no_uploads "no upload is left over"

# sizes
s3_reset
check_exit 65 "--expected-size" s3put --expected-size 5 s3://bucket/s "$T/small"
check_exit 65 "--expected-size of a big one" s3put --expected-size 9000001 s3://bucket/s "$T/big"
check_exit 65 "--min-size" s3put --min-size 7 s3://bucket/s "$T/small"
check_exit 65 "too much for the budget is known at once" s3put --expected-size 1T s3://bucket/s "$T/small"
nothing "nothing is stored"
check_exit 0 "the right sizes" s3put --expected-size 6 --min-size 6 s3://bucket/s "$T/small"

finish
