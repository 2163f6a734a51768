"""What an exchange does when a rule says so: each method is one "do"."""

import re
import time

from . import sigv4
from .errors import BY_STATUS, S3Error
from .messages import Answer
from .wire import Gone, head


class Misbehaviour:
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
        length = len(body) if isinstance(body, bytes) else answer.length
        return self.answer(Answer(answer.status, headers, body, length))

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
