#!/bin/bash
# cp-fetch and prefixes of S3: lists of any length, filters, all objects of one.
. "${0%/*}/lib.sh"
. "${0%/*}/s3.sh"
PATH=$BUILD/unit:$PATH

s3_server --min-part 0 --anonymous
B="--backoff 2ms"
# fill PREFIX COUNT: objects of a few bytes, "PREFIX00007" holding its number.
fill() {
	/usr/bin/python3 - "$S3" "$@" <<'PYTHON'
import http.client, sys
c = http.client.HTTPConnection('127.0.0.1', int(sys.argv[1]))
for i in range(int(sys.argv[3])):
    c.request('PUT', f'/bucket/{sys.argv[2]}{i:05}', f'{i}\n')
    assert c.getresponse().read() == b''
PYTHON
}
fill many/ 2500
check_exit 0 "2,500 objects" cp-fetch --list-objects s3://bucket/many/
jq -r .key "$T/out" >"$T/keys"
seq -f 'many/%05.0f' 0 2499 >"$T/want"
look "... are listed in order" cmp "$T/want" "$T/keys"
[ "$(s3_state .counts.ListObjectsV2)" = 3 ]
result $? "... on three pages"
head -1 "$T/out" | jq -e '.bucket == "bucket" and .key == "many/00000" and .size == 2 and (.etag | test("^\"[0-9a-f]{32}\"$")) and
	(.last_modified | test("^20..-..-..T..:..:..(\\.[0-9]+)?Z$")) and .storage_class == "STANDARD"' >/dev/null
result $? "... with what S3 says of each"
seq 0 2499 >"$T/want"
for how in "-j 1" "-j 8"; do
	check_exit 0 "all of them, $how" cp-fetch $how s3://bucket/many/
	look "... come in order" cmp "$T/want" "$T/out"
done
cp-fetch --list-objects s3://bucket/many/ >"$T/list"
check_exit 0 "a list as -i" cp-fetch -j 8 -i "$T/list"
look "... brings the same" cmp "$T/want" "$T/out"
check_exit 0 "a list through a pipe" bash -c "cp-fetch --list-objects s3://bucket/many/ | cp-fetch -j 8 -i -"
look "... brings the same" cmp "$T/want" "$T/out"
check_exit 0 "--shard" cp-fetch -j 8 --shard 1/3 s3://bucket/many/
seq 1 3 2499 | cmp - "$T/out"
result $? "... counts objects"
check_exit 0 "a prefix without a slash" cp-fetch --list-objects s3://bucket/many/0001
[ "$(wc -l <"$T/out")" -eq 10 ]
result $? "... lists what begins so"
check_exit 0 "no objects" cp-fetch --list-objects s3://bucket/none/
[ ! -s "$T/out" ]
result $? "... are an empty list"
[ "$(cp-fetch --list-objects s3://bucket/many/ | stage state)" = sealed ]
result $? "a list is sealed"

