#!/bin/bash
# The peak of memory with the defaults, whatever the input comes from.
. "${0%/*}/lib.sh"
. "${0%/*}/s3.sh"
[ -z "${SAN:-}" ] || skip_all "memory figures mean nothing with SAN=$SAN"

openssl req -x509 -newkey rsa:2048 -nodes -keyout "$T/key" -out "$T/cert" -days 2 \
    -subj /CN=localhost -addext subjectAltName=DNS:localhost 2>/dev/null
LIMIT=$((60 << 20))
head -c 200000000 /dev/zero >"$T/big"

# peak TITLE COMMAND…: it succeeds with less than the limit.
peak() {
	local title=$1 rss
	shift
	check_exit 0 "$title" timeout 60 "$@"
	rss=$(tail -1 "$T/err" | jq .peak_rss)
	echo "# $title: $((rss >> 10)) KiB"
	check "$title: below 60 MiB" test "$rss" -lt $LIMIT
}
serve S3 "$HELPER/s3-server" --discard --skip-slow-crc --etag opaque
s3_environment
peak "a file" s3put --stats s3://bucket/k "$T/big"
peak "a pipe" bash -c 'cat "$1" | s3put --stats s3://bucket/k' - "$T/big"
peak "a small object" s3put --stats s3://bucket/k "$T/key"

serve S3 "$HELPER/s3-server" --discard --skip-slow-crc --etag opaque --tls "$T/cert" "$T/key"
cat "$T/cert" /etc/ssl/certs/ca-certificates.crt >"$T/bundle" 2>/dev/null	# as many as a system has
export AWS_ENDPOINT_URL=https://localhost:$S3 AWS_CA_BUNDLE=$T/bundle
peak "a file, encrypted" s3put --stats s3://bucket/k "$T/big"

finish
