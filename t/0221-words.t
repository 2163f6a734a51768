#!/bin/bash
# What is said where somebody types what another tool would take, or what cannot
# be: the message names what would be right.
. "${0%/*}/lib.sh"
export AWS_ACCESS_KEY_ID=a AWS_SECRET_ACCESS_KEY=b AWS_REGION=us-east-1
echo data >"$T/file"

# says CODE PATTERN COMMAND…
says() {
	local code=$1 pattern=$2
	shift 2
	check_exit "$code" "$(printf '%q ' "${@//$T/T}")" "$@" </dev/null
	check_err "  says: $pattern" "$pattern"
}
dry() {
	s3put --dry-run "$@"
}

# Sizes and times as people write them.
says 64 '^memzip: -m: 1 is outside of 1M to 1T \(' memzip -m 1
says 64 '^s3put: -m: 2T is outside of 1M to 1T \(' s3put --memory 2T s3://bucket/k
says 64 '^s3put: --deadline: 400d is outside of 1ms to 365d \(' s3put --deadline 400d s3://bucket/k
says 64 '^cp-fetch: --retries: 5000 is outside of 0 to 1000 \(' cp-fetch --retries 5000 http://127.0.0.1/

# URLs.
says 64 "^cp-fetch: malformed URL 'example.com/x': its scheme is missing, such as https://" cp-fetch example.com/x
says 64 "^cp-fetch: malformed URL 'http://127.0.0.1:1/a b': a blank is written as %20" cp-fetch 'http://127.0.0.1:1/a b'
says 64 "^cp-fetch: malformed URL 'ftp://127.0.0.1/a': only http and https are spoken" cp-fetch ftp://127.0.0.1/a
says 64 "no dot stands before the first name at character 2" json2csv -f .a
says 64 "no dot stands before the first name at character 4" json2csv -f a,.b.c

# What users of curl and of the AWS CLI type.
check_exit 75 'cp-fetch --retry and --max-time' cp-fetch --retry 0 --max-time 50s http://127.0.0.1:1/
check_exit 64 '  which are checked likewise' cp-fetch --max-time 400d http://127.0.0.1:1/
check_exit 0 's3put FILE s3://…' dry "$T/file" s3://bucket/k
look '  is s3put s3://… FILE' jq -e '.key == "k" and .size == 5' "$T/out"
check_exit 0 's3put - s3://…' bash -c 'echo more data | s3put --dry-run - s3://bucket/k'
look '  is standard input' jq -e '.key == "k" and .size == 10' "$T/out"
check_exit 0 'two URLs: the second is a file' bash -c 'cd "$1" && mkdir s3: s3:/bucket && echo x >s3:/bucket/b && s3put --dry-run s3://bucket/a s3://bucket/b' - "$T"
look '  and the first is the name' jq -e '.key == "a" and .size == 2' "$T/out"
check_exit 0 '--no-overwrite' dry --no-overwrite s3://bucket/k "$T/file"
look '  is --no-clobber' jq -e '.headers | any(test("^If-None-Match: \\*$"; "i"))' "$T/out"
check_exit 0 '--checksum-algorithm SHA256' dry --checksum-algorithm SHA256 s3://bucket/k "$T/file"
look '  is --checksum sha256' jq -e '.checksum_algorithm == "SHA256"' "$T/out"
says 64 "^s3put: --metadata takes one name=value; give it once for each of 'a=b,c=d'" dry --metadata a=b,c=d s3://bucket/k "$T/file"
says 64 "^s3put: --tag takes one name=value; give it once for each of 'a=b&c=d'" dry --tag 'a=b&c=d' s3://bucket/k "$T/file"
check_exit 0 'a comma alone is a value' dry --metadata 'a=b, c' --metadata 'd=1,2' --tag 'e=f & g' s3://bucket/k "$T/file"
finish
