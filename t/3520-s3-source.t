#!/bin/bash
# cp-fetch s3://: objects, pinned, resumed, in ranges, compared with S3's checksums.
. "${0%/*}/lib.sh"
. "${0%/*}/s3.sh"
PATH=$BUILD/unit:$PATH

s3_server --min-part 0 --skip-slow-crc
B="--backoff 2ms"
head -c 9000000 /dev/urandom >"$T/big"
put() { s3put "$@" >"$T/receipt" 2>"$T/err" || cat "$T/err" >&2; }

# whole TITLE URL FILE [OPTION…]: one connection and ranges bring the same.
whole() {
	local title=$1 url=$2 file=$3 how
	shift 3
	for how in "-j 1" "-j 4 --chunk 1M"; do
		check_exit 0 "$title, $how" cp-fetch $B $how "$@" "$url"
		look "... is right" cmp "$file" "$T/out"
	done
}
# fails CODE TITLE PATTERN URL [OPTION…]: it says why, and a beginning came.
fails() {
	local code=$1 title=$2 pattern=$3
	shift 3
	check_exit "$code" "$title" cp-fetch $B "$@"
	check_err "... says why" "$pattern"
	head -c "$(stat -c %s "$T/out")" "$T/big" | cmp - "$T/out"
	result $? "... after a correct beginning"
}

for n in 0 1 1048575 1048576 1048577 8388607 8388608 8388609; do
	head -c $n "$T/big" >"$T/f"
	put --allow-empty s3://bucket/size-$n "$T/f"
	whole "$n bytes" s3://bucket/size-$n "$T/f"
done
n=0
for key in 'dt=2024-05-22/a+b' 'a..b/../c' '//x//y' '50% of it' '%2F%41' ' ' '.' '..' '絵文字 😀.txt' \
	"~-_.!*'()@:,;&\$?#[]" 'back\slash' 'q"uote<&>' '../up' 'ques?tion=1&x' 'hash#tag' ' both ' '-h'; do
	n=$((n + 1))
	echo $n >"$T/f"
	put "s3://bucket/$key" "$T/f"
	check_exit 0 "key $n" cp-fetch "s3://bucket/$key"
	look "... is right" cmp "$T/f" "$T/out"
done
put s3://bucket/big "$T/big"
check_exit 0 "two objects" cp-fetch -j 2 s3://bucket/size-1 s3://bucket/size-1048575
cat <(head -c 1 "$T/big") <(head -c 1048575 "$T/big") | cmp - "$T/out"
result $? "... in order"
mkdir "$T/www"
echo plain >"$T/www/f"
serve PORTS "$HELPER/nginx" --root "$T/www" --work "$T/nginx"
read -r PLAIN TLS <<<"$PORTS"
printf '%s\n' s3://bucket/size-1 "http://127.0.0.1:$PLAIN/f" s3://bucket/size-1 >"$T/list"
check_exit 0 "a list of both kinds" cp-fetch -j 3 -i "$T/list" -H 'X-Test: mine'
{ head -c 1 "$T/big"; echo plain; head -c 1 "$T/big"; } | cmp - "$T/out"
result $? "... in order"
[ "$(s3_state '[.requests[].headers | keys[] | select(ascii_downcase == "x-test")] | length')" = 0 ]
result $? "the user's headers are not for S3"

