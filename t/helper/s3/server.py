"""Connections, the log and the control endpoint around the exchanges.

One thread serves one connection.  The store, the rules and the log have a
lock each, held for moments and never while a body moves.  Receiving and
hashing release the interpreter's lock, so that several connections use
several processors.
"""

import json
import os
import socket
import ssl
import sys
import threading
import time
import traceback

from . import faults
from .creds import Credentials
from .exchange import Exchange
from .service import Service
from .store import Store
from .wire import BadRequest, Connection, Gone, head, text


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
                'imds': str, 'forget_completed': bool, 'ignore_conditions': bool}

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
            'assumed': self.credentials.assumed, 'bugs': self.bugs, 'rules': self.faults.show(),
        }
