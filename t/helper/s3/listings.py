"""Listings of objects and uploads, page by page."""

import base64
from urllib.parse import quote

from .errors import S3Error
from .messages import element, iso, quoted, xml_answer


class Listings:
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
