#!/bin/bash
# --sweep: uploads that were left behind are listed and aborted.
. "${0%/*}/lib.sh"
. "${0%/*}/s3.sh"

s3_server
echo x >"$T/x"
left() {
	s3_state '[.uploads[].key] | sort | join(" ")'
}
leave() {
	for key; do
		s3put --prepare "s3://bucket/$key" "$T/x" >/dev/null || return
	done
}
sweep() {
	s3put --sweep --older-than "$@"
}

# begin KEY…: the same without s3put, for keys encoded already
begin() {
	/usr/bin/python3 - "$HELPER" "$S3" "$@" <<'PYTHON'
import hashlib, http.client, sys, time
sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True
from s3 import sigv4
http_ = http.client.HTTPConnection('127.0.0.1', int(sys.argv[2]))
for key in sys.argv[3:]:
    stamp = time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())
    payload = hashlib.sha256(b'').hexdigest()
    headers = {'host': '127.0.0.1:' + sys.argv[2], 'x-amz-date': stamp, 'x-amz-content-sha256': payload}
    scope = stamp[:8] + '/us-east-1/s3/aws4_request'
    canonical = sigv4.canonical_request('POST', '/bucket/' + key, 'uploads=', headers, sorted(headers), payload)
    headers['Authorization'] = '%s Credential=TESTKEY/%s, SignedHeaders=%s, Signature=%s' % (
        sigv4.ALGORITHM, scope, ';'.join(sorted(headers)), sigv4.signature('TESTSECRET', stamp, scope, canonical)[0])
    http_.request('POST', '/bucket/' + key + '?uploads=', headers=headers)
    answer = http_.getresponse()
    assert answer.status == 200, answer.read()
    answer.read()
PYTHON
}

leave a/1 a/2 b/1
check_exit 0 "uploads of a day" sweep 1d s3://bucket/
look "are not there" test ! -s "$T/out"
look "all stay" test "$(left)" = "a/1 a/2 b/1"
check_exit 0 "a dry run" sweep 0 --dry-run s3://bucket/a/
look "lists them" test "$(jq -r '.state + " " + .key' "$T/out" | tr '\n' ' ')" = "stale a/1 stale a/2 "
look "and what there is to know" jq -se 'all(.bucket == "bucket" and (.upload_id | length > 20) and .age_seconds < 1000 and (.initiated | endswith("Z")))' "$T/out"
look "all stay" test "$(left)" = "a/1 a/2 b/1"
check_exit 0 "a sweep" sweep 0 s3://bucket/a/
look "says what it aborted" test "$(jq -r '.state + " " + .key' "$T/out" | sort | tr '\n' ' ')" = "aborted a/1 aborted a/2 "
look "leaves the others" test "$(left)" = "b/1"
check_exit 0 "-q" sweep 0 -q s3://bucket
look "says nothing" test ! -s "$T/out"
look "but does it" test "$(left)" = ""
check_exit 0 "nothing to do" sweep 0 s3://bucket

# uploads that jobs need
leave a/1
for i in 0 1; do
	s3put --shard $i/2 --prepare --receipt 's3://bucket/_pending/7/{index}' 's3://bucket/a/part-{index}' "$T/x"
done
s3_rules '{"op":"CompleteMultipartUpload","do":"403","times":0}'
check_exit 77 "a commit that was stopped has a plan" s3put --commit --expect 2 s3://bucket/_pending/7/
s3_rules '{"op":"none","do":"503"}'
s3put --shard 0/2 --prepare --receipt 's3://bucket/_pending/7/{index}' 's3://bucket/a/part-{index}' "$T/x"
s3put -q s3://bucket/_pending/8/notes "$T/x"
check_exit 0 "a dry run with --receipts" sweep 0 --dry-run --receipts s3://bucket/_pending/ s3://bucket/
look "lists what no job needs" test "$(jq -r .key "$T/out")" = a/1
s3_rules '{"op":"GetObject","do":"403","times":0}'
check_exit 77 "a sweep that cannot read the receipts" sweep 0 --receipts s3://bucket/_pending/ s3://bucket/
look "aborts nothing" test "$(left)" = "a/1 a/part-0 a/part-0 a/part-1"
s3_rules '{"op":"none","do":"503"}'
check_exit 0 "a sweep with --receipts" sweep 0 --receipts s3://bucket/_pending/ s3://bucket/
look "leaves the jobs' uploads" test "$(left)" = "a/part-0 a/part-0 a/part-1"
check_exit 0 "the commit goes on" s3put -q --commit --expect 2 s3://bucket/_pending/7/
look "and leaves none" test "$(left)" = ""
check_exit 64 "--receipts elsewhere" sweep 0 --receipts s3://other/ s3://bucket/
s3_reset

# age by the server's clock
leave old
curl -fs --data '{"clock_offset": 800}' "http://127.0.0.1:$S3/-/set" >/dev/null
check_exit 0 "older than 14 minutes" sweep 14m s3://bucket
look "there is none" test "$(left)" = old
check_exit 0 "older than 13 minutes" sweep 13m s3://bucket
look "there is one" test "$(left)" = ""
curl -fs --data '{"clock_offset": 0}' "http://127.0.0.1:$S3/-/set" >/dev/null

