#!/bin/bash
# cp-fetch and an HTTP/1.1 server that lies: each behaviour with what must come
# of it.  A body is right and whole with exit 0, or a correct beginning without.
. "${0%/*}/lib.sh"

serve A "$HELPER/http-hostile"
"$HELPER/http-hostile" --body >"$T/body"
LIMIT=$((20 * PATIENCE))

# try PATH [OPTION…]: bounded in time, whatever the server does.
try() {
	local path=$1
	shift
	timeout $LIMIT cp-fetch --stats --retries 1 --backoff 1ms "$@" "http://127.0.0.1:$A/$path"
}

# row EXIT PATH PATTERN [OPTION…]: it ends so, and says why; no more than a
# correct beginning is written.
row() {
	local code=$1 path=$2 pattern=$3
	shift 3
	tested[$path]=1
	check_exit "$code" "$path" try "$path" "$@"
	check_err "... says so" "$pattern"
	check_begin "$path"
}

check_begin() {
	case $1 in
	range-* | etag-*)
		cmp -n "$(stat -c %s "$T/out")" "$T/body" "$T/out" >"$T/err" 2>&1
		result $? "... and what came is right"
		;;
	link-many | *-quotes | *-16m | *-giant | *-circle | *-again | *-small | bomb | encoding-cut) ;;
	*)
		[ ! -s "$T/out" ]
		result $? "... and nothing is written"
		;;
	esac
}

# whole PATH TEXT [OPTION…]: all of it comes.
whole() {
	local path=$1 text=$2
	shift 2
	tested[$path]=1
	check_exit 0 "$path" try "$path" "$@"
	if [ "$text" = BODY ]; then
		cmp "$T/body" "$T/out" >"$T/err" 2>&1
	else
		[ "$(head -c 100 "$T/out")" = "$text" ]
	fi
	result $? "... is right"
}
declare -A tested

# Heads.
row 69 endless-headers "more than 65536 bytes of headers"
row 69 endless-line "a header line is too long"
row 69 endless-1xx "more than 65536 bytes of headers"
row 69 endless-short-1xx "more than 65536 bytes of headers"
row 69 nul "Nul byte in header"
row 69 http09 "HTTP/0.9"
row 69 no-colon "without colon"
for path in folded-coding folded-length spaced-coding; do
	row 69 $path "white space in or before a header's name"
done
row 75 upgrade "ends early"
row 69 status-999 "HTTP status 999"
row 69 status-000 "response code"
row 69 status-2 "response code"
row 69 version "HTTP version"
row 69 not-modified "HTTP status 304"
row 69 escapes "HTTP status 404"
row 75 closed-head "closed"
whole some-1xx-ok ok
whole lf-only-ok ok
whole no-content ""

# Lengths and chunks.
for path in length-negative length-plus length-hex length-two length-list length-huge; do
	row 69 $path "[Cc]ontent-[Ll]ength"
done
row 69 coding-unknown "encoding"
row 75 chunk-overflow "chunked-encoding"
row 75 chunk-negative "chunked-encoding"
row 75 chunk-digits "chunked-encoding"
row 75 chunk-long "chunked-encoding"
row 75 chunk-cut "closed"
row 75 chunk-no-end "closed"
row 69 trailers "more than 65536 bytes of headers"
row 69 coding-identity "without a length" --require-length
whole length-twice-ok abc
whole length-and-chunks-ok abcde
whole coding-gzip-ok hello
whole chunk-extension-ok abc
whole garbage-after-ok ok

# Encodings.
row 69 encoding-twice "encoding that was not asked for" --compressed
row 69 encoding-lines "encoding that was not asked for" --compressed
row 69 encoding-br "encoding that was not asked for" --compressed
row 65 encoding-lie "malformed" --compressed
row 65 encoding-cut "ends early" --compressed
row 65 bomb "--max-size" --compressed --max-size 10M
whole encoding-empty-ok "" --compressed

# Redirects.
row 69 redirects "10 redirects have been followed"
row 69 redirect-body "10 redirects have been followed"
row 69 redirect-empty "10 redirects have been followed"
row 69 redirect-crlf "x%0d%0aX-Inj"
row 65 redirect-backslash "malformed URL"
row 65 redirect-escape "malformed URL 'ftp://\?\?31m\?\?31m/'|malformed URL 'ftp:// \[31m"
row 65 redirect-scheme "only http and https"
row 75 redirect-host "resolve"
row 69 redirect-long "HTTP status 404"
row 69 redirect-without "HTTP status 302"
whole redirect-space-ok ok

