#!/bin/bash
# Each example of the manual pages runs as it is printed: in the page's order,
# in one directory, with test servers for S3 and connpass in the environment,
# and with a stand-in for a foreign command.  A line
#	.\" not run by the tests: REASON
# in front of an example's .Bd excepts it.
. "${0%/*}/lib.sh"
. "${0%/*}/s3.sh"

serve CONNPASS "$HELPER/connpass-api" --events 120
cat >"$T/table" <<'JSON'
{
"/token": {"auth": "Basic am9iOmh1c2hodXNo", "form": {"grant_type": "client_credentials", "scope": "read"},
    "body": {"access_token": "t0ken", "token_type": "Bearer", "expires_in": 3600}},
"/basic": {"auth": "Basic cmVhZGVyOmh1c2g=", "body": "basic"},
"/bearer": {"auth": "Bearer t0ken", "body": "bearer"},
"/session": {"cookie": "sid=1", "body": "session"},
"/rows": {"body": [{"id": 1}], "headers": {"Content-Range": "0-0/1"}},
"/posts": {"body": [{"id": 1}], "headers": {"X-WP-TotalPages": "1"}},
"/files": {"body": {"files": [{"id": 1}]}},
"/charges": {"body": {"data": [{"id": "a"}], "has_more": false}},
"/users": {"body": {"value": [{"id": 1}]}},
"/issues": {"body": [{"id": 1}], "headers": {"Link": "<@B@/issues>; rel=first"}}
}
JSON
serve ANSWERS "$HELPER/answers" "$T/table"
export PASSWORD=hush CLIENT_SECRET=hushhush
export API=http://127.0.0.1:$ANSWERS
s3_server
export CONNPASS_BASE_URL=http://127.0.0.1:$CONNPASS CONNPASS_API_KEY=demo-key
export AWS_BATCH_JOB_ARRAY_INDEX=1
export PATH=$T/bin:$PATH
mkdir "$T/bin"
for foreign in report pg_dump; do
	printf '#!/bin/sh\necho "$0" "$@"\n' >"$T/bin/$foreign"
	chmod +x "$T/bin/$foreign"
done

# marks PAGE: for each example "run", or why not, in a line.
marks() {
	awk '/^\.Sh/ { on = $2 == "EXAMPLES" }
	    on && sub(/^\.\\" not run by the tests: /, "") { why = $0 }
	    on && /^\.Bd -literal/ { print why == "" ? "run" : why; why = "" }' "$1"
}

# examples PAGE DIRECTORY: writes each example, as it is printed, to a file.
examples() {
	mandoc -Tascii -Owidth=160 "$1" | sed 's/.\x08//g' | awk -v to="$2/" '
	    /^[A-Z]/ { on = $1 == "EXAMPLES" }
	    !on { next }
	    /^           / { if (!code) n++; code = 1; print substr($0, 12) >(to n); next }
	    { code = 0 }'
}

for page in "$ROOT"/man/*.[17]; do
	name=${page##*/}
	mkdir -p "$T/$name.text" "$T/$name.run"
	examples "$page" "$T/$name.text"
	marks "$page" >"$T/marks"
	ls "$T/$name.text" >"$T/err"
	[ -s "$T/marks" ] && [ "$(wc -l <"$T/marks")" -eq "$(wc -l <"$T/err")" ]
	result $? "$name: each example is printed" || continue
	cd "$T/$name.run" || exit 1
	printf 'http://127.0.0.1:%s/-/state\n' $S3 $S3 $S3 $S3 $S3 $S3 $S3 $S3 >urls
	echo t0ken >token
	echo machine 127.0.0.1 login reader password hush >netrc
	printf '127.0.0.1\tFALSE\t/\tFALSE\t0\tsid\t1\n' >cookies
	echo a >a.csv
	echo b >b.csv
	n=0
	while read -r mark; do
		n=$((n + 1))
		title="$name, $n: $(head -1 "$T/$name.text/$n")"
		if [ "$mark" != run ]; then
			echo "ok $((++tests)) - $title # SKIP $mark"
			continue
		fi
		touch "$T/before"
		timeout 60 bash -o pipefail "$T/$name.text/$n" >"$T/out" 2>"$T/err" </dev/null
		rc=$?
		# it writes something: here, to a file, or to S3 (see below)
		[ -s "$T/out" ] || [ -n "$(find . -newer "$T/before" -size +0)" ] ||
		    grep -q 's3put .*s3://' "$T/$name.text/$n" || rc=1
		result $rc "$title"
	done <"$T/marks"
done

# What the examples store is there.
for key in report.gz report.txt a b events.zip dump.sql; do
	s3_state '.objects[].key' | grep -qx "$key"
	result $? "s3://bucket/$key is there"
done
finish
