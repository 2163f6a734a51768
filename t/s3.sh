# s3.sh: what the tests of s3put share, sourced after lib.sh.
#
# s3_server [OPTION…]: starts t/helper/s3-server as S3 and points s3put at it.

s3_server() {
	serve S3 "$HELPER/s3-server" "$@"
	s3_environment
}

# s3_radosgw [OPTION…]: the same with Ceph's gateway and boto3 to look at it; the
# script is skipped without them.
s3_radosgw() {
	command -v radosgw >/dev/null || skip_all "radosgw is not installed"
	/usr/bin/python3 -c 'import boto3' 2>/dev/null || skip_all "python3-boto3 is not installed"
	serve S3 "$HELPER/radosgw" "$@"
	s3_environment
}

s3_environment() {
	export AWS_ACCESS_KEY_ID=TESTKEY AWS_SECRET_ACCESS_KEY=TESTSECRET
	export AWS_ENDPOINT_URL=http://127.0.0.1:$S3 AWS_REGION=us-east-1
}

# s3_state FILTER: jq over the server's state, one line.
s3_state() {
	curl -fs "http://127.0.0.1:$S3/-/state" | jq -cr "$1"
}

# s3_rules RULE…: replaces the server's fault rules.
s3_rules() {
	curl -fs -X DELETE "http://127.0.0.1:$S3/-/rules" >/dev/null
	printf '%s\n' "$@" |
	    curl -fs --data-binary @- "http://127.0.0.1:$S3/-/rules" >/dev/null
}

# s3_reset: no objects, no uploads, no rules.
s3_reset() {
	curl -fs -X POST "http://127.0.0.1:$S3/-/reset" >/dev/null
}

# holds KEY FILE TITLE: the object is the file.
holds() {
	local sum
	sum=$(sha256sum <"$2" | cut -d' ' -f1)
	[ "$(s3_state "[.objects[] | select(.key == \"$1\") | .sha256][0]")" = "$sum" ]
	result $? "$3"
}

# nothing TITLE: no object, and no upload left over.
nothing() {
	[ "$(s3_state '[.objects, .uploads]')" = '[[],[]]' ]
	result $? "$1"
}

# no_uploads TITLE
no_uploads() {
	[ "$(s3_state .uploads)" = '[]' ]
	result $? "$1"
}
