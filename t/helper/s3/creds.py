"""Credentials as AWS hands them out: container endpoint, IMDSv2, STS.

Every answer holds fresh keys with a session token; the S3 side takes them
until they expire.
"""

import hashlib
import json
import re
import secrets
import threading
import time
from urllib.parse import parse_qs

from . import sigv4
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
        self.assumed = []             # roles, as they were asked for

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
        return self.assume_role(request, body)

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

    def assume_role(self, request, body):
        """STS: a role by web identity, unsigned, or by a signature."""
        fields = {n: v[0] for n, v in parse_qs(body.decode('utf-8', 'replace')).items()}
        get = lambda name: fields.get(name, '')
        action = get('Action')
        if action not in ('AssumeRole', 'AssumeRoleWithWebIdentity') or get('Version') != '2011-06-15':
            return sts_error(400, 'InvalidAction', 'Could not find operation')
        if len(get('RoleArn')) < 20 or not re.fullmatch(r'[\w+=,.@-]{2,64}', get('RoleSessionName')) or \
                not 900 <= int(get('DurationSeconds') or 3600) <= 43200:
            return sts_error(400, 'ValidationError', 'a parameter is missing or not valid')
        access = None
        if action == 'AssumeRole':
            try:
                access = self.sts_signer(request, body)
            except S3Error as error:
                return sts_error(403, error.code, 'the signature is not valid')
            if 'external' in get('RoleArn') and get('ExternalId') != 'right':
                return sts_error(403, 'AccessDenied', 'User: test is not authorized to perform: sts:AssumeRole')
        elif not get('WebIdentityToken') or \
                self.options.web_identity not in (None, get('WebIdentityToken')):
            return sts_error(400, 'InvalidIdentityToken', 'the token is not valid')
        keys = self.issue()
        self.assumed.append(dict({n: v for n, v in fields.items() if n != 'WebIdentityToken'},
                                 by=access, gives=keys['AccessKeyId']))
        keys['SessionToken'] = keys.pop('Token')
        result = element(action + 'Result', element('Credentials', *keys.items()),
                         element('AssumedRoleUser', ('Arn', get('RoleArn'))))
        return Answer(200, [('Content-Type', 'text/xml')],
                      element(action + 'Response', result,
                              xmlns='https://sts.amazonaws.com/doc/2011-06-15/').encode())

    def sts_signer(self, request, body):
        """The access key that signed; STS takes the body's hash from the body."""
        if 'authorization' not in request.headers:
            raise S3Error('AccessDenied')
        headers = dict(request.headers)
        headers['x-amz-content-sha256'] = payload = hashlib.sha256(body).hexdigest()
        if request.headers.get('x-amz-content-sha256', payload) != payload:
            raise S3Error('SignatureDoesNotMatch')
        return sigv4.verify(request.method, request.path, request.query, headers, self.options.clock(),
                            self.options.region, self.secret, service='sts')


def json_answer(value, status=200):
    return Answer(status, [('Content-Type', 'application/json')], json.dumps(value).encode())


def refusal(status, code, message):
    return json_answer({'code': code, 'message': message}, status)


def sts_error(status, code, message):
    inner = element('Error', ('Type', 'Sender'), ('Code', code), ('Message', message))
    return Answer(status, [('Content-Type', 'text/xml')],
                  element('ErrorResponse', inner, ('RequestId', 'local')).encode())
