"""The test servers a driver starts, and what the one for S3 holds."""

import http.client
import json
import os
import ssl
import subprocess
import sys

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# No configuration of the machine counts.
ENVIRONMENT = {
    'AWS_EC2_METADATA_DISABLED': 'true', 'AWS_CONFIG_FILE': '/dev/null', 'AWS_SHARED_CREDENTIALS_FILE': '/dev/null',
    'AWS_ACCESS_KEY_ID': 'TESTKEY', 'AWS_SECRET_ACCESS_KEY': 'TESTSECRET', 'AWS_REGION': 'us-east-1',
    'AWS_MAX_ATTEMPTS': '3', 'SOURCE_DATE_EPOCH': '1770000000', 'LC_ALL': 'C.UTF-8',
}


def environment():
    kept = {k: v for k, v in os.environ.items()
            if not k.startswith(('AWS_', 'CONNPASS_', 'MEMPIPE_', 'INJECT')) and not k.lower().endswith('_proxy')}
    return dict(kept, **ENVIRONMENT)


class Server:
    """t/helper/NAME on a free port, until stop()."""

    def __init__(self, name, *options, cert=None):
        reader, writer = os.pipe()
        os.set_inheritable(writer, True)
        self.process = subprocess.Popen([os.path.join(HERE, name), *options], close_fds=False, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, env=dict(os.environ, READY='/dev/fd/%d' % writer))
        os.close(writer)
        with open(reader) as ready:
            line = ready.readline()
        if not line:
            sys.exit('%s did not start' % name)
        self.port = int(line)
        self.url = '%s://127.0.0.1:%d' % ('https' if cert else 'http', self.port)
        self.context = ssl.create_default_context(cafile=cert) if cert else None
        self.connection = None

    def connect(self):
        if self.context:
            return http.client.HTTPSConnection('127.0.0.1', self.port, timeout=60, context=self.context)
        return http.client.HTTPConnection('127.0.0.1', self.port, timeout=60)

    def ask(self, method, path, data=None):
        for again in (True, False):
            try:
                if self.connection is None:
                    self.connection = self.connect()
                self.connection.request(method, path, data)
                return self.connection.getresponse().read()
            except (OSError, http.client.HTTPException):
                self.connection = None
                if not again:
                    raise

    def state(self):
        return json.loads(self.ask('GET', '/-/state'))

    def reset(self):
        self.ask('POST', '/-/reset', b'')

    def stop(self):
        self.process.terminate()
        self.process.wait()
