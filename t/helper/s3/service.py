"""The S3 operations on the store: each takes a call and returns an answer.

Status codes, headers and error codes are those of the API reference; where
radosgw and AWS differ, this follows AWS.
"""

import base64
import hashlib
import re
import time
import xml.etree.ElementTree as ElementTree
from email.utils import formatdate
from urllib.parse import parse_qsl, quote
from xml.sax.saxutils import escape

from . import checksum
from .errors import S3Error
from .store import Bucket, Object, Part, Upload, md5

NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/'
GIB = 1 << 30
KEPT_HEADERS = ('cache-control', 'content-disposition', 'content-encoding', 'content-language',
                'content-type', 'expires', 'x-amz-storage-class', 'x-amz-acl',
                'x-amz-website-redirect-location', 'x-amz-tagging',
                'x-amz-server-side-encryption', 'x-amz-server-side-encryption-aws-kms-key-id',
                'x-amz-server-side-encryption-context',
                'x-amz-server-side-encryption-bucket-key-enabled',
                'x-amz-server-side-encryption-customer-algorithm',
                'x-amz-server-side-encryption-customer-key-md5')
NOT_RETURNED = ('x-amz-acl', 'x-amz-tagging')
STORAGE_CLASSES = ('STANDARD', 'STANDARD_IA', 'ONEZONE_IA', 'INTELLIGENT_TIERING', 'GLACIER',
                   'GLACIER_IR', 'DEEP_ARCHIVE', 'REDUCED_REDUNDANCY', 'EXPRESS_ONEZONE',
                   'OUTPOSTS', 'SNOW')
CANNED_ACLS = ('private', 'public-read', 'public-read-write', 'authenticated-read',
               'aws-exec-read', 'bucket-owner-read', 'bucket-owner-full-control')
SSE_C = 'x-amz-server-side-encryption-customer-'


class Answer:
    """body: bytes, or a list of views for an object's data."""

    def __init__(self, status=200, headers=(), body=b'', length=None):
        self.status = status
        self.headers = list(headers)
        self.body = body
        self.length = len(body) if length is None else length


class Call:
    """One request, taken apart.  body: a Body once it was read."""

    def __init__(self, op, request, bucket, key):
        self.op = op
        self.request = request
        self.headers = request.headers
        self.args = request.args
        self.bucket = bucket
        self.key = key
        self.body = None

    def part_number(self):
        text = self.args.get('partNumber', '')
        return int(text) if text.isdigit() and len(text) < 9 else None


class Body:
    def __init__(self, pieces, size, md5_digest, sha256, checksums):
        self.pieces = pieces          # None when discarded
        self.size = size
        self.md5 = md5_digest         # None when ETags are opaque
        self.sha256 = sha256          # hex, or None when nobody asked for it
        self.checksums = checksums    # algorithm -> base64


def classify(method, bucket, key, args, headers):
    """The name of the operation, as in the API reference."""
    if not bucket:
        return {'GET': 'ListBuckets', 'POST': 'AssumeRoleWithWebIdentity'}.get(method)
    if not key:
        if method == 'GET':
            for name, op in (('location', 'GetBucketLocation'), ('uploads', 'ListMultipartUploads'),
                             ('versioning', 'GetBucketVersioning')):
                if name in args:
                    return op
            return 'ListObjectsV2' if args.get('list-type') == '2' else 'ListObjects'
        if method == 'POST' and 'delete' in args:
            return 'DeleteObjects'
        return {'PUT': 'CreateBucket', 'HEAD': 'HeadBucket', 'DELETE': 'DeleteBucket'}.get(method)
    if method == 'PUT':
        if 'x-amz-copy-source' in headers or 'tagging' in args or 'acl' in args:
            return None
        return 'UploadPart' if 'uploadId' in args or 'partNumber' in args else 'PutObject'
    if method == 'POST':
        if 'uploads' in args:
            return 'CreateMultipartUpload'
        return 'CompleteMultipartUpload' if 'uploadId' in args else None
    if method == 'DELETE':
        return 'AbortMultipartUpload' if 'uploadId' in args else 'DeleteObject'
    if method == 'GET':
        if 'uploadId' in args:
            return 'ListParts'
        return 'GetObjectTagging' if 'tagging' in args else 'GetObject'
    return 'HeadObject' if method == 'HEAD' else None


