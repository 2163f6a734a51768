#!/bin/bash
# What the test server does with the headers of an object, with encryption
# keys, over TLS, as a proxy, and at the limits.
. "${0%/*}/lib.sh"

for program in curl jq openssl; do
	command -v $program >/dev/null || skip_all "$program is not installed"
done
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost \
	-addext subjectAltName=DNS:localhost,DNS:bucket.localhost,IP:127.0.0.1 \
	-keyout "$T/key.pem" -out "$T/cert.pem" 2>/dev/null
serve S3 "$HELPER/s3-server" --anonymous --min-part 0
serve TLS "$HELPER/s3-server" --anonymous --tls "$T/cert.pem" "$T/key.pem"

# ask WANTED TITLE METHOD URL-PATH [curl's options]: status and error code
base=http://127.0.0.1:$S3/bucket
ask() {
	local wanted=$1 title=$2 method=$3 path=$4 got
	shift 4
	got=$(curl -s --max-time 20 -X "$method" -o "$T/body" -D "$T/head" -w '%{http_code}' "$@" "$base$path")
	got+=$(sed -n 's/.*<Code>\([^<]*\)<.*/ \1/p' "$T/body")
	[ "$got" = "$wanted" ] || echo "$got, not $wanted: $(cat "$T/body")" >"$T/err"
	[ "$got" = "$wanted" ]
	result $? "$title"
}
state() {
	curl -fs "http://127.0.0.1:$S3/-/state" | jq -cr "$1"
}
has() {
	grep -iq -- "^$2" "$T/head"
	result $? "$1"
}

ask 200 "put with all kinds of headers" PUT /h -d x -H 'Content-Type: text/csv' -H 'x-amz-meta-a: 1' \
	-H 'x-amz-meta-ü: ä' -H 'x-amz-storage-class: STANDARD_IA' -H 'x-amz-acl: bucket-owner-full-control' \
	-H 'x-amz-server-side-encryption: AES256' -H 'x-amz-tagging: a=1&b=2' -H 'Expires: Thu, 01 Jan 2037 00:00:00 GMT'
has "says how it is encrypted" 'x-amz-server-side-encryption: AES256'
ask 200 "get it" GET /h
has "with its type" 'content-type: text/csv'
has "metadata" 'x-amz-meta-a: 1'
has "class" 'x-amz-storage-class: STANDARD_IA'
has "expiry" 'expires: Thu, 01 Jan 2037'
has "number of tags" 'x-amz-tagging-count: 2'
check "the state knows the ACL" test \
	"$(state '.objects[0].headers["x-amz-acl"]')" = bucket-owner-full-control
check "and the metadata" test "$(state '.objects[0].metadata.a')" = 1

long=$(head -c 2100 /dev/zero | tr '\0' x)
ask '400 MetadataTooLarge' "2 KiB of metadata" PUT /x -d x -H "x-amz-meta-a: $long"
ask '400 InvalidTag' "eleven tags" PUT /x -d x -H 'x-amz-tagging: a=&b=&c=&d=&e=&f=&g=&h=&i=&j=&k='
ask '400 InvalidTag' "a tag twice" PUT /x -d x -H 'x-amz-tagging: a=1&a=2'
ask '400 InvalidStorageClass' "an unknown class" PUT /x -d x -H 'x-amz-storage-class: COLD'
ask '400 InvalidArgument' "an unknown ACL" PUT /x -d x -H 'x-amz-acl: all'
ask '400 InvalidArgument' "an unknown encryption" PUT /x -d x -H 'x-amz-server-side-encryption: rot13'
ask '403 AccessDenied' "another owner" PUT /x -d x -H 'x-amz-expected-bucket-owner: 111111111111'
ask 200 "the owner" PUT /owned -d x -H 'x-amz-expected-bucket-owner: 123456789012'
ask '411 MissingContentLength' "a chunked body" PUT /x -d x -H 'Transfer-Encoding: chunked'
ask '400 KeyTooLongError' "a long key" PUT "/${long:0:1025}" -d x
ask '400 InvalidURI' "a key that is no UTF-8" PUT /%ff -d x
ask '405 MethodNotAllowed' "an unknown method" PATCH /x -d x
ask 404 "none of these was stored" HEAD /x -I

