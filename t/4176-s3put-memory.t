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
	check "$title: below $((LIMIT >> 20)) MiB" test "$rss" -lt $LIMIT
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

# The manual's formula, where it is hardest: many connections, encrypted, and a
# server that answers with as much as is taken.
serve S3 "$HELPER/s3-hostile" "$T/cert" "$T/key"
export AWS_ENDPOINT_URL=https://localhost:$S3
LIMIT=$(((165 << 20) + (16 << 20) + (32 << 19)))
peak "-j 32 and fat answers" s3put --stats -j 32 -m 165M --part-size 5M s3://fat/k "$T/big"
LIMIT=$(((5 << 20) + (16 << 20) + (1 << 19)))
peak "the least" s3put --stats -j 1 -m 5M s3://usual/k <(head -c 20000000 "$T/big")

finish
