#!/bin/bash
# What s3put stores, and how.
. "${0%/*}/lib.sh"
. "${0%/*}/s3.sh"

s3_server
head -c 17000000 /dev/urandom >"$T/big"
head -c 8388608 "$T/big" >"$T/part"
head -c 8388607 "$T/big" >"$T/less"
head -c 8388609 "$T/big" >"$T/more"
printf x >"$T/one"

for f in one less part more big; do
	check_exit 0 "$f from a file" s3put "s3://bucket/$f" "$T/$f"
	holds "$f" "$T/$f" "$f is stored"
	cp "$T/out" "$T/receipt.$f"
	check_exit 0 "$f from a pipe" bash -c "cat '$T/$f' | s3put s3://bucket/$f.pipe"
	holds "$f.pipe" "$T/$f" "$f is stored from the pipe"
done
check "small ones take one request" \
	test "$(s3_state '[.objects[] | select(.key == "less" or .key == "one") | .parts]')" = '[0,0]'
check "the big one has three parts" \
	test "$(s3_state '.objects[] | select(.key == "big") | .parts')" = 3

jq -e --argjson want "$(s3_state '.objects[] | select(.key == "big")')" '
    .bucket == "bucket" and .key == "big" and .size == 17000000 and
    (.etag | gsub("\""; "")) == ($want.etag | gsub("\""; "")) and
    .parts == 3 and (.upload_id | length) > 0 and .version_id == null' \
	"$T/receipt.big" >/dev/null
result $? "the receipt tells what the server has"
check "and how it went" jq -e '.attempts == 5 and (.request_id | length) == 16 and .host_id == "local"' "$T/receipt.big"
check "a receipt is one line" test "$(wc -l <"$T/receipt.big")" = 1
check_exit 0 "-q" s3put -q s3://bucket/one "$T/one"
check "gives no receipt" test ! -s "$T/out"

# keys
n=0
for key in 'dt=2024-05-22/a+b' 'a..b/../c' '//x//y' '50% of it' ' ' '.' '..' \
	'with space' '絵文字 😀.txt' "~-_.!*'()@:,;&\$?#[]" 'back\slash' 'q"uote' \
	"$(printf 'k%.0s' {1..1024})"; do
	n=$((n + 1))
	echo "$n" >"$T/n"
	check_exit 0 "key $n" s3put "s3://bucket/$key" "$T/n"
	cp "$T/out" "$T/receipt"
	quoted=${key//\\/\\\\}
	holds "${quoted//\"/\\\"}" "$T/n" "key $n is there"
	check "and in the receipt" jq -e --arg k "$key" '.key == $k' "$T/receipt"
done

# empty
s3_reset
check_exit 65 "an empty input is refused" s3put s3://bucket/e /dev/null
check_err "and it says so" "the input is empty"
nothing "nothing is stored"
check_exit 0 "--allow-empty" s3put --allow-empty s3://bucket/e /dev/null
holds e /dev/null "stores an empty object"

# usage
for args in "" "bucket/key" "s3://bucket" "s3://bucket/" "s3:///key" "s3://b_cket!/k" \
	"--part-size 4M s3://bucket/k" "--part-size 64M s3://bucket/k" "-m 4M s3://bucket/k" \
	"-j 0 s3://bucket/k" "-j 65 s3://bucket/k" "--region a,b s3://bucket/k" \
	"--endpoint-url ftp://x s3://bucket/k" "--endpoint-url http://u:p@x s3://bucket/k" \
	"--nonsense s3://bucket/k" "s3://bucket/k a b"; do
	check_exit 64 "wrong usage: $args" s3put $args </dev/null
done
check_exit 64 "a key of 1025 bytes" s3put "s3://bucket/$(printf 'k%.0s' {1..1025})" /dev/null
check_exit 64 "a key that is not UTF-8" s3put $'s3://bucket/\xff' /dev/null
check_exit 74 "no such file" s3put s3://bucket/k "$T/absent"
check_exit 74 "a directory" s3put s3://bucket/k "$T"
check_exit 74 "/dev/full for the receipt" bash -c "s3put s3://bucket/full '$T/one' >/dev/full"
check_err "says that the object was stored" "was stored"
holds full "$T/one" "and it was"
check_exit 0 "a file and -j 1" s3put -j 1 s3://bucket/serial "$T/big"
holds serial "$T/big" "one after the other"
check_exit 0 "the smallest budget" s3put -m 5M s3://bucket/tight "$T/big"
holds tight "$T/big" "parts of 5M, one window"
no_uploads "no upload is left over"

finish