# Keys that the customer provides.
sse() {
	local key
	key=$(printf '%32s' "$1" | base64)
	printf 'x-amz-server-side-encryption-customer-%s\n' 'algorithm: AES256' "key: $key" \
		"key-MD5: $(printf '%32s' "$2" | openssl dgst -md5 -binary | base64)" >"$T/sse.$1.$2"
}
sse a a; sse b b; sse a b
create() {
	curl -fs -X POST "$base/c?uploads=" "$@" | grep -o '<UploadId>[^<]*' | cut -d'>' -f2
}
ask 200 "put with a key" PUT /c -d secret -H "@$T/sse.a.a"
has "names the key's MD5" 'x-amz-server-side-encryption-customer-key-MD5: '
ask '400 InvalidArgument' "a key with another's MD5" PUT /c -d x -H "@$T/sse.a.b"
ask '400 InvalidRequest' "get without the key" GET /c
ask '400 InvalidRequest' "get with another" GET /c -H "@$T/sse.b.b"
ask 200 "get with the key" GET /c -H "@$T/sse.a.a"
check "gives the text" grep -qx secret "$T/body"
id=$(create -H "@$T/sse.a.a")
ask '400 InvalidRequest' "a part without the key" PUT "/c?partNumber=1&uploadId=$id" -d x
ask '400 InvalidRequest' "a part with another" PUT "/c?partNumber=1&uploadId=$id" -d x -H "@$T/sse.b.b"
ask 200 "a part with the key" PUT "/c?partNumber=1&uploadId=$id" -d x -H "@$T/sse.a.a"

# Other ways in.
secure=(--cacert "$T/cert.pem" --resolve "localhost:$TLS:127.0.0.1" --resolve "bucket.localhost:$TLS:127.0.0.1")
check "TLS" test "$(curl -s -o /dev/null -w '%{http_code}' "${secure[@]}" -T "$T/cert.pem" \
	"https://localhost:$TLS/bucket/tls")" = 200
curl -s "${secure[@]}" "https://bucket.localhost:$TLS/tls" >"$T/back"
check_same "brings it back, by virtual host" "$T/cert.pem" "$T/back"
check_exit 60 "not without the certificate" curl -s "https://localhost:$TLS/bucket/tls" \
	--resolve "localhost:$TLS:127.0.0.1"
check "as a proxy, for Amazon's name of the bucket" test "$(curl -s -o /dev/null -w '%{http_code}' \
	-x "http://127.0.0.1:$S3" -X PUT -d x http://bucket.s3.eu-west-1.amazonaws.com/proxied)" = 200
check "was that" test "$(state '.requests[-1] | "\(.bucket) \(.key) \(.proxied)"')" = "bucket proxied true"
head -c 3000000 /dev/urandom >"$T/big"
check "Expect: 100-continue is answered" test "$(curl -s -o /dev/null -w '%{http_code}' -T "$T/big" "$base/big")" = 200
check "and the body kept" test "$(state '.objects[] | select(.key == "big") | .sha256')" = \
	"$(sha256sum <"$T/big" | cut -d' ' -f1)"
# Nonsense gets an answer or none, and does no harm.
check "nonsense does no harm" /usr/bin/python3 - "$S3" <<'EOF'
import random, socket, sys
dice = random.Random(3)
lines = [b'GET', b'PUT', b'POST', b'DELETE', b'HEAD', b' /', b'bucket', b'/k', b'?', b'uploads', b'uploadId=', b'&',
         b'partNumber=1', b'partNumber=x', b'%', b'%zz', b'%ff', b' ', b'HTTP/1.1', b'\r\n', b'Host: x', b':',
         b'Content-Length: 3', b'Content-Length: -1', b'Range: bytes=5-2', b'max-keys=', b'list-type=2',
         b'continuation-token=%20x', b'Authorization: AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=h;host, '
         b'Signature=' + b'0' * 64, b'x-amz-date: 20269999T999999Z', b'x-amz-checksum-crc32: !', b'\0', b'\xff',
         b'x-amz-content-sha256: UNSIGNED-PAYLOAD', b'If-Match: *', b'http://', b'//', b'latest/api/token', b'creds']
for _ in range(400):
    sock = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
    text = b''.join(dice.choices(lines, k=dice.randrange(1, 25)))
    if dice.random() < 0.8:
        text = dice.choice(lines[:5]) + b' /bucket/k' + text.replace(b' ', b'').replace(b'\r\n', b'') + \
            b' HTTP/1.1\r\n' + b'\r\n'.join(dice.sample(lines[19:], 5))
    sock.sendall(text + b'\r\n\r\n')
    sock.shutdown(socket.SHUT_WR)
    while sock.recv(65536):
        pass
    sock.close()
EOF
check "no mistake of the server came up" test "$(state .bugs)" = '[]'
state '.bugs[]' | sed 's/^/# /'
finish
