#!/bin/bash
# What is signed of the data: over TLS its checksum, over plain HTTP its SHA-256.
. "${0%/*}/lib.sh"
. "${0%/*}/s3.sh"
command -v openssl >/dev/null || skip_all "openssl is not installed"

openssl req -x509 -newkey rsa:2048 -nodes -keyout "$T/key" -out "$T/cert" -days 2 -subj /CN=localhost \
    -addext subjectAltName=IP:127.0.0.1 2>/dev/null
serve S3 "$HELPER/s3-server" --tls "$T/cert" "$T/key"
s3_environment
export AWS_CA_BUNDLE=$T/cert CURL_CA_BUNDLE=$T/cert AWS_ENDPOINT_URL=https://127.0.0.1:$S3
head -c 9000000 /dev/urandom >"$T/big"
echo small >"$T/small"
UNSIGNED=UNSIGNED-PAYLOAD

state() {
	curl -fs "$AWS_ENDPOINT_URL/-/state" | jq -cr "$1"
}
# sent: of each request that carried data the word for the payload, and the
# checksums among the headers, all of which the server wants signed
sent() {
	state '.requests[] | select(.op == "PutObject" or .op == "UploadPart") | [.part // 0, .headers["x-amz-content-sha256"],
	    (.headers | keys[] | select(startswith("x-amz-checksum")))] | join(" ")' | sort
}
# digest FILE [SKIP COUNT]: in hex, of that many MiB
digest() {
	if [ $# -eq 1 ]; then cat "$1"; else dd if="$1" bs=1M skip="$2" count="$3" status=none; fi | sha256sum | cut -d' ' -f1
}
small=$(digest "$T/small")
one=$(digest "$T/big" 0 8)
two=$(digest "$T/big" 8 8)

# way TITLE CHECKSUM SIGNED OPTION…: how data go up, as an object of $files
files='small big'
way() {
	local title=$1 header=${2:+ x-amz-checksum-$2} signed=$3 f
	shift 3
	for f in $files; do
		curl -fs -o /dev/null -X POST "$AWS_ENDPOINT_URL/-/reset"
		check_exit 0 "$title: $f" s3put -q "$@" "s3://bucket/$f" "$T/$f"
		[ "$(state ".objects[] | select(.key == \"$f\") | .sha256")" = "$(digest "$T/$f")" ]
		result $? "$title: $f is stored"
		sent >"$T/err"
		case $f$signed in
		smallno) echo "0 $UNSIGNED$header" ;;
		smallyes) echo "0 $small$header" ;;
		bigno) printf '%s\n' "1 $UNSIGNED$header" "2 $UNSIGNED$header" ;;
		bigyes) printf '%s\n' "1 $one$header" "2 $two$header" ;;
		esac | cmp -s - "$T/err"
		result $? "$title: $f, what was signed"
	done
}
way "over TLS" crc64nvme no
check "requests without data are signed whole" bash -c \
    "[ '$(state '[.requests[] | select(.op | test("Create|Complete")) | .headers["x-amz-content-sha256"] | test("^[0-9a-f]{64}$")]')' = '[true,true]' ]"
way "with --sign-payload" crc64nvme yes --sign-payload
files=big
way "crc32" crc32 no --checksum crc32
way "crc32c" crc32c no --checksum crc32c
way "sha256, which is known" sha256 yes --checksum sha256
files=small
way "no checksum" '' yes --checksum none
AWS_REQUEST_CHECKSUM_CALCULATION=when_required way "where none is required" '' yes
for value in true TRUE false; do
	printf '[default]\ns3 =\n  addressing_style = path\n  payload_signing_enabled = %s\n' $value >"$T/config"
	signed=yes
	[ $value != false ] || signed=no
	AWS_CONFIG_FILE=$T/config way "payload_signing_enabled = $value" crc64nvme $signed
done
AWS_CONFIG_FILE=$T/config way "an option beside false" crc64nvme yes --sign-payload
printf '[default]\ns3 =\n  payload_signing_enabled = maybe\n' >"$T/config"
AWS_CONFIG_FILE=$T/config check_exit 64 "neither true nor false" s3put s3://bucket/k "$T/small"
check_err "is refused by its name" "payload_signing_enabled is true or false, not 'maybe'"

curl -fs -o /dev/null -X POST "$AWS_ENDPOINT_URL/-/reset"
check_exit 0 "an empty object" s3put -q --allow-empty s3://bucket/k /dev/null
check "has its SHA-256 signed" test "$(sent)" = "0 $(digest /dev/null)"
check_exit 0 "in two phases" bash -c "s3put --prepare s3://bucket/p '$T/big' >'$T/r' && s3put -q --commit '$T/r'"
check "unsigned, too" test "$(sent | grep -c "^[12] $UNSIGNED x-amz-checksum-crc64nvme$")" = 2

serve PLAIN "$HELPER/s3-server"
AWS_ENDPOINT_URL=http://127.0.0.1:$PLAIN
files='small big'
way "over plain HTTP" crc64nvme yes
files=small
way "over plain HTTP with --sign-payload" crc64nvme yes --sign-payload
printf '[default]\ns3 =\n  payload_signing_enabled = false\n' >"$T/config"
AWS_CONFIG_FILE=$T/config way "over plain HTTP, whatever a profile says" crc64nvme yes

serve ANYBODY "$HELPER/s3-server" --anonymous --tls "$T/cert" "$T/key"
AWS_ENDPOINT_URL=https://127.0.0.1:$ANYBODY
for f in small big; do
	check_exit 0 "without any signature: $f" s3put -q --no-sign-request "s3://bucket/$f" "$T/$f"
done
check "no word of the payload" test \
    "$(state '[.requests[] | select(.headers["x-amz-content-sha256"] or .headers["x-amz-date"])] | length')" = 0
check "but its checksum" test \
    "$(state '[.requests[] | select(.headers["x-amz-checksum-crc64nvme"]) | .op] | sort | unique | join(" ")')" = \
    'CompleteMultipartUpload PutObject UploadPart'

if command -v radosgw >/dev/null && /usr/bin/python3 -c 'import boto3' 2>/dev/null; then
	serve RGW "$HELPER/radosgw" --tls "$T/cert" "$T/key"
	AWS_ENDPOINT_URL=https://127.0.0.1:$RGW
	for option in --allow-empty --sign-payload; do
		for f in small big; do
			check_exit 0 "to radosgw over TLS, $option: $f" s3put -q $option "s3://bucket/$f" "$T/$f"
			check "comes back" test "$("$HELPER/s3-read" "$AWS_ENDPOINT_URL" sha256 "$f")" = "$(digest "$T/$f")"
		done
	done
	AWS_SECRET_ACCESS_KEY=wrong check_exit 77 "a wrong secret" s3put s3://bucket/no "$T/big"
fi
finish
