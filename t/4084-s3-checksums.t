#!/bin/bash
# The test server's judgement on checksums: of a body, of parts, of the whole
# object.  Values: the CRCs of "123456789" as their catalogues give them.
. "${0%/*}/lib.sh"

for program in curl jq openssl; do
	command -v $program >/dev/null || skip_all "$program is not installed"
done

check "long data give what the plain table gives" /usr/bin/python3 - "$HELPER" <<'EOF'
import random, sys
sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
from s3.checksum import CRC, Crc
dice = random.Random(1)
known = {'crc64nvme': 0xae8b14860a799888, 'crc32c': 0xe3069283, 'crc32': 0xcbf43926}
for name, crc in CRC.items():
    assert crc.update(0, b'123456789') == known[name], name
    plain = Crc(crc.bits, crc.poly)
    for size in [0, 1, 8191, 8192, 8193, 70001] + [dice.randrange(120000) for _ in range(3)]:
        data, start = dice.randbytes(size), dice.getrandbits(crc.bits)
        assert crc.update(start, data) == plain.update(start, data), (name, size)
        at = dice.randrange(size + 1)
        first, second = crc.update(0, data[:at]), crc.update(0, data[at:])
        assert crc.combine(first, second, size - at) == crc.update(0, data), (name, size, at)
EOF

serve S3 "$HELPER/s3-server" --anonymous --min-part 0
base=http://127.0.0.1:$S3/bucket

# ask WANTED TITLE METHOD PATH [curl's options]: status and error code
ask() {
	local wanted=$1 title=$2 method=$3 path=$4 got
	shift 4
	got=$(curl -s --max-time 20 -X "$method" -o "$T/body" -D "$T/head" -w '%{http_code}' "$@" "$base$path")
	got+=$(sed -n 's/.*<Code>\([^<]*\)<.*/ \1/p' "$T/body")
	[ "$got" = "$wanted" ] || echo "$got, not $wanted: $(cat "$T/body")" >"$T/err"
	[ "$got" = "$wanted" ]
	result $? "$title"
}
create() {
	curl -fs -X POST "$base/k?uploads=" "$@" | grep -o '<UploadId>[^<]*' | cut -d'>' -f2
}
# complete WANTED TITLE IN-PART-1 IN-PART-2 [curl's options]
complete() {
	local wanted=$1 title=$2 one=$3 two=$4
	shift 4
	ask "$wanted" "$title" POST "/k?uploadId=$id" "$@" -d "<CompleteMultipartUpload>
		<Part><PartNumber>1</PartNumber><ETag>$(printf 1234 | md5sum | cut -d' ' -f1)</ETag>$one</Part>
		<Part><PartNumber>2</PartNumber><ETag>$(printf 56789 | md5sum | cut -d' ' -f1)</ETag>$two</Part>
		</CompleteMultipartUpload>"
}
has() {
	grep -q -- "$2" "$3"
	result $? "$1"
}

