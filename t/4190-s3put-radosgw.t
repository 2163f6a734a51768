#!/bin/bash
# s3put against Ceph's gateway, a real S3 server; read back with boto3.
. "${0%/*}/lib.sh"
. "${0%/*}/s3.sh"

s3_radosgw

# came_back: reads lines "SHA-256 key-in-base64", prints what differs, then how many
# objects and how many unfinished uploads there are.
came_back() {
	/usr/bin/python3 - "$1" <<PYTHON
import base64, boto3, hashlib, sys
s3 = boto3.client('s3', endpoint_url='http://127.0.0.1:$S3')
lines = [line.split() for line in open(sys.argv[1])]
for want, key in lines:
    key = base64.b64decode(key).decode()
    digest = hashlib.sha256()
    for chunk in s3.get_object(Bucket='bucket', Key=key)['Body'].iter_chunks(1 << 20):
        digest.update(chunk)
    print('same' if digest.hexdigest() == want else 'differs', ascii(key))
print('objects', s3.list_objects_v2(Bucket='bucket')['KeyCount'], 'of', len(lines))
print('uploads', len(s3.list_multipart_uploads(Bucket='bucket').get('Uploads', [])))
PYTHON
}
# same KEY FILE: to be looked at in the end
same() {
	printf '%s %s\n' "$(sha256sum <"$2" | cut -d' ' -f1)" "$(printf %s "$1" | base64 -w0)" >>"$T/same"
}

head -c 70000000 /dev/urandom >"$T/big"
for n in 1 5242880 8388607 8388608 8388609 67108864; do
	head -c $n "$T/big" >"$T/f"
	check_exit 0 "$n bytes" bash -c "cat '$T/f' | s3put s3://bucket/$n"
	same $n "$T/f"
done
check_exit 0 "an empty object" s3put --allow-empty s3://bucket/0 /dev/null
same 0 /dev/null
n=0
for key in 'dt=2024-05-22/a+b' 'a..b/../c' '//x//' '50% of it' '%2F%41' ' ' '.' '..' \
	'絵文字 😀.txt' "~-_.!*'()@:,;&\$?#[]" 'back\slash' 'q"uote<&>' "$(printf 'k%.0s' {1..1000})" \
	'plus+plus' '../up' 'x/../../y' './z' 'two//slashes' '/lead' 'trail/' 'ques?tion=1&x' 'hash#tag' \
	'<xml>&amp;' '{}|^`' 'é' $'e\u0301' $'new\nline' $'tab\t' $'del\x7f' ' lead and trail ' '-h' '--from'; do
	n=$((n + 1))
	echo $n >"$T/n"
	check_exit 0 "key $n" s3put "s3://bucket/$key" "$T/n"
	case $key in */) key=${key}n ;; esac	# a file in a folder
	same "$key" "$T/n"
done
key='dt=2024/a+b 絵😀%.bin'
check_exit 0 "a multipart upload to an awkward key" s3put "s3://bucket/$key" "$T/big"
same "$key" "$T/big"
check "the receipt has the object's ETag" bash -c \
	"jq -e '.etag | test(\"^\\\"[0-9a-f]{32}-9\\\"$\")' '$T/out'"
check_exit 79 "a command that fails" s3put s3://bucket/no --from bash -c "cat '$T/big'; exit 1"
AWS_SECRET_ACCESS_KEY=wrong check_exit 77 "a wrong secret" s3put s3://bucket/no "$T/big"
check_exit 69 "no such bucket" s3put s3://nosuchbucket/no "$T/big"
mkfifo "$T/in"
exec 8<>"$T/in"
cat "$T/big" >&8 &
check_exit 75 "a deadline in mid-upload" s3put --deadline 2s s3://bucket/no "$T/in"
kill $! 2>/dev/null
wait $! 2>/dev/null
exec 8>&-

came_back "$T/same" >"$T/back" 2>"$T/err"
result $? "boto3 reads them"
check "all came back as they were" test "$(grep -c ^same "$T/back")" = "$(wc -l <"$T/same")"
check "and nothing else is there" grep -qx "objects \([0-9]*\) of \1" "$T/back"
check "no upload is left over" grep -qx "uploads 0" "$T/back"

finish
