#!/bin/bash
# Headers, metadata, tags and checksums of an object, small and multipart.
. "${0%/*}/lib.sh"
. "${0%/*}/s3.sh"

s3_server
head -c 9000000 /dev/urandom >"$T/big"
echo small >"$T/small"
all=(--cache-control no-cache --content-disposition 'attachment; filename="x y.csv"'
	--content-encoding identity --content-language ja --content-type 'text/csv; charset=utf-8'
	--metadata a=1 --metadata a-b=2 --metadata A_c='two  blanks = x' --storage-class STANDARD_IA
	--tag 'k 1=v/1' --tag 'k+2=日本' --acl bucket-owner-full-control
	--expected-bucket-owner 123456789012)

for f in small big; do
	check_exit 0 "$f: all options" s3put "${all[@]}" "s3://bucket/$f" "$T/$f"
	holds "$f" "$T/$f" "$f: is stored"
	s3_state ".objects[] | select(.key == \"$f\")" >"$T/object"
	check "$f: metadata" jq -e '.metadata | .a == "1" and ."a-b" == "2" and (.a_c | test("two +blanks = x"))' "$T/object"
	check "$f: a token of its own" jq -e '.metadata."s3put-id" | test("^[0-9a-f]{32}$")' "$T/object"
	if "$HELPER/s3-read" "$S3" head "$f" >"$T/head" 2>/dev/null; then
		check "$f: headers" jq -e '.content_type == "text/csv; charset=utf-8" and
		    .headers["cache-control"] == "no-cache" and
		    .headers["content-disposition"] == "attachment; filename=\"x y.csv\"" and
		    .headers["content-language"] == "ja" and
		    .headers["x-amz-storage-class"] == "STANDARD_IA"' "$T/head"
	fi
done
check_exit 77 "another owner" s3put --expected-bucket-owner 000000000000 s3://bucket/x "$T/small"