nvme=rosUhgp5mIg= crc32c=4waSgw== crc32=y/Q5Jg==
for name in crc64nvme crc32c crc32; do
	case $name in
	crc64nvme) sum=$nvme other=AAAAAAAAAAA= ;;
	crc32c) sum=$crc32c other=AAAAAA== ;;
	crc32) sum=$crc32 other=AAAAAA== ;;
	esac
	ask 200 "put, $name" PUT /k -H "x-amz-checksum-$name: $sum" -d 123456789
	has "is answered" "x-amz-checksum-$name: $sum" "$T/head"
	ask '400 BadDigest' "put of other bytes, $name" PUT /k -H "x-amz-checksum-$name: $sum" -d 123456780
	ask '400 InvalidRequest' "put, $name that is none" PUT /k -H "x-amz-checksum-$name: abc" -d 123456789

	id=$(create -H "x-amz-checksum-algorithm: ${name^^}" -H 'x-amz-checksum-type: FULL_OBJECT')
	ask 200 "part 1" PUT "/k?partNumber=1&uploadId=$id" -d 1234
	ask '400 BadDigest' "part 2, $name of other bytes" PUT "/k?partNumber=2&uploadId=$id" \
		-H "x-amz-checksum-$name: $sum" -d 56789
	ask 200 "part 2" PUT "/k?partNumber=2&uploadId=$id" -d 56789
	full='x-amz-checksum-type: FULL_OBJECT'
	complete '400 BadDigest' "another checksum of the whole object" '' '' \
		-H "x-amz-checksum-$name: $other" -H "$full"
	complete '400 BadDigest' "another type of checksum" '' '' \
		-H "x-amz-checksum-$name: $sum" -H 'x-amz-checksum-type: COMPOSITE'
	complete '400 InvalidRequest' "another size of the whole object" '' '' \
		-H "x-amz-checksum-$name: $sum" -H "$full" -H 'x-amz-mp-object-size: 8'
	complete 200 "the right size and $name of the whole object" '' '' \
		-H "x-amz-checksum-$name: $sum" -H "$full" -H 'x-amz-mp-object-size: 9'
	has "is answered" "<Checksum${name^^}>$sum</Checksum${name^^}><ChecksumType>FULL_OBJECT<" "$T/body"
	ask 200 "and kept" HEAD /k -I -H 'x-amz-checksum-mode: ENABLED'
	has "as the header tells" "x-amz-checksum-$name: $sum" "$T/head"
done

id=$(create)
ask 200 "no algorithm announced: part 1" PUT "/k?partNumber=1&uploadId=$id" -d 1234
ask '400 InvalidRequest' "a part's CRC32 is out of place" PUT "/k?partNumber=2&uploadId=$id" \
	-H "x-amz-checksum-crc32: $crc32" -d 123456789
ask 200 "part 2" PUT "/k?partNumber=2&uploadId=$id" -d 56789
complete '400 BadDigest' "another CRC64NVME of the whole object" '' '' -H 'x-amz-checksum-crc64nvme: AAAAAAAAAAA='
complete 200 "the right one" '' '' -H "x-amz-checksum-crc64nvme: $nvme"

sha() {
	printf %s "$1" | openssl dgst -sha256 -binary | base64
}
part() {
	echo "<ChecksumSHA256>$(sha "$1")</ChecksumSHA256>"
}
whole=$({
	printf 1234 | openssl dgst -sha256 -binary
	printf 56789 | openssl dgst -sha256 -binary
} | openssl dgst -sha256 -binary | base64)
id=$(create -H 'x-amz-checksum-algorithm: SHA256')
ask 200 "SHA-256: part 1" PUT "/k?partNumber=1&uploadId=$id" -H "x-amz-checksum-sha256: $(sha 1234)" -d 1234
ask '400 InvalidRequest' "a part without" PUT "/k?partNumber=2&uploadId=$id" -d 56789
ask '400 BadDigest' "a part with another" PUT "/k?partNumber=2&uploadId=$id" \
	-H "x-amz-checksum-sha256: $(sha 1234)" -d 56789
ask 200 "part 2" PUT "/k?partNumber=2&uploadId=$id" -H "x-amz-checksum-sha256: $(sha 56789)" -d 56789
complete '400 InvalidRequest' "Complete must name the parts' checksums" '' ''
complete '400 InvalidPart' "and the right ones" "$(part 1234)" "$(part 1234)"
complete 200 "each part its own" "$(part 1234)" "$(part 56789)"
has "gives the checksum of the checksums" "<ChecksumSHA256>$whole-2</ChecksumSHA256><ChecksumType>COMPOSITE<" "$T/body"
ask '400 InvalidRequest' "SHA-256 of a whole object is not to be had" POST '/k?uploads=' \
	-H 'x-amz-checksum-algorithm: SHA256' -H 'x-amz-checksum-type: FULL_OBJECT'
finish
