"""Connections, faults and the control endpoint around the S3 operations.

One thread serves one connection.  The store, the rules and the log have a
lock each, held for moments and never while a body moves.  Receiving and
hashing release the interpreter's lock, so that several connections use
several processors.
"""

import hashlib
import json
import os
import re
import socket
import ssl
import sys
import threading
import time
import traceback
from email.utils import formatdate

from . import checksum, faults, sigv4
from .creds import Credentials
from .errors import BY_STATUS, S3Error, STATUS
from .service import Answer, Body, Call, Service, classify
from .store import Store, md5
from .wire import BadRequest, CHUNK, Connection, Gone, head, text

SMALL_BODY = 8 << 20
SKIP_LOG = ('authorization',)


class Log:
    """What was asked and answered, and how many at once."""

    def __init__(self):
        self.lock = threading.Lock()
        self.clear()

    def clear(self):
        with self.lock:
            self.entries = []
            self.busy = 0
            self.peak = 0
            self.connections = 0
            self.counts = {}
            self.started = time.monotonic()

    def connection(self):
        with self.lock:
            self.connections += 1
            return self.connections

    def begin(self, entry):
        with self.lock:
            entry['number'] = len(self.entries) + 1
            entry['start'] = round(time.monotonic() - self.started, 4)
            self.entries.append(entry)
            self.busy += 1
            self.peak = max(self.peak, self.busy)
            self.counts[entry['op']] = self.counts.get(entry['op'], 0) + 1

    def end(self, entry):
        with self.lock:
            entry['end'] = round(time.monotonic() - self.started, 4)
            self.busy -= 1


class Server:
    def __init__(self, options):
        self.options = options
        options.clock = lambda: time.time() + options.clock_offset
        self.store = Store(options.bucket)
        self.service = Service(self.store, options)
        self.credentials = Credentials(options)
        self.faults = faults.Faults(options.chaos)
        self.log = Log()
        self.received = 0
        self.bugs = []

    # Listening.

    def listen(self):
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if self.options.rate:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 256 << 10)
        sock.bind(('127.0.0.1', self.options.port))
        sock.listen(512)
        sock.settimeout(2)
        return sock

    def run(self, sock, context=None):
        """Until a signal, or until the process that started it is gone."""
        parent = os.getppid()
        while os.getppid() == parent:
            try:
                peer, _ = sock.accept()
            except TimeoutError:
                continue
            threading.Thread(target=self.serve, args=(peer, context), daemon=True).start()

    def serve(self, peer, context):
        peer.settimeout(None)
        number = self.log.connection()
        try:
            if context:
                peer = context.wrap_socket(peer, server_side=True)
        except (OSError, ssl.SSLError):
            peer.close()
            return
        connection = Connection(peer, number, self.options.rate)
        if self.options.latency:      # what connecting would have taken
            time.sleep(self.options.latency)
        try:
            while self.one(connection):
                pass
        except Gone:
            pass
        except BadRequest as error:
            self.bare(connection, 400, str(error))
        except Exception:             # a mistake in here: be loud about it
            self.bugs.append(traceback.format_exc())
            print(self.bugs[-1], file=sys.stderr)
            self.bare(connection, 500, 'mistake in s3-server, see its log')
        finally:
            connection.close()

    def bare(self, connection, status, why):
        try:
            connection.send(head(status, [('Content-Length', 0), ('Connection', 'close'),
                                          ('X-Why', why)]))
        except Gone:
            pass

    def one(self, connection):
        """One request and its answer; whether the connection stays open."""
        request = connection.read_request()
        if request.path.startswith('/-/'):
            self.control(connection, request)
            return True
        exchange = Exchange(self, connection, request)
        self.log.begin(exchange.entry)
        try:
            return exchange.run()
        except Gone:
            if exchange.entry['status'] == 0:
                exchange.entry.setdefault('ended', 'closed')
            raise
        finally:
            self.log.end(exchange.entry)

    # The control endpoint.

    def control(self, connection, request):
        body = bytearray(request.length or 0)
        if request.headers.get('expect', '').lower() == '100-continue':
            connection.send_continue()
        connection.read_into(memoryview(body))
        try:
            status, kind, answer = self.controlled(request.method, request.path[3:], request.args,
                                                   body.decode())
        except (ValueError, KeyError) as error:
            status, kind, answer = 400, 'text/plain', '%s: %s\n' % (type(error).__name__, error)
        if isinstance(answer, str):
            answer = answer.encode('utf-8', 'surrogateescape')
        connection.send(head(status, [('Content-Type', kind), ('Content-Length', len(answer))]), answer)

    def controlled(self, method, path, args, body):
        if path == 'state' and method == 'GET':
            return 200, 'application/json', json.dumps(self.state(), ensure_ascii=True, indent=1) + '\n'
        if path.startswith('object/') and method == 'GET':
            return self.raw_object(text(path[len('object/'):]))
        if path == 'rules' and method == 'POST':
            self.faults.add(faults.parse(body))
        elif path == 'rules' and method == 'DELETE':
            self.faults.clear()
        elif path == 'set' and method == 'POST':
            self.set(json.loads(body))
        elif path == 'expire' and method == 'POST':
            self.credentials.expire()
        elif path == 'reset' and method == 'POST':
            self.store.reset()
            self.faults.clear()
            self.log.clear()
        else:
            return 404, 'text/plain', 'no such control\n'
        return 200, 'application/json', '{}\n'

    SETTABLE = {'clock_offset': float, 'latency': float, 'rate': float, 'region': str,
                'min_part': int, 'creds_ttl': float, 'secret_key': str, 'session_token': str,
                'imds': str, 'forget_completed': bool}

    def set(self, values):
        if 'chaos' in values:
            text = values.pop('chaos')
            self.faults.set_chaos(faults.parse_chaos(text) if text else None)
        for name, value in values.items():
            setattr(self.options, name, None if value is None else self.SETTABLE[name](value))

    def raw_object(self, name):
        bucket, _, key = name.partition('/')
        with self.store.lock:
            found = self.store.buckets[bucket].objects.get(key) if bucket in self.store.buckets else None
        if found is None or found.pieces is None:
            return 404, 'text/plain', 'no such object\n'
        return 200, 'application/octet-stream', b''.join(found.pieces)

    def state(self):
        with self.store.lock:
            objects = [(name, o) for name, b in self.store.buckets.items() for o in b.objects.values()]
            uploads = [(name, u) for name, b in self.store.buckets.items() for u in b.uploads.values()]
            buckets = sorted(self.store.buckets)
        with self.log.lock:
            requests = [dict(e) for e in self.log.entries]
            counts, peak = dict(self.log.counts), self.log.peak
            connections = self.log.connections
        return {
            'buckets': buckets,
            'objects': [{'bucket': b, 'key': o.key, 'size': o.size, 'etag': o.etag,
                         'sha256': o.sha256(), 'parts': o.parts, 'checksums': o.checksums,
                         'checksum_type': o.checksum_type if o.checksums else None,
                         'metadata': {n[len('x-amz-meta-'):]: v for n, v in o.headers.items()
                                      if n.startswith('x-amz-meta-')},
                         'headers': {n: v for n, v in o.headers.items()
                                     if not n.startswith('x-amz-meta-')}}
                        for b, o in objects],
            'uploads': [{'bucket': b, 'key': u.key, 'id': u.id, 'bytes': sum(p.size for p in u.parts.values()),
                         'parts': sorted(u.parts)} for b, u in uploads],
            'requests': requests, 'counts': counts, 'connections': connections,
            'peak_requests': peak, 'body_bytes': self.received,
            'bugs': self.bugs, 'rules': self.faults.show(),
        }


