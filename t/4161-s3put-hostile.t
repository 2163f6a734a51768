#!/bin/bash
# s3put against a server that behaves as no S3 does: what it says is true, in
# bounded memory and time.  One line of the tables is a behaviour of
# t/helper/s3-hostile: what a small object ends with, and a multipart upload.
. "${0%/*}/lib.sh"
. "${0%/*}/s3.sh"

serve S3 "$HELPER/s3-hostile"
s3_environment
export AWS_MAX_ATTEMPTS=2
echo x >"$T/small"
head -c 6000000 /dev/urandom >"$T/big"
LIMIT=$((28 << 20))	# small parts: 10 MiB of them, and what the program takes

# run NAME WORD…: s3put with these words in the background, six at once, for most
# of them wait; ends CODE PATTERN NAME looks at how it went: the code, words that
# match on standard error, memory, nothing for a terminal, output that is JSON.
run() {
	local name=$T/$1
	shift
	while [ "$(jobs -rp | wc -l)" -gt 6 ]; do	# the server is one
		wait -n
	done
	{
		timeout $((60 * PATIENCE)) s3put --stats "$@" >"$name.out" 2>"$name.err"
		echo $? >"$name.code"
	} &
}
ends() {
	local rss code name=$T/$3
	until [ -s "$name.code" ]; do
		wait -n || break
	done
	mv "$name.out" "$T/out"
	mv "$name.err" "$T/err"
	code=$(<"$name.code")
	[ "$code" = "$1" ] || echo "exit $code, not $1" >>"$T/err"
	[ "$code" = "$1" ]
	result $? "$3: exit $1"
	[ "$2" = - ] || check_err "$3: says $2" "$2"
	rss=$(jq -R 'fromjson? | .peak_rss? // empty' "$T/err" | tail -1)
	[ -n "${SAN:-}" ] || look "$3: $((rss >> 10)) KiB" test "$rss" -lt $LIMIT
	# C0, DEL, and C1 and bidirectional overrides in UTF-8
	look "$3: nothing for the terminal" bash -c '! LC_ALL=C grep -qaP "[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]" "$1"' - "$T/err"
	[ ! -s "$T/out" ] || look "$3: output is JSON" jq -e . "$T/out"
}
log() {
	curl -fs "http://127.0.0.1:$S3/-/log?$1" | tr '\n' ' '
}

# behaviour	small: code, message		big: code, message
cat >"$T/objects" <<'TABLE'
usual	0	-	0	-
id-giant	-	-	69	upload id cannot be one
id-long	-	-	0	-
id-odd	-	-	69	upload id cannot be one
id-odd-stays	-	-	69	cannot abort .*left behind
id-signs	-	-	0	-
id-empty	-	-	69	without an upload id
etag-giant	0	-	69	part . of .*ETag cannot be one
etag-odd	0	-	69	part . of .*ETag cannot be one
etag-blank	0	-	69	part . of .*ETag cannot be one
etag-signs	0	-	0	-
etag-empty	0	-	69	part . of .*ETag cannot be one
complete-without-etag	-	-	69	complete the upload of .*without an ETag
complete-empty-etag	-	-	0	-
complete-other-checksum	-	-	69	was stored, but damaged: its checksum is
put-other-checksum	69	was stored, but damaged: the checksum	-	-
complete-is-list	-	-	69	unfit answer
complete-is-empty	-	-	69	unfit answer
abort-has-body	-	-	75	left behind, upload id 'u'
xml-deep	69	400	69	400
xml-names	69	400	69	400
xml-names-short	69	400	69	400
xml-bomb	69	400	69	400
xml-external	69	400	69	400
xml-message	69	400 x: mmm	69	400 x: mmm
xml-long	69	400 with more than 65536 bytes	69	400 with more than 65536 bytes
xml-attributes	69	400 x	69	400 x
xml-spaces	75	400 InternalError, after 2 attempts	75	400 InternalError
xml-utf16	69	400 x	69	400 x
xml-long-success	75	200 with more than 65536 bytes	69	200 with more than 65536 bytes
terminal	69	400	69	400
region	69	301	69	301
region-loop	69	301	69	301
location	69	307	69	307
skew	77	RequestTimeTooSkewed	77	RequestTimeTooSkewed
skew-parts	-	-	0	-
put-error	75	200 InternalError, after 2 attempts	75	200 InternalError, after 2 attempts
retry-after	75	SlowDown	75	SlowDown
endless	75	200 with more than 65536 bytes	69	200 with more than 65536 bytes
drip	75	not known whether .*deadline	75	deadline
drip-head	75	not known whether .*deadline	75	deadline
hundreds	75	bytes of headers	69	bytes of headers
early	-	-	69	before all was sent
silent-publish	75	not known whether	75	cannot complete
impostor-length	75	not known whether	75	cannot complete
impostor-token	75	not known whether	75	cannot complete
TABLE

# behaviour	code	message
cat >"$T/lists" <<'TABLE'
usual	0	-
list-two-markers	69	does not go on
list-seven-markers	69	does not go on
list-same-marker	69	does not go on
list-no-markers	69	does not go on
list-truncated-loud	69	IsTruncated is true or false, not 'TRUE'
list-truncated-empty	69	IsTruncated is true or false, not ''
list-odd-date	69	lacks key, id or time
list-foreign-key	69	not asked for
list-no-id	69	lacks
list-odd-id	0	-
list-long	69	200 with more than 1048576 bytes
list-dtd	69	document type
list-no-end	75	deadline
drip	75	deadline
endless	69	200 with more than 1048576 bytes
TABLE
while IFS=$'\t' read -r behaviour small _ big _; do
	[ "$small" = - ] || run "$behaviour, small" -m 10M --part-size 5M --deadline 2s "s3://$behaviour/k" "$T/small"
	[ "$big" = - ] || run "$behaviour, big" -m 10M --part-size 5M --deadline 3s "s3://$behaviour/k" "$T/big"
done <"$T/objects"
while IFS=$'\t' read -r behaviour _ _; do
	run "$behaviour, sweep" --sweep --older-than 1h --deadline 5s "s3://$behaviour/p/"
done <"$T/lists"

while IFS=$'\t' read -r behaviour small small_says big big_says; do
	[ "$small" = - ] || ends "$small" "$small_says" "$behaviour, small"
	[ "$big" = - ] || ends "$big" "$big_says" "$behaviour, big"
done <"$T/objects"
while IFS=$'\t' read -r behaviour code says; do
	ends "$code" "$says" "$behaviour, sweep"
done <"$T/lists"

look "an unfit upload is aborted" test "$(log id-giant)" = "create abort"
count() {
	log silent-publish | tr ' ' '\n' | grep -cx "$1"
}
look "a silent Complete is looked after, aborted, and looked after; a silent PutObject looked after" \
	test "$(count put) $(count complete) $(count head) $(count abort)" = "2 2 3 1"
look "a circle is found within three rounds" test "$(log list-seven-markers | wc -w)" -le 22

finish