def element(name, *children, **attributes):
    """XML text; a child is text already, or a (name, value) pair."""
    inner = ''.join(c if isinstance(c, str) else '<%s>%s</%s>' % (c[0], escape(str(c[1])), c[0])
                    for c in children)
    extra = ''.join(' %s="%s"' % pair for pair in attributes.items())
    return '<%s%s>%s</%s>' % (name, extra, inner, name)


def document(name, *children):
    return ('<?xml version="1.0" encoding="UTF-8"?>\n'
            + element(name, *children, xmlns=NAMESPACE)).encode('utf-8', 'surrogateescape')


def xml_answer(name, *children, headers=()):
    return Answer(200, [('Content-Type', 'application/xml')] + list(headers),
                  document(name, *children))


def iso(seconds):
    return time.strftime('%Y-%m-%dT%H:%M:%S.000Z', time.gmtime(seconds))


def quoted(etag):
    return '"%s"' % etag


def parse_xml(data, root):
    try:
        tree = ElementTree.fromstring(bytes(data))
    except ElementTree.ParseError:
        raise S3Error('MalformedXML')
    for node in tree.iter():
        node.tag = node.tag.rpartition('}')[2]
    if tree.tag != root:
        raise S3Error('MalformedXML')
    return tree


class Service:
    """options: min_part, discard, etag, forget_completed, region, clock (a function)."""

    def __init__(self, store, options):
        self.store = store
        self.options = options

    # What a request says about its body, checked before and after it is read.

    def declared_checksum(self, headers):
        found = [(a, headers['x-amz-checksum-' + a]) for a in checksum.ALGORITHMS
                 if 'x-amz-checksum-' + a in headers]
        if len(found) > 1:
            raise S3Error('InvalidRequest',
                          'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.')
        for algorithm, text in found:
            if not checksum.well_formed(algorithm, text):
                raise S3Error('InvalidRequest',
                              'Value for x-amz-checksum-%s header is invalid.' % algorithm)
        named = headers.get('x-amz-sdk-checksum-algorithm')
        if named and found and named.lower() != found[0][0]:
            raise S3Error('InvalidRequest',
                          'Value for x-amz-sdk-checksum-algorithm header is invalid.')
        return found[0] if found else None

    def check_head(self, call):
        """Before the body: what it must have, and whether there is a place for it."""
        request, headers = call.request, call.headers
        if request.chunked or (request.method in ('PUT', 'POST') and request.length is None
                               and call.op in ('PutObject', 'UploadPart')):
            raise S3Error('MissingContentLength')
        if call.key and len(call.key.encode('utf-8')) > 1024:
            raise S3Error('KeyTooLongError')
        if call.op in ('PutObject', 'UploadPart') and request.length > 5 * GIB:
            raise S3Error('EntityTooLarge', extra=[('ProposedSize', request.length),
                                                   ('MaxSizeAllowed', 5 * GIB)])
        if call.op == 'UploadPart' and not 1 <= (call.part_number() or 0) <= 10000:
            raise S3Error('InvalidArgument',
                          'Part number must be an integer between 1 and 10000, inclusive',
                          extra=[('ArgumentName', 'partNumber'),
                                 ('ArgumentValue', call.args.get('partNumber', ''))])
        if call.op in ('PutObject', 'CreateMultipartUpload'):
            self.check_object_headers(headers)
        if 'content-md5' in headers:
            try:
                good = len(base64.b64decode(headers['content-md5'], validate=True)) == 16
            except ValueError:
                good = False
            if not good:
                raise S3Error('InvalidDigest')
        # On CompleteMultipartUpload the header speaks of the object, not of the body.
        self.declared_checksum(headers)
        if call.op not in ('ListBuckets', 'CreateBucket', 'AssumeRoleWithWebIdentity'):
            with self.store.lock:
                self.bucket(call)

    def check_object_headers(self, headers):
        size = sum(len(name) - len('x-amz-meta-') + len(value)
                   for name, value in headers.items() if name.startswith('x-amz-meta-'))
        if size > 2048:
            raise S3Error('MetadataTooLarge', extra=[('Size', size), ('MaxSizeAllowed', 2048)])
        if headers.get('x-amz-storage-class', 'STANDARD') not in STORAGE_CLASSES:
            raise S3Error('InvalidStorageClass')
        if headers.get('x-amz-acl', 'private') not in CANNED_ACLS:
            raise S3Error('InvalidArgument', extra=[('ArgumentName', 'x-amz-acl')])
        tags = parse_qsl(headers.get('x-amz-tagging', ''), keep_blank_values=True)
        if len(tags) > 10 or len(set(k for k, _ in tags)) != len(tags):
            raise S3Error('InvalidTag')
        if any(not k or len(k) > 128 or len(v) > 256 for k, v in tags):
            raise S3Error('InvalidTag')
        sse = headers.get('x-amz-server-side-encryption')
        if sse not in (None, 'AES256', 'aws:kms', 'aws:kms:dsse'):
            raise S3Error('InvalidArgument', extra=[('ArgumentName', 'x-amz-server-side-encryption')])
        self.customer_key(headers)

    def customer_key(self, headers):
        """The MD5 of the SSE-C key of a request, or None."""
        given = [headers.get(SSE_C + name) for name in ('algorithm', 'key', 'key-md5')]
        if given == [None] * 3:
            return None
        try:
            key = base64.b64decode(given[1] or '', validate=True)
        except ValueError:
            key = b''
        if given[0] != 'AES256' or len(key) != 32:
            raise S3Error('InvalidArgument', 'The secret key was invalid for the specified algorithm.')
        if given[2] != base64.b64encode(md5(key).digest()).decode():
            raise S3Error('InvalidArgument',
                          'The calculated MD5 hash of the key did not match the hash that was provided.')
        return given[2]

    def match_customer_key(self, call, stored):
        have = stored.get(SSE_C + 'key-md5')
        if self.customer_key(call.headers) != have:
            raise S3Error('InvalidRequest' if have else 'InvalidArgument',
                          'The object was stored using a form of Server Side Encryption. '
                          'The correct parameters must be provided to retrieve the object.'
                          if have else 'The encryption parameters are not applicable to this object.')

    def wanted(self, call):
        """Which checksums the body needs: set of algorithms, and whether SHA-256."""
        algorithms = set()
        declared = None
        if call.op != 'CompleteMultipartUpload':
            declared = self.declared_checksum(call.headers)
        if declared:
            algorithms.add(declared[0])
        if call.op == 'UploadPart':
            with self.store.lock:
                upload = self.bucket(call).uploads.get(call.args.get('uploadId', ''))
            if upload and upload.algorithm:
                algorithms.add(upload.algorithm)
        payload = call.headers.get('x-amz-content-sha256', '')
        if self.options.skip_slow_crc:
            algorithms -= {'crc32c', 'crc64nvme'}
        return algorithms, len(payload) == 64

    def check_body(self, call):
        """After the body: it is what the headers promised."""
        headers, body = call.headers, call.body
        payload = headers.get('x-amz-content-sha256', '')
        if body.sha256 and payload != body.sha256:
            raise S3Error('XAmzContentSHA256Mismatch', extra=[
                ('ClientComputedContentSHA256', payload),
                ('S3ComputedContentSHA256', body.sha256)])
        if 'content-md5' in headers:
            have = base64.b64encode(body.md5).decode()
            if headers['content-md5'] != have:
                raise S3Error('BadDigest', extra=[('ExpectedDigest', headers['content-md5']),
                                                  ('CalculatedDigest', have)])
        if call.op != 'CompleteMultipartUpload':
            declared = self.declared_checksum(headers)
            if declared and declared[0] in body.checksums and body.checksums[declared[0]] != declared[1]:
                raise S3Error('BadDigest', 'The %s you specified did not match the calculated checksum.'
                              % declared[0].upper())
            if declared:
                body.checksums[declared[0]] = declared[1]

    # Finding things.  The caller holds the lock.

    def bucket(self, call):
        try:
            return self.store.buckets[call.bucket]
        except KeyError:
            raise S3Error('NoSuchBucket', extra=[('BucketName', call.bucket)])

    def object(self, call):
        found = self.bucket(call).objects.get(call.key)
        if found is None:
            raise S3Error('NoSuchKey', extra=[('Key', call.key)])
        return found

    def upload(self, call):
        upload_id = call.args.get('uploadId', '')
        found = self.bucket(call).uploads.get(upload_id)
        if found is None or found.key != call.key:
            raise S3Error('NoSuchUpload', extra=[('UploadId', upload_id)])
        return found

    def check_conditions(self, call):
        """If-None-Match: * and If-Match: ETAG of a write."""
        existing = self.bucket(call).objects.get(call.key)
        none_match = call.headers.get('if-none-match')
        if none_match is not None:
            if none_match != '*':
                raise S3Error('NotImplemented', extra=[('Header', 'If-None-Match')])
            if existing:
                raise S3Error('PreconditionFailed', extra=[('Condition', 'If-None-Match')])
        match = call.headers.get('if-match')
        if match is not None:
            if not existing:
                raise S3Error('NoSuchKey', extra=[('Key', call.key)])
            if match.strip('"') != existing.etag:
                raise S3Error('PreconditionFailed', extra=[('Condition', 'If-Match')])

    # Objects.

    def kept_headers(self, headers):
        return {n: v for n, v in headers.items() if n in KEPT_HEADERS or n.startswith('x-amz-meta-')}

    def etag_of(self, body):
        if self.options.etag == 'opaque':
            return hashlib.sha256(str(time.monotonic_ns()).encode()).hexdigest()[:32]
        return body.md5.hex()

    def encryption_headers(self, stored):
        return [(n, v) for n, v in stored.items() if n.startswith('x-amz-server-side-encryption')]

    def put_object(self, call):
        body = call.body
        with self.store.lock:
            self.check_conditions(call)
            etag = self.etag_of(body)
            found = Object(call.key, body.pieces, body.size, etag, self.kept_headers(call.headers),
                           body.sha256, dict(body.checksums), 'FULL_OBJECT')
            self.bucket(call).objects[call.key] = found
        return Answer(200, [('ETag', quoted(etag))] + self.checksum_headers(found)
                      + self.encryption_headers(found.headers))

    def checksum_headers(self, found):
        if not found.checksums:
            return []
        return [('x-amz-checksum-' + a, t) for a, t in found.checksums.items()] + \
            [('x-amz-checksum-type', found.checksum_type)]

    def object_headers(self, call, found):
        headers = [('Last-Modified', formatdate(found.modified, usegmt=True)),
                   ('ETag', quoted(found.etag)), ('Accept-Ranges', 'bytes')]
        stored = dict(found.headers)
        stored.setdefault('content-type', 'binary/octet-stream')
        headers += [(n, v) for n, v in stored.items()
                    if n not in NOT_RETURNED and (n, v) != ('x-amz-storage-class', 'STANDARD')]
        if call.headers.get('x-amz-checksum-mode', '').upper() == 'ENABLED' \
                and 'range' not in call.headers:
            headers += self.checksum_headers(found)
        tags = parse_qsl(stored.get('x-amz-tagging', ''), keep_blank_values=True)
        if tags and call.op == 'GetObject':
            headers.append(('x-amz-tagging-count', str(len(tags))))
        if found.parts and 'partNumber' in call.args:
            headers.append(('x-amz-mp-parts-count', str(found.parts)))
        return headers

    def check_read_conditions(self, call, found):
        match = call.headers.get('if-match')
        if match is not None and match != '*' and match.strip('"') != found.etag:
            raise S3Error('PreconditionFailed', extra=[('Condition', 'If-Match')])
        none_match = call.headers.get('if-none-match')
        if none_match is not None and (none_match == '*' or none_match.strip('"') == found.etag):
            raise S3Error('NotModified', status=304, headers=[('ETag', quoted(found.etag))])

    def get_object(self, call):
        with self.store.lock:
            found = self.object(call)
        self.match_customer_key(call, found.headers)
        self.check_read_conditions(call, found)
        headers = self.object_headers(call, found)
        span = re.fullmatch(r'bytes=(\d*)-(\d*)', call.headers.get('range', ''))
        if not span or span.groups() == ('', ''):
            return Answer(200, headers, found.read(0, found.size), found.size)
        first, last = span.groups()
        if first:
            start = int(first)
            end = min(int(last) + 1 if last else found.size, found.size)
        else:
            start = max(0, found.size - int(last))
            end = found.size
        if start >= found.size or (first and last and int(last) < int(first)):
            raise S3Error('InvalidRange', extra=[('RangeRequested', call.headers['range']),
                                                 ('ActualObjectSize', found.size)],
                          headers=[('Content-Range', 'bytes */%d' % found.size)])
        headers.append(('Content-Range', 'bytes %d-%d/%d' % (start, end - 1, found.size)))
        return Answer(206, headers, found.read(start, end), end - start)

    head_object = get_object

    def delete_object(self, call):
        with self.store.lock:
            self.bucket(call).objects.pop(call.key, None)
        return Answer(204)

    def delete_objects(self, call):
        tree = parse_xml(call.body.pieces[0], 'Delete')
        done = []
        with self.store.lock:
            for node in tree.iterfind('Object/Key'):
                self.bucket(call).objects.pop(node.text or '', None)
                done.append(element('Deleted', ('Key', node.text or '')))
        return xml_answer('DeleteResult', *done)

    def get_object_tagging(self, call):
        with self.store.lock:
            found = self.object(call)
        tags = parse_qsl(found.headers.get('x-amz-tagging', ''), keep_blank_values=True)
        return xml_answer('Tagging', element('TagSet', *[
            element('Tag', ('Key', k), ('Value', v)) for k, v in tags]))

    # Multipart uploads.

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

    # Listings.

    def number(self, call, name, default):
        text = call.args.get(name)
        if text is None:
            return default
        if not text.isdigit() or len(text) > 9:
            raise S3Error('InvalidArgument', 'Provided %s not an integer or within integer range' % name,
                          extra=[('ArgumentName', name), ('ArgumentValue', text)])
        return int(text)

    def shown(self, call, key):
        return quote(key, safe='/-_.~') if call.args.get('encoding-type') == 'url' else key

    def rolled_up(self, call, keys):
        """(key or None, common prefix or None) in order, after prefix and delimiter."""
        prefix, delimiter = call.args.get('prefix', ''), call.args.get('delimiter', '')
        before = None
        for key in keys:
            if not key.startswith(prefix):
                continue
            at = key.find(delimiter, len(prefix)) if delimiter else -1
            if at < 0:
                yield key, None
            elif key[:at + len(delimiter)] != before:
                before = key[:at + len(delimiter)]
                yield None, before

    def listing(self, call, start):
        """One page: (keys, prefixes, last item or None when it is the last page)."""
        limit = min(self.number(call, 'max-keys', 1000), 1000)
        with self.store.lock:
            keys = sorted(self.bucket(call).objects, key=lambda k: k.encode())
        items = [(k, p) for k, p in self.rolled_up(call, keys) if not start or (k or p) > start]
        page = items[:limit]
        last = (page[-1][0] or page[-1][1]) if page and len(items) > limit else None
        return limit, [k for k, _ in page if k is not None], [p for _, p in page if p], last

    def contents(self, call, keys, prefixes):
        with self.store.lock:
            objects = [self.bucket(call).objects[k] for k in keys if k in self.bucket(call).objects]
        return [element('Contents', ('Key', self.shown(call, o.key)), ('LastModified', iso(o.modified)),
                        ('ETag', quoted(o.etag)), ('Size', o.size),
                        ('StorageClass', o.headers.get('x-amz-storage-class', 'STANDARD')))
                for o in objects] + \
            [element('CommonPrefixes', ('Prefix', self.shown(call, p))) for p in prefixes]

    def echo(self, call, *names):
        tags = {'prefix': 'Prefix', 'delimiter': 'Delimiter', 'encoding-type': 'EncodingType',
                'start-after': 'StartAfter', 'continuation-token': 'ContinuationToken'}
        return [(tags[n], self.shown(call, call.args[n]) if n in ('prefix', 'delimiter', 'start-after')
                 else call.args[n]) for n in names if n in call.args]

    def list_objects_v2(self, call):
        start = call.args.get('start-after', '')
        token = call.args.get('continuation-token')
        if token:
            try:
                start = base64.urlsafe_b64decode(token).decode()
            except ValueError:
                raise S3Error('InvalidArgument', 'The continuation token provided is incorrect')
        limit, keys, prefixes, last = self.listing(call, start)
        more = [('NextContinuationToken', base64.urlsafe_b64encode(last.encode()).decode())] if last else []
        return xml_answer(
            'ListBucketResult', ('Name', call.bucket), *([] if 'prefix' in call.args else [('Prefix', '')]),
            *self.echo(call, 'prefix', 'delimiter', 'encoding-type', 'start-after', 'continuation-token'),
            ('KeyCount', len(keys) + len(prefixes)), ('MaxKeys', limit),
            ('IsTruncated', 'true' if last else 'false'), *more, *self.contents(call, keys, prefixes))

    def list_objects(self, call):
        limit, keys, prefixes, last = self.listing(call, call.args.get('marker', ''))
        more = [('NextMarker', self.shown(call, last))] if last and 'delimiter' in call.args else []
        return xml_answer(
            'ListBucketResult', ('Name', call.bucket), *([] if 'prefix' in call.args else [('Prefix', '')]),
            *self.echo(call, 'prefix', 'delimiter', 'encoding-type'),
            ('Marker', self.shown(call, call.args.get('marker', ''))), ('MaxKeys', limit),
            ('IsTruncated', 'true' if last else 'false'), *more, *self.contents(call, keys, prefixes))

    def list_multipart_uploads(self, call):
        limit = min(self.number(call, 'max-uploads', 1000), 1000)
        prefix = call.args.get('prefix', '')
        marker = (call.args.get('key-marker', ''), call.args.get('upload-id-marker', ''))
        with self.store.lock:
            found = sorted(self.bucket(call).uploads.values(),
                           key=lambda u: (u.key.encode(), u.initiated, u.id))
        found = [u for u in found if u.key.startswith(prefix)]
        if marker[1]:
            at = [i for i, u in enumerate(found) if (u.key, u.id) == marker]
            rest = found[at[0] + 1:] if at else [u for u in found if u.key > marker[0]]
        else:
            rest = [u for u in found if u.key > marker[0]]
        page = rest[:limit]
        more = len(rest) > limit
        tail = [('NextKeyMarker', self.shown(call, page[-1].key)),
                ('NextUploadIdMarker', page[-1].id)] if page and more else []
        return xml_answer(
            'ListMultipartUploadsResult', ('Bucket', call.bucket),
            ('KeyMarker', self.shown(call, marker[0])), ('UploadIdMarker', marker[1]), *tail,
            *self.echo(call, 'prefix', 'encoding-type'), ('MaxUploads', limit),
            ('IsTruncated', 'true' if more else 'false'),
            *[element('Upload', ('Key', self.shown(call, u.key)), ('UploadId', u.id),
                      ('StorageClass', u.headers.get('x-amz-storage-class', 'STANDARD')),
                      ('Initiated', iso(u.initiated))) for u in page])

    # Buckets.

    def list_buckets(self, call):
        with self.store.lock:
            names = sorted((n, b.created) for n, b in self.store.buckets.items())
        return xml_answer('ListAllMyBucketsResult', element('Buckets', *[
            element('Bucket', ('Name', n), ('CreationDate', iso(c))) for n, c in names]))

    def create_bucket(self, call):
        if not re.fullmatch(r'[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]', call.bucket):
            raise S3Error('InvalidBucketName')
        with self.store.lock:
            if call.bucket in self.store.buckets:
                raise S3Error('BucketAlreadyOwnedByYou')
            self.store.buckets[call.bucket] = Bucket()
        return Answer(200, [('Location', '/' + call.bucket)])

    def head_bucket(self, call):
        return Answer(200, [('x-amz-bucket-region', self.options.region)])

    def delete_bucket(self, call):
        with self.store.lock:
            if self.bucket(call).objects or self.bucket(call).uploads:
                raise S3Error('BucketNotEmpty')
            del self.store.buckets[call.bucket]
        return Answer(204)

    def get_bucket_location(self, call):
        region = '' if self.options.region == 'us-east-1' else self.options.region
        return xml_answer('LocationConstraint', escape(region))

    def get_bucket_versioning(self, call):
        return xml_answer('VersioningConfiguration')

    def perform(self, call):
        name = re.sub('(?<=[a-z0-9])(?=[A-Z])', '_', call.op).lower()
        return getattr(self, name)(call)
