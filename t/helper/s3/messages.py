"""What goes in and out of an operation: calls, bodies, answers, XML."""

import time
import xml.etree.ElementTree as ElementTree
from xml.sax.saxutils import escape

from .errors import S3Error

NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/'


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
