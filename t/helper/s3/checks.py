"""What a request must be like before its operation is carried out."""

import base64
from urllib.parse import parse_qsl

from . import checksum
from .errors import S3Error
from .store import md5

GIB = 1 << 30
STORAGE_CLASSES = ('STANDARD', 'STANDARD_IA', 'ONEZONE_IA', 'INTELLIGENT_TIERING', 'GLACIER',
                   'GLACIER_IR', 'DEEP_ARCHIVE', 'REDUCED_REDUNDANCY', 'EXPRESS_ONEZONE',
                   'OUTPOSTS', 'SNOW')
CANNED_ACLS = ('private', 'public-read', 'public-read-write', 'authenticated-read',
               'aws-exec-read', 'bucket-owner-read', 'bucket-owner-full-control')
SSE_C = 'x-amz-server-side-encryption-customer-'


class Checks:
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
        if self.options.ignore_conditions:
            return
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