# errors
leave a b c
s3_rules '{"op":"AbortMultipartUpload","key":"b","times":0,"do":"AccessDenied"}'
check_exit 77 "one that may not be aborted" sweep 0 s3://bucket
check_err "is named" "cannot abort the upload of 's3://bucket/b'.*AccessDenied"
look "does not keep the others" test "$(left)" = b
look "is reported" jq -se 'map(select(.state == "failed"))[0] | .key == "b" and (.error | test("AccessDenied"))' "$T/out"
s3_rules '{"op":"AbortMultipartUpload","do":"503"}'
check_exit 0 "a busy server" sweep 0 s3://bucket
look "is asked again" test "$(left)" = ""
leave $(printf 'x/%s ' {1..9})
s3_rules '{"op":"AbortMultipartUpload","times":0,"do":"AccessDenied"}'
check_exit 77 "none may be aborted" sweep 0 s3://bucket
check_err "the number is told" "9 of 9 failed, the first: "
look "each is reported" jq -se 'length == 9 and all(.state == "failed")' "$T/out"
s3_rules '{"op":"AbortMultipartUpload","times":0,"do":"503"}'
AWS_MAX_ATTEMPTS=1000 check_exit 75 "the deadline comes" sweep 0 --deadline 500ms s3://bucket
s3_rules
check_exit 0 "another time" sweep 0 s3://bucket
look "all are aborted" test "$(left)" = ""
leave a
s3_rules '{"op":"AbortMultipartUpload","when":"done","do":"reset"}'
check_exit 0 "an answer that is lost" sweep 0 s3://bucket
s3_rules '{"op":"ListMultipartUploads","times":0,"do":"garbage"}'
AWS_MAX_ATTEMPTS=2 check_exit 69 "a list that is none" sweep 0 s3://bucket
s3_rules '{"op":"ListMultipartUploads","times":0,"do":"AccessDenied"}'
check_exit 77 "a list that is refused" sweep 0 s3://bucket
s3_rules
check_exit 69 "no such bucket" sweep 0 s3://nobucket
check_exit 0 "another region is followed" sweep 0 --region eu-west-1 s3://bucket

# hostile keys come back as they are
/usr/bin/python3 - "$T/keys" <<'PYTHON'
import sys
keys = ['h/' + k for k in ('a b', 'a+b', 'a%2Bb', '50%', '&lt;', '<x>', "q'\"", '\\', '..', '//x', '\t', '\x7f',
                           '絵文字 😀', '?#&=', 'x' * 1000, '\u00e9', 'e\u0301')]
open(sys.argv[1], 'w').write('\0'.join(keys))
PYTHON
while IFS= read -r -d '' key || [ -n "$key" ]; do
	leave "$key"
done <"$T/keys"
check_exit 0 "awkward keys" sweep 0 --dry-run s3://bucket/h/
look "are told as they are" /usr/bin/python3 -c "
import json
got = sorted(json.loads(l)['key'] for l in open('$T/out'))
assert got == sorted(open('$T/keys', newline='').read().split('\0')), got"
check_exit 0 "with a prefix that needs care" sweep 0 's3://bucket/h/a+'
look "take what it names" test "$(jq -r .key "$T/out")" = "h/a+b"
check_exit 0 "are aborted" sweep 0 s3://bucket
look "all" test "$(left)" = ""

# many pages, several uploads of one key
begin $(for i in {0..449}; do [ $((i % 3)) = 0 ] && echo m/same || echo m/$i; done)
check_exit 0 "450 uploads" sweep 0 --dry-run s3://bucket/m
look "are listed, each once" test "$(jq -r .upload_id "$T/out" | sort -u | wc -l) $(wc -l <"$T/out")" = "450 450"
look "in three pages" test "$(s3_state '[.requests[-3:][] | .op] | join(" ")')" = "ListMultipartUploads ListMultipartUploads ListMultipartUploads"
check_exit 0 "and swept" sweep 0 --stats s3://bucket/m
look "all" test "$(left)" = ""
look "--stats counts them" jq -e '.uploads == 450' "$T/err"
look "over four connections at most" test "$(s3_state '[.requests[-100:][].connection] | unique | length | . > 1 and . <= 4')" = true
begin $(printf 'm/%s ' {0..99})
check_exit 0 "-j 1" sweep 0 -j 1 s3://bucket/m
look "goes over one" test "$(s3_state '[.requests[-101:][].connection] | unique | length')" = 1
look "in order" test "$(jq -r .key "$T/out")" = "$(printf 'm/%s\n' {0..99} | sort)"

# keys that XML cannot hold
begin 'c/%01%7F' 'c/plain'
check_exit 0 "a key with control characters" sweep 0 s3://bucket/c/
look "is told as it is" jq -se 'map(.key) | sort == ["c/\u0001\u007f", "c/plain"]' "$T/out"
look "is asked for once more, encoded" test "$(s3_state '[.requests[] | select(.op == "ListMultipartUploads") | .query | test("encoding-type=url")] | .[-2:] | join(" ")')" = "false true"
look "is aborted" test "$(left)" = ""
leave gone
s3_rules '{"op":"AbortMultipartUpload","do":"NoSuchUpload","status":404}'
check_exit 0 "an upload that somebody else ended" sweep 0 s3://bucket
look "is gone" jq -e '.state == "gone"' "$T/out"
s3_rules

# wrong usage
check_exit 64 "no age" s3put --sweep s3://bucket
check_exit 64 "an age without --sweep" s3put --older-than 1d s3://bucket/k "$T/x"
check_exit 64 "no bucket" sweep 1d
check_exit 64 "a file" sweep 1d s3://bucket "$T/x"
check_exit 64 "a command" sweep 1d s3://bucket --from true
check_exit 64 "two modes" sweep 1d --commit s3://bucket
check_exit 64 "no time" sweep 1w s3://bucket
check_exit 64 "no name" sweep 1d bucket
look "no mistake of the server" test "$(s3_state .bugs)" = "[]"

finish
