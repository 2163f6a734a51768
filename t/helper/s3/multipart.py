"""Multipart uploads: parts, and what makes an object of them."""

from urllib.parse import quote

from . import checksum
from .checks import SSE_C
from .errors import S3Error
from .messages import Answer, element, iso, parse_xml, quoted, xml_answer
from .store import Object, Part, Upload, md5


class Multipart:
    def create_multipart_upload(self, call):
        algorithm = call.headers.get('x-amz-checksum-algorithm', '').lower() or None
        kind = call.headers.get('x-amz-checksum-type')
        if algorithm not in checksum.ALGORITHMS + (None,):
            raise S3Error('InvalidRequest', 'Checksum algorithm provided is unsupported. Please try '
                          'again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]')
        if kind not in (None, 'COMPOSITE', 'FULL_OBJECT') or (kind and not algorithm):
            raise S3Error('InvalidRequest', 'The x-amz-checksum-type header can only be used with '
                          'the x-amz-checksum-algorithm header.')
        if algorithm and not kind:
            kind = 'FULL_OBJECT' if algorithm == 'crc64nvme' else 'COMPOSITE'
        if (algorithm == 'crc64nvme' and kind == 'COMPOSITE') or \
                (algorithm in ('sha1', 'sha256') and kind == 'FULL_OBJECT'):
            raise S3Error('InvalidRequest', 'The %s checksum type cannot be used with the %s '
                          'checksum algorithm.' % (kind, algorithm))
        upload = Upload(call.key, self.kept_headers(call.headers), algorithm, kind)
        with self.store.lock:
            self.bucket(call).uploads[upload.id] = upload
        headers = self.encryption_headers(upload.headers)
        if algorithm:
            headers += [('x-amz-checksum-algorithm', algorithm.upper()), ('x-amz-checksum-type', kind)]
        return xml_answer('InitiateMultipartUploadResult', ('Bucket', call.bucket), ('Key', call.key),
                          ('UploadId', upload.id), headers=headers)

    def upload_part(self, call):
        body = call.body
        with self.store.lock:
            upload = self.upload(call)
            self.match_customer_key(call, upload.headers)
            declared = self.declared_checksum(call.headers)
            if declared and declared[0] != upload.algorithm and \
                    not (declared[0] == 'crc64nvme' and not upload.algorithm):
                raise S3Error('InvalidRequest', 'Checksum Type mismatch occurred, expected checksum '
                              'Type: %s, actual checksum Type: %s'
                              % (upload.algorithm or 'null', declared[0]))
            if upload.algorithm and upload.checksum_type == 'COMPOSITE' and not declared:
                raise S3Error('InvalidRequest', 'Checksum Type mismatch occurred, expected checksum '
                              'Type: %s, actual checksum Type: null' % upload.algorithm)
            number = call.part_number()
            upload.parts[number] = part = Part(number, body.pieces, body.size, body.md5,
                                               self.etag_of(body), body.sha256, body.checksums)
        headers = [('ETag', quoted(part.etag))]
        headers += [('x-amz-checksum-' + a, t) for a, t in part.checksums.items()]
        return Answer(200, headers + self.encryption_headers(upload.headers))

    def wanted_parts(self, call):
        tree = parse_xml(b''.join(call.body.pieces), 'CompleteMultipartUpload')
        wanted = []
        for node in tree.iterfind('Part'):
            fields = {child.tag: (child.text or '').strip() for child in node}
            if not fields.get('PartNumber', '').isdigit() or not fields.get('ETag'):
                raise S3Error('MalformedXML')
            sums = {tag[len('Checksum'):].lower(): value for tag, value in fields.items()
                    if tag.startswith('Checksum')}
            wanted.append((int(fields['PartNumber']), fields['ETag'].strip('"'), sums))
        if not 1 <= len(wanted) <= 10000:
            raise S3Error('MalformedXML')
        return wanted

    def check_parts(self, upload, wanted):
        """The chosen parts in order, or the error that Complete ends with."""
        numbers = [number for number, _, _ in wanted]
        if any(a >= b for a, b in zip(numbers, numbers[1:])):
            raise S3Error('InvalidPartOrder', extra=[('UploadId', upload.id)])
        chosen = []
        for number, etag, sums in wanted:
            part = upload.parts.get(number)
            bad = [a for a, t in sums.items() if part and part.checksums.get(a, t) != t]
            if part is None or part.etag != etag or bad:
                raise S3Error('InvalidPart', extra=[('UploadId', upload.id), ('PartNumber', number),
                                                    ('ETag', etag)])
            if upload.checksum_type == 'COMPOSITE' and upload.algorithm not in sums:
                raise S3Error('InvalidRequest', 'The upload was created using a %s checksum. The '
                              'complete request must include the checksum for each part. It was '
                              'missing for part %d in the request.' % (upload.algorithm, number))
            chosen.append(part)
        for part in chosen[:-1]:
            if part.size < self.options.min_part:
                raise S3Error('EntityTooSmall', extra=[
                    ('ProposedSize', part.size), ('MinSizeAllowed', self.options.min_part),
                    ('PartNumber', part.number), ('ETag', part.etag)])
        return chosen

    def object_checksum(self, call, upload, parts, size):
        """(algorithm, text, type) of the whole object, checked, or None."""
        claimed = call.headers.get('x-amz-mp-object-size')
        if claimed is not None and claimed != str(size):
            raise S3Error('InvalidRequest', "The provided 'x-amz-mp-object-size' header value "
                          'does not match what was computed.')
        declared = self.declared_checksum(call.headers)
        kind = call.headers.get('x-amz-checksum-type')
        algorithm = upload.algorithm or (declared[0] if declared else None)
        if kind and kind != (upload.checksum_type or 'FULL_OBJECT'):
            raise S3Error('BadDigest', 'The upload was created using the %s checksum mode. The '
                          'complete request must use the same checksum mode.'
                          % (upload.checksum_type or 'FULL_OBJECT'))
        if declared and declared[0] != (upload.algorithm or 'crc64nvme'):
            raise S3Error('InvalidRequest', 'Checksum Type mismatch occurred, expected checksum '
                          'Type: %s, actual checksum Type: %s'
                          % (upload.algorithm or 'null', declared[0]))
        if algorithm is None:
            return None
        if self.options.skip_slow_crc and any(algorithm not in p.checksums for p in parts):
            return (algorithm, declared[1], 'FULL_OBJECT') if declared else None
        for part in parts:
            if algorithm not in part.checksums:
                if part.pieces is None:
                    return None
                running = checksum.Running(algorithm)
                for piece in part.pieces:
                    running.update(piece)
                part.checksums[algorithm] = running.text()
        texts = [p.checksums[algorithm] for p in parts]
        if upload.checksum_type == 'COMPOSITE':
            found = checksum.composite(algorithm, texts)
        else:
            found = checksum.of_parts(algorithm, [(t, p.size) for t, p in zip(texts, parts)])
        if declared and declared[1] != found and declared[1] != found.partition('-')[0]:
            raise S3Error('BadDigest', 'The %s you specified did not match the calculated checksum.'
                          % algorithm.upper())
        return algorithm, found, upload.checksum_type or 'FULL_OBJECT'

    def complete_multipart_upload(self, call):
        wanted = self.wanted_parts(call)
        with self.store.lock:
            bucket = self.bucket(call)
            upload_id = call.args['uploadId']
            known = bucket.completed.get(upload_id)
            if known and known[0] == (call.key, wanted) and not self.options.forget_completed:
                return known[1]
            upload = self.upload(call)
            parts = self.check_parts(upload, wanted)
            self.match_complete_key(call, upload)
            size = sum(p.size for p in parts)
            summed = self.object_checksum(call, upload, parts, size)
            self.check_conditions(call)
            if self.options.etag == 'opaque':
                etag = self.etag_of(call.body) + '-%d' % len(parts)
            else:
                etag = '%s-%d' % (md5(b''.join(p.md5 for p in parts)).hexdigest(), len(parts))
            pieces = None
            if all(p.pieces is not None for p in parts):
                pieces = [piece for p in parts for piece in p.pieces]
            found = Object(call.key, pieces, size, etag, upload.headers,
                           checksums={summed[0]: summed[1]} if summed else {},
                           checksum_type=summed[2] if summed else None, parts=len(parts))
            bucket.objects[call.key] = found
            del bucket.uploads[upload_id]
            result = [('Location', 'http://%s/%s/%s' % (call.headers.get('host', ''), call.bucket,
                                                       quote(call.key, safe='/'))),
                      ('Bucket', call.bucket), ('Key', call.key), ('ETag', quoted(etag))]
            if summed:
                result += [('Checksum' + summed[0].upper(), summed[1]), ('ChecksumType', summed[2])]
            answer = xml_answer('CompleteMultipartUploadResult', *result,
                                headers=self.encryption_headers(found.headers))
            bucket.completed[upload_id] = ((call.key, wanted), answer)
            return answer

    def match_complete_key(self, call, upload):
        """SSE-C: optional on Complete, but not a different key."""
        given = self.customer_key(call.headers)
        if given and given != upload.headers.get(SSE_C + 'key-md5'):
            raise S3Error('InvalidRequest')

    def abort_multipart_upload(self, call):
        with self.store.lock:
            upload = self.upload(call)
            del self.bucket(call).uploads[upload.id]
        return Answer(204)

    def list_parts(self, call):
        with self.store.lock:
            upload = self.upload(call)
            parts = sorted(upload.parts.values(), key=lambda p: p.number)
        marker = self.number(call, 'part-number-marker', 0)
        limit = min(self.number(call, 'max-parts', 1000), 1000)
        rest = [p for p in parts if p.number > marker]
        page = rest[:limit]
        return xml_answer(
            'ListPartsResult', ('Bucket', call.bucket), ('Key', call.key), ('UploadId', upload.id),
            ('PartNumberMarker', marker),
            ('NextPartNumberMarker', page[-1].number if page else 0), ('MaxParts', limit),
            ('IsTruncated', 'true' if len(rest) > limit else 'false'),
            *[element('Part', ('PartNumber', p.number), ('LastModified', iso(p.modified)),
                      ('ETag', quoted(p.etag)), ('Size', p.size),
                      *[('Checksum' + a.upper(), t) for a, t in p.checksums.items()])
              for p in page],
            ('StorageClass', upload.headers.get('x-amz-storage-class', 'STANDARD')))