# Parts of a body.
row 69 range-star-capped "whether that is all is not told"
row 69 range-star-short "ends early"
row 69 range-short "ends early"
row 69 range-none "without its range"
row 69 range-later "another range"
row 69 range-backwards "without its range"
row 69 range-past-total "without its range"
row 75 range-total-grows "has changed after"
row 69 range-more "more bytes than announced"
row 69 range-length-differs "says that it is bytes"
row 69 range-huge "says that it is bytes"
row 69 range-overflow "without its range"
row 75 range-other-etag "has changed after"
row 69 range-multipart "without its range"
row 75 range-416 "has changed after"
row 75 range-416-here "has changed after"
row 75 range-416-other-etag "has changed after"
row 69 range-416-star "is not told"
row 69 range-200-closed "ends early"
row 69 range-byte-by-byte "whether that is all is not told"
row 75 etag-weak "gave up after 2 attempts"
for path in range-ok range-star-ok range-no-etag-ok range-200-ok range-203-ok range-closed-ok etag-control; do
	whole $path BODY
done
check_exit 0 "range-416-here-chunked-ok" try range-416-here-chunked-ok
head -c 300000 "$T/body" | cmp - "$T/out" >"$T/err" 2>&1
result $? "... is right"
tested[range-416-here-chunked-ok]=1

# Pages.
next="--pager next,next=next"
row 65 link-circle "in a circle" --pager link
row 65 link-many "in a circle" --pager link
row 65 link-giant "in a circle" --pager link
row 65 page-deep "nested too deeply" --pager link
row 65 page-key "the member 'id' .* is longer than" --pager link --items . --dedupe id
row 65 page-again "same as the page before" --pager page,items=items
row 65 page-huge-total "not a whole number" --pager offset,items=items,total=total
row 65 page-bomb "larger than the .* bytes of -m" --pager link --compressed
row 65 cursor-small "more than the 50 pages" --pager cursor,next=next --max-pages 50
row 65 cursor-giant "the member 'next' .* is longer than" --pager cursor,next=next
row 65 next-giant "the member 'next' .* is longer than" $next
row 65 next-quotes "the member 'next' .* is longer than" $next
row 65 next-16m "the member 'next' .* is longer than" $next
whole page-empty-again '{"items":[]}' --pager page,items=items
whole link-headers-ok '[1]' --pager link
whole page-deep-ok "$(printf '%0100d' 0 | tr 0 '[')" --pager link
whole page-twice-ok '{"next":"/a","next":null}' $next
for path in page-string-ok page-numbers-ok page-keys-ok; do
	tested[$path]=1
	check_exit 0 "$path" try $path $next
	jq -e '.ok and .peak_rss < 11 * 1024 * 1024 + 2 * .out' "$T/err" >/dev/null || [ -n "${SAN:-}" ]
	result $? "... in no more memory than the manual says"
done

# What never gets on is left, all of it side by side.
silent=(silence silence-in-head drip-headers drip-trailers chunk-extension)
running=()
for path in "${silent[@]}"; do
	timeout $LIMIT cp-fetch --retries 1 --backoff 1ms --stall-timeout 500ms "http://127.0.0.1:$A/$path" \
	    >"$T/$path.out" 2>"$T/$path.err" &
	running+=($!)
done
for i in "${!silent[@]}"; do
	path=${silent[i]}
	wait "${running[i]}"
	[ $? -eq 75 ] && [ ! -s "$T/$path.out" ] && grep -q "gave up after 2 attempts.*no data for 0.5 s" "$T/$path.err"
	result $? "$path is left by --stall-timeout" "$T/$path.err"
	tested[$path]=1
done

for path in $("$HELPER/http-hostile" --paths); do
	case $path in
	/ok* | /silence-in-body | /drip-body | /endless-body) ;; # see t/3120-waits.t
	*) [ -n "${tested[${path#/}]-}" ] || echo "$path" ;;
	esac
done >"$T/err"
[ ! -s "$T/err" ]
result $? "each behaviour of the server is in the table"

finish
