"""HTTP/1.1 as an S3 server sees it: one connection, request by request."""

import socket
import struct
import time
from urllib.parse import unquote_to_bytes, urlsplit

HEAD_LIMIT = 64 << 10
CHUNK = 512 << 10

REASON = {100: 'Continue', 200: 'OK', 204: 'No Content', 206: 'Partial Content',
          301: 'Moved Permanently', 304: 'Not Modified', 307: 'Temporary Redirect',
          400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found',
          405: 'Method Not Allowed', 409: 'Conflict', 411: 'Length Required',
          412: 'Precondition Failed', 416: 'Requested Range Not Satisfiable',
          500: 'Internal Server Error', 501: 'Not Implemented', 502: 'Bad Gateway',
          503: 'Slow Down', 504: 'Gateway Timeout'}


class Gone(Exception):
    """The peer closed or reset, or the script says that this connection ends."""


class BadRequest(Exception):
    pass


class Request:
    def __init__(self, method, target, headers, connection):
        self.method = method
        self.connection = connection
        self.headers = headers        # lower-case names; repeated ones joined by commas
        self.proxied = target.startswith(('http://', 'https://'))
        if self.proxied:              # as a client speaks to a proxy
            parts = urlsplit(target)
            target = target[len(parts.scheme) + 3 + len(parts.netloc):] or '/'
        self.path, _, self.query = target.partition('?')
        self.args = {}
        for item in self.query.split('&') if self.query else []:
            name, _, value = item.partition('=')
            self.args[text(name.replace('+', ' '))] = text(value.replace('+', ' '))
        length = headers.get('content-length')
        if length is not None and not length.isdigit():
            raise BadRequest('Content-Length')
        self.length = None if length is None else int(length)
        self.chunked = 'transfer-encoding' in headers
        self.body_read = 0


def text(encoded):
    """Percent-decoded UTF-8; bytes that are none survive as surrogates."""
    return unquote_to_bytes(encoded).decode('utf-8', 'surrogateescape')


class Connection:
    """rate: bytes per second in both directions, or None."""

    def __init__(self, sock, number, rate=None):
        self.sock = sock
        self.number = number
        self.rate = rate
        self.buffer = b''
        self.requests = 0
        self.due = 0.0
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def fill(self):
        try:
            data = self.sock.recv(HEAD_LIMIT)
        except OSError as error:
            raise Gone from error
        if not data:
            raise Gone
        self.buffer += data

    def read_request(self):
        while b'\r\n\r\n' not in self.buffer:
            if len(self.buffer) > HEAD_LIMIT:
                raise BadRequest('head too long')
            self.fill()
        head, _, self.buffer = self.buffer.partition(b'\r\n\r\n')
        self.requests += 1
        lines = head.decode('latin-1').split('\r\n')
        try:
            method, target, version = lines[0].split(' ')
        except ValueError:
            raise BadRequest('request line')
        if version not in ('HTTP/1.1', 'HTTP/1.0') or not target:
            raise BadRequest('request line')
        headers = {}
        for line in lines[1:]:
            name, colon, value = line.partition(':')
            if not colon or not name or name != name.strip():
                raise BadRequest('header')
            name, value = name.lower(), value.strip(' \t')
            headers[name] = headers[name] + ',' + value if name in headers else value
        return Request(method, target, headers, self)

    def pace(self, count, rate):
        """Sleeps as long as count bytes take at the rate."""
        if not rate:
            return
        now = time.monotonic()
        self.due = max(self.due, now - 0.01) + count / rate
        if self.due > now:
            time.sleep(self.due - now)

    def read_into(self, view, rate=None):
        """Fills the view."""
        got = min(len(view), len(self.buffer))
        if got:
            view[:got] = self.buffer[:got]
            self.buffer = self.buffer[got:]
        rate = rate or self.rate
        while got < len(view):
            step = min(len(view) - got, 16 << 10 if rate else CHUNK)
            try:
                count = self.sock.recv_into(view[got:got + step])
            except OSError as error:
                raise Gone from error
            if not count:
                raise Gone
            got += count
            self.pace(count, rate)

    def send(self, *pieces):
        try:
            for piece in pieces:
                if not self.rate:
                    self.sock.sendall(piece)
                    continue
                view = memoryview(piece)
                for at in range(0, len(view), 16 << 10):
                    step = view[at:at + (16 << 10)]
                    self.sock.sendall(step)
                    self.pace(len(step), self.rate)
        except OSError as error:
            raise Gone from error

    def send_continue(self):
        self.send(b'HTTP/1.1 100 Continue\r\n\r\n')

    def close(self):
        try:
            self.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.sock.close()

    def reset(self):
        """Closes with RST instead of FIN."""
        try:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        except OSError:
            pass
        self.sock.close()


def head(status, headers):
    lines = ['HTTP/1.1 %d %s' % (status, REASON.get(status, 'Unknown'))]
    lines += ['%s: %s' % pair for pair in headers]
    return ('\r\n'.join(lines) + '\r\n\r\n').encode('latin-1', 'replace')