# What S3 keeps of the whole is compared.
head -c 3000000 "$T/big" >"$T/f"	# one part
for kind in crc64nvme crc32 crc32c sha256; do
	put --checksum $kind s3://bucket/sum-$kind "$T/f"
	for how in "-j 1" "-j 4 --chunk 1M"; do
		check_exit 0 "$kind, $how" cp-fetch -v $how s3://bucket/sum-$kind
		check_err "... is compared" "^cp-fetch: 's3://bucket/sum-$kind': compared with S3's $(tr a-z A-Z <<<$kind)\$"
		s3_rules '{"op":"GetObject","times":0,"do":"headers","headers":{"x-amz-checksum-'$kind'":"AAAAAAAAAAA="}}'
		state=$(cp-fetch $how s3://bucket/sum-$kind 2>"$T/err" | stage state)
		[ "$state" = broken ] && grep -q "has the ${kind^^} .*, and S3 keeps AAAAAAAAAAA=" "$T/err"
		result $? "... and another one is an error"
		check_exit 65 "... of the data" cp-fetch $how s3://bucket/sum-$kind
		s3_rules
	done
done
put --checksum none s3://bucket/none "$T/big"
check_exit 0 "no checksum" cp-fetch -v s3://bucket/none
check_err "... is said with -v" "keeps no checksum of the whole"
put --checksum sha256 --part-size 5M s3://bucket/parts "$T/big"
whole "one made of the parts'" s3://bucket/parts "$T/big" -v
check_err "... is not compared" "keeps no checksum of the whole"

# Faults that are mended, and those that are not.
mended() {
	local title=$1
	shift
	for how in "-j 1" "-j 4 --chunk 1M"; do
		s3_rules "$@"
		check_exit 0 "$title, $how" cp-fetch $B $how s3://bucket/big
		look "... is mended" cmp "$T/big" "$T/out"
	done
	s3_rules
}
mended "a body that is cut" '{"op":"GetObject","nth":1,"times":3,"do":"cut","bytes":700000}'
mended "connections that are reset" '{"op":"GetObject","nth":2,"times":2,"do":"reset"}' '{"op":"GetObject","nth":1,"do":"reset"}'
mended "SlowDown" '{"op":"GetObject","times":2,"do":"SlowDown","x_amz_retry_after":1}'
mended "500" '{"op":"GetObject","nth":1,"times":2,"do":"InternalError"}'
mended "a balancer's page" '{"op":"GetObject","nth":1,"do":"html"}'
mended "RequestTimeout" '{"op":"GetObject","nth":2,"do":"RequestTimeout"}'
curl -fs -X POST --data '{"clock_offset":7200}' "http://127.0.0.1:$S3/-/set" >/dev/null
mended "a clock that is wrong"
curl -fs -X POST --data '{"clock_offset":0}' "http://127.0.0.1:$S3/-/set" >/dev/null
s3_rules '{"op":"GetObject","nth":1,"do":"cut","bytes":3000000}' '{"op":"GetObject","nth":2,"do":"PreconditionFailed"}'
fails 75 "an object that is replaced meanwhile" "changed" s3://bucket/big
s3_rules '{"op":"GetObject","nth":3,"do":"PreconditionFailed"}'
fails 75 "and in ranges" "changed" -j 4 --chunk 1M s3://bucket/big
s3_rules '{"op":"GetObject","nth":1,"do":"cut","bytes":3000000}' '{"op":"GetObject","nth":2,"do":"NoSuchKey"}'
fails 69 "or deleted" "404 NoSuchKey" s3://bucket/big
s3_rules '{"op":"GetObject","times":0,"do":"cut","bytes":0}'
fails 75 "no body for ever" "gave up after" --retries 2 s3://bucket/big
s3_rules '{"op":"GetObject","do":"AccessDenied"}'
fails 77 "AccessDenied" "403 AccessDenied" s3://bucket/big
s3_rules '{"op":"GetObject","do":"InvalidObjectState","status":403}'
fails 69 "an object in an archive" "archived: restore it" s3://bucket/big
s3_rules
fails 69 "no such object" "404 NoSuchKey" s3://bucket/nothing
fails 69 "no such bucket" "404 NoSuchBucket" s3://nosuchbucket/nothing
AWS_SECRET_ACCESS_KEY=wrong fails 77 "a wrong secret" "SignatureDoesNotMatch" s3://bucket/big
env -u AWS_ACCESS_KEY_ID cp-fetch s3://bucket/big >/dev/null 2>"$T/err"
[ $? -eq 77 ]
result $? "no credentials"
for bad in s3:// s3://b 's3://bu cket/k' "s3://bucket/$(printf 'k%.0s' {1..1025})"; do
	check_exit 64 "${bad:0:30} names no object" cp-fetch "$bad"
done
check_exit 69 "--keep-going" cp-fetch --keep-going -j 2 s3://bucket/nothing s3://bucket/size-1
head -c 1 "$T/big" | cmp - "$T/out"
result $? "... leaves it out"

# Seeds of trouble: cuts, resets, silences and refusals at random.
runs=60
[ "$PATIENCE" -eq 1 ] || runs=10
head -c 1500000 "$T/big" >"$T/f"
put s3://bucket/chaos "$T/f"
bad=0
for seed in $(seq $runs); do
	curl -fs -X POST --data "{\"chaos\":\"$seed,0.3\"}" "http://127.0.0.1:$S3/-/set" >/dev/null
	how="-j 1"
	[ $((seed % 2)) -eq 0 ] || how="-j 3 --chunk 256K"
	cp-fetch $B --retries 20 --stall-timeout 5s $how s3://bucket/chaos >"$T/out" 2>"$T/err" && cmp -s "$T/f" "$T/out" ||
	    { bad=$((bad + 1)); echo "# seed $seed, $how: $(cat "$T/err")"; }
done
[ $bad -eq 0 ]
result $? "$runs runs with random faults come whole"
curl -fs -X POST --data '{"chaos":null}' "http://127.0.0.1:$S3/-/set" >/dev/null

# Credentials that expire in the middle of a body, and their source.
(
	unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
	export AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1:$S3/creds
	s3_rules '{"op":"GetObject","nth":1,"do":"cut","bytes":3000000}' '{"op":"GetObject","nth":2,"do":"ExpiredToken"}' \
	    '{"op":"GetObject","nth":3,"do":"cut","bytes":2000000}' '{"op":"GetObject","nth":4,"do":"ExpiredToken"}'
	cp-fetch $B s3://bucket/big 2>"$T/err" | cmp - "$T/big"
)
result $? "credentials that expire twice are renewed"
s3_rules
[ "$(s3_state '.counts.ContainerCredentials')" = 3 ]
result $? "... each time"
AWS_CONFIG_FILE=$T/config check_exit 77 "--profile" cp-fetch --profile nobody s3://bucket/size-1
fails 77 "another owner" "403" --expected-bucket-owner 999999999999 s3://bucket/big
check_exit 0 "--request-payer" cp-fetch --request-payer requester --expected-bucket-owner 123456789012 s3://bucket/size-1
[ "$(s3_state '.requests[-1].headers["x-amz-request-payer"]')" = requester ]
result $? "... is sent"
check_exit 64 "--request-payer of another" cp-fetch --request-payer me s3://bucket/size-1

# A customer's key.
head -c 32 /dev/urandom >"$T/key"
head -c 32 /dev/urandom >"$T/key2"
put --sse-c-key-file "$T/key" s3://bucket/sse "$T/big"
whole "SSE-C" s3://bucket/sse "$T/big" --sse-c-key-file "$T/key" -v
! grep -qF "$(base64 <"$T/key")" "$T/err" && ! grep -q TESTSECRET "$T/err"
result $? "... no secret is shown"
check_exit 69 "without the key" cp-fetch s3://bucket/sse
cp-fetch --sse-c-key-file "$T/key2" s3://bucket/sse >"$T/out" 2>"$T/err"
[ $? -ne 0 ] && [ ! -s "$T/out" ]
result $? "with another key"
AWS_ENDPOINT_URL=http://example.invalid check_exit 64 "a key is not sent without TLS" \
    cp-fetch --sse-c-key-file "$T/key" s3://bucket/sse

# Elsewhere: a region is followed, an address is not.
curl -fs -X POST --data '{"region":"eu-west-1"}' "http://127.0.0.1:$S3/-/set" >/dev/null
check_exit 0 "another region" cp-fetch s3://bucket/size-1
curl -fs -X POST --data '{"region":"us-east-1"}' "http://127.0.0.1:$S3/-/set" >/dev/null
serve A "$HELPER/http-faults" --log "$T/elsewhere"
s3_rules '{"op":"GetObject","times":0,"do":"TemporaryRedirect","location":"http://127.0.0.1:'"$A"'/size-1"}'
fails 69 "a redirect to another address" "307" s3://bucket/big
[ ! -s "$T/elsewhere" ]
result $? "... is not followed"
s3_rules
serve OPEN "$HELPER/s3-server" --anonymous
curl -fs -X PUT --data-binary @"$T/f" "http://127.0.0.1:$OPEN/bucket/open"
check_exit 0 "--no-sign-request, --endpoint-url" env -u AWS_ACCESS_KEY_ID cp-fetch --no-sign-request \
    --endpoint-url "http://127.0.0.1:$OPEN" s3://bucket/open
check_same "... is right" "$T/f" "$T/out"
check_exit 0 "--virtual-hosted" cp-fetch --virtual-hosted --endpoint-url "http://localhost:$S3" s3://bucket/size-1
[ "$(s3_state '.requests[-1].headers.host')" = "bucket.localhost:$S3" ]
result $? "... puts the bucket into the host"
serve S3TLS "$HELPER/s3-server" --tls "$T/nginx/server.pem" "$T/nginx/server.key"
curl -fs --cacert "$T/nginx/ca.pem" --aws-sigv4 aws:amz:us-east-1:s3 -u TESTKEY:TESTSECRET \
    -T "$T/f" "https://localhost:$S3TLS/bucket/tls" ||
    AWS_CA_BUNDLE=$T/nginx/ca.pem AWS_ENDPOINT_URL=https://localhost:$S3TLS put s3://bucket/tls "$T/f"
AWS_CA_BUNDLE=$T/nginx/ca.pem AWS_ENDPOINT_URL=https://localhost:$S3TLS check_exit 0 "TLS, AWS_CA_BUNDLE" cp-fetch s3://bucket/tls
check_same "... is right" "$T/f" "$T/out"
AWS_ENDPOINT_URL=https://localhost:$S3TLS check_exit 77 "TLS that is not trusted" cp-fetch s3://bucket/tls

printf 's3://bucket/size-1\n%.0s' 1 2 3 >"$T/list"
AWS_MAX_ATTEMPTS=x check_exit 64 "wrong settings end the run, with --keep-going, too" cp-fetch --keep-going -i "$T/list"
[ "$(wc -l <"$T/err")" = 1 ]
result $? "... and are said once"

look "the server found no fault of its own" test "$(s3_state .bugs)" = '[]'
finish
