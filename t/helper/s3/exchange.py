"""One request on its way: authentication, body, operation, answer, or a fault."""

import hashlib
import os
import re
import time
from email.utils import formatdate

from . import checksum, sigv4
from .creds import Credentials
from .errors import S3Error
from .messages import Answer, Body, Call, classify
from .misbehaviour import Misbehaviour
from .store import md5
from .wire import CHUNK, Gone, head, text

SMALL_BODY = 8 << 20
SKIP_LOG = ('authorization',)


class Exchange(Misbehaviour):
    def __init__(self, server, connection, request):
        self.server = server
        self.options = server.options
        self.connection = connection
        self.request = request
        self.request_id = os.urandom(8).hex().upper()
        bucket, key = self.address(request)
        self.cred_op = Credentials.classify(request.method, request.path)
        op = self.cred_op or classify(request.method, bucket, key, request.args, request.headers)
        self.call = Call(op or 'Unknown', request, bucket, key)
        self.must_close = request.headers.get('connection', '').lower() == 'close'
        self.continued = request.headers.get('expect', '').lower() != '100-continue'
        part = self.call.part_number()
        self.fault = server.faults.pick(self.call.op, key, part)
        self.entry = {
            'number': 0, 'connection': connection.number, 'method': request.method,
            'op': self.call.op, 'bucket': bucket, 'key': key, 'part': part,
            'upload': request.args.get('uploadId'), 'query': request.query,
            'length': request.length, 'status': 0, 'code': None,
            'fault': self.fault.fields if self.fault else None, 'proxied': request.proxied,
            'headers': {n: v for n, v in request.headers.items() if n not in SKIP_LOG},
        }

    def address(self, request):
        """Bucket and key, by virtual host or by path."""
        host = request.headers.get('host', '').rsplit(':', 1)[0].lower()
        found = re.fullmatch(r'(.+)\.(?:s3[.-](?:[a-z0-9-]+\.)*amazonaws\.com|%s)'
                             % '|'.join(map(re.escape, self.options.domain)), host)
        path = request.path[request.path.startswith('/'):]
        if found and found.group(1) != 's3':
            return found.group(1), text(path)
        bucket, _, key = path.partition('/')
        return text(bucket), text(key)

    # The way of a request.

    def run(self):
        fault = self.fault
        if self.options.latency:
            time.sleep(self.options.latency)
        try:
            if fault and fault.do == 'hang' and fault.when == 'head':
                return self.hang()
            if fault and fault.when == 'head':
                self.must_close = True
                return self.misbehave()
            self.authenticate()
            self.read_body()
            if self.call.key is not None:
                try:
                    self.call.key.encode()
                except UnicodeEncodeError:
                    raise S3Error('InvalidURI')
            if not self.cred_op and self.call.op != 'AssumeRoleWithWebIdentity':
                self.server.service.check_body(self.call)
            if fault:
                return self.misbehave()
            return self.answer(self.perform())
        except S3Error as error:
            self.drain()
            return self.answer(self.error_answer(error))

    def authenticate(self):
        request = self.request
        if self.cred_op:
            return
        if self.call.op == 'Unknown':
            raise S3Error('MethodNotAllowed')
        if self.call.op == 'AssumeRoleWithWebIdentity':
            return
        if 'authorization' in request.headers:
            sigv4.verify(request.method, request.path, request.query, request.headers,
                         self.options.clock(), self.options.region if self.options.check_region else None,
                         self.server.credentials.secret)
        elif not self.options.anonymous:
            raise S3Error('AccessDenied')
        owner = request.headers.get('x-amz-expected-bucket-owner')
        if owner not in (None, self.options.owner):
            raise S3Error('AccessDenied')
        try:
            self.server.service.check_head(self.call)
        except UnicodeEncodeError:
            raise S3Error('InvalidURI')

    def read_body(self):
        """Reads, hashes and counts the body; keeps it unless told otherwise."""
        length = self.request.length or 0
        if not self.continued:
            self.continued = True
            self.connection.send_continue()
        algorithms, sha = set(), False
        if not self.cred_op and self.call.op != 'AssumeRoleWithWebIdentity':
            algorithms, sha = self.server.service.wanted(self.call)
        data = self.call.op in ('PutObject', 'UploadPart')
        discard = data and self.options.discard
        if not data and length > SMALL_BODY:
            raise S3Error('MalformedXML')
        digests = {'sha256': hashlib.sha256()} if sha else {}
        if not (data and self.options.etag == 'opaque') or 'content-md5' in self.request.headers:
            digests['md5'] = md5()
        running = [checksum.Running(a) for a in sorted(algorithms)]
        kept = bytearray(min(length, CHUNK) if discard else length)
        view = memoryview(kept)
        stop = self.stop_at(length)
        rate = self.fault.rate if self.fault and self.fault.do == 'slow' else None
        at = 0
        while at < length:
            step = min(CHUNK, length - at)
            if stop is not None and at + step > stop:
                self.connection.read_into(view[:max(0, stop - at)], rate)
                self.body_fault()
            piece = view[:step] if discard else view[at:at + step]
            self.connection.read_into(piece, rate)
            for digest in digests.values():
                digest.update(piece)
            for one in running:
                one.update(piece)
            at += step
            self.request.body_read = at
        if stop is not None:
            self.body_fault()
        self.server.received += length
        self.call.body = Body(None if discard else [kept], length,
                              digests['md5'].digest() if 'md5' in digests else None,
                              digests['sha256'].hexdigest() if sha else None,
                              {one.algorithm: one.text() for one in running})

    def stop_at(self, length):
        """Where in the body a fault strikes, or None."""
        if not self.fault or self.fault.when != 'body':
            return None
        return min(length, self.fault.bytes if self.fault.bytes is not None else length // 2)

    def body_fault(self):
        self.entry['ended'] = self.fault.do
        if self.fault.do == 'hang':
            self.hang()
        if self.fault.do == 'reset':
            self.connection.reset()
        elif self.fault.do != 'close':
            self.misbehave()
        raise Gone

    def drain(self):
        """The rest of a refused body, unless the client waits for our word."""
        if not self.continued:
            self.must_close = True
            return
        rest = (self.request.length or 0) - self.request.body_read
        if self.request.chunked or rest > (64 << 20):
            self.must_close = True
            return
        scratch = memoryview(bytearray(min(rest, CHUNK)))
        while rest:
            step = min(rest, CHUNK)
            self.connection.read_into(scratch[:step])
            rest -= step
        self.request.body_read = self.request.length or 0

    def perform(self):
        if self.cred_op or self.call.op == 'AssumeRoleWithWebIdentity':
            body = b''.join(self.call.body.pieces) if self.call.body else b''
            return self.server.credentials.perform(self.call.op, self.request, body)
        answer = self.server.service.perform(self.call)
        self.entry['done'] = True
        return answer

    # Answers.

    def base_headers(self, offset=0):
        now = self.options.clock() + offset
        return [('Date', formatdate(now, usegmt=True)), ('Server', 's3-server'),
                ('x-amz-request-id', self.request_id), ('x-amz-id-2', 'local')]

    def error_answer(self, error):
        self.entry['code'] = error.code
        body = error.xml(self.request.path, self.request_id)
        if error.status == 304:
            return Answer(304, error.headers, b'')
        return Answer(error.status, [('Content-Type', 'application/xml')] + error.headers, body)

    def answer(self, answer, extra=(), offset=0, cut=None):
        """Sends it; cut: close after so many bytes of the body."""
        self.entry['status'] = answer.status
        headers = self.base_headers(offset) + answer.headers + list(extra)
        if answer.status != 204:
            headers.append(('Content-Length', answer.length))
        if self.must_close:
            headers.append(('Connection', 'close'))
        start = head(answer.status, headers)
        if self.request.method == 'HEAD' or answer.status in (204, 304):
            self.connection.send(start)
        elif isinstance(answer.body, bytes):
            self.connection.send(start + (answer.body if cut is None else answer.body[:cut]))
        else:
            self.connection.send(start)
            for view in answer.body:
                if cut is not None:
                    self.connection.send(view[:cut])
                    raise Gone
                self.connection.send(view)
        if cut is not None:
            raise Gone
        return not self.must_close
