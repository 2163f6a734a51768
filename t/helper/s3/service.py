"""The S3 operations on the store: each takes a call and returns an answer.

Status codes, headers and error codes are those of the API reference; where
radosgw and AWS differ, this follows AWS.
"""

import re
from xml.sax.saxutils import escape

from .checks import Checks
from .errors import S3Error
from .listings import Listings
from .messages import Answer, element, iso, xml_answer
from .multipart import Multipart
from .objects import Objects
from .store import Bucket


class Service(Checks, Objects, Multipart, Listings):
    """options: min_part, discard, etag, skip_slow_crc, forget_completed, region."""

    def __init__(self, store, options):
        self.store = store
        self.options = options

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
