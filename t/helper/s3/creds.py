"""Credentials as AWS hands them out: container endpoint, IMDSv2, STS.

Every answer holds fresh keys with a session token; the S3 side takes them
until they expire.
"""

import json
import re
import secrets
import threading
import time
from urllib.parse import parse_qs

from .errors import S3Error
from .messages import Answer, element

ROLE = 'test-role'
IMDS = '/latest/meta-data/iam/security-credentials/'


class Credentials:
    """options: access_key, secret_key, session_token, creds_ttl, creds_token, imds."""

    def __init__(self, options):
        self.options = options
        self.lock = threading.Lock()
        self.issued = {}              # access key -> (secret, token, expires)
        self.imds_tokens = {}

    def secret(self, access, token):
        """The secret of an access key, as sigv4.verify asks for it."""
        o = self.options
        if access == o.access_key:
            if token != (o.session_token or None):
                if not token:
                    raise S3Error('InvalidAccessKeyId', extra=[('AWSAccessKeyId', access)])
                raise S3Error('InvalidToken', extra=[('Token-0', token)])
            return o.secret_key
        with self.lock:
            found = self.issued.get(access)
        if not found:
            raise S3Error('InvalidAccessKeyId', extra=[('AWSAccessKeyId', access)])
        if token is None:
            raise S3Error('InvalidAccessKeyId', extra=[('AWSAccessKeyId', access)])
        if token != found[1]:
            raise S3Error('InvalidToken', extra=[('Token-0', token)])
        if o.clock() >= found[2]:
            raise S3Error('ExpiredToken', extra=[('Token-0', token)])
        return found[0]

    def expire(self):
        """All keys handed out so far are no good any more."""
        with self.lock:
            self.issued = {a: (s, t, 0) for a, (s, t, _) in self.issued.items()}

    def issue(self):
        access, secret = 'ASIA' + secrets.token_hex(8).upper(), secrets.token_urlsafe(30)
        # As long as real ones, with the characters of base64.
        token = secrets.token_urlsafe(400).replace('-', '+').replace('_', '/') + '=='
        expires = self.options.clock() + self.options.creds_ttl
        with self.lock:
            self.issued[access] = (secret, token, expires)
        return {'AccessKeyId': access, 'SecretAccessKey': secret, 'Token': token,
                'Expiration': time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(expires))}

    @staticmethod
    def classify(method, path):
        """The operation, or None when the path is none of ours."""
        if path.startswith('/creds') and path[6:7] in ('', '/') and method == 'GET':
            return 'ContainerCredentials'
        if path == '/latest/api/token' and method == 'PUT':
            return 'ImdsToken'
        if path.startswith(IMDS) and method == 'GET':
            return 'ImdsCredentials' if path != IMDS else 'ImdsRole'
        if path == IMDS[:-1] and method == 'GET':
            return 'ImdsRole'
        return None

    def perform(self, op, request, body):
        headers = request.headers
        if op == 'ContainerCredentials':
            wanted = self.options.creds_token
            if wanted and headers.get('authorization') != wanted:
                return refusal(401, 'AccessDenied', 'authorization token does not match')
            return json_answer(dict(self.issue(), RoleArn='arn:aws:iam::123456789012:role/' + ROLE))
        if op == 'ImdsToken':
            return self.imds_token(headers)
        if op in ('ImdsRole', 'ImdsCredentials'):
            return self.imds(op, request)
        return self.assume_role(body)

    def imds_token(self, headers):
        if self.options.imds == 'off':
            return Answer(403)
        if self.options.imds == 'v1':
            return Answer(404)
        ttl = headers.get('x-aws-ec2-metadata-token-ttl-seconds', '')
        if not ttl.isdigit() or not 1 <= int(ttl) <= 21600 or 'x-forwarded-for' in headers:
            return Answer(400)
        token = secrets.token_urlsafe(40) + '=='
        self.imds_tokens[token] = time.monotonic() + int(ttl)
        return Answer(200, [('Content-Type', 'text/plain'),
                            ('X-Aws-Ec2-Metadata-Token-Ttl-Seconds', ttl)], token.encode())

    def imds(self, op, request):
        if self.options.imds == 'off':
            return Answer(403)
        if self.options.imds == 'v2':
            until = self.imds_tokens.get(request.headers.get('x-aws-ec2-metadata-token'), 0)
            if until < time.monotonic():
                return Answer(401)
        if op == 'ImdsRole':
            return Answer(200, [('Content-Type', 'text/plain')], ROLE.encode())
        if request.path != IMDS + ROLE:
            return Answer(404)
        now = time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(self.options.clock()))
        return json_answer(dict(self.issue(), Code='Success', Type='AWS-HMAC', LastUpdated=now))

    def assume_role(self, body):
        fields = parse_qs(body.decode('utf-8', 'replace'))
        get = lambda name: fields.get(name, [''])[0]
        if get('Action') != 'AssumeRoleWithWebIdentity' or get('Version') != '2011-06-15':
            return sts_error(400, 'InvalidAction', 'Could not find operation')
        if len(get('RoleArn')) < 20 or not get('WebIdentityToken') or \
                not re.fullmatch(r'[\w+=,.@-]{2,64}', get('RoleSessionName')):
            return sts_error(400, 'ValidationError', 'a parameter is missing or not valid')
        if self.options.web_identity and get('WebIdentityToken') != self.options.web_identity:
            return sts_error(400, 'InvalidIdentityToken', 'the token is not valid')
        keys = self.issue()
        keys['SessionToken'] = keys.pop('Token')
        result = element('AssumeRoleWithWebIdentityResult',
                         element('Credentials', *keys.items()),
                         element('AssumedRoleUser', ('Arn', get('RoleArn'))))
        return Answer(200, [('Content-Type', 'text/xml')],
                      element('AssumeRoleWithWebIdentityResponse', result,
                              xmlns='https://sts.amazonaws.com/doc/2011-06-15/').encode())


def json_answer(value, status=200):
    return Answer(status, [('Content-Type', 'application/json')], json.dumps(value).encode())


def refusal(status, code, message):
    return json_answer({'code': code, 'message': message}, status)


def sts_error(status, code, message):
    inner = element('Error', ('Type', 'Sender'), ('Code', code), ('Message', message))
    return Answer(status, [('Content-Type', 'text/xml')],
                  element('ErrorResponse', inner, ('RequestId', 'local')).encode())