class Exchange:
    """One request on its way: auth, body, operation, answer, and the fault in it."""

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
        path = request.path.lstrip() if not request.path.startswith('/') else request.path[1:]
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

    # Misbehaviour.  Each method below is one "do".

    def misbehave(self):
        fault = self.fault
        if fault.when == 'done' and fault.do not in ('keepalive',):
            self.performed = self.perform()
        name = fault.do.replace('-', '_')
        action = getattr(self, 'do_' + name, None)
        if action:
            return action()
        return self.do_error(fault.do)

    def do_error(self, what):
        """A status code or an S3 error code, with what the rule adds."""
        fault = self.fault
        status = int(what) if what.isdigit() else None
        code = fault.code or (BY_STATUS.get(status, 'InternalError') if status else what)
        error = S3Error(code, fault.message, status or fault.status)
        if status and status not in (STATUS.get(code, (0,))[0],) and fault.code is None:
            error.status = status
        if fault.region:
            error.extra.append(('Region', fault.region))
            error.headers.append(('x-amz-bucket-region', fault.region))
        if fault.location:
            error.headers.append(('Location', fault.location))
        if fault.retry_after is not None:
            error.headers.append(('Retry-After', fault.retry_after))
        if fault.x_amz_retry_after is not None:
            error.headers.append(('x-amz-retry-after', fault.x_amz_retry_after))
        error.headers += list((fault.headers or {}).items())
        if fault.when != 'head':
            self.drain()
        return self.answer(self.error_answer(error))

    def do_empty(self):
        """A status without a body."""
        return self.answer(Answer(self.fault.status or 500))

    def do_html(self):
        """What a balancer in between says."""
        return self.answer(Answer(self.fault.status or 502, [('Content-Type', 'text/html')],
                                  b'<html><head><title>Bad Gateway</title></head><body>'
                                  b'<h1>Bad Gateway</h1></body></html>'))

    def do_200_error(self):
        error = S3Error(self.fault.code or 'InternalError', self.fault.message)
        answer = self.error_answer(error)
        answer.status = 200
        return self.answer(answer)

    def do_keepalive(self):
        """200 and white space while it works, then: result, error, reset or close."""
        fault = self.fault
        then = fault.then or 'result'
        if then == 'result' or fault.when == 'done':
            done = self.perform().body
        body = done if then == 'result' else \
            S3Error(fault.code or 'InternalError').xml(self.request.path, self.request_id)
        start, _, rest = body.partition(b'\n')
        self.entry['status'] = 200
        self.connection.send(head(200, self.base_headers() + [
            ('Content-Type', 'application/xml'), ('Transfer-Encoding', 'chunked')]))
        chunk = lambda data: self.connection.send(b'%x\r\n%s\r\n' % (len(data), data))
        chunk(start + b'\n')
        until = time.monotonic() + (fault.seconds or 0)
        while True:
            chunk(b' \n')
            left = until - time.monotonic()
            if left <= 0:
                break
            time.sleep(min(left, 0.25))
        if then in ('reset', 'close'):
            self.entry['ended'] = then
            if then == 'reset':
                self.connection.reset()
            raise Gone
        chunk(rest)
        self.connection.send(b'0\r\n\r\n')
        return True

    def do_reset(self):
        self.entry['ended'] = 'reset'
        self.connection.reset()
        raise Gone

    def do_close(self):
        self.entry['ended'] = 'close'
        raise Gone

    def do_cut(self):
        """The whole head, then half of the body, then the end of the connection."""
        answer = self.performed if self.fault.when == 'done' else self.perform()
        self.entry['ended'] = 'cut'
        return self.answer(answer, cut=answer.length // 2 if self.fault.bytes is None else self.fault.bytes)

    def do_truncated(self):
        """A body that ends in the middle of its XML, with a matching length."""
        answer = self.performed if self.fault.when == 'done' else self.perform()
        answer = Answer(answer.status, answer.headers, answer.body[:len(answer.body) // 2])
        return self.answer(answer)

    def do_garbage(self):
        return self.answer(Answer(self.fault.status or 200, [('Content-Type', 'application/xml')],
                                  b'\0\xff<<not xml&' * 20))

    def do_wrong_etag(self):
        return self.with_etag(self.fault.etag or '0' * 32)

    def do_no_etag(self):
        return self.with_etag(None)

    def with_etag(self, etag):
        answer = self.performed if self.fault.when == 'done' else self.perform()
        headers = [h for h in answer.headers if h[0] != 'ETag']
        if etag:
            headers.append(('ETag', '"%s"' % etag))
        body = answer.body
        if isinstance(body, bytes):
            body = re.sub(rb'<ETag>[^<]*</ETag>',
                          b'<ETag>"%s"</ETag>' % etag.encode() if etag else b'', body)
        return self.answer(Answer(answer.status, headers, body))

    def do_delay(self):
        time.sleep(self.fault.seconds or 1)
        return self.answer(self.performed if self.fault.when == 'done' else self.perform())

    def do_slow(self):
        """The body was read at "rate"; the answer is the right one."""
        return self.answer(self.perform())

    def do_skew(self):
        """RequestTimeTooSkewed, with the clock "seconds" ahead in Date."""
        offset = self.fault.seconds or 3600
        now = time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(self.options.clock() + offset))
        error = S3Error('RequestTimeTooSkewed', extra=[
            ('RequestTime', self.request.headers.get('x-amz-date', '')), ('ServerTime', now),
            ('MaxAllowedSkewMilliseconds', sigv4.SKEW * 1000)])
        self.drain()
        return self.answer(self.error_answer(error), offset=offset)

    def do_headers(self):
        """The right answer with "headers" added to it."""
        answer = self.performed if self.fault.when == 'done' else self.perform()
        given = self.fault.headers or {}
        lower = {n.lower() for n in given}
        answer = Answer(answer.status, [h for h in answer.headers if h[0].lower() not in lower],
                        answer.body, answer.length)
        return self.answer(answer, extra=given.items())

    def do_hang(self):
        return self.hang()

    def hang(self):
        """Says nothing until the client goes, or "seconds" are over."""
        self.entry['ended'] = 'hang'
        sock = self.connection.sock
        until = time.monotonic() + (self.fault.seconds or 3600)
        sock.settimeout(1)
        while time.monotonic() < until:
            try:
                if not sock.recv(65536):
                    break
            except TimeoutError:
                continue
            except OSError:
                break
        raise Gone