# Filters.
listed() { cp-fetch --list-objects "$@" s3://bucket/many/ | wc -l; }
[ "$(listed --include '*/0*1')" = 250 ] && [ "$(listed --include '*1' --include '*2' --exclude 'many/00*')" = 300 ]
result $? "--include and --exclude"
[ "$(listed --exclude '*')" = 0 ] && [ "$(listed --include 'many/0000[0-4]')" = 5 ]
result $? "... all, and a set"
[ "$(listed --since 2000-01-01)" = 2500 ] && [ "$(listed --until 2000-01-01)" = 0 ] &&
    [ "$(listed --since 2099-01-01)" = 0 ] && [ "$(listed --since 2000-01-01T00:00:00+09:00 --until 2099-01-01)" = 2500 ]
result $? "--since and --until"
check_exit 64 "--since with no time" cp-fetch --since yesterday s3://bucket/many/
check_exit 64 "--include without S3" cp-fetch --include x http://127.0.0.1:1/
check_exit 64 "--list-objects of a URL" cp-fetch --list-objects http://127.0.0.1:1/

# Keys as they come.
keys=('a+b c' '50%25' '絵文字 😀' 'q"<&>' "tab	and 
feed" '//x/../y' 'z/')
for i in "${!keys[@]}"; do
	printf '%s\n' "$i" | s3put --allow-empty "s3://bucket/odd/${keys[i]}" >/dev/null 2>&1 ||
	    curl -fs -X PUT --data-binary "$i
" --path-as-is "http://127.0.0.1:$S3/bucket/odd/$(jq -rn --arg k "${keys[i]}" '$k | @uri')"
done
check_exit 0 "odd keys" cp-fetch --list-objects s3://bucket/odd/
jq -cs 'map(.key) | sort' "$T/out" >"$T/got"
jq -cn '$ARGS.positional | map("odd/" + .) | sort' --args -- "${keys[@]}" >"$T/want"
look "... are listed as they are" cmp "$T/want" "$T/got"
check_exit 0 "... and got" cp-fetch -j 3 s3://bucket/odd/
sort "$T/out" | cmp - <(seq 0 6)
result $? "... each"

# A list is a snapshot.
fill snap/ 20
cp-fetch --list-objects s3://bucket/snap/ >"$T/list"
echo other | s3put s3://bucket/snap/00007 >/dev/null
check_exit 75 "an object that changed since it was listed" cp-fetch $B -i "$T/list"
check_err "... is named" "s3://bucket/snap/00007.*changed"
seq 0 6 | cmp - "$T/out"
result $? "... after a correct beginning"
check_exit 75 "--keep-going" cp-fetch $B -j 4 --keep-going -i "$T/list"
{ seq 0 6; seq 8 19; } | cmp - "$T/out"
result $? "... leaves it out"
for bad in '{' '{}' '{"bucket":"bucket","key":7,"size":1,"etag":"\"x\""}' '{"bucket":"bucket","key":"k","size":-1,"etag":"\"x\""}' \
	'{"bucket":"bucket","key":"k","size":1,"etag":"x\r\ny: z"}' '{"bucket":"a/b","key":"k","size":1,"etag":"x"}'; do
	echo "$bad" >"$T/list"
	check_exit 65 "a line that is none: $bad" cp-fetch -i "$T/list"
done

# Pages with faults.
for fault in '"do":"cut"' '"do":"truncated"' '"do":"garbage"' '"do":"503"' '"do":"reset"' '"do":"200-error"' '"do":"InternalError"'; do
	s3_rules '{"op":"ListObjectsV2","nth":2,"times":2,'"$fault"'}'
	check_exit 0 "a page that fails: $fault" cp-fetch $B --list-objects s3://bucket/many/
	[ "$(wc -l <"$T/out")" -eq 2500 ]
	result $? "... is mended"
done
s3_rules '{"op":"ListObjectsV2","nth":2,"times":0,"do":"truncated"}'
check_exit 69 "a page that is cut for ever" cp-fetch $B --retries 2 --list-objects s3://bucket/many/
check_err "... is said" "cannot list 's3://bucket/many/'"
[ "$(wc -l <"$T/out")" -eq 1000 ]
result $? "... after the pages before it"
[ "$(cp-fetch $B --retries 0 --list-objects s3://bucket/many/ 2>/dev/null | stage state)" != sealed ]
result $? "... and the list is not sealed"
s3_rules '{"op":"ListObjectsV2","do":"AccessDenied"}'
check_exit 77 "a list that is denied" cp-fetch s3://bucket/many/
s3_rules

# A server that makes lists up: 100,000 objects, and lists that make no sense.
cat >"$T/lists.py" <<'PYTHON'
import http.server, os, sys, urllib.parse
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    def log_message(self, *a): pass
    def do_GET(self):
        q = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
        kind, page = q['prefix'].strip('/'), int(q.get('continuation-token', 0))
        at = 0 if kind == 'repeat' else page * 1000
        key = lambda i: f'{kind}/{i:08}' if kind != 'outside' else f'x{i:08}'
        if kind == 'backwards':
            key = lambda i: f'{kind}/{9999 - i:08}'
        one = ''.join(f'<Contents><Key>{key(i)}</Key><LastModified>2026-11-01T00:00:00.000Z</LastModified>'
                      f'<ETag>&quot;{i:032x}&quot;</ETag><Size>{i}</Size></Contents>' for i in range(at, at + 1000))
        more = page < 99
        end = f'<IsTruncated>{str(more).lower()}</IsTruncated>'
        if kind == 'silent': end = ''
        if kind == 'lost': end = '<IsTruncated>true</IsTruncated>'
        elif more: end += f'<NextContinuationToken>{page + 1}</NextContinuationToken>'
        if kind == 'count': end += '<KeyCount>999</KeyCount>'
        if kind == 'toomany': one += '<Contents><Key>toomany/9</Key></Contents>'
        body = f'<ListBucketResult>{one}{end}</ListBucketResult>'.encode()
        self.send_response(200)
        self.send_header('Content-Length', len(body))
        self.end_headers()
        self.wfile.write(body)
s = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
open(os.environ['READY'], 'w').write(f'{s.server_port}\n')
s.serve_forever()
PYTHON
serve LISTS /usr/bin/python3 "$T/lists.py"
export AWS_ENDPOINT_URL=http://127.0.0.1:$LISTS
check_exit 0 "100,000 objects" cp-fetch --stats --list-objects s3://bucket/long/
jq -e .key "$T/out" | wc -l | grep -qx 100000 && jq -r .key "$T/out" | LC_ALL=C sort -uc
result $? "... are listed, each once, in order"
[ -n "${SAN:-}" ] || tail -1 "$T/err" | jq -e '.peak_rss < 19 * 1024 * 1024' >/dev/null
result $? "... in the memory of two pages"
for kind in repeat:repeats backwards:order outside:below silent:"goes on" lost:"not where" count:"says that there are 999" toomany:"more objects"; do
	check_exit 69 "a list that makes no sense: ${kind%%:*}" cp-fetch $B --retries 1 --list-objects "s3://bucket/${kind%%:*}/"
	check_err "... is refused" "cannot list .*${kind#*:}"
done
export AWS_ENDPOINT_URL=http://127.0.0.1:$S3

# The whole way: files that follow each other, compressed or not in what way ever.
for d in 1 2 3; do
	seq 1 20 | jq -c "{day: $d, n: .}" >"$T/d$d.json"
done
gzip -c "$T/d1.json" | s3put s3://bucket/raw/2026-11-01.json.gz >/dev/null
gzip -c "$T/d2.json" | s3put s3://bucket/raw/2026-11-02.json.gz >/dev/null
echo rubbish | s3put s3://bucket/raw/2026-11-02.tmp >/dev/null
gzip -c "$T/d3.json" | s3put s3://bucket/raw/2026-11-03.json.gz >/dev/null
check_exit 0 "gzip files below a prefix, to CSV" bash -o pipefail -c \
    "cp-fetch -j 3 s3://bucket/raw/ --exclude '*.tmp' | memzip -x | json2csv -f day,n"
{ echo day,n; for d in 1 2 3; do seq -f "$d,%.0f" 20; done; } >"$T/want"
check_same "... are all there, in order" "$T/want" "$T/out"

check_exit 0 "from S3 to S3" bash -o pipefail -c "cp-fetch -j 3 s3://bucket/raw/ --exclude '*.tmp' |
	memzip -x | json2csv -f day,n | memzip -n all.csv | s3put --require-seal s3://bucket/all.zip"
cp-fetch s3://bucket/all.zip | memzip -x >"$T/out"
look "... and back" cmp "$T/want" "$T/out"

look "the server found no fault of its own" test "$(s3_state .bugs)" = '[]'
finish