for pair in a.csv=text/csv a.zip=application/zip a.JSON=application/json a=application/octet-stream; do
	s3put -q --no-require-trailer "s3://bucket/${pair%%=*}" "$T/small"
	check "the type of ${pair%%=*}" test "$(s3_state "[.requests[] | select(.key == \"${pair%%=*}\") | .headers[\"content-type\"]][0]")" = "${pair#*=}"
done

for kind in crc64nvme crc32 crc32c sha256 none; do
	s3_reset
	for f in small big; do
		check_exit 0 "$f: $kind" s3put --checksum $kind "s3://bucket/$f" "$T/$f"
		holds "$f" "$T/$f" "$f: $kind: is stored"
		cp "$T/out" "$T/receipt"
		want=$(s3_state "[.objects[] | select(.key == \"$f\") | .checksums // {} | to_entries[] |
		    select(.key | ascii_downcase | test(\"$kind\$\")) | .value] | map(if type == \"object\" then .value else . end) | .[0]")
		[ $kind = none ] && want=null
		check "$f: $kind: the receipt has the server's" \
			test "$(jq -r .checksum "$T/receipt")" = "$want"
	done
done
s3_reset
AWS_REQUEST_CHECKSUM_CALCULATION=when_required check_exit 0 "when_required" s3put s3://bucket/b "$T/big"
check "sends no checksum header" test "$(s3_state '[.requests[].headers | keys[] | select(test("x-amz-checksum|mp-object-size"))]')" = '[]'

# the whole is checked, and what comes back is compared
s3_reset
s3_rules '{"op":"UploadPart","part":1,"do":"headers","headers":{"x-amz-checksum-crc64nvme":"AAAAAAAAAAA="}}'
check_exit 69 "a part with another checksum" s3put s3://bucket/b "$T/big"
check_err "is told" "checksum that came back"
nothing "nothing is stored"

# a folder
s3_reset
mkfifo "$T/fifo"
mkdir "$T/dir"
echo small >"$T/dir/x y.csv"
check_exit 0 "a file into a folder" s3put -q s3://bucket/a/b/ "$T/dir/x y.csv"
holds "a/b/x y.csv" "$T/small" "keeps its name"
check "and has its type" test "$(s3_state '.objects[0].headers["content-type"]')" = text/csv
check_exit 0 "a file into a bucket" s3put -q s3://bucket "$T/small"
holds small "$T/small" "keeps its name"
cp "$T/small" "$T/dir/small.zip"
check_exit 65 "and what its name promises is checked" s3put -q s3://bucket/ "$T/dir/small.zip"
for input in "-" "" "--from echo x" "$T/fifo" "$T/dir" "$T/dir/"; do
	check_exit 64 "no name for a folder: '$input'" s3put s3://bucket/a/ $input <"$T/small"
done
check_exit 64 "nor for a bucket" s3put s3://bucket <"$T/small"
check_exit 74 "no such file" s3put s3://bucket/a/ "$T/nosuch"
check_exit 64 "a name that is too long together" s3put "s3://bucket/$(printf 'x%.0s' {1..1020})/" "$T/small"
check_exit 0 "--allow-empty makes a folder" s3put -q --allow-empty s3://bucket/empty/ </dev/null
check "of that name" test "$(s3_state '[.objects[] | select(.key == "empty/") | .size][0]')" = 0

# metadata that is not ASCII, and none
s3_reset
text='東京 – 大阪 – 名古屋 – 京都, and more than one word of seventy-five characters'
for f in small big; do
	check_exit 0 "$f: metadata in Unicode" s3put -q --metadata "title=$text" --metadata empty= "s3://bucket/$f" "$T/$f"
	s3_state ".objects[] | select(.key == \"$f\") | .metadata" >"$T/metadata"
	look "$f: comes as RFC 2047" /usr/bin/python3 - "$T/metadata" "$text" <<-'PYTHON'
		import email.header, json, sys
		m = json.load(open(sys.argv[1]))
		assert m['title'].isascii() and max(map(len, m['title'].split(' '))) <= 75, m
		assert str(email.header.make_header(email.header.decode_header(m['title']))) == sys.argv[2], m
		assert m['empty'] == '', m
	PYTHON
done
for value in $'caf\xe9' $'a\tb' ' a' 'a '; do
	check_exit 64 "metadata that is no text" s3put --metadata "t=$value" s3://bucket/b "$T/small"
	check_err "says what" "UTF-8|control characters|blanks"
done
check_exit 64 "other headers in Unicode" s3put --content-disposition 'attachment; filename="東京"' s3://bucket/b "$T/small"
check_exit 64 "too much metadata once it is encoded" s3put --metadata "a=$(printf '東%.0s' {1..550})" s3://bucket/b "$T/small"

for args in "--acl nonsense" "--storage-class nonsense" "--sse nonsense" "--sse-kms-key-id k" "--metadata a" \
	"--metadata =b" "--metadata S3put-ID=x" "--metadata a:b=c" "--tag a" "--tag =b" "--checksum md5" "--request-payer me" \
	"--no-clobber --if-match x" "--sse AES256 --sse-kms-key-id k" "--tag a=1 --tag a=2" \
	"--expected-bucket-owner me" "--expected-bucket-owner 12345" "--content-type a --content-type b" "--cache-control="; do
	check_exit 64 "wrong: $args" s3put $args s3://bucket/b "$T/small"
done
check_exit 64 "a line feed in a value" s3put --cache-control $'a\r\nx-evil: 1' s3://bucket/b "$T/small"
check_exit 64 "too much metadata" s3put --metadata "a=$(printf 'x%.0s' {1..2048})" s3://bucket/b "$T/small"
check_exit 64 "eleven tags" s3put $(printf -- '--tag %s=x ' {1..11}) s3://bucket/b "$T/small"

# a customer's key
head -c 32 /dev/urandom >"$T/key"
for f in small big; do
	check_exit 0 "$f: with a customer's key" s3put --sse-c-key-file "$T/key" "s3://bucket/c-$f" "$T/$f"
done
check "goes along with what needs it" test "$(s3_state '[.requests[] | select(.key | startswith("c-")) |
    select(.headers | has("x-amz-server-side-encryption-customer-key")) | .op] | unique | join(" ")')" = \
	"CompleteMultipartUpload CreateMultipartUpload PutObject UploadPart"
check "is never shown" bash -c 's3put -v --sse-c-key-file "$1" s3://bucket/c "$2" 2>&1 | grep -qF "$(base64 <"$1")"; test $? = 1' - "$T/key" "$T/small"
head -c 31 "$T/key" >"$T/short"
printf '%s' "$(base64 <"$T/key" | tr -d '=')" >"$T/unpadded"
for f in short unpadded small big; do
	check_exit 64 "no key: $f" s3put --sse-c-key-file "$T/$f" s3://bucket/c "$T/small"
done
check_exit 74 "no file" s3put --sse-c-key-file "$T/absent" s3://bucket/c "$T/small"
check_exit 64 "a key and --sse" s3put --sse-c-key-file "$T/key" --sse AES256 s3://bucket/c "$T/small"
check_exit 64 "a key without TLS" s3put --sse-c-key-file "$T/key" --endpoint-url http://192.0.2.1 s3://bucket/c "$T/small"
check_err "is not sent" "without TLS"
http_proxy=http://127.0.0.1:1 no_proxy= check_exit 0 "nor through a proxy" \
	s3put --sse-c-key-file "$T/key" s3://bucket/c "$T/small"

# regions
s3_reset
s3_rules '{"op":"CreateMultipartUpload","do":"PermanentRedirect","region":"eu-west-1"}'
curl -fs --data '{"region": "eu-west-1"}' "http://127.0.0.1:$S3/-/set" >/dev/null
check_exit 0 "a redirect to another region" s3put s3://bucket/b "$T/big"
holds b "$T/big" "is followed"
s3_reset
check_exit 0 "a region that is told by an error" s3put s3://bucket/b "$T/small"
holds b "$T/small" "is taken"
check_exit 0 "--region" s3put --region eu-west-1 s3://bucket/c "$T/small"
check "needs one request" test "$(s3_state '[.requests[] | select(.key == "c")] | length')" = 1
s3_rules '{"op":"PutObject","times":0,"do":"PermanentRedirect","region":"us-west-2"}'
check_exit 69 "a redirect is followed once" s3put s3://bucket/d "$T/small"

finish
