"""Putting, getting and deleting objects."""

import hashlib
import re
import time
from email.utils import formatdate
from urllib.parse import parse_qsl

from .errors import S3Error
from .messages import Answer, element, parse_xml, quoted, xml_answer
from .store import Object

KEPT_HEADERS = ('cache-control', 'content-disposition', 'content-encoding', 'content-language',
                'content-type', 'expires', 'x-amz-storage-class', 'x-amz-acl',
                'x-amz-website-redirect-location', 'x-amz-tagging',
                'x-amz-server-side-encryption', 'x-amz-server-side-encryption-aws-kms-key-id',
                'x-amz-server-side-encryption-context',
                'x-amz-server-side-encryption-bucket-key-enabled',
                'x-amz-server-side-encryption-customer-algorithm',
                'x-amz-server-side-encryption-customer-key-md5')
NOT_RETURNED = ('x-amz-acl', 'x-amz-tagging')


class Objects:
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
