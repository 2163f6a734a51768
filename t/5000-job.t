#!/bin/bash
# The whole job: pages to an object, each form of the pipeline, every zip reader.
. "${0%/*}/lib.sh"

fields=id,title,catch,started_at,ended_at,limit,place,lat,lon,owner_display_name,accepted
serve API "$HELPER/connpass-api" --events 230 --log "$T/api.log"
serve S3 "$HELPER/s3-server"
export CONNPASS_BASE_URL=http://127.0.0.1:$API CONNPASS_API_KEY=demo-key
export AWS_ENDPOINT_URL=http://127.0.0.1:$S3 AWS_REGION=us-east-1
export AWS_ACCESS_KEY_ID=TESTKEY AWS_SECRET_ACCESS_KEY=TESTSECRET
export SOURCE_DATE_EPOCH=1770000000

# What Python's csv.DictWriter makes of the same pages.
"$HELPER/connpass-api" --events 230 --dump >"$T/pages"
/usr/bin/python3 - "$fields" 3<"$T/pages" >"$T/want.csv" <<'PYTHON'
import csv, json, os, sys
sys.stdout.reconfigure(newline="", encoding="utf-8")
w = csv.DictWriter(sys.stdout, sys.argv[1].split(","), extrasaction="ignore")
w.writeheader()
for line in os.fdopen(3, encoding="utf-8"):
    w.writerows(json.loads(line)["events"])
PYTHON

object() { curl -sf "http://127.0.0.1:$S3/-/object/bucket/$1"; }
state() { curl -sf "http://127.0.0.1:$S3/-/state"; }

job() {
	cp-fetch --stats 'connpass:events' 2>"$T/fetch" |
	    json2csv --crlf -r events -f "$fields" |
	    memzip -n events.csv |
	    s3put s3://bucket/a/events.zip
}
export -f job
export fields T
check "the pipeline ends with 0 for each stage" \
    bash -c 'set -o pipefail; job'
object a/events.zip >"$T/a.zip"
check "the object is there" test -s "$T/a.zip"
unzip -p "$T/a.zip" events.csv >"$T/a.csv"
check_same "its CSV is DictWriter's, byte for byte" "$T/want.csv" "$T/a.csv"
check "no upload is left open" jq -e '.uploads == []' <(state)
check "pages were asked for once each, over one connection" \
    sh -c 'test "$(wc -l <"$1")" -eq 3 && test "$(cut -d" " -f2 "$1" | sort -u | wc -l)" -eq 1' - "$T/api.log"
# Its own clock: the server may note a request late.
check "from start to start at least a second went by" jq -e '.seconds >= 2' "$T/fetch"

check "unzip accepts the archive" unzip -tq "$T/a.zip"
check "7z accepts it" 7z t "$T/a.zip"
check "bsdtar lists it" bsdtar -tf "$T/a.zip"
bsdtar -xOf - events.csv <"$T/a.zip" >"$T/bsdtar.csv"
check_same "bsdtar reads it from a pipe" "$T/want.csv" "$T/bsdtar.csv"
check "Python's zipfile accepts it" /usr/bin/python3 -c '
import sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None and z.namelist() == ["events.csv"]' "$T/a.zip"
/usr/bin/python3 -c '
import sys, zlib
data = open(sys.argv[1], "rb").read()
print(f"0 events.csv {len(data)} {zlib.crc32(data):08x}")' "$T/want.csv" >"$T/java.want"
cat "$T/a.zip" | java -Xshare:auto "$HELPER/ZipStream.java" /dev/stdin >"$T/java"
check_same "Java's ZipInputStream reads it from a pipe" "$T/java.want" "$T/java"

# The same from sh, without the seal, and without a shell at all.
cat >"$T/job.sh" <<'SH'
cp-fetch --rate 100/s 'connpass:events' | json2csv --crlf -r events -f "$fields" |
    memzip -n events.csv | s3put "$1"
SH
check "the same from sh" sh "$T/job.sh" s3://bucket/sh.zip
object sh.zip >"$T/sh.zip"
check_same "is the same object" "$T/a.zip" "$T/sh.zip"
check "the same with MEMPIPE_SEAL=0" env MEMPIPE_SEAL=0 sh "$T/job.sh" s3://bucket/unsealed.zip
object unsealed.zip >"$T/unsealed.zip"
check_same "is the same object, too" "$T/a.zip" "$T/unsealed.zip"
check "the same as one command, chained by --from" \
    s3put s3://bucket/from.zip --from memzip -n events.csv \
    --from json2csv --crlf -r events -f "$fields" \
    --from cp-fetch --rate 100/s connpass:events
object from.zip >"$T/from.zip"
check_same "is the same object once more" "$T/a.zip" "$T/from.zip"
check "in a process with standard input closed" \
    sh -c 'exec s3put s3://bucket/closed.zip --from memzip -n events.csv \
	--from json2csv --crlf -r events -f "$fields" \
	--from cp-fetch --rate 100/s connpass:events <&- >/dev/null'
object closed.zip >"$T/closed.zip"
check_same "gives that object" "$T/a.zip" "$T/closed.zip"

# Answers that look different and mean the same.
for form in --ascii --pretty; do
	serve OTHER "$HELPER/connpass-api" --events 230 $form
	check "pages sent $form" env CONNPASS_BASE_URL=http://127.0.0.1:$OTHER sh "$T/job.sh" "s3://bucket/other$form.zip"
	object "other$form.zip" >"$T/other.zip"
	check_same "become the same object" "$T/a.zip" "$T/other.zip"
done

# Faults that end well: each page still comes once.
serve FAULTY "$HELPER/connpass-api" --events 230 --unavailable 2 --retry-after 0 --cut-page 2
check "503 twice and a page cut in the middle" \
    env CONNPASS_BASE_URL=http://127.0.0.1:$FAULTY sh "$T/job.sh" s3://bucket/faulty.zip
object faulty.zip >"$T/faulty.zip"
check_same "the object is whole" "$T/a.zip" "$T/faulty.zip"
check "and no upload was left open by any of them" jq -e '.uploads == []' <(state)

finish
